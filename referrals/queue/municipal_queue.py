"""The municipal queue: one municipality's referrals and nothing else.

A ``MunicipalQueue`` is bound to the municipality of the person who works it, so that no query can
reach another's referrals. For whoever asks, those do not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.consent.holding import hold
from referrals.consent.withdrawal import withdraw
from referrals.next_action.keeping import settle
from referrals.programs.once import Once, only_once
from referrals.queue import comments, moving, partners, reading
from referrals.queue import search as queue_search
from referrals.queue import today as work_today
from referrals.queue.filters import BadCursor, Wanted
from referrals.queue.moving import MoveContext, MoveRequest, Unsuitable
from referrals.queue.partners import Partner
from referrals.queue.reading import Reader
from referrals.queue.today import Person, Section, Today
from referrals.queue.view import HistoryEntry, OpenedReferral, QueueEntry, QueuePage
from referrals.referral import duplicates, history
from referrals.referral.clock import Urgency
from referrals.referral.moves import (
    AFTER_AN_OUTCOME,
    Actor,
    IllegalMove,
    Move,
    Rule,
    Side,
    State,
    check_move,
)
from referrals.referral.reference import normal_reference
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import MUNICIPAL_ROLES, Staff, municipality_of
from referrals.staff.tables import HospitalRow, MunicipalityRow, UserRow, WardRow
from referrals.storage import paging
from referrals.storage.database import Database
from referrals.vault.vault import Vault

MAX_NOTE = 2_000
MOST_AT_ONCE = 200
"""So many referrals can be assigned in one go."""


class NotFound(Exception):
    """There is no such referral in this municipality's queue."""


class ChangedMeanwhile(Exception):
    """Somebody else changed the referral after it was read.

    ``by`` says who did last, ``state`` where it stands, ``holder`` who has it, and ``changes`` what
    happened since, without notes.
    """

    def __init__(
        self, by: str, state: State, holder: str | None, changes: Sequence[HistoryEntry]
    ) -> None:
        super().__init__(f"changed meanwhile by {by}")
        self.by = by
        self.state = state
        self.holder = holder
        self.changes = list(changes)


@dataclass(frozen=True)
class Assigned:
    """What became of referrals that were assigned together: done, and left because changed."""

    done: list[str]
    left: list[str]


