"""The database as a file that only a recipient can read: made, tried, put back."""
