"""What a municipality does besides the moves: talks, seats and calls, attendance, follow-ups."""
