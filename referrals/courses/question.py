"""What a nurse asks of courses: read from what was understood, kept for the next question. Pure.

``Told`` holds every value of each entity that the engine found, such as
``{"place": ["0151"], "time_of_day": ["evening"]}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, time
from typing import Any

from referrals.courses.conditions import Conditions
from referrals.courses.course import EVENING_FROM, NOON, Audience, Format, TimeOfDay
from referrals.courses.when import NOTHING, Span, resolve
from referrals.denmark.calendar_days import DAY, Days

Told = Mapping[str, Sequence[str]]
_When = tuple["date | None", "date | None", "tuple[Days, ...]"]

HOME = "home"
"""The value of ``near`` for "tæt på hjemmet"."""

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "places": ("places", "near"),
    "weekdays": ("weekdays",),
    "time_of_day": ("time_of_day", "from_clock", "to_clock"),
    "period": ("from_day", "to_day", "except_days"),
    "format": ("format", "except_formats"),
    "language": ("language",),
    "audience": ("audience", "except_audiences"),
    "product": ("product",),
    "free_seats": ("free_seats",),
    "free_of_charge": ("free_of_charge",),
}
"""Conditions that stand and fall together: a new place replaces what the old one was near."""
_DAYS = ("from_day", "to_day")
_CLOCKS = ("from_clock", "to_clock")
_ALL = "all"
_ANY_TIME = "any"


def conditions_of(
    told: Told,
    today: date,
    home_postcode: str | None = None,
    before: Conditions | None = None,
) -> Conditions:
    """Read a question by itself. ``home_postcode`` is what "tæt på hjemmet" means, if known.

    ``before`` is the question that a bare "men ikke i uge 3" takes days from.
    """
    near = _first(told, "near")
    if near == HOME:
        near = home_postcode
    from_day, to_day, except_days = _days(told, today, before or Conditions())
    time_of_day, from_clock, to_clock = _hours(told)
    homes = _every(told, "lives_in")
    formats, not_formats = _wanted_and_not(told, "course_format")
    audiences, not_audiences = _wanted_and_not(told, "audience")
    return Conditions(
        home=homes[0] if len(homes) == 1 else None,
        places=() if near else _every(told, "place"),
        near=near,
        weekdays=tuple(sorted(map(int, _every(told, "weekday")))),
        time_of_day=time_of_day,
        from_clock=from_clock,
        to_clock=to_clock,
        from_day=from_day,
        to_day=to_day,
        except_days=except_days,
        format=Format(formats[0]) if formats else None,
        language=_first(told, "spoken_language"),
        product=_first(told, "product"),
        audience=Audience(audiences[0]) if audiences else None,
        except_formats=tuple(map(Format, not_formats)),
        except_audiences=tuple(map(Audience, not_audiences)),
        free_seats="free_seats" in told,
        free_of_charge="free_of_charge" in told,
    )


def refined(previous: Conditions, told: Told, today: date, home_postcode: str | None) -> Conditions:
    """Change the previous question: what is told replaces its like, what is cleared falls."""
    new = conditions_of(told, today, home_postcode, previous)
    cleared = set(_every(told, "clears"))
    if _ANY_TIME in _every(told, "time_of_day"):
        cleared.add("time_of_day")
    base = Conditions(home=previous.home) if _ALL in cleared else previous
    changes: dict[str, Any] = {"home": new.home or previous.home}
    for group, names in _GROUPS.items():
        if group in cleared or any(getattr(new, name) for name in names):
            changes |= {name: getattr(new, name) for name in names}
    return replace(base, **changes)


def says_anything(told: Told) -> bool:
    """Tell whether anything was understood that a question about courses can hold."""
    return any(told.get(name) for name in _ENTITIES)


def asks_by_itself(told: Told) -> bool:
    """Tell whether words that were not read as a question ask for a course all the same.

    Two things of which a course has both do: a place and a condition, a day of the week and a part
    of the day, or "hold" or "kursus" with either.
    """
    if told.get("near") and not told.get("postcode"):
        return True
    if told.get("weekday") and told.get("time_of_day"):
        return True
    conditions = any(told.get(name) for name in _ENTITIES if name not in _PLACES)
    place = bool(told.get("place") or told.get("lives_in"))
    return (place and conditions) or bool(told.get("course_noun") and (place or conditions))


def wants_course(told: Told) -> bool:
    """Tell whether a word for courses stands with something that is only asked of a course."""
    return bool(told.get("course_noun")) and any(told.get(name) for name in _ONLY_ASKED)


def names_place(told: Told) -> bool:
    """Tell whether a place was named."""
    return any(told.get(name) for name in _PLACES)


_ONLY_ASKED = (
    "near", "free_seats", "free_of_charge", "course_format", "weekday", "time_of_day", "clock",
)  # fmt: skip
_PLACES = ("place", "near", "lives_in")
_ENTITIES = (
    "place", "near", "lives_in", "weekday", "time_of_day", "clock", "period", "not_period",
    "course_format", "spoken_language", "product", "audience", "free_seats", "free_of_charge",
    "clears",
)  # fmt: skip


def to_json(conditions: Conditions) -> dict[str, Any]:
    """Give a form that can be stored; what does not matter is left out."""
    stored = {name: value for name, value in asdict(conditions).items() if value}
    for name in (*_DAYS, *_CLOCKS):
        if name in stored:
            stored[name] = str(stored[name])
    if conditions.except_days:
        spans = conditions.except_days
        stored["except_days"] = [[first.isoformat(), last.isoformat()] for first, last in spans]
    return stored


def from_json(stored: Mapping[str, Any]) -> Conditions:
    """Read the stored form."""
    read: dict[str, Any] = dict(stored)
    for name, kind in (("format", Format), ("audience", Audience), ("time_of_day", TimeOfDay)):
        if name in read:
            read[name] = kind(read[name])
    for name in _DAYS:
        if name in read:
            read[name] = date.fromisoformat(read[name])
    for name in _CLOCKS:
        if name in read:
            read[name] = time.fromisoformat(read[name])
    read |= _ruled_out(read)
    if "except_days" in read:
        spans = read["except_days"]
        read["except_days"] = tuple(
            (date.fromisoformat(first), date.fromisoformat(last)) for first, last in spans
        )
    for name in ("places", "weekdays"):
        if name in read:
            read[name] = tuple(read[name])
    return Conditions(**read)


def _ruled_out(read: Mapping[str, Any]) -> dict[str, Any]:
    kinds = (("except_formats", Format), ("except_audiences", Audience))
    return {name: tuple(map(kind, read[name])) for name, kind in kinds if name in read}


def _first(told: Told, entity: str) -> str | None:
    return next(iter(told.get(entity, ())), None)


def _every(told: Told, entity: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(told.get(entity, ())))


def _wanted_and_not(told: Told, entity: str) -> tuple[list[str], list[str]]:
    """Tell what is asked for from what is ruled out, "ikke online", which is ``not_digital``."""
    every = _every(told, entity)
    ruled_out = [value.removeprefix(_NOT) for value in every if value.startswith(_NOT)]
    return [value for value in every if not value.startswith(_NOT)], ruled_out


_NOT = "not_"


def _hours(told: Told) -> tuple[TimeOfDay | None, time | None, time | None]:
    """Read when on the day: a part of it, or hours. Parts side by side are hours together."""
    parts = [TimeOfDay(part) for part in _every(told, "time_of_day") if part != _ANY_TIME]
    clock = _first(told, "clock")
    if clock is None:
        if len(parts) == 1:
            return (parts[0], None, None)
        first, last = _PARTS_TOGETHER.get(frozenset(parts), (None, None))
        return (None, first, last)
    first, last = (time.fromisoformat(end) if end else None for end in clock.split("-"))
    part = next((part for part, ends in _PARTS.items() if ends == (first, last)), None)
    return (part, None, None) if part else (None, first, last)


_PARTS = {
    TimeOfDay.MORNING: (None, time(NOON)),
    TimeOfDay.AFTERNOON: (time(NOON), time(EVENING_FROM)),
    TimeOfDay.EVENING: (time(EVENING_FROM), None),
}
_BARE_DAY = re.compile(r"(?:^|\s)(?:den|d\.?|the) \d{1,2}(?:\.| ?(?:st|nd|rd|th))?$")
_PARTS_TOGETHER: Mapping[frozenset[TimeOfDay], tuple[time | None, time | None]] = {
    frozenset({TimeOfDay.MORNING, TimeOfDay.AFTERNOON}): (None, time(EVENING_FROM)),
    frozenset({TimeOfDay.AFTERNOON, TimeOfDay.EVENING}): (time(NOON), None),
}


def not_understood(told: Told, today: date) -> tuple[str, ...]:
    """Give the words of a condition that nothing was made of, so that they can be said."""
    periods = [*told.get("period", ()), *told.get("not_period", ())]
    unread = [text for text in periods if resolve(text, today) == NOTHING]
    return tuple(dict.fromkeys((*told.get("unread", ()), *unread)))


def _days(told: Told, today: date, before: Conditions) -> _When:
    """Read when a course should start; "efter den 12., inden jul" is both at once.

    What will not do narrows the days just asked for where no others are told: ``before``.
    """
    wanted = _spans(told.get("period", ()), today)
    first = min((first for first, last in wanted if first and last), default=None)
    ruled_out = _spans(told.get("not_period", ()), today, first)
    if wanted:
        return _without_days(_wanted_days(wanted), ruled_out, today)
    if ruled_out:
        return _without_days((before.from_day, before.to_day, before.except_days), ruled_out, today)
    return (None, None, ())


def _spans(texts: Sequence[str], today: date, within: date | None = None) -> list[Span]:
    """Read texts; a bare "efter den 10." is of the month that another names, or of ``within``."""
    spans = {text: resolve(text, today) for text in texts}
    bare = [text for text in texts if _BARE_DAY.search(text)]
    named = [first for text, (first, last) in spans.items() if first and last and text not in bare]
    month = min(named, default=within)
    if month and month > today:
        spans |= {text: resolve(text, month) for text in bare}
    return [span for span in spans.values() if span != NOTHING]


def _wanted_days(spans: Sequence[Span]) -> _When:
    """Put spans together: what they have in common, or all of them without what lies between.

    An open span that meets no other is the last word.
    """
    firsts = [first for first, _ in spans if first]
    lasts = [last for _, last in spans if last]
    from_day, to_day = max(firsts, default=None), min(lasts, default=None)
    if not from_day or not to_day or from_day <= to_day:
        return (from_day, to_day, ())
    closed = sorted((first, last) for first, last in spans if first and last)
    if len(closed) < len(spans):
        return (*spans[-1], ())
    gaps, reached = [], closed[0][1]
    for first, last in closed[1:]:
        if first > reached + DAY:
            gaps.append((reached + DAY, first - DAY))
        reached = max(reached, last)
    return (closed[0][0], reached, tuple(gaps))


def _without_days(when: _When, ruled_out: Sequence[Span], today: date) -> _When:
    """Move the first or the last day where spans that will not do touch it; leave out the others.

    Nobody starts today: what begins tomorrow touches a beginning that is open.
    """
    from_day, to_day, inside = when[0], when[1], list(when[2])
    for first, last in sorted(ruled_out, key=lambda span: span[0] or date.min):
        if last and (first or date.min) <= (from_day or today + DAY):
            from_day = max(from_day or date.min, last + DAY)
        elif first and (last or date.max) >= (to_day or date.max):
            to_day = min(to_day or date.max, first - DAY)
        elif first and last:
            inside.append((first, last))
    return (from_day, to_day, tuple(inside))
