"""Which course fits a question best. Pure.

The order: the own municipality first, unless the question names places or asks for something near;
then fit; then, if near was asked for, closeness; then the earliest start; then distance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from referrals.courses.conditions import LOOSENING, Conditions
from referrals.courses.course import DANISH_TIME, GAP_WITHIN, Audience, Course, Goal, Intake
from referrals.denmark.distances import Distances

NEAR_KM = 6.0
"""What "near" means at most: a short bus or bicycle ride between town centres."""
CLOSE_KM = 2.5
"""Steps in which one course is closer than another."""
SOON = timedelta(days=7)
"""When somebody who joins a rolling course without set times can begin: after the call."""
_FAR_KM = 1_000.0
_DANISH = "da"


@dataclass(frozen=True)
class Standpoint:
    """From when and where courses are looked at. ``home_postcodes`` are those of each home."""

    now: datetime
    distances: Distances
    home_postcodes: Mapping[str, tuple[str, ...]]


def unmet(course: Course, asked: Conditions, at: Standpoint) -> tuple[str, ...]:
    """Name the conditions that ``course`` does not meet, the least binding first."""
    return tuple(
        name for name in LOOSENING if getattr(asked, name) and not _MEETS[name](course, asked, at)
    )


def rank(course: Course, asked: Conditions, at: Standpoint) -> tuple[float | date | datetime, ...]:
    """Give the place of ``course`` in the order: the smallest comes first, no two are equal."""
    begins = start_of(course, at.now)
    return (
        _foreign(course, asked),
        *_misfit(course, asked, at),
        _steps_away(course, asked, at),
        begins.astimezone(DANISH_TIME).date(),
        _from_home(course, asked, at),
        begins,
        course.id,
    )


def ranked(courses: Iterable[Course], asked: Conditions, at: Standpoint) -> list[Course]:
    """Give the courses in order, best first."""
    return sorted(courses, key=lambda course: rank(course, asked, at))


def start_of(course: Course, now: datetime) -> datetime:
    """Tell when somebody who joins now would begin."""
    if course.intake is Intake.FIXED and course.starts_at is not None:
        return course.starts_at
    session = course.next_session(now)
    return session.starts_at if session else now + SOON


def fills_gap(course: Course, now: datetime) -> bool:
    """Tell whether ``course`` has empty seats and starts so soon that they may stay empty."""
    empty = course.seats_free is not None and course.seats_free > 0
    starts = course.starts_at
    return empty and starts is not None and now < starts <= now + GAP_WITHIN


def fullest_gap(courses: Iterable[Course], asked: Conditions, at: Standpoint) -> Course | None:
    """Give the course to fill first: most empty seats, then the best ranked."""
    gaps = [course for course in courses if fills_gap(course, at.now)]
    return min(gaps, key=lambda c: (-(c.seats_free or 0), rank(c, asked, at)), default=None)


def _today(at: Standpoint) -> date:
    return at.now.astimezone(DANISH_TIME).date()


def _starts_between(course: Course, asked: Conditions, at: Standpoint) -> bool:
    """Tell whether one can begin in time: rolling ones at any session, without any at any time."""
    if course.intake is Intake.ROLLING and not course.sessions:
        return (asked.to_day or date.max) >= _today(at)
    first, last = asked.from_day or date.min, asked.to_day or date.max
    days = (start.astimezone(DANISH_TIME).date() for start in _starts(course, at))
    return any(
        first <= day <= last and not any(no <= day <= to for no, to in asked.except_days)
        for day in days
    )


def _starts(course: Course, at: Standpoint) -> list[datetime]:
    """Give the times at which somebody can begin, as far as they are set."""
    if course.intake is Intake.FIXED:
        return [course.starts_at] if course.starts_at else []
    return [each.starts_at for each in course.sessions if each.starts_at > at.now]


def _is_near(course: Course, asked: Conditions, at: Standpoint) -> bool:
    away = at.distances.km(asked.near or "", course.postcode)
    return away is not None and away <= NEAR_KM


def _same(name: str) -> Callable[[Course, Conditions, Standpoint], bool]:
    return lambda course, asked, _at: bool(getattr(course, name) == getattr(asked, name))


def _begins_on_the_clock(course: Course, asked: Conditions, at: Standpoint) -> bool:
    """Tell whether one can begin within the hours asked for: rolling ones at any session."""
    first, last = asked.from_clock or time.min, asked.to_clock
    clocks = (start.astimezone(DANISH_TIME).time() for start in _starts(course, at))
    return any(first <= clock and (last is None or clock < last) for clock in clocks)


_MEETS: Mapping[str, Callable[[Course, Conditions, Standpoint], bool]] = {
    "to_clock": _begins_on_the_clock,
    "from_clock": _begins_on_the_clock,
    "time_of_day": _same("time_of_day"),
    "weekdays": lambda course, asked, _at: course.weekday in asked.weekdays,
    "to_day": _starts_between,
    "from_day": _starts_between,
    "except_days": _starts_between,
    "free_of_charge": lambda course, _asked, _at: course.price_dkk == 0,
    "product": lambda course, asked, _at: not course.products or asked.product in course.products,
    "near": _is_near,
    "places": lambda course, asked, _at: course.municipality_code in asked.places,
    "except_formats": lambda course, asked, _at: course.format not in asked.except_formats,
    "except_audiences": lambda course, asked, _at: course.audience not in asked.except_audiences,
    "format": _same("format"),
    "audience": _same("audience"),
    "free_seats": lambda course, _asked, _at: course.has_room,
    "language": _same("language"),
}


def _foreign(course: Course, asked: Conditions) -> int:
    if asked.home is None or asked.near or asked.places:
        return 0
    return int(course.municipality_code != asked.home)


def _misfit(course: Course, asked: Conditions, at: Standpoint) -> tuple[int, int, int]:
    """Weigh what is not met, the most binding heaviest; then no room; then what nobody asked for.

    Another language weighs a little less where there is an interpreter.
    """
    missed = sum(2 * 2 ** LOOSENING.index(name) for name in unmet(course, asked, at))
    if asked.language and course.language != asked.language and course.interpreter:
        missed -= 1
    unasked = (
        not asked.language and course.language != _DANISH,
        not asked.audience and course.audience is not Audience.ALL,
        course.goal is not Goal.STOP,
    )
    return missed, int(not course.has_room), sum(unasked)


def _steps_away(course: Course, asked: Conditions, at: Standpoint) -> float:
    if asked.near is None:
        return 0
    away = at.distances.km(asked.near, course.postcode)
    return _FAR_KM if away is None else away // CLOSE_KM


def _from_home(course: Course, asked: Conditions, at: Standpoint) -> float:
    """Give the kilometres to travel; 0 if nothing is known of the patient, or nobody travels."""
    from_codes = (asked.near,) if asked.near else at.home_postcodes.get(asked.home or "", ())
    if not from_codes or not course.postcode:
        return 0
    away = [at.distances.km(code, course.postcode) for code in from_codes]
    return min((km for km in away if km is not None), default=_FAR_KM)
