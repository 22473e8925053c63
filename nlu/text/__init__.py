"""How words are written: folded, repaired, looked up; knows nothing of Rasa."""
