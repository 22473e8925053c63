"""Tables filled by the million, as fast as the database takes rows."""
