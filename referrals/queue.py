"""The municipal queue: one municipality's referrals and nothing else.

A ``MunicipalQueue`` is bound to the municipality of the person who works it, so that no query can
reach another's referrals. For whoever asks, those do not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, select, tuple_
from sqlalchemy.orm import Session

from referrals import audit, calls, enrolment, history, reserved, seats
from referrals.clock import WARN_AFTER, Urgency, urgency
from referrals.database import Database
from referrals.encounter import Step
from referrals.queue_view import (
    ConsentFacts,
    HistoryEntry,
    OpenedReferral,
    QueueEntry,
    QueuePage,
)
from referrals.reference import normal_reference
from referrals.referral import (
    AFTER_AN_OUTCOME,
    UNREACHED_STATES,
    Actor,
    IllegalMove,
    Move,
    State,
    check_move,
    moves_by_hand,
)
from referrals.reserved import Reserved
from referrals.seat import NoSeat
from referrals.staff import Staff
from referrals.tables import ConsentRow, ReferralEventRow, ReferralRow, WardRow
from referrals.vault import Vault, seal
from referrals.withdrawal import withdraw

PAGE_SIZE = 50
MAX_NOTE = 2_000


class NotFound(Exception):
    """There is no such referral in this municipality's queue."""


class ChangedMeanwhile(Exception):
    """Somebody else changed the referral after it was read. ``by`` says who, ``state`` where to."""

    def __init__(self, by: str, state: State) -> None:
        super().__init__(f"changed meanwhile by {by}")
        self.by = by
        self.state = state


