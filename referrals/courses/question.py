"""What a nurse asks of courses: read from what was understood, kept for the next question. Pure.

``Told`` holds every value of each entity that the engine found, such as
``{"place": ["0151"], "time_of_day": ["evening"]}``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from referrals.course import Audience, Conditions, Format, TimeOfDay
from referrals.when import NOTHING, Span, resolve

Told = Mapping[str, Sequence[str]]

HOME = "home"
"""The value of ``near`` for "tæt på hjemmet"."""

_GROUPS: Mapping[str, tuple[str, ...]] = {
    "places": ("places", "near"),
    "weekdays": ("weekdays",),
    "time_of_day": ("time_of_day",),
    "period": ("from_day", "to_day"),
    "format": ("format",),
    "language": ("language",),
    "audience": ("audience",),
    "product": ("product",),
    "free_seats": ("free_seats",),
    "free_of_charge": ("free_of_charge",),
}
"""Conditions that stand and fall together: a new place replaces what the old one was near."""
_ALL = "all"
_ANY_TIME = "any"


def conditions_of(told: Told, today: date, home_postcode: str | None = None) -> Conditions:
    """Read a question by itself. ``home_postcode`` is what "tæt på hjemmet" means, if known."""
    near = _first(told, "near")
    if near == HOME:
        near = home_postcode
    from_day, to_day = _days(told, today)
    homes = _every(told, "lives_in")
    return Conditions(
        home=homes[0] if len(homes) == 1 else None,
        places=() if near else _every(told, "place"),
        near=near,
        weekdays=tuple(sorted(map(int, _every(told, "weekday")))),
        time_of_day=_time_of_day(told),
        from_day=from_day,
        to_day=to_day,
        format=Format(told["course_format"][0]) if told.get("course_format") else None,
        language=_first(told, "spoken_language"),
        product=_first(told, "product"),
        audience=Audience(told["audience"][0]) if told.get("audience") else None,
        free_seats="free_seats" in told,
        free_of_charge="free_of_charge" in told,
    )


def refined(previous: Conditions, told: Told, today: date, home_postcode: str | None) -> Conditions:
    """Change the previous question: what is told replaces its like, what is cleared falls."""
    new = conditions_of(told, today, home_postcode)
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


_ONLY_ASKED = ("near", "free_seats", "free_of_charge", "course_format", "weekday", "time_of_day")
_PLACES = ("place", "near", "lives_in")
_ENTITIES = (
    "place", "near", "lives_in", "weekday", "time_of_day", "period", "course_format",
    "spoken_language", "product", "audience", "free_seats", "free_of_charge", "clears",
)  # fmt: skip


def to_json(conditions: Conditions) -> dict[str, Any]:
    """Give a form that can be stored; what does not matter is left out."""
    stored = {name: value for name, value in asdict(conditions).items() if value}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in stored.items()
    }


def from_json(stored: Mapping[str, Any]) -> Conditions:
    """Read the stored form."""
    read: dict[str, Any] = dict(stored)
    for name, kind in (("format", Format), ("audience", Audience), ("time_of_day", TimeOfDay)):
        if name in read:
            read[name] = kind(read[name])
    for name in ("from_day", "to_day"):
        if name in read:
            read[name] = date.fromisoformat(read[name])
    for name in ("places", "weekdays"):
        if name in read:
            read[name] = tuple(read[name])
    return Conditions(**read)


def _first(told: Told, entity: str) -> str | None:
    return next(iter(told.get(entity, ())), None)


def _every(told: Told, entity: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(told.get(entity, ())))


def _time_of_day(told: Told) -> TimeOfDay | None:
    """Read the part of the day; two of them are no condition that a course can meet."""
    times = [time for time in _every(told, "time_of_day") if time != _ANY_TIME]
    return TimeOfDay(times[0]) if len(times) == 1 else None


def _days(told: Told, today: date) -> Span:
    """Read when a course should start; "efter den 12., inden jul" is both at once.

    "I januar eller februar" is from the first to the last day of the two.
    """
    spans = [span for text in told.get("period", ()) if (span := resolve(text, today)) != NOTHING]
    firsts = [first for first, _ in spans if first]
    lasts = [last for _, last in spans if last]
    both = (max(firsts, default=None), min(lasts, default=None))
    if len(spans) > 1 and both[0] and both[1] and both[1] < both[0]:
        closed = all(first and last for first, last in spans)
        return (min(firsts), max(lasts)) if closed else spans[-1]
    return both
