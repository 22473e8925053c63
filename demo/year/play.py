"""Plays a made-up year: who works where, what the service does by itself, and the first cause.

Nothing is written past the services but the staff and the wards. The clock watch is done at the
second at which the service would do it next; rounds in which nothing can be due are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from demo import people
from demo.year.advisers import Advisers
from demo.year.agenda import Agenda, Clock, at_work
from demo.year.courses import Courses
from demo.year.likely import Pace
from demo.year.people import Patient, patient
from demo.year.talks import Talk
from referrals.consent.receipt import NoReceipt, Receipts
from referrals.figures.counted_days import keep_counted
from referrals.housekeeping import keep_house
from referrals.notices.clock_watch import watch
from referrals.notices.spreading import EmailAddresses, spread
from referrals.referral.clock import PROMISE, WARN_AFTER, days_later
from referrals.referral.tables import ReferralRow
from referrals.staff.accounts import staff_of
from referrals.staff.roles import Role, Staff
from referrals.staff.tables import UserRow, WardRow
from referrals.storage.database import Database
from referrals.turns.encounters import Encounters
from referrals.turns.turn import TurnServices

SEED = "henvis"
WATCH_EVERY_S = 20
"""How often the service looks at the clocks; see service/web/chores.py."""
WITHDRAWS = 0.015
REFERRED_TWICE = 0.06
MORE_WARDS = (
    ("herlev-onk-2", "herlev", "Onkologi", "Onkologisk sengeafsnit 2"),
    ("herlev-onk-3", "herlev", "Onkologi", "Onkologisk dagafsnit"),
    ("herlev-med-1", "herlev", "Medicin", "Medicinsk sengeafsnit 1"),
    ("herlev-med-3", "herlev", "Medicin", "Medicinsk sengeafsnit 3"),
    ("herlev-akut-1", "herlev", "Akutmodtagelse", "Akutafsnittet"),
    ("herlev-kir-1", "herlev", "Kirurgi", "Kirurgisk sengeafsnit 1"),
    ("herlev-kir-2", "herlev", "Kirurgi", "Kirurgisk sengeafsnit 2"),
    ("herlev-uro-1", "herlev", "Urologi", "Urologisk sengeafsnit"),
    ("herlev-gyn-1", "herlev", "Gynækologi", "Gynækologisk sengeafsnit"),
    ("gentofte-hjerte-1", "gentofte", "Kardiologi", "Hjerteafsnit 1"),
    ("gentofte-hjerte-2", "gentofte", "Kardiologi", "Hjerteafsnit 2"),
    ("gentofte-orto-1", "gentofte", "Ortopædkirurgi", "Ortopædkirurgisk sengeafsnit 1"),
    ("gentofte-orto-2", "gentofte", "Ortopædkirurgi", "Ortopædkirurgisk sengeafsnit 2"),
    ("gentofte-hud-1", "gentofte", "Dermatologi", "Hudafsnittet"),
    ("gentofte-med-2", "gentofte", "Medicin", "Medicinsk sengeafsnit 2"),
)
"""With those of the demo there are twenty."""
HOME_OF_DEMO_ADVISER = "0151"


@dataclass(frozen=True)
class Script:
    """How large a year is: encounters, how long, how often courses are held and house is kept.

    ``busy`` are the weights of the demo's own wards and ``others`` that of each further one,
    ``of_demo_adviser`` how often the home of the demo's adviser counts: a small year spread over
    everything would show nothing anywhere. With ``counts_days`` the days that are over are counted
    each time house is kept, so that what changes later must be noticed. ``astray`` multiplies how
    often people are sent on, lent, referred twice, or something is put right. ``afterwards`` is how
    long everybody goes on working once nobody new is met, so that what was begun comes to its end.
    """

    encounters: int = 8_000
    days: int = 365
    course_every: timedelta = timedelta(days=28)
    house_every: timedelta = timedelta(days=1)
    busy: tuple[int, ...] = (6, 6, 6, 6, 6)
    others: int = 1
    of_demo_adviser: int = 1
    counts_days: bool = True
    astray: float = 1
    afterwards: timedelta = timedelta(0)


@dataclass(frozen=True)
class Played:
    """What was played. ``unfinished`` are the references that somebody would have gone on with."""

    encounters: int
    filed: int
    deeds: int
    unfinished: frozenset[str]


class Year:
    """A year that ends at ``until``, on a database with the demo staff."""

    def __init__(
        self, database: Database, around: TurnServices, until: datetime, script: Script
    ) -> None:
        self._until = until
        self._meets_until = until - script.afterwards
        self._since = self._meets_until - timedelta(days=script.days)
        self._script = script
        self._clock = Clock(self._since)
        self._agenda = Agenda(self._clock)
        self._database = database
        self._around = replace(around, now=self._clock)
        self._encounters = Encounters(database, self._around)
        self._chance = Random(SEED)  # noqa: S311 - made up, the same each time
        self._met = self._filed = 0
        self._homes, self._outside = _postcodes(around)
        extra = [home for home in self._homes if home[1] == HOME_OF_DEMO_ADVISER]
        self._homes += extra * (script.of_demo_adviser - 1)
        wards = (*people.WARDS, *(MORE_WARDS if script.others else ()))
        self._nurses = _people_wards(database, wards, self._since)
        managers = _staff(database, Role.COURSE_MANAGER)
        self._courses = Courses(database, self._around, self._agenda, managers, SEED)
        self._advisers = {
            code: Advisers(
                database,
                around.vault,
                self._agenda,
                self._courses,
                staff,
                _pace(number),
                script.astray,
            )
            for number, (code, staff) in enumerate(sorted(_staff(database, Role.ADVISER).items()))
        }
        self._whose: dict[str, Advisers] = {}
        for each in self._advisers.values():
            each.neighbours, each.whose = self._advisers, self._whose
            each.clock_runs_again = self._watch_next
        self._courses.after_session = self._after_session
        self._courses.after_course = self._after_course

    def play(self, told: Callable[[float], None] = lambda _: None) -> Played:
        """Play it all; ``told`` hears now and then which share of the year is over."""
        self._plan_chores()
        self._courses.plan(self._since, self._until, self._script.course_every)
        for number in range(self._script.encounters):
            at = at_work(self._some_time(), self._chance)
            self._agenda.plan(at, lambda number=number: self._meet(number))  # type: ignore[misc]
        whole = self._until - self._since
        deeds = self._agenda.run(self._until, lambda at: told((at - self._since) / whole))
        still = self._agenda.still_to_come() | self._courses.waiting()
        return Played(self._met, self._filed, deeds, frozenset(still - {""}))

    def _some_time(self) -> datetime:
        """Draw a moment; there is more of it towards the end, as ever more people take part."""
        share = max(self._chance.random(), self._chance.random() * 0.9)
        return self._since + share * (self._meets_until - self._since - timedelta(hours=1))

    def _meet(self, number: int) -> None:
        self._met += 1
        who = patient(number, SEED, self._homes, self._outside)
        wards = list(self._nurses)
        busy = self._script.busy
        weights = [*busy, *[self._script.others] * (len(wards) - len(busy))]
        ward = Random(f"{SEED} ward {number}").choices(wards, weights)[0]  # noqa: S311
        talk = Talk(self._encounters, self._clock, self._nurses[ward], who)
        reference = talk.hold(self._courses.choose)
        if reference is not None:
            self._file(reference, who.municipality, number)
            astray = self._script.astray
            if Random(f"{SEED} twice {number}").random() < REFERRED_TWICE * astray:  # noqa: S311
                self._refer_again(who, number, wards)
            if who.undoes:
                self._clock.at += timedelta(minutes=2)
                talk.undo()
                again = talk.send_again() if who.sends_again else None
                if again is not None:
                    self._file(again, who.municipality, number)

    def _refer_again(self, who: Patient, number: int, wards: Sequence[str]) -> None:
        """Let another ward refer the same patient some days later, knowing of the first time."""
        chance = Random(f"{SEED} again {number}")  # noqa: S311
        ward = chance.choice(wards)
        again = replace(who, answers={**who.answers, "offer": "yes", "duplicate": "add"})

        def refer() -> None:
            self._met += 1
            talk = Talk(self._encounters, self._clock, self._nurses[ward], again)
            reference = talk.hold(self._courses.choose)
            if reference is not None:
                self._file(reference, who.municipality, number)

        at = self._clock() + timedelta(days=chance.uniform(1, 20))
        self._agenda.plan(at_work(at, chance), refer)

    def _file(self, reference: str, code: str, number: int) -> None:
        self._filed += 1
        now = self._clock()
        self._advisers[code].take(reference, f"{SEED} referral {number}")
        for mark in (WARN_AFTER, PROMISE):
            self._agenda.plan(_next_round(self._since, days_later(now, mark)), self._watch)
        chance = Random(f"{SEED} consent {number}")  # noqa: S311
        if chance.random() < WITHDRAWS:
            at = now + timedelta(days=chance.uniform(1, 150))
            self._agenda.plan(at, lambda: self._take_back(reference))

    def _take_back(self, reference: str) -> None:
        vault = self._around.vault
        secret = vault.link_secret("receipt", reference)
        try:
            Receipts(self._database, vault).withdraw(reference, secret, self._clock())
        except NoReceipt:
            return

    def _after_session(self, reference: str, number: int, present: bool) -> None:  # noqa: FBT001
        self._whose[reference].came(reference, number, present=present)

    def _after_course(self, reference: str, sessions: int) -> None:
        self._whose[reference].course_over(reference, sessions)

    # What the service does by itself

    def _plan_chores(self) -> None:
        night = self._since.replace(hour=2, minute=0, second=0, microsecond=0)
        while (night := night + self._script.house_every) < self._until:
            self._agenda.plan(night, self._keep_house)
        with self._database.read() as session:
            already = session.scalars(select(ReferralRow.filed_at)).all()
        for filed_at in already:
            for mark in (WARN_AFTER, PROMISE):
                at = _next_round(self._since, days_later(filed_at, mark))
                self._agenda.plan(at, self._watch)

    def _keep_house(self) -> None:
        keep_house(self._database, self._clock())
        spread(self._database, [EmailAddresses()], self._clock())
        if self._script.counts_days:
            keep_counted(self._database, self._clock())

    def _watch_next(self) -> None:
        self._agenda.plan(_next_round(self._since, self._clock()), self._watch)

    def _watch(self) -> None:
        watch(self._database, self._clock())


def _next_round(since: datetime, at: datetime) -> datetime:
    """Give the time of the service's first look at the clocks that sees ``at``."""
    rounds = -((since - at) // timedelta(seconds=WATCH_EVERY_S))
    return since + rounds * timedelta(seconds=WATCH_EVERY_S)


def _pace(number: int) -> Pace:
    """Give how a municipality works: most are quick, some are short of people."""
    first = (10, 14, 20, 30, 16, 40, 12, 48, 24)[number % 9]
    return Pace(first_call_h=first, next_call_h=22, reaches=0.55)


def _postcodes(around: TurnServices) -> tuple[list[tuple[str, str]], list[str]]:
    """Give the postcodes of the nine with the municipality that is confirmed, and those beyond."""
    known = around.municipalities
    homes, outside = [], []
    for postcode, codes in sorted(known.by_postcode.items()):
        own = [code for code in codes if code in known.partner_codes]
        homes += [(postcode, code) for code in own]
        if not own:
            outside.append(postcode)
    return homes, outside or ["2100"]


def _staff(database: Database, role: Role) -> dict[str, Staff]:
    """Give one of a role for each municipality."""
    with database.read() as session:
        rows = session.scalars(select(UserRow).where(UserRow.role == role.value))
        return {row.municipality_code: staff_of(row) for row in rows if row.municipality_code}


def _people_wards(
    database: Database, wards: Sequence[tuple[str, str, str, str]], since: datetime
) -> dict[str, Staff]:
    """Give a nurse for each ward; those that are missing come into being, nurses as wards."""
    with database.write() as session:
        for ward, hospital, department, name in wards:
            if session.get(WardRow, ward) is None:
                session.add(
                    WardRow(
                        id=ward,
                        hospital_id=hospital,
                        department=department,
                        name=name,
                        valid_from=since,
                    )
                )
        session.flush()
        nurses = session.scalars(select(UserRow).where(UserRow.role == Role.NURSE.value)).all()
        of = {row.ward_id: row for row in nurses}
        for ward, _, _, name in wards:
            if ward not in of:
                of[ward] = UserRow(
                    name=f"demo-nurse-{ward}",
                    display_name=f"Demo {name}",
                    role=Role.NURSE.value,
                    password_hash=nurses[0].password_hash,
                    language="da",
                    ward_id=ward,
                )
                session.add(of[ward])
        session.flush()
        return {ward: staff_of(of[ward]) for ward, *_ in wards}
