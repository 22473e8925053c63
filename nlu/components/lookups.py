"""Reads ``nlu/lookups`` and turns its phrases into patterns over folded text."""

from __future__ import annotations

import re
from pathlib import Path

from ruamel.yaml import YAML

from nlu.components.normalise import fold

LOOKUPS = Path(__file__).resolve().parent.parent / "lookups"

_ANY_LETTERS = "[a-z]*"
_EDGE_BEFORE = r"(?<![a-z0-9])"
_EDGE_AFTER = r"(?![a-z0-9])"
_SEPARATORS = re.compile(r"[\s-]+")
_SPELLINGS = {"æ": "(?:ae|a)", "ø": "(?:oe|o)", "å": "(?:aa|a)"}


def read_values(name: str) -> dict[str, list[str]]:
    """Return value -> phrases of the lookup file ``name``; raises OSError when it is missing."""
    loaded = YAML(typ="safe", pure=True).load((LOOKUPS / f"{name}.yml").read_text("utf-8"))
    return {str(value): [str(phrase) for phrase in phrases] for value, phrases in loaded.items()}


def read_answers() -> dict[str, list[str]]:
    """Return the yes, no, negation and refusal phrases."""
    return read_values("answers")


def phrase_pattern(phrase: str) -> str:
    """Return a regular expression for one phrase over folded text (see ``fold``).

    ``*`` stands for any letters; æøå match ae/oe/aa and a/o/a; a space or hyphen in the
    phrase matches spaces or hyphens.
    """
    parts = (
        _word_pattern(part) for part in _SEPARATORS.split(phrase.strip().lower())
    )
    return _EDGE_BEFORE + r"[\s-]+".join(parts) + _EDGE_AFTER


def _word_pattern(word: str) -> str:
    return "".join(
        _ANY_LETTERS
        if letter == "*"
        else _SPELLINGS.get(letter) or re.escape(fold(letter))
        for letter in word
    )
