"""The words for codes, from ``labels.yml``."""

from __future__ import annotations

from collections.abc import Mapping

from referrals.words.room_words import RoomWords, in_language

_WORDS = RoomWords("referrals.words", "labels.yml")


class Labels:
    """Looks up the word for a code in a group, in Danish or English."""

    @property
    def groups(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        """All groups: group, code, language."""
        return _WORDS.all

    def word(self, group: str, code: str | None, language: str = "da") -> str:
        """Give the word for ``code``; nothing for None, the code itself if it is unknown.

        Several codes, joined by a plus, give several words.
        """
        if code is None:
            return ""
        text = self.groups[group].get(code)
        if text is None and "+" in code:
            return ", ".join(self.word(group, each, language) for each in code.split("+"))
        return in_language(text, language) if text else code
