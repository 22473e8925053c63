"""Makes a letter for each who wants it out of what the outbox holds for everybody.

One transaction marks the cause as done and writes the letters, so that a notice is neither lost
nor doubled. Where no channel reaches anybody, nothing is written: nothing waits for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from referrals.notices.choices import who_wants
from referrals.notices.kinds import EMAIL, RULES, NoticeKind, after_quiet_hours
from referrals.notices.own_address import is_allowed
from referrals.outbox import letters as outbox
from referrals.outbox.letters import NOTICES, Outgoing
from referrals.outbox.tables import OutboxRow
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import MUNICIPAL_ROLES, Role
from referrals.staff.tables import UserRow, WardRow
from referrals.storage.batches import each_row
from referrals.storage.database import Database

_BATCH = 50


class AddressBook(Protocol):
    """Knows how a channel reaches people."""

    @property
    def channel(self) -> str:
        """The name of the channel."""

    @property
    def rings(self) -> bool:
        """Whether a letter makes a sound, so that it waits for the end of quiet hours."""

    def recipients(self, session: Session, users: Sequence[UserRow]) -> Mapping[int, str]:
        """Give the ``recipient`` of letters for those of ``users`` who can be reached, by id."""


class EmailAddresses:
    """E-mail reaches whoever has an address; letters name the user, who may move meanwhile."""

    channel = EMAIL
    rings = False

    def recipients(
        self,
        session: Session,
        users: Sequence[UserRow],
    ) -> Mapping[int, str]:
        """Give those who have an address that is confirmed, where the house lets notices go to."""
        reached = (row for row in users if row.email and is_allowed(session, row.email))
        return {row.id: str(row.id) for row in reached}


def spread(database: Database, books: Sequence[AddressBook], now: datetime) -> int:
    """Make letters of all that is due, in batches; give how many letters there are."""
    letters = 0
    while (written := _spread_batch(database, books, now)) is not None:
        letters += written
    return letters


def _spread_batch(database: Database, books: Sequence[AddressBook], now: datetime) -> int | None:
    due = (
        select(OutboxRow)
        .where(
            OutboxRow.channel == NOTICES,
            OutboxRow.sent_at.is_(None),
            OutboxRow.dead_at.is_(None),
            OutboxRow.due_at <= now,
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
    )
    written: dict[int, int] = {}  # by cause: one may be tried twice

    def spread_one(session: Session, cause: OutboxRow) -> None:
        written[cause.id] = _spread_one(session, books, cause, now)

    done = each_row(database, "spreading", due, OutboxRow.id, spread_one, now, most=_BATCH)
    return sum(written.values()) if done else None


def _spread_one(
    session: Session, books: Sequence[AddressBook], cause: OutboxRow, now: datetime
) -> int:
    if cause.kind not in set(NoticeKind):
        cause.dead_at, cause.last_error = now, "unknown_kind"
        return 0
    kind = NoticeKind(cause.kind)
    payload, users = _readers(session, kind, cause.payload)
    letters = 0
    for book in books:
        wanting = who_wants(session, kind, users, book.channel)
        for user_id, recipient in book.recipients(session, wanting).items():
            outgoing = Outgoing(
                channel=book.channel,
                kind=kind.value,
                recipient=recipient,
                payload=payload,
                due_at=after_quiet_hours(now) if book.rings else now,
                once_key=f"notice:{cause.id}:{book.channel}:{user_id}",
            )
            letters += outbox.post(session, outgoing, now)
    cause.sent_at, cause.answer = now, {"letters": letters}
    return letters


def _readers(
    session: Session, kind: NoticeKind, payload: Mapping[str, Any]
) -> tuple[dict[str, Any], Sequence[UserRow]]:
    """Give what the notice says and the users whom it is for."""
    rule = RULES[kind]
    query = select(UserRow).where(
        UserRow.role.in_([role.value for role in rule.readers]), UserRow.suspended_at.is_(None)
    )
    if rule.everywhere:
        return dict(payload), session.scalars(query).all()
    if "ward" in payload:
        return dict(payload), session.scalars(query.where(UserRow.ward_id == payload["ward"])).all()
    if kind is NoticeKind.ACCESS_CHANGED:
        concerned = or_(UserRow.id == payload["user"], _answer_for(session, payload))
        return dict(payload), session.scalars(query.where(concerned).order_by(UserRow.id)).all()
    query = query.where(UserRow.municipality_code == payload["municipality"])
    if not rule.about_one:
        return dict(payload), session.scalars(query).all()
    referral = session.scalars(
        select(ReferralRow).where(ReferralRow.reference == payload["reference"])
    ).one()
    theirs = referral.municipality_code == payload["municipality"]
    if referral.assigned_to is not None and theirs:
        others = UserRow.role != Role.ADVISER.value
        query = query.where(or_(others, UserRow.id == referral.assigned_to))
    said = {**payload, "due_at": referral.due_at.isoformat()}
    return said, session.scalars(query.order_by(UserRow.id)).all()


def _answer_for(session: Session, payload: Mapping[str, Any]) -> ColumnElement[bool]:
    """Give who is told of an access: the municipality, the leads of a ward, or administrators."""
    if payload["municipality"]:
        return and_(
            UserRow.municipality_code == payload["municipality"],
            UserRow.role.in_([role.value for role in MUNICIPAL_ROLES]),
        )
    ward_id, hospital_id = payload.get("ward_id"), payload.get("hospital_id")
    if not (ward_id or hospital_id):
        return UserRow.role == Role.ADMINISTRATOR.value
    ward = session.get(WardRow, ward_id) if ward_id else None
    there = [UserRow.hospital_id == (ward.hospital_id if ward else hospital_id)]
    there += [UserRow.ward_id == ward_id] if ward_id else []
    return and_(UserRow.role == Role.LEAD.value, or_(*there))
