"""The domain of Henvis: very brief advice, consent, referrals and the municipal queue.

Nothing here imports ``bot``, ``actions``, ``inbox`` or ``service``; what the rooms may know of each
other is drawn in ``CONTRIBUTING.md``.
"""
