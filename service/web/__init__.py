"""The web service: its routes, what stands in front of them, log-in from outside."""
