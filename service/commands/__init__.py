"""What the command line does besides serving: each command a file."""