class MunicipalQueue:
    """The queue of the municipality of ``staff``. Refuses anybody without one."""

    def __init__(self, database: Database, vault: Vault, staff: Staff) -> None:
        if not staff.is_municipal or staff.municipality_code is None:
            raise PermissionError("only municipal staff work a queue")
        self._database = database
        self._vault = vault
        self._staff = staff
        self._code = staff.municipality_code
        self._actor = Actor(staff.role.value)

    def page(
        self,
        now: datetime,
        *,
        state: State | None = None,
        overdue: bool = False,
        urgency: Urgency | None = None,
        everything: bool = False,
        after: str | None = None,
    ) -> QueuePage:
        """Give one page of the open referrals, or of one state, of one urgency, or of all.

        Those that wait for a first talk stand first, due first. ``overdue`` is the urgency
        ``breached`` by another name.
        """
        query = self._own()
        if state is not None:
            query = query.where(ReferralRow.state == state.value)
        elif not everything:
            query = query.where(ReferralRow.open.is_(True))
        wanted = Urgency.BREACHED if overdue else urgency
        if wanted is not None:
            query = query.where(ReferralRow.open.is_(True), *_standing_at(wanted, now))
        with self._database.read() as session:
            if after is not None:
                last = self.row(session, after)
                query = query.where(tuple_(*_ORDER) > (last.clock_stopped, last.due_at, last.id))
            query = query.order_by(*_ORDER).limit(PAGE_SIZE + 1)
            rows = session.scalars(query).all()
            wards = _ward_names(session, rows[:PAGE_SIZE])
        entries = [_entry(row, wards, now) for row in rows[:PAGE_SIZE]]
        more = len(rows) > PAGE_SIZE
        return QueuePage(entries, entries[-1].reference if more else None)

    def counts(self, now: datetime) -> dict[str, int]:
        """Count the open referrals by urgency; those that were reached count as stopped."""
        bucket = case(
            (ReferralRow.clock_stopped.is_(True), Urgency.STOPPED.value),
            (ReferralRow.due_at <= now, Urgency.BREACHED.value),
            (ReferralRow.filed_at <= now - WARN_AFTER, Urgency.WARNING.value),
            else_=Urgency.ON_TIME.value,
        )
        query = (
            select(bucket, func.count())
            .where(ReferralRow.municipality_code == self._code, ReferralRow.open.is_(True))
            .group_by(bucket)
        )
        with self._database.read() as session:
            found: dict[str, int] = dict(iter(session.execute(query)))
        return {each.value: found.get(each.value, 0) for each in Urgency}

    def open(self, reference: str, now: datetime) -> OpenedReferral:
        """Give one referral with identity. The reading is written to the audit log first."""
        with self._database.write() as session:
            row = self.row(session, reference)
            audit.append(
                session, now, self._staff.name, "read_identity", f"referral:{row.reference}"
            )
            return self._opened(session, row, now)

    def move(
        self,
        reference: str,
        move: str,
        now: datetime,
        *,
        reason: str | None = None,
        note: str | None = None,
        version: int | None = None,
    ) -> OpenedReferral:
        """Make one legal move and give the referral as it is then.

        Raises IllegalMove for what the table refuses, ChangedMeanwhile when ``version`` is not the
        present one, NotFound for a referral of somebody else, ValueError for too long a note.
        """
        if note and len(note) > MAX_NOTE:
            raise ValueError("the note is too long")
        with self.changing(reference, version) as (session, row):
            if move in AFTER_AN_OUTCOME:
                legal = moves_by_hand(State(row.state), self._actor)
                raise IllegalMove(move, State(row.state), legal, why="outcome")
            self.make(session, row, move, now, reason=reason, note=note)
            return self._opened(session, row, now)

    @contextmanager
    def changing(
        self, reference: str, version: int | None = None
    ) -> Iterator[tuple[Session, ReferralRow]]:
        """Open a transaction in which one own referral is locked. Raises like ``move``."""
        with self._database.write() as session:
            row = self.row(session, reference, lock=True)
            if version is not None and version != row.version:
                raise ChangedMeanwhile(_last_actor(session, row), State(row.state))
            yield session, row

    def make(
        self,
        session: Session,
        row: ReferralRow,
        move: str,
        now: datetime,
        *,
        reason: str | None = None,
        note: str | None = None,
    ) -> None:
        """Make one legal move with all that it means, in the caller's transaction."""
        rule = check_move(State(row.state), move, self._actor, reason)
        if rule.move is Move.WITHDRAW:
            withdraw(
                session,
                self._vault,
                row,
                by=self._actor,
                name=self._staff.name,
                how="told_municipality",
                now=now,
            )
            return
        token = self._keep_note(session, row, note, now)
        actor = f"{self._actor}:{self._staff.name}"
        entry = history.Entry(actor, now, reason=reason, note_token=token)
        history.append(session, row, rule.move, rule.target, entry)
        action = f"move_{rule.move}"
        audit.append(session, now, self._staff.name, action, f"referral:{row.reference}")
        reserved.follow(session, row.encounter_id, rule.move, now, self._staff.name)
        enrolment.follow(session, row, rule.move, now)

    def confirm_seat(self, reference: str, now: datetime) -> None:
        """Make the held seat a taken one. Raises NotFound, and NoSeat if the hold ran out."""
        with self._database.write() as session:
            row = self._standing(session, reference)
            seats.confirm(session, row.encounter_id, now, self._staff.name)
            enrolment.note_course(session, row)

    def release_seat(self, reference: str, now: datetime) -> None:
        """Give the seat or the place in line back. Raises NotFound, and NoSeat without one."""
        with self._database.write() as session:
            row = self._standing(session, reference)
            if not seats.release(session, row.encounter_id, now, self._staff.name, "municipality"):
                raise NoSeat
            enrolment.note_course(session, row)

    def cancel_call(self, reference: str, now: datetime) -> None:
        """Free the slot of the booked call, if there is one. Raises NotFound."""
        with self._database.write() as session:
            row = self._standing(session, reference)
            calls.cancel(session, row.encounter_id, now, self._staff.name, "municipality")

    def _standing(self, session: Session, reference: str) -> ReferralRow:
        """Give a referral that stands; one taken back has no seat any more."""
        row = self.row(session, reference, lock=True)
        if row.state == State.WITHDRAWN:
            raise NoSeat
        return row

    def _own(self) -> Select[ReferralRow]:
        return select(ReferralRow).where(ReferralRow.municipality_code == self._code)

    def row(self, session: Session, reference: str, *, lock: bool = False) -> ReferralRow:
        """Give one own referral. Raises NotFound."""
        query = self._own().where(ReferralRow.reference == normal_reference(reference))
        row = session.scalars(query.with_for_update() if lock else query).one_or_none()
        if row is None:
            raise NotFound(reference)
        return row

    def _keep_note(
        self, session: Session, row: ReferralRow, note: str | None, now: datetime
    ) -> str | None:
        if not note or not note.strip():
            return None
        return self._vault.keep(session, row.encounter_id, seal("note", note.strip()), now)

    def _opened(self, session: Session, row: ReferralRow, now: datetime) -> OpenedReferral:
        return OpenedReferral(
            _entry(row, _ward_names(session, [row]), now),
            self._plain(session, row),
            self._history(session, row),
            moves_by_hand(State(row.state), self._actor),
            self._reserved(session, row),
            _consent_facts(session, row),
            row.purged_at is not None,
        )

    def _reserved(self, session: Session, row: ReferralRow) -> Reserved:
        """Give seat and call; those of an encounter that was sent anew are not the old one's."""
        if row.state == State.WITHDRAWN:
            return reserved.NOTHING
        return reserved.show(session, row.encounter_id)

    def _plain(self, session: Session, row: ReferralRow) -> dict[str, str]:
        """Give the details in the clear; of what is purged nothing is left to show."""
        plain = {}
        for step, value in row.details.items():
            if value.startswith("[["):
                value = self._vault.unseal(session, row.encounter_id, value)
            if value is not None:
                plain[step] = value
        return plain

    def _history(self, session: Session, row: ReferralRow) -> list[HistoryEntry]:
        events = session.scalars(
            select(ReferralEventRow)
            .where(ReferralEventRow.referral_id == row.id)
            .order_by(ReferralEventRow.number)
        )
        return [
            HistoryEntry(
                event.move,
                event.from_state,
                event.to_state,
                event.reason,
                self._vault.unseal(session, row.encounter_id, event.note_token),
                event.actor,
                event.at,
            )
            for event in events
        ]


