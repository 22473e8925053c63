"""What an administrator does: users, places, audit log, dead letters."""
