"""What must leave, written with its cause, tried until it left or was buried."""
