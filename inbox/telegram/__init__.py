"""Linking a Telegram chat to a member of staff."""
