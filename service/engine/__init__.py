"""Rasa as a process of ours: its model, its start, and the calls that it makes back."""
