"""The composition root: settings, command line, and everything that starts or wires things."""
