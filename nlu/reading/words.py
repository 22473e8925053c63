"""The words of a message, each in one spelling and with its place in the text.

Lower case, ae/oe/aa for æøå, typing errors repaired as far as ``nlu.text.spelling`` does.
Signs that end something are words of their own; sealed values and numbers stand for themselves. A
word with an underscore, which nobody says, is read as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass

from nlu.text.normalise import SEALED_TOKEN, fold

NUMBER, ZERO, SEALED, CODE = "1", "nul", "[[]]", "_"
SENTENCE_STOPS = frozenset((".", "!", "?", "\n"))
_PIECE = re.compile(
    SEALED_TOKEN.pattern
    + r"|(?P<code>\w*_\w*)|(?P<word>[^\W\d_]+(?:['’´`][^\W\d_]+)*['’]?)"
    + r"|(?P<number>\d+(?:[.,:]\d+)*)"
    + r"|(?P<sign>[.;!?\n,/+&»«\"“”])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Word:
    """One word: ``norm`` as the lexicon spells it, ``start`` and ``end`` in the message."""

    norm: str
    start: int
    end: int


def words_of(
    text: str, repaired: Callable[[str], str], abbreviated: Container[str] = ()
) -> list[Word]:
    """Split a message; ``repaired`` gives a folded word the spelling that the lexicon knows.

    A full stop behind one of ``abbreviated`` ("pt.", "dgl.") ends nothing and is left out.
    """
    words: list[Word] = []
    written = ""
    for piece in _PIECE.finditer(text):
        if piece["code"]:
            norm = CODE
        elif piece["word"]:
            norm = repaired(fold(piece["word"]).rstrip("'"))
        elif piece["number"]:
            norm = NUMBER if piece["number"].strip("0.,:") else ZERO
        elif piece["sign"]:
            norm = piece["sign"]
            if norm == "." and written in abbreviated:
                continue
        else:
            norm = SEALED
        written = fold(piece["word"] or "")
        words.append(Word(norm, piece.start(), piece.end()))
    return words
