"""What the Rasa engine reads: training data, lookups and own components.

Runs on Python 3.10 inside the engine environment and sees no personal data.
"""
