"""Words and figures that say what a journal says: numbers in words or pieces, illnesses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from referrals.denmark.municipalities import is_area_postcode

_NUMBER_WORDS = {
    "da": (
        r"(?:nul|to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|tretten|fjorten|femten|seksten|sytten"
        r"|atten|nitten|(?:(?:en|et|to|tre|fire|fem|seks|syv|otte|ni)-?og-?)?(?:tyve|tredive|fyrre"
        r"|halvtreds|tres|halvfjerds|firs|halvfems)|hundrede)"
    ),
    "en": (
        r"(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
        r"|sixteen|seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty"
        r"|ninety)(?:-?(?:one|two|three|four|five|six|seven|eight|nine))?|hundred)"
    ),
}
_ALSO_COUNTED = {"da": r"(?:en|et|én|ét|een)", "en": r"(?:oh|one|double)"}
"""Numbers only where other numbers stand beside them."""
ANY_NUMBER_WORD = (
    rf"(?<![^\W\d_])(?:{'|'.join(_NUMBER_WORDS.values())})(?:hundrede|hundred)?(?![^\W\d_])"
)
"""A pattern for one number in words."""
NUMBER_WORD = {
    language: re.compile(rf"(?<![^\W\d_]){word}(?![^\W\d_])", re.IGNORECASE)
    for language, word in _NUMBER_WORDS.items()
}
"""One number in words."""
SPELT_OUT = tuple(
    re.compile(rf"\b{one}(?:[\s,.-]+(?:og\s|and\s)?{one})+\b", re.IGNORECASE)
    for one in (
        rf"(?:{word}|{_ALSO_COUNTED[language]}|(?<![\d.:/])\d\d?(?![\d.:/]))"
        for language, word in _NUMBER_WORDS.items()
    )
)
"""Two or more numbers in words, one behind the other: a phone number or a CPR number perhaps.

Figures may stand among the words: "20 tredive 40 halvtreds".
"""
_ILLNESSES = (
    "cancer|kræft|tumor|sarkom|lymfom|leukæmi|leukaemi|leukemi|melanom|metastas|sklerose|skleros"
    "|skizofren|schizophren|bipolar|psykose|psykoti|epilep|parkinson|alzheimer|hepatitis|cirrose"
    "|cirrhos|lungebetænd|pneumoni|diabet|sukkersyge|astma|asthma|depress|anoreksi|bulimi|borderline"
    "|personlighedsforstyr|misbrug|alkoholis|hjertesvigt|atrieflim|angina|infarkt|nyresvigt|fibrose"
    "|emfysem|emphysema|tuberkulose|sarkoidose|colitis|crohn|psoriasis|lupus|myelom|autis|adhd|ptsd"
    "|endometriose|syfilis|klamydia"
)
_SHORT_ILLNESSES = "kol|copd|als|hiv|aids|ms|tia|tb|dvt|ckd"
_WHY_NOT_NOW = "apopleksi|blodprop|slagtilfælde|hjerneblød|demen|delir|afasi|stroke|aphasi|sepsis"
"""Illnesses that are why somebody cannot answer: said as that, but nothing to keep."""
ILLNESS = re.compile(rf"{_ILLNESSES}|^(?:{_SHORT_ILLNESSES})$", re.IGNORECASE)
_ANY_ILLNESS = re.compile(rf"{ILLNESS.pattern}|{_WHY_NOT_NOW}", re.IGNORECASE)


def names_an_illness(word: str) -> bool:
    """Tell whether a word names an illness, whatever it is said for."""
    return bool(_ANY_ILLNESS.search(word))


_PIECE = re.compile(r"\d(?:[ ./-]?\d){1,6}(?!\d)")
_LOOSE = r"(?:og|and|til|to)"
_FIRM = (
    r"(?:(?:og|and)\s(?:så|saa|then)|så|saa|derefter|dernæst|derpå|bagefter|efterfulgt\s+af|fulgt\s+af|then"
    r"|followed\s+by|(?:til\s+)?(?:aller)?(?:sidst|først)|i\s+(?:starten|midten|slutningen)|first|last(?:ly)?"
    r"|finally|(?:og\s+)?(?:resten|det\s+sidste|de\s+sidste)(?:\s+er)?|(?:the\s+)?rest(?:\s+is)?"
    r"|(?:og\s+)?(?:slutter|ender)\s+(?:på|med)|(?:and\s+)?ends?\s+(?:in|with|on))"
)
_GAP = re.compile(
    rf"[\s,;.:-]*(?:(?P<firm>{_FIRM})|(?P<loose>{_LOOSE}))\b[\s,;.:-]*(?:(?P<more>{_FIRM})\b[\s,;.:-]*)?",
    re.IGNORECASE,
)
_MOST_PIECES, _POSTCODE_DIGITS, _LAST_HOUR = 3, 4, 24
_QUARTERS = frozenset(("00", "15", "30", "45"))


@dataclass(frozen=True)
class Pieces:
    """Where a number stands that is told in pieces, and the figures of each piece."""

    start: int
    end: int
    figures: tuple[str, ...]

    @property
    def numbers(self) -> tuple[str, str]:
        """Give the figures together: as they were told, and with the last piece first."""
        return "".join(self.figures), "".join(reversed(self.figures))


def told_in_pieces(text: str) -> Iterator[Pieces]:
    """Give the numbers of two or three pieces that words join; none overlaps another.

    Two hours, and what ends in a postcode of the area behind "og", are no number.
    """
    at = 0
    while first := _PIECE.search(text, at):
        found, firm = [first], False
        while len(found) < _MOST_PIECES and (gap := _GAP.match(text, found[-1].end())):
            piece = _PIECE.match(text, gap.end())
            if not piece:
                break
            firm = firm or bool(gap["firm"] or gap["more"])
            found.append(piece)
        at = found[-1].end()
        figures = tuple("".join(filter(str.isdigit, piece[0])) for piece in found)
        if len(found) > 1 and not _are_something_else(figures, firm=firm):
            yield Pieces(first.start(), at, figures)


def _are_something_else(figures: tuple[str, ...], *, firm: bool) -> bool:
    postcodes = [len(each) == _POSTCODE_DIGITS and is_area_postcode(each) for each in figures]
    hours = all(
        len(each) == _POSTCODE_DIGITS and int(each[:2]) <= _LAST_HOUR and each[2:] in _QUARTERS
        for each in figures
    )
    return not firm and (hours or postcodes[-1] or all(postcodes))
