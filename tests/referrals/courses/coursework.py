"""Courses for tests: as values, as text that a manager writes, and kept in a catalogue."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from referrals.catalogue.catalogue import MunicipalCatalogue
from referrals.catalogue.draft import Codes, CourseDraft, known_codes, read_draft
from referrals.courses.course import (
    Audience,
    Concept,
    Course,
    CourseSession,
    CourseStatus,
    Format,
    Goal,
    Intake,
    TimeOfDay,
)
from referrals.denmark.municipalities import load_municipalities
from referrals.follow_up.calling_off import CallingOff
from referrals.words.labels import Labels
from tests.conftest import World

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CODES: Codes = known_codes(Labels(), load_municipalities())


def a_session(days: float = 14, hours: float = 2) -> CourseSession:
    """Give a session so many days from now."""
    starts_at = NOW + timedelta(days=days)
    return CourseSession(starts_at, starts_at + timedelta(hours=hours))


def a_course(**changes: Any) -> Course:
    """Give an open group course in Ballerup that starts in two weeks and has room."""
    values: dict[str, Any] = {
        "id": 1,
        "key": "K-1",
        "municipality_code": "0151",
        "open_to": ("0151", "0163"),
        "title": "Rygestop på hold",
        "concept": Concept.GOLD_STANDARD,
        "format": Format.GROUP,
        "goal": Goal.STOP,
        "audience": Audience.ALL,
        "language": "da",
        "interpreter": False,
        "products": (),
        "intake": Intake.FIXED,
        "starts_at": NOW + timedelta(days=14),
        "deadline_on": None,
        "weekday": 0,
        "time_of_day": TimeOfDay.MORNING,
        "place": "Sundhedshuset",
        "postcode": "2750",
        "access": "",
        "online_link": "",
        "capacity": 10,
        "taken": 4,
        "held": 1,
        "waiting": 0,
        "price_dkk": 0,
        "medicine_subsidy": "",
        "contact_phone": "",
        "contact_email": "rygestop@ballerup.example",
        "status": CourseStatus.OPEN,
        "verified_on": date(2026, 11, 20),
        "sessions": (),
    }
    return Course(**values | changes)


def a_text(**changes: str) -> dict[str, str]:
    """Give what a manager writes of a course of three Tuesday evenings in January."""
    return {
        "title": "Rygestop på hold",
        "concept": "gold_standard",
        "format": "group",
        "intake": "fixed",
        "sessions": "2027-01-12 17:00-19:00 | 2027-01-19 17:00-19:00 | 2027-01-26 17:00-19:00",
        "place": "Sundhedshuset, Vej 1",
        "postcode": "2750",
        "capacity": "10",
        "contact_email": "rygestop@ballerup.example",
        **changes,
    }


def a_draft(**changes: str) -> CourseDraft:
    """Give the same, read."""
    return read_draft(a_text(**changes), CODES)


def catalogue(world: World, code: str = "0151", role: str = "manager") -> MunicipalCatalogue:
    """Give the catalogue of a municipality as its manager or adviser has it."""
    return MunicipalCatalogue(world.database, world.staff(f"demo-{role}-{code}"))


def keep(world: World, code: str = "0151", *, published: bool = True, **changes: str) -> int:
    """Keep a course in a catalogue, open unless told otherwise; give its id."""
    own = catalogue(world, code)
    course_id = own.create(a_draft(**changes), world.clock())
    if published:
        own.publish(course_id, 1, world.clock())
    return course_id


def call_off(world: World, course_id: int, version: int = 2, **moves: int) -> None:
    """Call a course of Ballerup off; ``moves`` maps the word ``seat_7`` to another course."""
    manager = CallingOff(world.database, world.staff("demo-manager-0151"))
    seats = {int(seat.removeprefix("seat_")): course for seat, course in moves.items()}
    manager.call_off(course_id, version, world.clock(), seats)
