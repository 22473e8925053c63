"""Courses of a made-up year: each municipality holds them in turn, and notes who came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random

from demo.year.agenda import Agenda
from referrals.catalogue.catalogue import MunicipalCatalogue
from referrals.catalogue.draft import known_codes, read_draft
from referrals.denmark.dates import DANISH_TIME, local_day
from referrals.denmark.municipalities import MunicipalityMap
from referrals.follow_up.attendance import Attendance
from referrals.staff.roles import Staff
from referrals.storage.database import Database
from referrals.turns.turn import TurnServices
from referrals.words.room_words import RoomWords

SESSIONS, CAPACITY = 6, 12
HOURS = "17:00-19:00"
PUBLISHED_BEFORE = timedelta(weeks=6)
SOONEST = timedelta(days=2)
NOTED_AFTER = timedelta(hours=3)
COMES = 0.82
"""The share of sessions that those come to who have begun."""
_SATURDAY = 5
_WORDS = RoomWords("demo")


@dataclass
class Held:
    """One course: its sessions in UTC, and the references of those who were enrolled."""

    id: int
    owner: str
    open_to: frozenset[str]
    starts: list[datetime]
    people: list[str] = field(default_factory=list)


class Courses:
    """Plans the courses of all municipalities and notes the attendance of each session.

    ``after_session`` is told the reference, the number of the session (from 1) and whether the
    person came; ``after_course`` how often in all.
    """

    def __init__(
        self,
        database: Database,
        around: TurnServices,
        agenda: Agenda,
        managers: Mapping[str, Staff],
        seed: str,
    ) -> None:
        self._database = database
        self._around = around
        self._agenda = agenda
        self._managers = managers
        self._chance = Random(f"{seed} courses")  # noqa: S311 - made up, the same each time
        self._codes = known_codes(around.labels, around.municipalities)
        self._towns = {code: _main_postcode(around.municipalities, code) for code in managers}
        self.held: dict[int, Held] = {}
        self.after_session: Callable[[str, int, bool], None] = lambda *_: None
        self.after_course: Callable[[str, int], None] = lambda *_: None

    def plan(self, since: datetime, until: datetime, every: timedelta) -> None:
        """Plan a course of each municipality every so often; they begin within the time given."""
        for number, code in enumerate(sorted(self._managers)):
            begins = since + timedelta(days=14 + 3 * number)
            while begins < until + PUBLISHED_BEFORE:
                at = max(since, begins - PUBLISHED_BEFORE)
                self._agenda.plan(at, self._publishing(code, begins))
                begins += every

    def waiting(self) -> set[str]:
        """Give the references of those whose course has not had its last session noted."""
        now = self._agenda.clock()
        return {
            reference
            for each in self.held.values()
            if each.starts[-1] + NOTED_AFTER > now
            for reference in each.people
        }

    def choose(self, home: str) -> int | None:
        """Give the next course that takes citizens of a municipality, its own before others."""
        soonest = self._agenda.clock() + SOONEST
        open_now = [
            each for each in self.held.values() if home in each.open_to and each.starts[0] > soonest
        ]
        chosen = min(open_now, key=lambda each: (each.owner != home, each.starts[0]), default=None)
        return chosen.id if chosen else None

    def _publishing(self, code: str, begins: datetime) -> Callable[[], None]:
        def publish() -> None:
            now = self._agenda.clock()
            first = local_day(begins)
            first += timedelta(
                days=max(0, 7 - first.weekday()) if first.weekday() >= _SATURDAY else 0
            )
            days = [first + timedelta(weeks=week) for week in range(SESSIONS)]
            partners = sorted(self._managers)
            near = partners[(partners.index(code) + 1) % len(partners)]
            name = self._around.municipalities.name_of(code)
            draft = read_draft(
                {
                    "title": _WORDS.word("course_of_the_year", "da").format(place=name),
                    "concept": "gold_standard",
                    "format": "group",
                    "intake": "fixed",
                    "sessions": " | ".join(f"{day} {HOURS}" for day in days),
                    "open_to": f"{code} {near}",
                    "place": "Sundhedshuset, Demovej 2",
                    "postcode": self._towns[code],
                    "capacity": str(CAPACITY),
                    "contact_email": f"rygestop-{code}@demo.example",
                },
                self._codes,
            )
            catalogue = MunicipalCatalogue(self._database, self._managers[code])
            course_id = catalogue.create(draft, now)
            catalogue.publish(course_id, catalogue.open(course_id).version, now)
            starts = [
                datetime.combine(day, time(17), DANISH_TIME).astimezone(now.tzinfo) for day in days
            ]
            self.held[course_id] = Held(course_id, code, frozenset({code, near}), starts)
            for number, at in enumerate(starts, start=1):
                self._agenda.plan(at + NOTED_AFTER, self._noting(course_id, number))

        return publish

    def _noting(self, course_id: int, number: int) -> Callable[[], None]:
        def note() -> None:
            held = self.held[course_id]
            if not held.people:
                return
            sheets = Attendance(self._database, self._around.vault, self._managers[held.owner])
            came = {reference: self._chance.random() < COMES for reference in held.people}
            at = held.starts[number - 1]
            sheets.record(course_id, at, came, self._agenda.clock())
            for reference, present in came.items():
                self.after_session(reference, number, present)
            if number == len(held.starts):
                for reference in held.people:
                    self.after_course(reference, len(held.starts))

        return note


def _main_postcode(known: MunicipalityMap, code: str) -> str:
    """Give the postcode of a municipality's own town, or the one shared with the fewest others."""

    def fit(postcode: str) -> tuple[bool, int, str]:
        elsewhere = known.town_of[postcode] != known.name_of(code)
        return elsewhere, len(known.by_postcode[postcode]), postcode

    return min((p for p, codes in known.by_postcode.items() if code in codes), key=fit)
