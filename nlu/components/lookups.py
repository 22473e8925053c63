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


def compile_phrases(values: dict[str, list[str]]) -> tuple[re.Pattern[str], list[list[str]]]:
    """Return one pattern over folded text for all phrases, and what each group means.

    The longest phrase wins. Group number n of a match means the values at index n - 1 (several
    where a phrase stands under several values).
    """
    meanings: dict[str, list[str]] = {}
    for value, phrases in values.items():
        for phrase in phrases:
            meanings.setdefault(phrase, []).append(value)
    longest_first = sorted(meanings, key=len, reverse=True)
    alternatives = "|".join(f"({phrase_pattern(phrase)})" for phrase in longest_first)
    pattern = re.compile(f"{_EDGE_BEFORE}(?:{alternatives}){_EDGE_AFTER}")
    return pattern, [meanings[phrase] for phrase in longest_first]


def phrase_pattern(phrase: str) -> str:
    """Return a regular expression for one phrase over folded text (see ``fold``).

    ``*`` stands for any letters; æøå match ae/oe/aa and a/o/a; a space or hyphen in the
    phrase matches spaces or hyphens.
    """
    parts = map(_word_pattern, _SEPARATORS.split(phrase.strip().lower()))
    return r"[\s-]+".join(parts)


def _word_pattern(word: str) -> str:
    return "".join(
        _ANY_LETTERS
        if letter == "*"
        else _SPELLINGS.get(letter) or re.escape(fold(letter))
        for letter in word
    )
