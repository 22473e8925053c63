"""Courses to stop smoking: what is known of one, and how well it fits a question. Pure.

Answers quote records only: nothing here invents, rounds or guesses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

DANISH_TIME = ZoneInfo("Europe/Copenhagen")
NOON, EVENING_FROM = 12, 17
"""Hours of the Danish day at which the afternoon and the evening begin."""

STALE_AFTER = timedelta(days=30)
"""A record that nobody verified for so long says so."""
GAP_WITHIN = timedelta(days=21)
"""A course that starts so soon and has empty seats is shown to fill the gap."""


class Concept(StrEnum):
    """The method a course follows."""

    GOLD_STANDARD = "gold_standard"
    KOM_OG_KVIT = "kom_og_kvit"
    INDIVIDUAL = "individual"
    DIGITAL = "digital"
    DROP_IN = "drop_in"
    SHORT = "short"


class Format(StrEnum):
    """How people meet."""

    GROUP = "group"
    INDIVIDUAL = "individual"
    DIGITAL = "digital"
    DROP_IN = "drop_in"


class Goal(StrEnum):
    """What the course is for."""

    STOP = "stop"
    REDUCE = "reduce"


class Audience(StrEnum):
    """Whom the course is meant for."""

    ALL = "all"
    PREGNANT = "pregnant"
    UNDER_25 = "under_25"
    MENTAL_ILLNESS = "mental_illness"
    BEFORE_SURGERY = "before_surgery"


class Intake(StrEnum):
    """Whether people join at the start, or at any time."""

    FIXED = "fixed"
    ROLLING = "rolling"


class CourseStatus(StrEnum):
    """Whether the course is shown to anybody."""

    DRAFT = "draft"
    OPEN = "open"
    CANCELLED = "cancelled"
    FINISHED = "finished"


class TimeOfDay(StrEnum):
    """When on the day: before noon, noon to five, from five in the evening."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True)
class CourseSession:
    """One meeting of a course, in UTC."""

    starts_at: datetime
    ends_at: datetime


def part_of_day(at: datetime) -> TimeOfDay:
    """Tell the part of the Danish day in which ``at`` lies."""
    hour = at.astimezone(DANISH_TIME).hour
    if hour < NOON:
        return TimeOfDay.MORNING
    return TimeOfDay.AFTERNOON if hour < EVENING_FROM else TimeOfDay.EVENING


def usual_time(sessions: Iterable[CourseSession]) -> tuple[int | None, TimeOfDay | None]:
    """Give the weekday (0 is Monday) and part of the day of most sessions, in Danish time.

    The earliest session decides between equals; without sessions there is neither.
    """
    starts = [session.starts_at for session in sorted(sessions, key=lambda s: s.starts_at)]
    if not starts:
        return None, None
    days = Counter(at.astimezone(DANISH_TIME).weekday() for at in starts)
    parts = Counter(part_of_day(at) for at in starts)
    return days.most_common(1)[0][0], parts.most_common(1)[0][0]


@dataclass(frozen=True)
class Course:
    """A course as its municipality published it.

    ``key`` is the municipality's own id for it, the same at each import. ``open_to`` are the codes
    whose citizens may come. ``seats_free`` is capacity less taken and held, None for no limit.
    Sessions are in order; ``starts_at`` is the first one's, None for rolling intake. ``products``
    is empty for all. ``weekday`` is 0 for Monday; both it and ``time_of_day`` are those of the
    sessions in Danish time, None without sessions. ``price_dkk`` is 0 for free.
    """

    id: int
    key: str
    municipality_code: str
    open_to: tuple[str, ...]
    title: str
    concept: Concept
    format: Format
    goal: Goal
    audience: Audience
    language: str
    interpreter: bool
    products: tuple[str, ...]
    intake: Intake
    starts_at: datetime | None
    deadline_on: date | None
    weekday: int | None
    time_of_day: TimeOfDay | None
    place: str
    postcode: str
    access: str
    online_link: str
    capacity: int | None
    taken: int
    held: int
    waiting: int
    price_dkk: int
    medicine_subsidy: str
    contact_phone: str
    contact_email: str
    status: CourseStatus
    verified_on: date
    sessions: tuple[CourseSession, ...] = ()
    demo: bool = False

    @property
    def shown_title(self) -> str:
        """Give the title as people read it: a made-up course says so."""
        return f"{self.title} (demo)" if self.demo else self.title

    @property
    def seats_free(self) -> int | None:
        """Count the seats that can be held; None where there is no limit."""
        if self.capacity is None:
            return None
        return max(0, self.capacity - self.taken - self.held)

    @property
    def has_room(self) -> bool:
        """Tell whether at least one seat can be held."""
        return self.seats_free is None or self.seats_free > 0

    def is_stale(self, today: date) -> bool:
        """Tell whether the record was last verified more than thirty days ago."""
        return today - self.verified_on > STALE_AFTER

    def takes_new(self, now: datetime, today: date) -> bool:
        """Tell whether somebody can still join."""
        if self.status is not CourseStatus.OPEN:
            return False
        if self.deadline_on is not None and self.deadline_on < today:
            return False
        if self.intake is Intake.ROLLING:
            return not self.sessions or self.next_session(now) is not None
        return self.starts_at is not None and self.starts_at > now

    def next_session(self, now: datetime) -> CourseSession | None:
        """Give the first session that has not begun, None if there is none."""
        return next((session for session in self.sessions if session.starts_at > now), None)
