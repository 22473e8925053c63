"""The words of the Telegram front end itself, from ``words.yml``."""

from __future__ import annotations

from referrals.words.room_words import RoomWords

LANGUAGES = ("da", "en")
COMMANDS = ("ny", "kurser", "status", "laas", "hjaelp")

words = RoomWords("bot.telegram").spoken


def language_of(code: str | None) -> str:
    """Give the language for somebody whose language only Telegram told: English unless Nordic."""
    return "en" if code and code.split("-")[0] not in ("da", "no", "nb", "nn", "sv") else "da"