class MunicipalQueue:
    """The queue of the municipality of ``staff``. Refuses anybody without one.

    With ``once`` a move, a comment or a change of a referral is made for the first such call alone.
    """

    def __init__(
        self, database: Database, vault: Vault, staff: Staff, once: Once | None = None
    ) -> None:
        self._database = database
        self._vault = vault
        self._staff = staff
        self._once = once
        self._code = municipality_of(staff)
        self._actor = Actor(staff.role.value)

    @property
    def staff_name(self) -> str:
        """Give the log-in name of whoever works the queue."""
        return self._staff.name

    @property
    def reads(self) -> bool:
        """Tell whether identity is shown: to people, and to systems that may read."""
        return self._staff.reads

    def page(
        self,
        now: datetime,
        wanted: Wanted | None = None,
        *,
        after: str | None = None,
        limit: int = paging.PAGE,
    ) -> QueuePage:
        """Give one page of what is wanted, of the open referrals if nothing is said.

        Raises NotFound for a cursor that no page gave.
        """
        wanted = wanted or Wanted()
        query = wanted.query(self._code, now).order_by(*wanted.order)
        if after is not None:
            try:
                query = query.where(wanted.behind(after))
            except BadCursor:
                raise NotFound from None
        with self._database.read() as session:
            rows, following = paging.page(session, query, wanted.cursor, limit)
            return QueuePage(reading.entries(session, rows, now), following)

    def counts(self, now: datetime) -> dict[str, int]:
        """Count the open referrals by urgency, up to a thousand; reached ones count as stopped."""
        with self._database.read() as session:
            return {
                each.value: work_today.count(session, Wanted(urgency=each).query(self._code, now))
                for each in Urgency
            }

    def today(self, now: datetime, *, mine: bool = False, only: Section | None = None) -> Today:
        """Give what must be done today by the municipality, or by the reader; no identity."""
        with self._database.read() as session:
            return self._today(session, now, mine=mine, only=only)

    def today_with_people(
        self, now: datetime, *, mine: bool = False, only: Section | None = None
    ) -> tuple[Today, dict[str, Person]]:
        """Give the same, and name and phone of everybody on it that we work, by reference.

        The reading is one row of the audit log, with how many people were shown.
        """
        with self._database.write() as session:
            work = self._today(session, now, mine=mine, only=only)
            stacks = (*work.sections.values(), work.untaken)
            shown = {each.reference for stack in stacks for each in stack.entries}
            shown |= {each.reference for each in work.news}
            record = f"queue:{self._code}:{len(shown)}"
            chain.append(session, now, self._staff.name, "read_today", record)
            return work, work_today.people(session, self._vault, shown)

    def search(self, words: str, now: datetime) -> list[QueueEntry]:
        """Find referrals by reference, phone number or name, exactly. Raises CannotSearch.

        That somebody searched, by what and with how many hits is written to the audit log.
        """
        sought = queue_search.read(words)
        with self._database.write() as session:
            rows = queue_search.find(session, self._vault, self._code, sought)
            record = f"queue:{self._code}:{len(rows)}"
            chain.append(session, now, self._staff.name, f"search_{sought.kind}", record)
            return reading.entries(session, rows, now)

    def open(self, reference: str, now: datetime) -> OpenedReferral:
        """Give one referral with identity. The reading is written to the audit log first.

        Whoever is only offered it gets no identity.
        """
        with self._database.write() as session:
            row = self._row(session, reference)
            if moving.side_of(row, self._code) is not Side.OFFERED:
                self._note(session, now, reading.READING, row)
            return self._opened(session, row, now)

    def move(
        self,
        reference: str,
        move: str,
        now: datetime,
        *,
        reason: str | None = None,
        note: str | None = None,
        about: str | None = None,
        agreed: bool = False,
        version: int | None = None,
    ) -> OpenedReferral:
        """Make one legal move and give the referral as it is then.

        Raises IllegalMove for what the table refuses, Unsuitable for something named that will not
        do, ChangedMeanwhile when ``version`` is not the present one, NotFound for a referral of
        somebody else, ValueError for too long a note.
        """
        if note and len(note) > MAX_NOTE:
            raise ValueError("the note is too long")
        wish = MoveRequest(reason, note, about, agreed)
        with self._database.write() as session:
            if move == Move.WITHDRAW:  # before the audit log, which every move locks
                hold(session, session.scalars(select(ReferralRow.id).where(*self._ours(reference))))
            row = self._read_once(session, reference, version, now)
            if move in AFTER_AN_OUTCOME:
                legal = self._reader(session).legal(row)
                raise IllegalMove(move, State(row.state), legal, why="outcome")
            self._carry_out(session, row, move, wish, now)
            settle(session)  # what comes next is part of the answer
            return self._opened(session, row, now)

    @contextmanager
    def changing(
        self, reference: str, now: datetime, version: int | None = None
    ) -> Iterator[tuple[Session, ReferralRow]]:
        """Open a transaction in which a referral that we work is locked. Raises like ``move``."""
        with self._database.write() as session:
            row = self._read_once(session, reference, version, now)
            if moving.side_of(row, self._code) is not Side.WORKING:
                raise NotFound(reference)
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
        about: str | None = None,
    ) -> None:
        """Make one legal move with all that it means, in the caller's transaction."""
        self._carry_out(session, row, move, MoveRequest(reason, note, about), now)

    def assign(
        self, chosen: Sequence[tuple[str, int | None]], name: str | None, now: datetime
    ) -> Assigned:
        """Give referrals, each with the version that was read, to a colleague, or to nobody.

        Those that changed meanwhile, ended or are not ours are left. Raises Unsuitable.
        """
        done, left = [], []
        for reference, version in chosen[:MOST_AT_ONCE]:
            try:
                with self._database.write() as session:
                    row = self._read(session, reference, version, now)
                    self._carry_out(session, row, Move.ASSIGN, MoveRequest(about=name), now)
            except (NotFound, ChangedMeanwhile, IllegalMove):
                left.append(reference)
            else:
                done.append(reference)
        return Assigned(done, left)

    def comment(self, reference: str, text: str, now: datetime) -> None:
        """Add a word to colleagues. Raises NotFound, and Unsuitable for none or too long a text."""
        text = text.strip()
        if not text or len(text) > MAX_NOTE:
            raise Unsuitable("comment")
        with self._database.write() as session:
            row = self._read_once(session, reference, None, now)
            if moving.side_of(row, self._code) is Side.OFFERED or row.purged_at is not None:
                raise NotFound
            comments.add(session, self._vault, row, self._staff, text, now)
            self._note(session, now, "comment", row)

    def tell_apart(self, reference: str, other: str, now: datetime, *, same: bool) -> None:
        """Remember that two referrals that we work are not of one person, or forget that again.

        Raises NotFound.
        """
        with self.changing(reference, now) as (session, row):
            deed = duplicates.perhaps_one if same else duplicates.tell_apart
            deed(session, row, self.row(session, other), self._staff.name, now)

    def colleagues(self) -> list[tuple[str, str]]:
        """List who can be given referrals: name and how it is shown."""
        with self._database.read() as session:
            found = session.execute(
                select(UserRow.name, UserRow.display_name)
                .where(UserRow.municipality_code == self._code)
                .where(UserRow.role.in_([role.value for role in MUNICIPAL_ROLES]))
                .where(UserRow.suspended_at.is_(None))
                .order_by(UserRow.display_name)
            )
            return [(name, shown) for name, shown in found]

    def own_phone(self) -> str:
        """Give the number at which citizens call the municipality; empty if none is kept."""
        with self._database.read() as session:
            return session.get_one(MunicipalityRow, self._code).phone

    def colleague_id(self, name: str) -> int | None:
        """Give the id of a colleague by name, suspended or not; None for anybody else."""
        if not name.isprintable():
            return None
        with self._database.read() as session:
            return session.scalar(
                select(UserRow.id).where(
                    UserRow.name == name, UserRow.municipality_code == self._code
                )
            )

    def wards(self) -> list[tuple[str, str]]:
        """List the wards that refer: id and name with the hospital."""
        with self._database.read() as session:
            found = session.execute(
                select(WardRow.id, WardRow.name, HospitalRow.name)
                .join(HospitalRow, HospitalRow.id == WardRow.hospital_id)
                .order_by(HospitalRow.name, WardRow.name)
            )
            return [(ward_id, f"{name}, {hospital}") for ward_id, name, hospital in found]

    def partners(self, reference: str, now: datetime) -> list[Partner]:
        """List the other municipalities and what room they have. Raises NotFound."""
        with self._database.read() as session:
            row = self._row(session, reference)
            if moving.side_of(row, self._code) is not Side.WORKING:
                return []
            return partners.partners_of(session, row, now)

    def row(self, session: Session, reference: str) -> ReferralRow:
        """Give one referral that we work. Raises NotFound."""
        row = self._row(session, reference)
        if moving.side_of(row, self._code) is not Side.WORKING:
            raise NotFound(reference)
        return row

    def _read_once(
        self, session: Session, reference: str, version: int | None, now: datetime
    ) -> ReferralRow:
        """Do the same for a call that is carried out once. Raises DoneBefore and KeyReused too."""
        if self._once is not None:
            chain.lock(session)
            only_once(session, self._once, now)
        return self._read(session, reference, version, now)

    def _today(self, session: Session, now: datetime, *, mine: bool, only: Section | None) -> Today:
        return work_today.today(session, self._code, now, self._staff.id if mine else None, only)

    def _read(
        self, session: Session, reference: str, version: int | None, now: datetime
    ) -> ReferralRow:
        """Lock one referral in which we have a part, as it was when ``version`` was read."""
        chain.lock(session)
        row = self._row(session, reference, lock=True)
        if version is not None and version != row.version:
            raise self._changed(session, row, version, now)
        return row

    def check(
        self, session: Session, row: ReferralRow, move: str, reason: str | None = None
    ) -> Rule:
        """Give the rule of a move that may be made now. Raises IllegalMove with those that may."""
        side = moving.side_of(row, self._code) or Side.WORKING
        conditions = moving.conditions_of(session, row)
        try:
            return check_move(State(row.state), move, self._actor, reason, side, conditions)
        except IllegalMove as illegal:
            illegal.legal = self._reader(session).legal(row)
            raise

    def _carry_out(
        self, session: Session, row: ReferralRow, move: str, wish: MoveRequest, now: datetime
    ) -> None:
        rule = self.check(session, row, move, wish.reason)
        if rule.move is Move.WITHDRAW:
            withdraw(
                session,
                row,
                by=self._actor,
                name=self._staff.name,
                how="told_municipality",
                now=now,
            )
            return
        moving.carry_out(MoveContext(session, self._vault, row, self._staff, rule, wish, now))
        self._note(session, now, f"move_{rule.move}", row)

    def _changed(
        self, session: Session, row: ReferralRow, version: int, now: datetime
    ) -> ChangedMeanwhile:
        if not self.reads:  # who did what is not for a system that only writes
            return ChangedMeanwhile("", State(row.state), None, [])
        opened = self._opened(session, row, now)
        made = [each for each in opened.history if each.event in history.VERSIONS]
        since = [replace(each, note=None) for each in made[version:]]
        by = since[-1].actor if since else ""
        return ChangedMeanwhile(by, State(row.state), opened.entry.adviser, since)

    def _ours(self, reference: str) -> tuple[ColumnElement[bool], ...]:
        return ReferralRow.reference == normal_reference(reference), moving.has_a_part(self._code)

    def _row(self, session: Session, reference: str, *, lock: bool = False) -> ReferralRow:
        query = select(ReferralRow).where(*self._ours(reference))
        row = session.scalars(query.with_for_update() if lock else query).one_or_none()
        if row is None:
            raise NotFound(reference)
        return row

    def _opened(self, session: Session, row: ReferralRow, now: datetime) -> OpenedReferral:
        return self._reader(session).opened(row, now)

    def _reader(self, session: Session) -> Reader:
        return Reader(session, self._vault, self._staff)

    def _note(self, session: Session, now: datetime, action: str, row: ReferralRow) -> None:
        chain.append(session, now, self._staff.name, action, f"referral:{row.reference}")
