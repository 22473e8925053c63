"""Contact details: what makes a name, a phone number or a date acceptable, and why one is not."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

import phonenumbers

from referrals.denmark.identifiers import EMAIL, FULL_DATE, HOURS, plain
from referrals.denmark.municipalities import is_area_postcode
from referrals.denmark.named_days import named_day

MAX_NAME = 100
_MOST_FIGURES = 3
"""So many figures in a name betray nothing; four may end a CPR number."""
_LETTER = re.compile(r"[^\W\d_]")
_LABEL = re.compile(
    r"\W*(?:(?:tlf|tel|telefon\w*|phone|mob|mobil\w*|mobile|nr|no|nummer|number)\b[\s.:]*)+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\s.\-/()+\d]*\d[\s.\-/()]*")
_OF_A_SERVICE = frozenset(
    {
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
    }
)
"""Numbers that are called by many and answered by no patient."""
_SHORT_SERVICES = frozenset(("112", "114", "1813", "116117"))
"""Alarm, police, the region's doctor on call."""
_COMPACT_DATE = re.compile(r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19\d\d|20[0-4]\d)")
_DANISH_FIGURES = 8
_BETWEEN_FIGURES = re.compile(r"[\s./-]")
_PARTS = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u02bc`\u00b4", "'") | {".": " "})


class BadValue(ValueError):
    """A value that cannot stand. ``why`` is a code; its wording stands in ``domain.yml``.

    The value itself is never part of the error.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def normal_name(text: str) -> str:
    """Give a name with single spaces, the given name first: "Hansen, Jens" is Jens Hansen.

    Raises BadValue: ``bad_name``, ``name_too_long`` or ``name_holds_number`` (a CPR perhaps).
    """
    name = " ".join(text.split()).strip(" ,;.:-")
    last, comma, first = name.partition(",")
    if comma and "," not in first and _LETTER.search(last) and _LETTER.search(first):
        name = f"{first.strip()} {last.strip()}"
    if len(name) > MAX_NAME:
        raise BadValue("name_too_long")
    if len(_LETTER.findall(name)) < 2:
        raise BadValue("bad_name")
    if EMAIL.search(name) or "@" in name or sum(sign.isdecimal() for sign in name) > _MOST_FIGURES:
        raise BadValue("name_holds_number")
    return name


def missing_part(name: str) -> str:
    """Tell which part of a name is missing or is an initial only: ``family``, ``given`` or none."""
    words = name.replace(".", " ").split()
    if len(words) == 1 or len(words[-1]) == 1:
        return "family"
    return "given" if all(len(word) == 1 for word in words[:-1]) else ""


def folded(name: str) -> str:
    """Give what two spellings of one name have in common; for comparing, never for showing."""
    alike = plain(name).translate(_PARTS).casefold()
    return " ".join(unicodedata.normalize("NFC", alike).split())


def normal_phone(text: str) -> str:
    """Give a phone number as E.164, Danish unless it says otherwise.

    A label such as "tlf." may stand before it; with any other letter, or an extension, it is no
    number: those would be dialled as digits or left away. Neither is a date or a span of hours.
    Raises BadValue: ``phone_not_a_number``, ``phone_too_short``, ``phone_too_long`` or
    ``phone_not_in_use`` (the right length, but no such number series).
    """
    return phonenumbers.format_number(_parsed(text), phonenumbers.PhoneNumberFormat.E164)


def _parsed(text: str) -> phonenumbers.PhoneNumber:
    typed = plain(text).strip()
    typed = _LABEL.sub("", typed, count=1) if _LABEL.match(typed) else typed
    if not _NUMBER.fullmatch(typed) or FULL_DATE.search(typed) or HOURS.search(typed):
        raise BadValue("phone_not_a_number")
    try:
        number = phonenumbers.parse(typed, "DK")
    except phonenumbers.NumberParseException as error:
        raise BadValue("phone_not_a_number") from error
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == phonenumbers.ValidationResult.TOO_SHORT:
        raise BadValue("phone_too_short")
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        raise BadValue("phone_too_long")
    if not phonenumbers.is_valid_number(number):
        raise BadValue("phone_not_in_use")
    return number


def own_phone(text: str) -> str:
    """Give a phone number that somebody may have, as E.164.

    Raises BadValue as ``normal_phone`` does, and ``phone_of_a_service`` for one like Stoplinien's.
    """
    if _is_short_service(text):
        raise BadValue("phone_of_a_service")
    number = _parsed(text)
    if phonenumbers.number_type(number) in _OF_A_SERVICE:
        raise BadValue("phone_of_a_service")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_of_service(text: str) -> bool:
    """Tell the number of a service: Stoplinien's, the alarm, the doctor on call."""
    try:
        own_phone(text)
    except BadValue as bad:
        return bad.why == "phone_of_a_service"
    return False


def _is_short_service(text: str) -> bool:
    return re.sub(r"\D", "", text) in _SHORT_SERVICES


def may_be_something_else(text: str) -> bool:
    """Tell whether a number in use may be another thing: a day, two postcodes, shares.

    24122026, 27302750, "20/30 40/51".
    """
    figures = re.sub(r"\D", "", text)[-_DANISH_FIGURES:]
    day = _COMPACT_DATE.fullmatch(_BETWEEN_FIGURES.sub("", text)) is not None
    postcodes = is_area_postcode(figures[:4]) and is_area_postcode(figures[4:])
    signs = set(re.findall(r"(?<=\d)[ ./-]+(?=\d)", text))
    return day or postcodes or ("/" in signs and len(signs) > 1)


def shown_phone(e164: str) -> str:
    """Write a stored number as people do: Danish in pairs, foreign with its country code."""
    number = phonenumbers.parse(e164, "DK")
    style = phonenumbers.PhoneNumberFormat
    domestic = number.country_code == 45
    return phonenumbers.format_number(number, style.NATIONAL if domestic else style.INTERNATIONAL)


def normal_date(text: str, today: date) -> str:
    """Give the coming day that a text names as ISO 8601. Raises BadValue.

    ``past_date`` is one that was in the last weeks, ``bad_date`` whatever else is none.

    Within a year: "5. december", "2026-12-05", "24. 12. 2026", "på fredag".
    """
    found = named_day(text, today)
    if found is None or (found - today).days > 366:
        raise BadValue("bad_date")
    if found < today:
        raise BadValue("past_date")
    return found.isoformat()
