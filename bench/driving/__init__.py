"""Nurses that talk to a running Henvis or Rasa, and the processes they talk to."""
