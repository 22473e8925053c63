"""The words of the chat page's own frame, by language, from ``words.yml``."""

from __future__ import annotations

from referrals.words.room_words import RoomWords

page_words = RoomWords("bot.web").spoken
