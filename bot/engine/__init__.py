"""The engine's side of a conversation: asking Rasa, or the stand-in, and its wording."""