_ORDER = (ReferralRow.clock_stopped, ReferralRow.due_at, ReferralRow.id)
"""Who waits for a first talk comes first, then who is due first."""


def _standing_at(wanted: Urgency, now: datetime) -> list[ColumnElement[bool]]:
    """Give the conditions for a clock that stands at ``wanted``."""
    if wanted is Urgency.STOPPED:
        return [ReferralRow.clock_stopped.is_(True)]
    between = {
        Urgency.BREACHED: [ReferralRow.due_at <= now],
        Urgency.WARNING: [ReferralRow.due_at > now, ReferralRow.filed_at <= now - WARN_AFTER],
        Urgency.ON_TIME: [ReferralRow.filed_at > now - WARN_AFTER],
    }
    return [ReferralRow.clock_stopped.is_(False), *between[wanted]]


def queue_overview(
    database: Database, municipality: str | None, now: datetime
) -> Iterator[tuple[str, QueueEntry]]:
    """Give the open referrals with their municipality's code, due first, without identity.

    For operations on the machine itself; pages and API use a ``MunicipalQueue``.
    """
    query = select(ReferralRow).where(ReferralRow.open.is_(True))
    if municipality is not None:
        query = query.where(ReferralRow.municipality_code == municipality)
    query = query.order_by(*_ORDER).execution_options(yield_per=500)
    with database.read() as session:
        wards = dict(iter(session.execute(select(WardRow.id, WardRow.name))))
        for row in session.scalars(query):
            yield row.municipality_code, _entry(row, wards, now)


def _entry(row: ReferralRow, wards: dict[str, str], now: datetime) -> QueueEntry:
    state = State(row.state)
    return QueueEntry(
        reference=row.reference,
        state=state,
        filed_at=row.filed_at,
        due_at=row.due_at,
        urgency=urgency(row.filed_at, now, waiting=state in UNREACHED_STATES),
        first_attempt_at=row.first_attempt_at,
        first_reached_at=row.first_reached_at,
        ward=wards.get(row.ward_id, ""),
        version=row.version,
        spoken_language=row.details.get(Step.SPOKEN_LANGUAGE),
        best_time=row.details.get(Step.BEST_TIME),
    )


def _ward_names(session: Session, rows: Iterable[ReferralRow]) -> dict[str, str]:
    ids = {row.ward_id for row in rows}
    found = session.execute(select(WardRow.id, WardRow.name).where(WardRow.id.in_(ids)))
    return dict(iter(found))


def _consent_facts(session: Session, row: ReferralRow) -> ConsentFacts:
    consent = session.get_one(ConsentRow, row.consent_id)
    return ConsentFacts(
        outcome=bool(consent.outcome),
        method=consent.method,
        language=consent.language,
        captured_at=consent.captured_at,
        expires_at=consent.expires_at,
        withdrawn_at=consent.withdrawn_at,
    )


def _last_actor(session: Session, row: ReferralRow) -> str:
    return session.scalars(
        select(ReferralEventRow.actor)
        .where(ReferralEventRow.referral_id == row.id)
        .order_by(ReferralEventRow.number.desc())
        .limit(1)
    ).one()
