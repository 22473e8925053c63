"""A stand-in for Telegram, so that the front end can be tried and tested without it.

The Bot API of it is not ours: lo-bot-api-emulator, from the package registry. Ours is a phone to
hold in the other hand. Listens on loopback only, and is for made-up people only.
"""
