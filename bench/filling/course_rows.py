"""Large catalogues for measurements: random, the same for the same size, written in bulk."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, text

from referrals.advice.tables import EncounterRow
from referrals.booking.tables import SeatRow
from referrals.courses.course import part_of_day
from referrals.courses.tables import ANYWHERE, CourseOpeningRow, CourseRow, CourseSessionRow
from referrals.denmark.municipalities import load_municipalities
from referrals.staff.tables import HospitalRow, MunicipalityRow, UserRow, WardRow
from referrals.storage.database import Database
from referrals.storage.table_base import Base

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SESSIONS = 4
ENCOUNTERS = 1_000
_BATCH = 10_000
_LANGUAGES = ("da",) * 9 + ("en", "ar", "tr", "ur", "pl", "so", "fa", "uk", "ro")
_FORMATS = ("group", "group", "individual", "digital", "drop_in")
_AUDIENCES = ("all",) * 6 + ("pregnant", "under_25", "mental_illness", "before_surgery")
_HOURS = (9, 10, 13, 15, 17, 18, 19)


def fill(database: Database, courses: int, seats: int = 0) -> None:
    """Write ``courses`` open courses, and over them ``seats`` seats that were given back."""
    _write(database, MunicipalityRow, _municipalities())
    _write(database, CourseRow, (row for row, _ in _courses(courses)))
    _write(database, CourseOpeningRow, (o for _, made in _courses(courses) for o in made[0]))
    _write(database, CourseSessionRow, (s for _, made in _courses(courses) for s in made[1]))
    if seats:
        _write(database, HospitalRow, [{"id": "h", "name": "Hospital"}])
        _write(database, WardRow, [_ward()])
        _write(database, UserRow, [_user()])
        _write(database, EncounterRow, _encounters())
        _write(database, SeatRow, _seats(courses, seats))
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _write(database: Database, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    waiting = iter(rows)
    while batch := list(islice(waiting, _BATCH)):
        with database.write() as session:
            # Nulls are written like any value, else each row would be a statement of its own.
            session.execute(insert(table).execution_options(render_nulls=True), batch)


def _municipalities() -> Iterator[dict[str, Any]]:
    for each in load_municipalities().partners():
        yield {"code": each.code, "name": each.name, "phone": ""}


def _courses(how_many: int) -> Iterator[tuple[dict[str, Any], tuple[list[Any], list[Any]]]]:
    """Give each course with its openings and sessions; the same ones each time."""
    chance = random.Random(how_many)  # noqa: S311 - made up
    places = load_municipalities()
    owners = sorted(places.partner_codes)
    postcodes = {
        owner: [p for p, codes in places.by_postcode.items() if owner in codes] for owner in owners
    }
    for number in range(1, how_many + 1):
        owner = chance.choice(owners)
        rolling = chance.random() < 0.15
        first = NOW + timedelta(days=chance.randint(1, 28 if rolling else 700))
        first = first.replace(hour=chance.choice(_HOURS))
        open_to = sorted({owner, *chance.sample(owners, chance.randint(0, 8))})
        capacity = chance.choice((None, 8, 10, 12, 16))
        shared = {
            "intake": "rolling" if rolling else "fixed",
            "starts_at": None if rolling else first,
            "language": chance.choice(_LANGUAGES),
            "format": chance.choice(_FORMATS),
            "audience": chance.choice(_AUDIENCES),
            "weekday": first.weekday(),
            "time_of_day": part_of_day(first).value,
            "postcode": chance.choice(postcodes[owner]),
        }
        sessions = [
            {
                "course_id": number,
                "starts_at": first + timedelta(weeks=week),
                "ends_at": first + timedelta(weeks=week, hours=2),
            }
            for week in range(SESSIONS)
        ]
        course = {
            **shared,
            "id": number,
            "key": str(number),
            "municipality_code": owner,
            "open_to": open_to,
            "title": f"Rygestop {number}",
            "concept": "gold_standard",
            "goal": "stop",
            "interpreter": chance.random() < 0.1,
            "products": chance.choice(([], [], ["cigarettes"], ["snus", "pouches"])),
            "ends_at": sessions[-1]["ends_at"],
            "place": "Sundhedshuset",
            "access": "",
            "online_link": "",
            "capacity": capacity,
            "taken": chance.randint(0, capacity) if capacity else 0,
            "held": 0,
            "waiting": 0,
            "price_dkk": chance.choice((0, 0, 0, 150)),
            "medicine_subsidy": "",
            "contact_phone": "",
            "contact_email": "",
            "status": "open",
            "verified_on": date(2026, 11, 20),
            "demo": False,
            "version": 1,
        }
        openings = [
            {**shared, "course_id": number, "open_to": code, "owner": owner}
            for code in (*open_to, ANYWHERE)
        ]
        yield course, (openings, sessions)


def _ward() -> dict[str, Any]:
    return {"id": "w", "hospital_id": "h", "department": "d", "name": "w", "valid_from": NOW}


def _user() -> dict[str, Any]:
    user = {"id": 1, "name": "bench", "display_name": "Bench", "role": "nurse", "ward_id": "w"}
    return {**user, "password_hash": "", "language": "da"}


def _encounters() -> Iterator[dict[str, Any]]:
    for number in range(ENCOUNTERS):
        yield {
            "id": str(number),
            "nurse_id": 1,
            "ward_id": "w",
            "language": "da",
            "answers": [],
            "step": "closed",
            "consent_proof": {},
            "started_at": NOW,
            "updated_at": NOW,
            "expires_at": NOW,
        }


def _seats(courses: int, seats: int) -> Iterator[dict[str, Any]]:
    for number in range(seats):
        yield {
            "course_id": number % courses + 1,
            "encounter_id": str(number % ENCOUNTERS),
            "state": "released",
            "asked_at": NOW,
            "ended_at": NOW,
            "ended_why": "bench",
        }
