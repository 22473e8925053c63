"""HSDS 3.0 services read as courses: one of our own files, or another system's.

Takes an HSDS page (``contents``), a list of services, or one service. Other systems need not know
our attributes for what HSDS says itself; what a course needs besides is reported as missing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from dateutil.rrule import WEEKLY, rrule
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from referrals.course import DANISH_TIME, CourseStatus, Session
from referrals.course_draft import MAX_SESSIONS, YEARS, Mistake, danish, write_sessions
from referrals.course_exchange.hsds_writing import IN_ATTRIBUTES, TERM
from referrals.course_exchange.written import (
    MAX_COURSES,
    BadFile,
    BadRow,
    BadRows,
    Written,
    decoded,
)

_CLOCK = re.compile(r"(\d{2}):?(\d{2})(?::\d{2})?(Z|[+-]\d{2}:?\d{2})?")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_OPEN = re.compile(r'"contents"\s*:\s*\[')


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Term(_Part):
    code: str = ""


class _Attribute(_Part):
    value: str | None = None
    taxonomy_term: _Term = _Term()


class _Schedule(_Part):
    valid_from: str | None = None
    valid_to: str | None = None
    dtstart: str | None = None
    timezone: float | None = Field(default=None, ge=-14, le=14)
    until: str | None = None
    count: int | None = Field(default=None, ge=1, le=1_000)
    freq: str | None = None
    interval: int | None = Field(default=None, ge=1, le=60)
    byday: str | None = None
    opens_at: str | None = None
    closes_at: str | None = None


class _Address(_Part):
    address_1: str = ""
    postal_code: str = ""


class _Accessibility(_Part):
    description: str | None = None


class _Location(_Part):
    name: str | None = None
    addresses: list[_Address] = []
    accessibility: list[_Accessibility] = []


class _AtLocation(_Part):
    location: _Location | None = None
    schedules: list[_Schedule] = []


class _Identifier(_Part):
    identifier: str = ""
    identifier_type: str = ""


class _Organization(_Part):
    organization_identifiers: list[_Identifier] = []


class _Language(_Part):
    code: str | None = None


class _Phone(_Part):
    number: str = ""


class _Area(_Part):
    extent: str | None = None


class _Cost(_Part):
    amount: float | None = None


class _Service(_Part):
    id: str
    name: str
    status: Literal["active", "inactive", "defunct", "temporarily closed"]
    url: str | None = None
    email: str | None = None
    interpretation_services: str | None = None
    assured_date: str | None = None
    organization: _Organization | None = None
    languages: list[_Language] = []
    phones: list[_Phone] = []
    service_areas: list[_Area] = []
    service_at_locations: list[_AtLocation] = []
    schedules: list[_Schedule] = []
    cost_options: list[_Cost] = []
    attributes: list[_Attribute] = []


class _Unreadable(ValueError):
    """A schedule that cannot be understood."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.code)
        self.mistake = mistake


def read_hsds(content: bytes) -> list[Written]:
    """Read the services of a file as text of course fields.

    Raises BadFile for what is no such file at all, BadRows for services that are not in the form
    that HSDS lays down, all of them at once.
    """
    text = decoded(content)
    services, lines = _parsed(text)
    if not services:
        raise BadFile("empty")
    if len(services) > MAX_COURSES:
        raise BadFile("too_many_rows", limit=MAX_COURSES)
    found, bad = [], []
    for raw, line in zip(services, lines, strict=True):
        try:
            found.append(Written(line, _fields(_Service.model_validate(raw))))
        except ValidationError as error:
            what = ", ".join(".".join(map(str, e["loc"])) or "service" for e in error.errors())
            mistake = Mistake("not_in_this_form", (("what", what[:200]),))
            bad.append(BadRow(line, "row", mistake))
        except _Unreadable as error:
            bad.append(BadRow(line, "sessions", error.mistake))
    if bad:
        raise BadRows(bad)
    return found


