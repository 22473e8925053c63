"""One spelling for what staff type: lower case, ae/oe/aa for æøå, one placeholder a kind.

Pure text functions, used alike in training, in understanding and by the entity patterns.
"""

from __future__ import annotations

import re
import unicodedata

SEALED_KINDS = ("name", "phone", "cpr", "email", "address", "word")
SEALED_TOKEN = re.compile(r"\[\[(" + "|".join(SEALED_KINDS) + r"):[0-9a-f]{12}\]\]", re.IGNORECASE)
REFERENCE = re.compile(
    r"(?<![0-9a-zæøå-])h(?:\s*-\s*|\s+(?=[a-z]*[0-9])|(?=[a-z]*[0-9]))([0-9a-z]{4})"
    r"(?:\s*-\s*|\s*)([0-9a-z])(?![0-9a-zæøå-])",
    re.IGNORECASE,
)

_LETTERS = {"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe"}
_APOSTROPHES = {"’": "'", "‘": "'", "`": "'", "´": "'"}
_NUMBER = re.compile(r"\d+")
_WORDS = re.compile(r"[a-z]+(?:'[a-z]+)?|\?")
_SINGLE_LETTERS = (("aa", "a"), ("ae", "a"), ("oe", "o"))
_BEFORE_MARK = re.compile(r" (?=[,.!?])")
_HIDDEN = "…"

WRITTEN_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def fold_character(character: str) -> str:
    """Return the lower-case form of one character with æøå written ae, oe, aa.

    Other accents are dropped (é becomes e). The result may hold more or fewer characters.
    """
    lowered = character.lower()
    if lowered in _LETTERS:
        return _LETTERS[lowered]
    if lowered in _APOSTROPHES:
        return _APOSTROPHES[lowered]
    if lowered.isascii():
        return lowered
    return "".join(
        _LETTERS.get(part, part)
        for part in unicodedata.normalize("NFKD", lowered)
        if not unicodedata.combining(part)
    )


def fold(text: str) -> str:
    """Return the text in lower case with æøå written ae, oe, aa.

    A letter sent as letter plus combining accent is composed first.
    """
    if text.isascii():  # most of what is folded: fifty thousand texts in a training
        return text.lower().replace("`", "'")
    return "".join(map(fold_character, unicodedata.normalize("NFC", text)))


def normalise(text: str) -> str:
    """Return the words of a message as the classifier reads them, separated by one space.

    Sealed tokens become ``xname``, ``xphone`` ..., a referral reference ``xreference``, four
    digits ``xpostcode`` and any other number ``xnumber``. Punctuation is dropped except the
    question mark, which stands as a word of its own.
    """
    marked = SEALED_TOKEN.sub(lambda match: f" x{match.group(1).lower()} ", text)
    marked = REFERENCE.sub(" xreference ", marked)
    folded = _NUMBER.sub(_number_placeholder, fold(marked))
    return " ".join(_WORDS.findall(folded))


def as_written(text: str) -> str:
    """Return a message in lower case on one line, with "…" for whatever was sealed.

    Underscores are dropped: they mark words up or end a line, and are never said.
    """
    shown = SEALED_TOKEN.sub(f" {_HIDDEN} ", text.lower()).replace("_", " ")
    spaced = " ".join(shown.split())
    return _BEFORE_MARK.sub("", spaced) or _HIDDEN


def with_single_letters(text: str) -> str:
    """Return normalised text as somebody types it who writes a, o, a for æ, ø, å."""
    for double, single in _SINGLE_LETTERS:
        text = text.replace(double, single)
    return text


def _number_placeholder(match: re.Match[str]) -> str:
    return " xpostcode " if len(match.group()) == 4 else " xnumber "
