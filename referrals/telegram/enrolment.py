"""How somebody's Telegram becomes theirs here: invited, followed there, confirmed on our page.

The deep link alone opens nothing: whoever follows it must be signed in to Henvis, with the role and
ward that the invitation is for. The page shows which Telegram it would bind and asks for the code
that was said in that chat, so that nobody binds another's by a link that was sent to them.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, true, update
from sqlalchemy.orm import Session

from referrals.allowances.rate import Allowance, per
from referrals.audit import chain
from referrals.staff.roles import NotAllowed, Role, Staff
from referrals.staff.sessions import digest, public_id
from referrals.staff.tables import HospitalRow, UserRow, WardRow
from referrals.telegram.tables import TelegramClaimRow, TelegramInviteRow, TelegramUserRow

LIFETIMES = {1: timedelta(days=1), 7: timedelta(days=7), 30: timedelta(days=30)}
"""How many days an invitation may last."""
CLAIM_LIFETIME = timedelta(minutes=10)
CODES = Allowance("codes said in Telegram", (per(5, hours=1),))
"""Tries at the code of one claim: by ``claim_key``."""
LONGEST_ACCOUNT = 120
ROLES = (Role.NURSE, Role.LEAD)


class NoTelegramInvite(Exception):
    """There is no such invitation or claim: unknown, used, taken back or too old."""


class CannotBind(ValueError):
    """Somebody may not use the invitation; ``why`` is ``other_role``, ``code`` or ``taken``."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class TelegramInvite:
    """An invitation that is still to be used; ``account`` is the Telegram that follows it."""

    id: str
    role: Role
    place: str
    expires_at: datetime
    account: str = ""


@dataclass(frozen=True)
class Claim:
    """What who follows an invitation is told: the page's secret, and the code to write there."""

    confirm: str
    code: str

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "Claim()"


def invite(session: Session, by: Staff, role: Role, ward_id: str, days: int, now: datetime) -> str:
    """Give the secret of a new invitation. Raises NotAllowed for a ward out of reach."""
    ward = session.get(WardRow, ward_id)
    if role not in ROLES or days not in LIFETIMES or ward is None or not _may(by, ward):
        raise NotAllowed
    secret = secrets.token_urlsafe(24)
    session.add(
        TelegramInviteRow(
            secret_hash=digest(secret),
            role=role.value,
            ward_id=ward_id,
            invited_by=by.id,
            created_at=now,
            expires_at=now + LIFETIMES[days],
        )
    )
    chain.append(session, now, by.name, "telegram_invite", f"invite:{role.value}:{ward_id}")
    return secret


def open_invites(session: Session, by: Staff, now: datetime) -> list[TelegramInvite]:
    """List the invitations that are still to be used: all, or those that a lead made."""
    rows = session.execute(
        select(TelegramInviteRow, WardRow, HospitalRow)
        .join(WardRow, WardRow.id == TelegramInviteRow.ward_id)
        .join(HospitalRow, HospitalRow.id == WardRow.hospital_id)
        .where(*_open(now), _made_by(by))
        .order_by(TelegramInviteRow.created_at.desc())
        .limit(200)
    )
    return [
        TelegramInvite(
            public_id(row.secret_hash),
            Role(row.role),
            f"{ward.name}, {hospital.name}",
            row.expires_at,
        )
        for row, ward, hospital in rows
    ]


def take_back(session: Session, by: Staff, invite_id: str, now: datetime) -> bool:
    """Make an invitation useless; False if there is no such open one within reach."""
    rows = session.scalars(select(TelegramInviteRow).where(*_open(now), _made_by(by)))
    for row in rows:
        if public_id(row.secret_hash) == invite_id:
            row.expires_at = now
            chain.append(session, now, by.name, "telegram_take_back", f"invite:{row.role}")
            return True
    return False


def end_invites(session: Session, user_id: int, now: datetime) -> None:
    """Make the open invitations of somebody useless."""
    session.execute(
        update(TelegramInviteRow)
        .where(*_open(now), TelegramInviteRow.invited_by == user_id)
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )


def claim(
    session: Session, secret: str, telegram_id: int, account: str, now: datetime
) -> Claim | None:
    """Give what a follower of the deep link needs to confirm on our page who it is.

    None if the invitation does not stand; it is not used up by this.
    """
    session.execute(delete(TelegramClaimRow).where(TelegramClaimRow.expires_at <= now))
    row = session.get(TelegramInviteRow, digest(secret))
    if row is None or row.used_at is not None or now >= row.expires_at:
        return None
    confirm, code = secrets.token_urlsafe(24), f"{secrets.randbelow(10**6):06}"
    session.add(
        TelegramClaimRow(
            secret_hash=digest(confirm),
            invite_hash=row.secret_hash,
            telegram_id=telegram_id,
            account=account[:LONGEST_ACCOUNT],
            code_hash=_code_hash(confirm, code),
            expires_at=min(now + CLAIM_LIFETIME, row.expires_at),
        )
    )
    return Claim(confirm, code)