def _parsed(text: str) -> tuple[list[Any], list[int]]:
    """Give the services of a file with the lines on which they begin."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        raise BadFile("not_json", line=error.lineno) from error
    except RecursionError as error:
        raise BadFile("not_json", line=1) from error
    if isinstance(whole, dict) and isinstance(whole.get("contents"), list):
        opening = _OPEN.search(text)
        services, begins = whole["contents"], opening.end() if opening else 0
    elif isinstance(whole, list):
        services, begins = whole, text.index("[") + 1
    elif isinstance(whole, dict) and "name" in whole:
        services, begins = [whole], text.index("{")
    else:
        raise BadFile("not_hsds")
    return services, _lines(text, begins, len(services))


def _lines(text: str, at: int, count: int) -> list[int]:
    """Find the lines of ``count`` values that stand one after the other from ``at`` on."""
    decoder, found, line, seen = json.JSONDecoder(), [], 1, 0
    for _ in range(count):
        while text[at] in " \t\r\n,":
            at += 1
        line += text.count("\n", seen, at)
        seen = at
        found.append(line)
        _, at = decoder.raw_decode(text, at)
    return found


def _fields(service: _Service) -> dict[str, str]:
    ours = {
        each.taxonomy_term.code.removeprefix(TERM): each.value or ""
        for each in service.attributes
        if each.taxonomy_term.code.startswith(TERM)
    }
    ours = {name: text for name, text in ours.items() if name in IN_ATTRIBUTES}
    at = service.service_at_locations[0] if service.service_at_locations else _AtLocation()
    schedules = [
        *service.schedules,
        *(s for p in service.service_at_locations for s in p.schedules),
    ]
    sessions = tuple(session for schedule in schedules for session in _sessions(schedule))
    if len(sessions) > MAX_SESSIONS:
        raise _Unreadable(Mistake("too_many_sessions", (("limit", MAX_SESSIONS),)))
    open_status = {"active": CourseStatus.OPEN, "inactive": CourseStatus.DRAFT}
    return {
        "key": service.id,
        "status": open_status.get(service.status, CourseStatus.CANCELLED).value,
        **ours,
        **_place(at.location or _Location()),
        "municipality": _owner(service.organization),
        "title": service.name,
        "sessions": write_sessions(sessions),
        "online_link": service.url or "",
        "contact_email": service.email or "",
        "contact_phone": service.phones[0].number if service.phones else "",
        "language": (service.languages[0].code or "") if service.languages else "",
        "interpreter": "ja" if service.interpretation_services else "nej",
        "open_to": " ".join(area.extent or "" for area in service.service_areas),
        "verified_on": service.assured_date or "",
        "price_dkk": _price(service.cost_options),
    }


def _place(location: _Location) -> dict[str, str]:
    address = location.addresses[0] if location.addresses else _Address()
    access = location.accessibility[0].description if location.accessibility else None
    return {
        "place": location.name or address.address_1,
        "postcode": address.postal_code,
        "access": access or "",
    }


def _owner(organization: _Organization | None) -> str:
    identifiers = organization.organization_identifiers if organization else []
    known = [i.identifier for i in identifiers if "municipality" in i.identifier_type]
    return known[0] if known else ""


def _price(costs: list[_Cost]) -> str:
    amount = costs[0].amount if costs else None
    if amount is None:
        return ""
    return str(int(amount)) if amount.is_integer() else str(amount)


def _sessions(schedule: _Schedule) -> Iterator[Session]:
    """Give the meetings of a schedule: one day, or a weekly rule. Clock times are kept."""
    first = _day(schedule.dtstart or schedule.valid_from)
    opens, closes = _clock(schedule, "opens_at", first), _clock(schedule, "closes_at", first)
    for number, day in enumerate(_meeting_days(schedule, first), start=1):
        try:
            session = Session(danish(day, opens), danish(day, closes))
        except ValueError as error:
            raise _Unreadable(Mistake("no_such_time", (("number", number),))) from error
        yield session


def _meeting_days(schedule: _Schedule, first: date) -> list[date]:
    if not schedule.freq:
        return [first]
    if schedule.freq != "WEEKLY":
        raise _Unreadable(Mistake("not_weekly"))
    last = schedule.until or schedule.valid_to
    if schedule.count is None and last is None:
        raise _Unreadable(Mistake("not_in_this_form", (("what", "schedule.until"),)))
    names = [name.strip() for name in (schedule.byday or "").split(",") if name.strip()]
    if not set(names) <= set(_DAYS):
        raise _Unreadable(Mistake("not_in_this_form", (("what", "schedule.byday"),)))
    rule = rrule(  # type: ignore[no-untyped-call]
        WEEKLY,
        dtstart=datetime.combine(first, time.min),
        interval=schedule.interval or 1,
        count=schedule.count,
        until=datetime.combine(_day(last), time.max) if schedule.count is None else None,
        byweekday=[_DAYS.index(name) for name in names] or None,
    )
    found = [at.date() for _, at in zip(range(MAX_SESSIONS + 1), rule, strict=False)]
    if len(found) > MAX_SESSIONS:
        raise _Unreadable(Mistake("too_many_sessions", (("limit", MAX_SESSIONS),)))
    return found


def _day(text: str | None) -> date:
    try:
        day = date.fromisoformat((text or "")[:10])
        if day.year not in YEARS:
            raise ValueError(text)
    except ValueError as error:
        raise _Unreadable(Mistake("not_in_this_form", (("what", "schedule.dtstart"),))) from error
    return day


def _clock(schedule: _Schedule, name: str, day: date) -> time:
    """Give a clock time in Danish time, whatever offset it was written with."""
    match = _CLOCK.fullmatch(getattr(schedule, name) or "")
    try:
        if match is None:
            raise ValueError(name)
        at = datetime.combine(day, time(int(match[1]), int(match[2])), UTC)
    except ValueError as error:
        what = (("what", f"schedule.{name}"),)
        raise _Unreadable(Mistake("not_in_this_form", what)) from error
    ahead = _offset(match[3], schedule.timezone)
    return at.time() if ahead is None else (at - ahead).astimezone(DANISH_TIME).time()


def _offset(written: str | None, timezone: float | None) -> timedelta | None:
    """Give how far ahead of UTC a clock time is; None if it is Danish time."""
    if written is None:
        return None if timezone is None else timedelta(hours=timezone)
    if written == "Z":
        return timedelta(0)
    hours, minutes = int(written[1:3]), int(written[-2:])
    return timedelta(hours=hours, minutes=minutes) * (-1 if written[0] == "-" else 1)
