"""One walk: moves, holds, lines, calls, courses, transfers, follow-ups, days; a look after each.

Everything goes through the real services. Each step is decided by a number, so that a walk can be
walked again, and be made shorter by whoever looks for the fault.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.walking import checking
from referrals.advice.tables import EncounterRow
from referrals.booking import calls, seats
from referrals.booking.calls import Taken
from referrals.booking.seat_states import AlreadyConfirmed, Full, NoSeat, NotOpen, SeatState
from referrals.booking.tables import SeatRow
from referrals.catalogue.catalogue import MunicipalCatalogue
from referrals.catalogue.draft import BadDraft
from referrals.consent.tables import ConsentRow
from referrals.courses.search import UnknownCourse
from referrals.courses.tables import CourseRow
from referrals.denmark.dates import local_day
from referrals.follow_up.calling_off import CallingOff
from referrals.follow_up.follow_ups import FollowUps
from referrals.follow_up.seats_and_calls import SeatsAndCalls
from referrals.housekeeping import keep_house
from referrals.notices.clock_watch import watch
from referrals.outcomes.follow_ups_due import NoFollowUp
from referrals.outcomes.rules import (
    LOST_REASONS,
    BadAnswer,
    FollowUpAnswer,
    FollowUpKind,
    VerificationMethod,
)
from referrals.queue import moving
from referrals.queue.moving import Unsuitable
from referrals.queue.municipal_queue import MunicipalQueue, NotFound
from referrals.referral import history
from referrals.referral.clock import due_at
from referrals.referral.moves import (
    ATTEMPT_REASONS,
    MOVES,
    UNREACHED_STATES,
    About,
    Actor,
    Condition,
    IllegalMove,
    Move,
    Side,
    State,
    moves_by_hand,
)
from referrals.referral.reference import new_reference
from referrals.referral.tables import ReferralRow
from referrals.staff.accounts import staff_of
from referrals.staff.roles import Role, Staff
from referrals.staff.tables import UserRow
from referrals.storage.database import Database
from referrals.vault.vault import Vault

BEGIN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
CODES = ("0151", "0163", "0175")
PATIENTS = 8
"""So many referrals are worked at a time; one that is over makes room for a new one."""
FAR = timedelta(days=4_000)
ONWARD = frozenset(
    {Move.ATTEMPT, Move.REACH, Move.ACCEPT, Move.ENROL, Move.START, Move.COMPLETE}
    | {Move.SIGN_UP_AGAIN}
)
"""Moves that are made more often, so that walks get far."""
BEFORE_A_COURSE = (*UNREACHED_STATES, State.REACHED, State.ACCEPTED)
REFUSALS = (
    AlreadyConfirmed,
    BadAnswer,
    BadDraft,
    Full,
    IllegalMove,
    NoFollowUp,
    NoSeat,
    NotFound,
    NotOpen,
    Taken,
    UnknownCourse,
    Unsuitable,
)
"""What the services may answer to a deed that is not possible; everything else is a fault."""


class Walk:
    """One walk on a database with the demo staff. ``step`` takes a number and does what it says."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.now = BEGIN
        self.made: Counter[str] = Counter()
        self._looked_at: set[str] = set()
        self._steps = 0
        self._database, self._vault = database, vault
        self._advisers = self._staff(Role.ADVISER)
        self._managers = self._staff(Role.COURSE_MANAGER)
        self._queues = {
            code: MunicipalQueue(database, vault, each) for code, each in self._advisers.items()
        }
        self._filed = 0
        with database.read() as session:
            nurses = select(UserRow).where(UserRow.role == Role.NURSE.value)
            self._nurse = session.scalars(nurses.order_by(UserRow.id)).first()
            courses = select(CourseRow).where(CourseRow.municipality_code.in_(CODES))
            self._courses = [row.id for row in session.scalars(courses.order_by(CourseRow.id))]
        self._deeds = {
            "move": (self._move, 12),
            "enrol": (self._enrol, 4),
            "hold": (self._hold, 3),
            "seat": (self._seat, 2),
            "book": (self._book, 2),
            "follow up": (self._follow_up, 3),
            "patient": (self._patient, 1),
            "course": (self._course, 1),
            "time": (self._pass_time, 2),
        }
        self._references: list[str] = []
        with database.write() as session:
            for _ in range(PATIENTS):
                self._file(session, Random(self._filed))  # noqa: S311 - made up

    def step(self, number: int) -> None:
        """Do one thing that the number decides, and look whether somebody is lost."""
        chance = Random(number)  # noqa: S311 - made up, the same each time
        names = list(self._deeds)
        name = chance.choices(names, [weight for _, weight in self._deeds.values()])[0]
        self._looked_at = set()
        try:
            self._deeds[name][0](chance)
        except REFUSALS:
            self.made["refused"] += 1
        else:
            self.made[name] += 1
        self._steps += 1
        everybody = not self._looked_at or self._steps % 5 == 0  # a freed seat is another's
        self._look(set(self._references) if everybody else self._looked_at, chance)

    def check(self, references: set[str]) -> list[ReferralRow]:
        """Look at some referrals, and give them. Raises Lost."""
        with self._database.read() as session:
            return checking.check(session, references)

    def check_lists(self) -> None:
        """Look at the lists of all municipalities, as of a far day. Raises Lost."""
        with self._database.read() as session:
            checking.check_lists(session, self._queues, self.now + FAR)

    def _staff(self, role: Role) -> dict[str, Staff]:
        with self._database.read() as session:
            rows = session.scalars(select(UserRow).where(UserRow.role == role.value))
            return {str(r.municipality_code): staff_of(r) for r in rows}

    def _file(self, session: Session, chance: Random) -> None:
        """File a referral as the bedside does, without the talk."""
        nurse, code = self._nurse, chance.choice(CODES)
        if nurse is None:
            raise RuntimeError("the walk needs the demo staff")
        self._filed += 1
        encounter = str(UUID(int=self._filed))
        times = dict.fromkeys(("started_at", "updated_at"), self.now)
        who = {"nurse_id": nurse.id, "ward_id": nurse.ward_id, "language": "da"}
        answers = [["municipality", code]]
        session.add(
            EncounterRow(
                id=encounter, **who, answers=answers, consent_proof={}, step="closed",
                ended="referred", settled=True, expires_at=self.now + FAR, **times,
            )
        )  # fmt: skip
        session.flush()
        consent = ConsentRow(
            encounter_id=encounter, text_version="", language="da", contact=True,
            contact_text_hash="", shared=[], purpose="", method="", captured_by=nurse.id,
            home_municipality_code=code, captured_at=self.now,
            expires_at=self.now + timedelta(days=365),
        )  # fmt: skip
        session.add(consent)
        session.flush()
        best_time = chance.choice(("any", "morning", "afternoon", "evening"))
        row = ReferralRow(
            reference=new_reference(self._filed), encounter_id=encounter, filing=1,
            municipality_code=code, ward_id=nurse.ward_id, nurse_id=nurse.id,
            consent_id=consent.id, state=State.FILED.value, open=True, version=1,
            filed_at=self.now, state_since=self.now, due_at=due_at(self.now),
            details={"best_time": best_time},
            phone_index=str(chance.randrange(4)),
        )  # fmt: skip
        session.add(row)
        session.flush()
        history.begin(session, row, history.Entry(f"nurse:{nurse.name}", self.now))
        self._references.append(row.reference)
        if chance.random() < 0.5 and self._courses:
            self._try_to_hold(session, row, chance)

    def _look(self, references: set[str], chance: Random) -> None:
        """Check whom the step concerned; who is done makes room for somebody new."""
        rows = self.check(references)
        done = {row.reference for row in rows if row.state in (State.CLOSED, State.WITHDRAWN)}
        # Most of those that are over stay a while: they may be put right.
        leaving = {reference for reference in sorted(done) if chance.random() < 0.3}
        if leaving:
            self._references = [each for each in self._references if each not in leaving]
            with self._database.write() as session:
                for _ in leaving:
                    self._file(session, chance)

    def _row(self, chance: Random) -> ReferralRow:
        reference = chance.choice(self._references)
        self._looked_at.add(reference)
        with self._database.read() as session:
            return session.scalars(
                select(ReferralRow).where(ReferralRow.reference == reference)
            ).one()

    def _move(self, chance: Random) -> None:
        row = self._row(chance)
        code = chance.choice([row.municipality_code] * 6 + [row.offered_to or CODES[0]])
        queue = self._queues[code]
        side = moving.side_of(row, code)
        conditions = {
            Condition.LENT if row.home_municipality_code else Condition.KEPT,
            Condition.OFFERED if row.offered_to else Condition.NOT_OFFERED,
            Condition.KNOWN if row.purged_at is None else Condition.CORRECTABLE,
            Condition.CORRECTABLE,
        }
        legal = moves_by_hand(
            State(row.state), Actor.ADVISER, side or Side.WORKING, frozenset(conditions)
        )
        possible = [MOVES[move] for move in legal if move is not Move.WITHDRAW]
        if not possible:
            return
        weights = [4 if rule.move in ONWARD else 1 for rule in possible]
        rule = chance.choices(possible, weights)[0]
        reason = chance.choice(rule.reasons) if rule.reasons else None
        about = self._about(rule.about, chance)
        if rule.about is About.REFERENCE and about:
            self._looked_at.add(about)
        queue.move(row.reference, rule.move, self.now, reason=reason, about=about, agreed=True)
        self.made[f"moves: {rule.move}"] += 1

    def _about(self, about: About | None, chance: Random) -> str | None:
        match about:
            case About.MUNICIPALITY:
                return chance.choice(CODES)
            case About.REFERENCE:
                return chance.choice(self._references)
            case About.COLLEAGUE:
                return chance.choice([each.name for each in self._advisers.values()])
            case About.TIME if chance.random() < 0.6:
                return (self.now + timedelta(hours=chance.randint(1, 200))).isoformat()
        return None

    def _enrol(self, chance: Random) -> None:
        row = self._row(chance)
        self._work(row).enrol(row.reference, chance.choice(self._courses), self.now)

    def _hold(self, chance: Random) -> None:
        row = self._row(chance)
        if row.state in BEFORE_A_COURSE:
            with self._database.write() as session:
                self._try_to_hold(session, row, chance)

    def _try_to_hold(self, session: Session, row: ReferralRow, chance: Random) -> None:
        """Hold a seat as the bedside does."""
        try:
            seats.hold(session, chance.choice(self._courses), row.encounter_id, self.now, "walk")
        except (AlreadyConfirmed, Full, NotOpen):
            return

    def _seat(self, chance: Random) -> None:
        row = self._row(chance)
        staff = self._advisers[row.municipality_code]
        own = SeatsAndCalls(self._database, self._vault, staff)
        deed = chance.choice((own.confirm_seat, own.release_seat, own.cancel_call))
        deed(row.reference, self.now)

    def _book(self, chance: Random) -> None:
        row = self._row(chance)
        if row.state in (State.CLOSED, State.WITHDRAWN):
            return
        with self._database.write() as session:
            free = calls.free_slots(session, row.municipality_code, self.now, 3)
            if free:
                calls.book(session, chance.choice(free), row.encounter_id, self.now, "walk")

    def _follow_up(self, chance: Random) -> None:
        row = self._row(chance)
        work, kind = self._work(row), chance.choice(list(FollowUpKind))
        drawn = chance.random()
        if drawn < 0.4:
            smoke_free = chance.random() < 0.5
            told = FollowUpAnswer(smoke_free=smoke_free, method=VerificationMethod.SELF_REPORT)
            work.answer(row.reference, kind, told, self.now)
        elif drawn < 0.7:
            work.lose(row.reference, kind, chance.choice(LOST_REASONS), self.now)
        elif drawn < 0.8:
            work.resume(row.reference, kind, self.now)
        else:
            reason = chance.choice(ATTEMPT_REASONS)
            work.call_in_vain(row.reference, kind, reason, self.now)

    def _patient(self, chance: Random) -> None:
        row = self._row(chance)
        if chance.random() < 0.3:
            self._queues[row.municipality_code].move(row.reference, Move.WITHDRAW, self.now)

    def _course(self, chance: Random) -> None:
        """Call a course off, or change how many seats it has."""
        course_id = chance.choice(self._courses)
        with self._database.read() as session:
            row = session.get_one(CourseRow, course_id)
            code, version = row.municipality_code, row.version
        catalogue = MunicipalCatalogue(self._database, self._managers[code])
        if chance.random() < 0.5:
            others = [each for each in self._courses if each != course_id]
            into = chance.choice(others) if others and chance.random() < 0.3 else None
            with self._database.read() as session:
                standing = session.scalars(seats.standing_in(course_id)).all()
            moves = {seat.id: into for seat in standing} if into else {}
            CallingOff(self._database, self._managers[code]).call_off(
                course_id, version, self.now, moves
            )
        else:
            with catalogue.change() as session:
                taken = select(func.count()).where(
                    SeatRow.course_id == course_id, SeatRow.state == SeatState.CONFIRMED.value
                )
                least = session.scalar(taken) or 0
                seats.change_capacity(
                    session, course_id, row.held + max(row.taken, least) + chance.randint(0, 2),
                    self.now, "walk",
                )  # fmt: skip

    def _pass_time(self, chance: Random) -> None:
        self.now += timedelta(hours=chance.choice((1, 3, 20, 60, 200, 900)))
        self._open_courses(chance)
        watch(self._database, self.now)
        keep_house(self._database, self.now)

    def _open_courses(self, chance: Random) -> None:
        """Have some courses that take people, small ones, so that lines form."""
        with self._database.write() as session:
            known = session.scalars(select(CourseRow).where(CourseRow.id.in_(self._courses))).all()
            future = [each for each in known if each.starts_at and each.starts_at > self.now]
            if len(future) >= 3 or not known:
                return
            pattern = chance.choice(known)
            columns = [c.key for c in CourseRow.__table__.columns if c.key != "id"]
            copied = {name: getattr(pattern, name) for name in columns}
            starts = self.now + timedelta(days=chance.randint(2, 40))
            new = CourseRow(
                **copied
                | {
                    "key": f"walk-{self.now.timestamp():.0f}-{len(known)}", "capacity": 2,
                    "taken": 0, "held": 0, "waiting": 0, "version": 1, "status": "open",
                    "intake": "fixed", "starts_at": starts, "deadline_on": None,
                    "ends_at": starts + timedelta(weeks=6), "open_to": list(CODES),
                    "verified_on": local_day(self.now),
                }
            )  # fmt: skip
            session.add(new)
            session.flush()
            self._courses = [*self._courses[-5:], new.id]

    def _work(self, row: ReferralRow) -> FollowUps:
        return FollowUps(self._database, self._vault, self._advisers[row.municipality_code])
