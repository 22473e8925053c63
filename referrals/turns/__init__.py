"""One message, applied once: read, decided in one transaction, written back."""
