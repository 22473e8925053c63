"""The adviser's own times for clarifying calls."""
