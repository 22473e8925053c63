"""Tells a number that is said to be none of use: "ikke 20 12 34 56", "… er det gamle". Pure."""

from __future__ import annotations

import re
from enum import StrEnum

from referrals.denmark.second_contact import contact_words

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_NUMBER_WORDS = frozenset(
    ("nummer", "nummeret", "nr", "tlf", "telefon", "telefonen", "telefonnummer", "telefonnummeret")
) | {"mobil", "mobilen", "mobilnummer", "mobilnummeret", "number", "phone", "mobile"}
_IS = frozenset(("er", "var", "is", "was", "det", "den", "the", "hendes", "hans", "her", "his"))
_AROUND = (
    _NUMBER_WORDS
    | _IS
    | frozenset(
        (
            *(
                "på",
                "paa",
                "til",
                "med",
                "op",
                "ringe",
                "ring",
                "ringes",
                "bruge",
                "bruges",
                "brug",
            ),
            *("kan", "må", "skal", "hun", "han", "pt", "patienten", "patientens", "hende", "ham"),
            *("har", "mere", "længere", "nu", "rigtige", "rigtigt", "dette", "dur", "virker"),
            *("on", "at", "to", "call", "use", "has", "have", "does", "do", "she", "he", "anymore"),
            *(
                "right",
                "correct",
                "works",
                "work",
                "this",
                "that",
                "it",
                "i",
                "vi",
                "der",
                "længer",
            ),
        )
    )
)
"""Words that say nothing else of a number than whether it is the one."""


_EARLIER = frozenset(("før", "førhen", "previously"))
"""Right before a number: "før: 20 12 34 56". Behind one, they tell when to call."""


class Denied(StrEnum):
    """How a number is spoken of. Perhaps: what is denied beside it may be the number."""

    NO = "no"
    PERHAPS = "perhaps"
    SURELY = "surely"


def denied(before: str, behind: str) -> Denied:
    """Tell whether the words of a clause around a number say that it is none of use."""
    first, last = _words(before), _words(behind)
    groups = contact_words()
    found = [
        _denies(first, last),
        _is_called(groups["former"], first, last),
        _is_called(groups["wrong_number"], first, last),
    ]
    told = [each for each in found if each is not Denied.NO]
    if first[-1:] and first[-1] in _EARLIER:
        return Denied.SURELY
    if not told and {*first, *last} & contact_words()["doubting"]:
        return Denied.PERHAPS
    if len(told) > 1:
        return Denied.PERHAPS  # "ikke forkert"
    return told[0] if told else Denied.NO


def _denies(first: list[str], last: list[str]) -> Denied:
    """Read "ikke" before the number, or behind it where nothing else is said."""
    at = max((at for at, word in enumerate(first) if _is_no(word)), default=None)
    if at is not None:
        between = set(first[at + 1 :])
        if between & contact_words()["only"]:
            return Denied.NO
        return Denied.SURELY if between <= _AROUND else Denied.PERHAPS
    if any(map(_is_no, last)):
        alone = all(_is_no(word) or word in _AROUND for word in last)
        return Denied.SURELY if alone else Denied.PERHAPS
    return Denied.NO


def _is_called(names: frozenset[str], first: list[str], last: list[str]) -> Denied:
    """Read "er det gamle" behind the number, or "det gamle nummer er" before it.

    "Forkert nummer 20 12 34 56" may tell the number that is wrong, or the right one.
    """
    behind = next((at for at, word in enumerate(last) if word in names), None)
    if behind is not None and set(last[:behind]) <= _AROUND:
        return Denied.SURELY
    before = max((at for at, word in enumerate(first) if word in names), default=None)
    if before is None or not set(first[before + 1 :]) <= _NUMBER_WORDS | _IS:
        return Denied.NO
    told_anew = {"det", "den"} & set(first[before + 1 :])
    if told_anew and names is contact_words()["wrong_number"]:
        return Denied.NO
    return Denied.SURELY if names is contact_words()["former"] else Denied.PERHAPS


def _is_no(word: str) -> bool:
    return word in contact_words()["denying"] or word.endswith("n't")


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text.replace("\u2019", "'"))]
