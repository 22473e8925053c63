"""Front ends and the one conversation service they share. What people type is sealed here."""
