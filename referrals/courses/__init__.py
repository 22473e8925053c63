"""Which courses there are and which one answers a question."""
