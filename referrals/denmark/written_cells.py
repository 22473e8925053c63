"""Numbers, dates and keys as a Danish spreadsheet writes them. Pure.

A number is whole or it is refused: in "1.000" and "1 000" the mark parts thousands, in "1,000" it
may be either, so nobody guesses. A date names day, month and year, in this order or the one of ISO
8601. A key is the same key whatever blanks somebody, or their spreadsheet, put into it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from referrals.denmark.written_dates import written_date

_PARTED = re.compile(r"-?(?:[0-9]{1,3}(?:([. ])[0-9]{3})(?:\1[0-9]{3})*|[0-9]+)")
_NOTHING_AFTER = re.compile(r"(?:,(?:0{1,2}|-+))$")
_KRONER = re.compile(r"^(?:kr|dkk)\.?\s*|\s*(?:kr|dkk)\.?$", re.IGNORECASE)
_NO_HOUR = re.compile(r"[ T]0?0[:.]00(?:[:.]00)?$")
YEARS = range(2000, 2100)
"""Years that anybody plans for; another one is a slip of the pen."""


def whole_number(text: str) -> int:
    """Give a whole number. Raises ValueError for anything that may be read in two ways.

    Decimals that are nothing ("1.000,00", "50,-") and the word for kroner do no harm.
    """
    plain = _NOTHING_AFTER.sub("", _KRONER.sub("", one_spelling(text)))
    if not _PARTED.fullmatch(plain):
        raise ValueError("not a whole number")
    return int(plain.replace(".", "").replace(" ", ""))


def whole_date(text: str) -> date:
    """Give the date that a text is. Raises ValueError for anything else, also without a year."""
    plain = _NO_HOUR.sub("", one_spelling(text))
    found = written_date(plain)
    if found is None or (found.start, found.end) != (0, len(plain)):
        raise ValueError("not a date")
    if found.year is None or found.year not in YEARS:
        raise ValueError("not a year")
    return date(found.year, found.month, found.day)


def one_spelling(text: str) -> str:
    """Give a text with single plain blanks, and each letter as one character."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def with_zeros(code: str, digits: int = 4) -> str:
    """Give back the zeros that a spreadsheet took from the front of a code of some digits."""
    return code.zfill(digits) if code.isascii() and code.isdigit() else code
