"""A stand-in for Telegram, to try and test its front end with made-up people."""
