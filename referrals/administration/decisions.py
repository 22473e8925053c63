"""What no administrator does alone: giving an access, or loosening a rule of access.

One asks, another approves. What opens a door comes in two halves: whoever asked has a code to pass
on, whoever approves the link or token, and the person needs both. Where there is no other
administrator, whoever may run commands on the machine decides.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import Session, aliased

from referrals.administration.tables import DecisionRow
from referrals.audit import chain
from referrals.notices.kinds import EMAIL, NoticeKind
from referrals.outbox.letters import NOTICES, Outgoing, post
from referrals.programs import service_accounts
from referrals.staff import house_rules, invites
from referrals.staff.invites import BadInvite
from referrals.staff.paper_codes import fingerprint
from referrals.staff.places import NOWHERE, Place, place_name, place_of
from referrals.staff.roles import Role, Scope, Staff, administrators_only
from referrals.staff.tables import UserRow
from referrals.staff.two_halves import Half, draw_for
from referrals.storage.database import Database
from referrals.vault.vault import Vault

MAILED_LINK = timedelta(days=1)
"""So long a link in a mail works: mail lies about."""
WAITS = timedelta(days=7)
"""So long may a request wait; then it is void, and is asked for anew."""
MOST = 200
REPLACED = "replaced"
"""The outcome of a request that whoever asked made anew."""


class Kind(StrEnum):
    """What may be asked for."""

    INVITE = "invite"
    ROLE = "role"
    SECOND_FACTOR = "second_factor"
    PASSWORD = "password"  # noqa: S105 - a kind, not one
    SYSTEM = "system"
    RULE = "rule"
    REINSTATE = "reinstate"


OPENS = frozenset({Kind.INVITE, Kind.PASSWORD, Kind.SYSTEM})
"""What somebody comes in by, and so comes in two halves."""


@dataclass(frozen=True)
class Asked:
    """A request that waits. ``own``: this administrator may not decide it, only take it back."""

    id: int
    kind: Kind
    subject: str
    role: Role | None
    place: str
    scopes: list[str]
    rule: str
    value: dict[str, house_rules.Value]
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    own: bool = field(default=False)


@dataclass(frozen=True)
class Wish:
    """What somebody asks for; what does not belong to the kind is left out."""

    kind: Kind
    user_id: int | None = None
    subject: str | None = None
    role: Role | None = None
    place: Place = NOWHERE
    scopes: Sequence[str] = ()
    rule: str | None = None
    value: dict[str, house_rules.Value] | None = None


def ask(session: Session, by: Staff, wishes: Sequence[Wish], now: datetime) -> list[Half]:
    """Write down what somebody asks for and tell the administrators; give what they pass on.

    Each gets a number of its own. The same asker's request of before, for the same or for the same
    rule, is replaced: whoever approves a number approves what they read beside it.
    """
    administrators_only(by)
    halves = []
    chain.lock(session)
    session.execute(  # whom an invitation was for that nobody decided on
        update(DecisionRow)
        .where(DecisionRow.kind == Kind.INVITE.value, DecisionRow.expires_at <= now)
        .values(subject=None)
        .execution_options(synchronize_session=False)
    )
    for wish in wishes:
        for before in _waiting_already(session, by, wish, now):
            settle(before, by.id, REPLACED, now)
            chain.append(session, now, by.name, "refuse_decision", record_of(before))
        row = DecisionRow(
            kind=wish.kind.value,
            user_id=wish.user_id,
            subject=wish.subject,
            role=wish.role.value if wish.role else None,
            ward_id=wish.place.ward_id,
            hospital_id=wish.place.hospital_id,
            municipality_code=wish.place.municipality_code,
            scopes="+".join(wish.scopes) or None,
            rule=wish.rule,
            value=wish.value,
            asked_by=by.id,
            asked_at=now,
            expires_at=now + WAITS,
        )
        session.add(row)
        session.flush()
        if wish.kind in OPENS:
            half = draw_for(wish.subject or "")
            row.code_hash = fingerprint(half.code)
            halves.append(half)
        chain.append(session, now, by.name, f"ask_{wish.kind}", record_of(row))
    post(session, Outgoing(NOTICES, NoticeKind.ACCESS_ASKED.value, "", {"by": by.name}), now)
    return halves


def settle(row: DecisionRow, by: int | None, outcome: str, now: datetime) -> None:
    """End a request; ``by`` None is the command line."""
    row.settled_by, row.settled_at, row.outcome = by, now, outcome
    if row.kind == Kind.INVITE:
        row.subject = None  # as an invitation that was used forgets whom it was for


def _waiting_already(
    session: Session, by: Staff, wish: Wish, now: datetime
) -> Sequence[DecisionRow]:
    same = select(DecisionRow).where(
        DecisionRow.kind == wish.kind.value,
        DecisionRow.user_id == wish.user_id,
        DecisionRow.subject == wish.subject,
        DecisionRow.role == (wish.role.value if wish.role else None),
        DecisionRow.ward_id == wish.place.ward_id,
        DecisionRow.hospital_id == wish.place.hospital_id,
        DecisionRow.municipality_code == wish.place.municipality_code,
        DecisionRow.scopes == ("+".join(wish.scopes) or None),
        DecisionRow.rule == wish.rule,
        DecisionRow.asked_by == by.id,
        *_waits(now),
    )
    return session.scalars(same).all()


def tell(
    session: Session,
    what: str,
    user: UserRow | None,
    subject: str | None,
    place: Place,
    now: datetime,
) -> None:
    """Tell the user, and who answers for the place, that an access changed."""
    at = place if place != NOWHERE or user is None else place_of(user)
    payload = {
        "what": what,
        "name": user.name if user else subject or "-",
        "user": user.id if user else None,
        "municipality": at.municipality_code,
        "ward_id": at.ward_id,
        "hospital_id": at.hospital_id,
    }
    post(session, Outgoing(NOTICES, NoticeKind.ACCESS_CHANGED.value, "", payload), now)


def mail_password_link(
    session: Session, vault: Vault, by: Staff, user: UserRow, now: datetime
) -> None:
    """Post the link by which a user chooses a new password to their own address, and tell of it.

    The letter holds what the link is derived from, never the link.
    """
    nonce = secrets.token_hex(16)
    invites.add(
        session,
        invites.mailed_secret(vault, nonce),
        Role(user.role),
        place_of(user),
        invited_by=by.id,
        user_id=user.id,
        created_at=now,
        expires_at=now + MAILED_LINK,
    )
    letter = Outgoing(EMAIL, NoticeKind.PASSWORD_LINK.value, str(user.id), {"nonce": nonce})
    post(session, letter, now)
    chain.append(session, now, by.name, "mail_password_link", f"user:{user.id}")
    tell(session, Kind.PASSWORD, user, None, NOWHERE, now)


def ask_for_system(
    database: Database, by: Staff, name: str, code: str, scopes: Sequence[Scope], now: datetime
) -> Half:
    """Ask that a municipality's system be let in, and give the code that belongs to its token.

    Raises BadAccount, or NotAllowed.
    """
    administrators_only(by)
    told = sorted({scope.value for scope in scopes})
    wish = Wish(Kind.SYSTEM, subject=name, place=Place(municipality_code=code), scopes=told)
    with database.write() as session:
        chain.lock(session)
        service_accounts.check(session, name, code, scopes)
        [half] = ask(session, by, [wish], now)
    return half


def ask_for_invitations(
    database: Database, by: Staff, role: Role, place: Place, invited: Sequence[str], now: datetime
) -> list[Half]:
    """Ask that each of these people be invited, and give the code for each to pass on.

    Raises NotAllowed, or BadInvite, also for somebody without a name (``nameless``): the second
    administrator, the person's colleagues and the log are to know who it is.
    """
    administrators_only(by)
    people = invites.checked_people(invited)
    if not all(people):
        raise BadInvite("nameless")
    wishes = [Wish(Kind.INVITE, subject=each, role=role, place=place) for each in people]
    with database.write() as session:
        invites.check_place(session, role, place, now)
        return ask(session, by, wishes, now)


def record_of(row: DecisionRow) -> str:
    """Write what the audit log says a decision is about: a user first, to be found by."""
    if row.user_id is not None:
        return f"user:{row.user_id}:decision:{row.id}"
    where = row.ward_id or row.hospital_id or row.municipality_code or "-"
    return f"decision:{row.id}:{row.rule or row.role or row.kind}:{where}"


def waiting(database: Database, now: datetime, staff: Staff | None = None) -> list[Asked]:
    """List what waits, the oldest first; ``staff`` None is the command line.

    A request is void once it is seven days old, or whoever asked is no administrator any more.
    Raises NotAllowed for anybody but an administrator.
    """
    if staff is not None:
        administrators_only(staff)
    user, asker = aliased(UserRow), aliased(UserRow)
    rows = (
        select(DecisionRow, user.name, asker.name)
        .join(asker, asker.id == DecisionRow.asked_by)
        .outerjoin(user, user.id == DecisionRow.user_id)
        .where(*_waits(now), _is_administrator(asker))
        .order_by(DecisionRow.id)
        .limit(MOST)
    )
    with database.read() as session:
        return [
            Asked(
                id=row.id,
                kind=Kind(row.kind),
                subject=name or row.subject or "",
                role=Role(row.role) if row.role else None,
                place=place_name(session, place_of(row)),
                scopes=row.scopes.split("+") if row.scopes else [],
                rule=row.rule or "",
                value=row.value or {},
                asked_by=asked_by,
                asked_at=row.asked_at,
                expires_at=row.expires_at,
                own=staff is not None and staff.id in (row.asked_by, row.user_id),
            )
            for row, name, asked_by in session.execute(rows)
        ]


def find(session: Session, decision_id: int, now: datetime) -> DecisionRow | None:
    """Give a request that still waits, locked; None if there is no such one."""
    asker = aliased(UserRow)
    return session.scalars(
        select(DecisionRow)
        .join(asker, asker.id == DecisionRow.asked_by)
        .where(DecisionRow.id == decision_id, *_waits(now), _is_administrator(asker))
        .with_for_update(of=DecisionRow)
    ).one_or_none()


def is_replaced(session: Session, decision_id: int) -> bool:
    """Tell whether whoever asked has asked anew, under another number."""
    row = session.get(DecisionRow, decision_id)
    return row is not None and row.outcome == REPLACED


def administrators(database: Database) -> int:
    """Count those who can decide at all."""
    with database.read() as session:
        return session.scalar(select(func.count(UserRow.id)).where(_is_administrator(UserRow))) or 0


def _waits(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (DecisionRow.settled_at.is_(None), DecisionRow.expires_at > now)


def _is_administrator(row: type[UserRow]) -> ColumnElement[bool]:
    return and_(row.role == Role.ADMINISTRATOR.value, row.suspended_at.is_(None))
