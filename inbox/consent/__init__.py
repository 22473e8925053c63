"""The patient's receipt, behind its own link."""
