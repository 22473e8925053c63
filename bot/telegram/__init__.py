"""The Telegram front end. Telegram is a foreign cloud: who a patient is never goes through it."""
