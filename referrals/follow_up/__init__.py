"""What a municipality does after the first talk: enrol, attendance, follow-ups."""
