"""A chat that must never know the patient: kept first, handled once, answered once."""
