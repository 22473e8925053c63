"""The channels by which letters leave: mail, Telegram and webhooks."""
