"""Turns rows into what the queue shows. Unseals for whoever may read; the caller audits that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.audit.tables import AuditRow
from referrals.booking import reserved
from referrals.consent.tables import ConsentRow
from referrals.next_action.rule import Task
from referrals.outcomes import enrolment, follow_ups_due
from referrals.queue import comments, moving
from referrals.queue.comments import Comment
from referrals.queue.giving_up import Tries, tries_of
from referrals.queue.view import (
    ConsentFacts,
    HistoryEntry,
    NextStep,
    OpenedReferral,
    QueueEntry,
)
from referrals.referral import corrections, duplicates
from referrals.referral.clock import urgency
from referrals.referral.duplicates import Parted
from referrals.referral.moves import UNREACHED_STATES, Actor, Move, Side, State, moves_by_hand
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.staff.roles import Staff
from referrals.staff.tables import UserRow, WardRow
from referrals.vault.vault import Vault

READING = "read_identity"
A_MOMENT_AGO = timedelta(minutes=10)
"""Whoever opened a referral within this time may still be at it."""


@dataclass(frozen=True)
class Reader:
    """Who reads one referral: a member of a municipality's staff."""

    session: Session
    vault: Vault
    staff: Staff

    def opened(self, row: ReferralRow, now: datetime) -> OpenedReferral:
        """Give the referral as far as the reader's municipality may see it."""
        session, code = self.session, str(self.staff.municipality_code)
        side = moving.side_of(row, code)
        [entry] = entries(session, [row], now)
        consent = _consent_facts(session, row)
        purged = row.purged_at is not None
        legal = self.legal(row)
        if side not in (Side.WORKING, Side.HOME):
            return OpenedReferral(entry, {}, [], legal, reserved.NOTHING, consent, purged, side)
        history = self._history(row)
        written = comments.of(session, self.vault, row, code)
        parted = duplicates.parted(session, row)
        return OpenedReferral(
            entry,
            self._plain(row),
            history,
            legal,
            self._reserved(row),
            consent,
            purged,
            side,
            written,
            _reference(session, row.merged_into_id),
            entries(session, duplicates.of(session, self.vault, row), now),
            self._colleagues_at(row, now),
            self._can_put_right(row, history) if Move.PUT_RIGHT in legal else None,
            self._tries(row) if Move.GIVE_UP in legal else None,
            self._names(history, written, parted),
            parted,
        )

    def legal(self, row: ReferralRow) -> list[Move]:
        """List the moves that the reader may choose now; none for whoever has no part in it."""
        side = moving.side_of(row, str(self.staff.municipality_code))
        if side is None:
            return []
        conditions = moving.conditions_of(self.session, row)
        legal = moves_by_hand(State(row.state), Actor(self.staff.role.value), side, conditions)
        return [move for move in legal if self._is_taken(row, move)]

    def _is_taken(self, row: ReferralRow, move: Move) -> bool:
        """Tell whether a legal move would be taken, whatever it named; see ``Unsuitable``."""
        session = self.session
        if move is Move.PUT_RIGHT:
            wrong = corrections.correctable(moving.happened(session, row))
            if wrong is None or wrong.move not in {Move.START, *enrolment.LEAVING}:
                return wrong is not None
            if wrong.move == Move.START:
                return not follow_ups_due.is_answered(session, row)
            return enrolment.may_come_back(session, row, wrong)
        if move is Move.MERGE:
            others = duplicates.of(session, self.vault, row)
            return any(each.open for each in others) and not follow_ups_due.of(session, row.id)
        return move is not Move.NOT_REAL or not follow_ups_due.of(session, row.id)

    def _can_put_right(self, row: ReferralRow, history: list[HistoryEntry]) -> HistoryEntry | None:
        wrong = corrections.correctable(moving.happened(self.session, row))
        return next((each for each in history if wrong and each.number == wrong.number), None)

    def _tries(self, row: ReferralRow) -> Tries:
        return tries_of(self.session, moving.happened(self.session, row))

    def _reserved(self, row: ReferralRow) -> reserved.Reserved:
        """Give seat and call; those of an encounter that was sent anew are not the old one's."""
        if row.state == State.WITHDRAWN:
            return reserved.NOTHING
        return reserved.show(self.session, row.encounter_id)

    def _plain(self, row: ReferralRow) -> dict[str, str]:
        """Give the details in the clear; of what is purged nothing is left to show."""
        plain = {}
        for step, value in row.details.items():
            if value.startswith("[["):
                value = self.vault.unseal(self.session, row.encounter_id, value)
            if value is not None:
                plain[step] = value
        return plain

    def _history(self, row: ReferralRow) -> list[HistoryEntry]:
        events = self.session.scalars(
            select(ReferralEventRow)
            .where(ReferralEventRow.referral_id == row.id)
            .order_by(ReferralEventRow.number)
        ).all()
        corrected = {event.corrects for event in events}
        return [
            HistoryEntry(
                event.number,
                event.move,
                State(event.from_state) if event.from_state else None,
                State(event.to_state),
                event.reason,
                event.about,
                self.vault.unseal(self.session, row.encounter_id, event.note_token),
                event.corrects,
                event.number in corrected,
                event.actor,
                event.at,
            )
            for event in events
        ]

    def _names(
        self, history: list[HistoryEntry], written: list[Comment], parted: list[Parted]
    ) -> dict[str, str]:
        """Give how those who did something, or were named, are called by colleagues."""
        actors = [event.actor for event in history] + [comment.author for comment in written]
        names = {actor.partition(":")[2] for actor in actors} | {event.about for event in history}
        names |= {each.actor for each in parted}
        shown = select(UserRow.name, UserRow.display_name).where(UserRow.name.in_(names - {None}))
        return dict(iter(self.session.execute(shown)))

    def _colleagues_at(self, row: ReferralRow, now: datetime) -> list[str]:
        """Name whoever else opened the referral a moment ago, as the audit log has it."""
        names = self.session.scalars(
            select(AuditRow.actor)
            .where(AuditRow.record == f"referral:{row.reference}")
            .where(AuditRow.action == READING, AuditRow.at > now - A_MOMENT_AGO)
            .where(AuditRow.actor != self.staff.name)
            .distinct()
        ).all()
        shown = select(UserRow.display_name).where(UserRow.name.in_(names))
        return list(self.session.scalars(shown.order_by(UserRow.display_name)))


