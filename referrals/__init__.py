"""The domain of Henvis: very brief advice, consent, referrals and the municipal queue.

Pure modules (``script``, ``encounter``, ``consent``, ``referral``, ``clock``, ``municipality``)
import the standard library only. The others hold tables, the vault, the queue and the database.
Nothing here imports ``bot``, ``actions``, ``inbox`` or ``service``.
"""
