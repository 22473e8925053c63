"""Contact details: what makes a name, a phone number or a date acceptable, and why one is not."""

from __future__ import annotations

import re
from datetime import date

import phonenumbers

MAX_NAME = 100
_LETTER = re.compile(r"[^\W\d_]")
_DATE = re.compile(r"(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2})(?!\d))?")


class BadValue(ValueError):
    """A value that cannot stand. ``why`` is a code; its wording stands in ``domain.yml``.

    The value itself is never part of the error.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def normal_name(text: str) -> str:
    """Give a name with single spaces. Raises BadValue: ``bad_name`` or ``name_too_long``."""
    name = " ".join(text.split()).strip(" ,;.:-")
    if len(name) > MAX_NAME:
        raise BadValue("name_too_long")
    if len(_LETTER.findall(name)) < 2:
        raise BadValue("bad_name")
    return name


def normal_phone(text: str) -> str:
    """Give a phone number as E.164, Danish unless it says otherwise.

    Raises BadValue: ``phone_not_a_number``, ``phone_too_short``, ``phone_too_long`` or
    ``phone_not_in_use`` (the right length, but no such number series).
    """
    try:
        number = phonenumbers.parse(text, "DK")
    except phonenumbers.NumberParseException as error:
        raise BadValue("phone_not_a_number") from error
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == phonenumbers.ValidationResult.TOO_SHORT:
        raise BadValue("phone_too_short")
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        raise BadValue("phone_too_long")
    if not phonenumbers.is_valid_number(number):
        raise BadValue("phone_not_in_use")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shown_phone(e164: str) -> str:
    """Write a stored number as people do: Danish in pairs, foreign with its country code."""
    number = phonenumbers.parse(e164, "DK")
    style = phonenumbers.PhoneNumberFormat
    domestic = number.country_code == 45
    return phonenumbers.format_number(number, style.NATIONAL if domestic else style.INTERNATIONAL)


def normal_date(text: str, today: date) -> str:
    """Give a coming date, written day first, as ISO 8601. Raises BadValue ``bad_date``."""
    match = _DATE.search(text)
    if not match:
        raise BadValue("bad_date")
    day, month, year = int(match[1]), int(match[2]), match[3]
    try:
        if year:
            found = date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        else:
            found = date(today.year, month, day)
            if found < today:
                found = date(today.year + 1, month, day)
    except ValueError as error:
        raise BadValue("bad_date") from error
    if not 0 <= (found - today).days <= 366:
        raise BadValue("bad_date")
    return found.isoformat()