def entries(session: Session, rows: Iterable[ReferralRow], now: datetime) -> list[QueueEntry]:
    """Give the lines for some rows, in their order, without identity."""
    rows = list(rows)
    ward_ids, user_ids = {row.ward_id for row in rows}, {row.assigned_to for row in rows}
    wards = select(WardRow.id, WardRow.name).where(WardRow.id.in_(ward_ids))
    found = session.execute(select(UserRow).where(UserRow.id.in_(user_ids))).scalars()
    wards_by_id: dict[str, str] = dict(iter(session.execute(wards)))
    users = {user.id: user for user in found}
    return [
        entry(row, wards_by_id.get(row.ward_id, ""), users.get(row.assigned_to or 0), now)
        for row in rows
    ]


def entry(row: ReferralRow, ward: str, adviser: UserRow | None, now: datetime) -> QueueEntry:
    """Give the line for one row."""
    state = State(row.state)
    return QueueEntry(
        reference=row.reference,
        state=state,
        filed_at=row.filed_at,
        due_at=row.due_at,
        urgency=urgency(row.filed_at, now, waiting=state in UNREACHED_STATES),
        first_attempt_at=row.first_attempt_at,
        first_reached_at=row.first_reached_at,
        next_attempt_at=row.next_attempt_at,
        next_action=_next_step(row, adviser),
        ward=ward,
        version=row.version,
        spoken_language=row.spoken_language,
        best_time=row.best_time,
        needs_interpreter=row.needs_interpreter,
        municipality=row.municipality_code,
        home_municipality=row.home_municipality_code,
        offered_to=row.offered_to,
        assigned_to=adviser.name if adviser else None,
        adviser=adviser.display_name if adviser else None,
    )


def _next_step(row: ReferralRow, adviser: UserRow | None) -> NextStep | None:
    if row.next_action is None or row.next_action_at is None:
        return None
    return NextStep(
        Task(row.next_action),
        row.next_action_at,
        adviser.name if adviser else None,
        row.municipality_code,
    )


def _reference(session: Session, referral_id: int | None) -> str | None:
    if referral_id is None:
        return None
    return session.get_one(ReferralRow, referral_id).reference


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
