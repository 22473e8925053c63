"""What is counted, and what of it may be shown to wards and municipalities."""
