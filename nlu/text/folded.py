"""A message in one spelling that remembers where each of its characters stood as it was typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nlu.text.normalise import fold_character


@dataclass(frozen=True)
class Folded:
    """Folded ``text``; ``offsets`` give the place in the message of each character, and its end."""

    text: str
    offsets: list[int]

    @classmethod
    def of(cls, text: str) -> Folded:
        """Fold a message."""
        parts: list[str] = []
        offsets: list[int] = []
        for at, character in enumerate(text):
            folded = fold_character(character)
            parts.append(folded)
            offsets.extend([at] * len(folded))
        return cls("".join(parts), [*offsets, len(text)])

    def replaced(self, repairs: Iterable[tuple[int, int, str]]) -> Folded:
        """Give the text with pieces of it written otherwise; each keeps its old place and end."""
        text, offsets, last = "", [], 0
        for start, end, right in repairs:
            text += self.text[last:start] + right
            at = [min(i, end - 1) for i in range(start, start + len(right) - 1)]
            offsets += self.offsets[last:start] + [self.offsets[i] for i in (*at, end - 1)]
            last = end
        return Folded(text + self.text[last:], offsets + self.offsets[last:])

    def placed(self, start: int, end: int) -> tuple[int, int]:
        """Give where a piece of the folded text stands in the message."""
        return self.offsets[start], self.offsets[end - 1] + 1 if end else 0
