"""What no administrator does alone: giving an access that reaches identity.

One asks, another approves; whoever asked never sees the link or the token that comes of it. Where
there is no other administrator, whoever may run commands on the machine decides.
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
from referrals.staff import invites
from referrals.staff.invites import Place
from referrals.staff.roles import Role, Scope, Staff, administrators_only
from referrals.staff.tables import MunicipalityRow, UserRow
from referrals.storage.database import Database
from referrals.vault.vault import Vault

MAILED_LINK = timedelta(days=1)
"""So long a link in a mail works: mail lies about."""
WAITS = timedelta(days=7)
"""So long may a request wait; then it is void, and is asked for anew."""
MOST = 200


class Kind(StrEnum):
    """What may be asked for."""

    INVITE = "invite"
    ROLE = "role"
    SECOND_FACTOR = "second_factor"
    PASSWORD = "password"  # noqa: S105 - a kind, not one
    SYSTEM = "system"


@dataclass(frozen=True)
class Asked:
    """A request that waits. ``own``: this administrator may not decide it, only take it back."""

    id: int
    kind: Kind
    subject: str
    role: Role | None
    municipality: str
    scopes: list[str]
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
    municipality_code: str | None = None
    scopes: Sequence[str] = ()


def ask(session: Session, by: Staff, wishes: Sequence[Wish], now: datetime) -> None:
    """Write down what somebody asks for and tell the administrators. What waits waits on."""
    administrators_only(by)
    chain.lock(session)
    session.execute(  # whom an invitation was for that nobody decided on
        update(DecisionRow)
        .where(DecisionRow.kind == Kind.INVITE.value, DecisionRow.expires_at <= now)
        .values(subject=None)
        .execution_options(synchronize_session=False)
    )
    for wish in wishes:
        same = select(DecisionRow.id).where(
            DecisionRow.kind == wish.kind.value,
            DecisionRow.user_id == wish.user_id,
            DecisionRow.subject == wish.subject,
            DecisionRow.role == (wish.role.value if wish.role else None),
            DecisionRow.municipality_code == wish.municipality_code,
            DecisionRow.asked_by == by.id,
            *_waits(now),
        )
        if session.scalar(same.limit(1)) is not None and (wish.user_id or wish.subject):
            continue
        row = DecisionRow(
            kind=wish.kind.value,
            user_id=wish.user_id,
            subject=wish.subject,
            role=wish.role.value if wish.role else None,
            municipality_code=wish.municipality_code,
            scopes="+".join(wish.scopes) or None,
            asked_by=by.id,
            asked_at=now,
            expires_at=now + WAITS,
        )
        session.add(row)
        session.flush()
        chain.append(session, now, by.name, f"ask_{wish.kind}", record_of(row))
    post(session, Outgoing(NOTICES, NoticeKind.ACCESS_ASKED.value, "", {"by": by.name}), now)


def tell(
    session: Session,
    what: str,
    user: UserRow | None,
    subject: str | None,
    municipality_code: str | None,
    now: datetime,
) -> None:
    """Tell the user, and the colleagues of the municipality, that an access changed."""
    code = municipality_code or (user.municipality_code if user else None)
    payload = {
        "what": what,
        "name": user.name if user else subject or "-",
        "user": user.id if user else None,
        "municipality": code,
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
        Place(user.ward_id, user.hospital_id, user.municipality_code),
        invited_by=by.id,
        user_id=user.id,
        created_at=now,
        expires_at=now + MAILED_LINK,
    )
    letter = Outgoing(EMAIL, NoticeKind.PASSWORD_LINK.value, str(user.id), {"nonce": nonce})
    post(session, letter, now)
    chain.append(session, now, by.name, "mail_password_link", f"user:{user.id}")
    tell(session, Kind.PASSWORD, user, None, None, now)


def ask_for_system(
    database: Database, by: Staff, name: str, code: str, scopes: Sequence[Scope], now: datetime
) -> None:
    """Ask that a municipality's system be let in. Raises BadAccount, or NotAllowed."""
    administrators_only(by)
    told = sorted({scope.value for scope in scopes})
    wish = Wish(Kind.SYSTEM, subject=name, municipality_code=code, scopes=told)
    with database.write() as session:
        chain.lock(session)
        service_accounts.check(session, name, code, scopes)
        ask(session, by, [wish], now)


def ask_for_invitations(
    database: Database, by: Staff, role: Role, place: Place, invited: Sequence[str], now: datetime
) -> int:
    """Ask that each of these people be invited; tell how many. Raises BadInvite, or NotAllowed."""
    administrators_only(by)
    people = invites.checked_people(invited)
    code = place.municipality_code
    wishes = [
        Wish(Kind.INVITE, subject=each or None, role=role, municipality_code=code)
        for each in people
    ]
    with database.write() as session:
        invites.check_place(session, role, place, now)
        ask(session, by, wishes, now)
    return len(wishes)


def wish_for_role(user_id: int, role: Role, place: Place) -> Wish:
    """Write the wish that a user gets a role at a municipality, or as administrator nowhere."""
    return Wish(Kind.ROLE, user_id, role=role, municipality_code=place.municipality_code)


def record_of(row: DecisionRow) -> str:
    """Write what the audit log says a decision is about: a user first, to be found by."""
    if row.user_id is not None:
        return f"user:{row.user_id}:decision:{row.id}"
    return f"decision:{row.id}:{row.role or row.kind}:{row.municipality_code or '-'}"


def waiting(database: Database, now: datetime, staff: Staff | None = None) -> list[Asked]:
    """List what waits, the oldest first; ``staff`` None is the command line.

    A request is void once it is seven days old, or whoever asked is no administrator any more.
    Raises NotAllowed for anybody but an administrator.
    """
    if staff is not None:
        administrators_only(staff)
    user, asker = aliased(UserRow), aliased(UserRow)
    rows = (
        select(DecisionRow, user.name, asker.name, MunicipalityRow.name)
        .join(asker, asker.id == DecisionRow.asked_by)
        .outerjoin(user, user.id == DecisionRow.user_id)
        .outerjoin(MunicipalityRow, MunicipalityRow.code == DecisionRow.municipality_code)
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
                municipality=municipality or "",
                scopes=row.scopes.split("+") if row.scopes else [],
                asked_by=asked_by,
                asked_at=row.asked_at,
                expires_at=row.expires_at,
                own=staff is not None and staff.id in (row.asked_by, row.user_id),
            )
            for row, name, asked_by, municipality in session.execute(rows)
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


def administrators(database: Database) -> int:
    """Count those who can decide at all."""
    with database.read() as session:
        return session.scalar(select(func.count(UserRow.id)).where(_is_administrator(UserRow))) or 0


def _waits(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (DecisionRow.settled_at.is_(None), DecisionRow.expires_at > now)


def _is_administrator(row: type[UserRow]) -> ColumnElement[bool]:
    return and_(row.role == Role.ADMINISTRATOR.value, row.suspended_at.is_(None))