def claim_key(confirm: str) -> str:
    """Name a claim for counting, without what opens it."""
    return public_id(digest(confirm))


def look(session: Session, confirm: str, now: datetime) -> TelegramInvite:
    """Give the invitation behind a claim, without using it up. Raises NoTelegramInvite."""
    claimed, invited = _claimed(session, confirm, now)
    ward = session.get_one(WardRow, invited.ward_id)
    return TelegramInvite(
        public_id(invited.secret_hash),
        Role(invited.role),
        ward.name,
        invited.expires_at,
        claimed.account,
    )


def bind(session: Session, staff: Staff, confirm: str, code: str, now: datetime) -> int:
    """Bind the Telegram user of a claim to the signed-in person, and give the Telegram id.

    ``code`` is what was said in that chat; the caller counts how often it is tried.

    The chat is unlocked by this. Raises NoTelegramInvite, or CannotBind.
    """
    claimed, invited = _claimed(session, confirm, now)
    if staff.role.value != invited.role or not _belongs(session, staff, invited.ward_id):
        raise CannotBind("other_role")
    typed = "".join(code.split())
    if not hmac.compare_digest(claimed.code_hash, _code_hash(confirm, typed)):
        raise CannotBind("code")
    telegram_id = claimed.telegram_id
    other = session.scalars(
        select(TelegramUserRow).where(
            TelegramUserRow.telegram_id == telegram_id, TelegramUserRow.user_id != staff.id
        )
    ).one_or_none()
    if other is not None:
        active = session.get_one(UserRow, other.user_id).suspended_at is None
        if other.suspended_at is None and active:
            raise CannotBind("taken")
        session.delete(other)
        session.flush()
    _use_up(session, invited, staff, now)
    claimed.used_at = now
    session.execute(delete(TelegramUserRow).where(TelegramUserRow.user_id == staff.id))
    session.add(
        TelegramUserRow(
            user_id=staff.id,
            telegram_id=telegram_id,
            linked_at=now,
            unlocked_at=now,
            active_at=now,
        )
    )
    chain.append(session, now, staff.name, "telegram_bind", f"user:{staff.id}")
    return telegram_id


def wards_to_invite_to(session: Session, by: Staff, now: datetime) -> list[tuple[str, str]]:
    """List the wards that somebody may invite to: id and name."""
    rows = session.execute(
        select(WardRow, HospitalRow)
        .join(HospitalRow, HospitalRow.id == WardRow.hospital_id)
        .where(WardRow.valid_to.is_(None) | (WardRow.valid_to > now))
        .order_by(HospitalRow.name, WardRow.name)
    ).all()
    return [(ward.id, f"{ward.name}, {house.name}") for ward, house in rows if _may(by, ward)]


def _code_hash(confirm: str, code: str) -> str:
    """Hash a code with the page's secret, which is kept nowhere: a million hashes tell nothing."""
    return digest(f"{confirm}:{code}")


def _use_up(session: Session, invited: TelegramInviteRow, staff: Staff, now: datetime) -> None:
    """Mark the invitation used, once only even if two come at the same time."""
    used = session.execute(
        update(TelegramInviteRow)
        .where(TelegramInviteRow.secret_hash == invited.secret_hash, *_open(now))
        .values(used_at=now, user_id=staff.id)
        .returning(TelegramInviteRow.secret_hash)
        .execution_options(synchronize_session=False)
    ).all()
    if not used:
        raise NoTelegramInvite


def _claimed(
    session: Session, confirm: str, now: datetime
) -> tuple[TelegramClaimRow, TelegramInviteRow]:
    row = session.get(TelegramClaimRow, digest(confirm))
    if row is None or row.used_at is not None or now >= row.expires_at:
        raise NoTelegramInvite
    invited = session.get_one(TelegramInviteRow, row.invite_hash)
    if invited.used_at is not None or now >= invited.expires_at:
        raise NoTelegramInvite
    return row, invited


def _may(by: Staff, ward: WardRow) -> bool:
    if by.is_administrator:
        return True
    if by.role is not Role.LEAD:
        return False
    return ward.id == by.ward_id if by.ward_id else ward.hospital_id == by.hospital_id


def _belongs(session: Session, staff: Staff, ward_id: str) -> bool:
    if staff.ward_id is not None:
        return staff.ward_id == ward_id
    return session.get_one(WardRow, ward_id).hospital_id == staff.hospital_id


def _open(now: datetime):  # type: ignore[no-untyped-def]
    return (TelegramInviteRow.used_at.is_(None), TelegramInviteRow.expires_at > now)


def _made_by(by: Staff):  # type: ignore[no-untyped-def]
    return true() if by.is_administrator else TelegramInviteRow.invited_by == by.id
