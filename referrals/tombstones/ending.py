"""After a restore: what had ended since the backup ends again, and nobody is logged in."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.audit.actors import Machine
from referrals.audit.tables import AuditRow
from referrals.consent.expiring import purge_one
from referrals.consent.withdrawal import withdraw
from referrals.contact.tables import ContactLinkRow
from referrals.feed import change_feed
from referrals.installation.own_facts import fact, note
from referrals.outbox.letters import NOTICES
from referrals.outbox.tables import OutboxRow
from referrals.programs.tables import ServiceAccountRow
from referrals.referral.moves import Actor
from referrals.referral.tables import ReferralRow
from referrals.staff import passkeys
from referrals.staff.accounts import NO_PASSWORD
from referrals.staff.roles import WATCHED, Role
from referrals.staff.tables import InviteRow, SessionRow, UserRow
from referrals.storage.database import Database
from referrals.telegram import chats
from referrals.telegram.tables import TelegramClaimRow, TelegramInviteRow, TelegramUserRow
from referrals.tombstones.journal import End, Era, Journal, Sent

ERA = "era"
RESTORED = "restore"
_BY = Machine.COMMAND_LINE


def end_again(database: Database, journal: Journal, now: datetime) -> Counter[str]:
    """End what ended after the backup, and all log-ins; begin an era, and each feed anew, at once.

    Counts by what it was. ``undone`` are referrals that a nurse took back after the backup,
    ``moved`` users who are kept out as their role or place was another by then, and
    ``audit_rows`` what the log had then: who restores looks at the first by the pages.
    """
    with database.write() as session:
        chain.lock(session)
        era = fact(session, ERA)
        number = session.scalar(select(func.max(AuditRow.number))) or 0
        lines = journal.since(str(era.value["id"]) if era else "", number)
        done = _log_everybody_out(session, now)
        change_feed.begin_all_anew(session)
        for line in _last_of_each(lines):
            done[_end(session, line, now)] += 1
        begun = secrets.token_hex(8)
        note(session, ERA, {"id": begun}, now)
        chain.append(session, now, _BY, RESTORED, f"era:{begun}")
    journal.append([Era(begun, number)])
    del done[""]
    return done


def _last_of_each(lines: Sequence[End | Sent]) -> list[End | Sent]:
    """Leave out what was taken back later: somebody suspended and let in again is in.

    Of a user's roles and places the last one counts.
    """
    last: dict[tuple[str, str], End] = {}
    kept: list[End | Sent] = []
    for line in lines:
        if isinstance(line, End) and line.action in ("suspend", "reinstate"):
            last["suspend", line.record] = line
        elif isinstance(line, End) and line.action in ("change_user_role", "change_user_place"):
            if ":from:" not in line.record:
                last[line.action, line.record.split(":")[1]] = line
        else:
            kept.append(line)
    return [*kept, *last.values()]


def _end(session: Session, line: End | Sent, now: datetime) -> str:
    """End one thing, and name its kind; nothing for what is not there, or has ended."""
    if isinstance(line, Sent):
        return _letter(session, line, now)
    kind, _, name = line.record.partition(":")
    if kind == "referral":
        return _referral(session, line.action, name, now)
    if kind == "service":
        return _system(session, name, now)
    return _user(session, line.action, name, now)


def _referral(session: Session, action: str, reference: str, now: datetime) -> str:
    found = select(ReferralRow).where(ReferralRow.reference == reference)
    row = session.scalars(found).one_or_none()
    if row is None:
        return ""
    if action == "withdraw_consent":
        done = withdraw(session, row, by=Actor.PATIENT, name=_BY, how=RESTORED, now=now)
        return "consents" if done else ""
    if action == "purge" and row.purged_at is None:
        purge_one(session, row, _BY, now)
        return "identities"
    return "undone" if action == "undo_referral" and row.open else ""


def _system(session: Session, name: str, now: datetime) -> str:
    row = session.scalars(
        select(ServiceAccountRow).where(ServiceAccountRow.name == name)
    ).one_or_none()
    if row is None or row.revoked_at is not None:
        return ""
    row.revoked_at = now
    chain.append(session, now, _BY, "revoke_service_account", f"service:{name}")
    return "systems"


def _user(session: Session, action: str, name: str, now: datetime) -> str:
    number, _, rest = name.partition(":")
    user = session.get(UserRow, int(number)) if number.isdecimal() else None
    if user is None:
        return ""
    if action == "suspend" and user.suspended_at is None:
        user.suspended_at = now
        chain.append(session, now, _BY, "suspend", f"user:{user.id}")
        return "users"
    if action == "change_password" and user.password_hash != NO_PASSWORD:
        user.password_hash = NO_PASSWORD
        chain.append(session, now, _BY, "end_password", f"user:{user.id}")
        return "passwords"
    has_factor = user.second_factor is not None or passkeys.has_any(session, user.id)
    if action == "reset_second_factor" and has_factor:
        user.second_factor = user.second_factor_step = None
        passkeys.forget_all(session, user.id)
        chain.append(session, now, _BY, "reset_second_factor", f"user:{user.id}")
        return "factors"
    if action == "remove_passkey" and passkeys.forget(session, user.id, rest):
        chain.append(session, now, _BY, "remove_passkey", f"user:{name}")
        return "factors"
    if _has_lost_reach(user, action, rest) and user.suspended_at is None:
        user.suspended_at = now
        chain.append(session, now, _BY, "suspend", f"user:{user.id}")
        return "moved"
    if action == "telegram_suspend" and _has_chat(session, user.id):
        chats.suspend(session, user.id, now, _BY)
        return "chats"
    return ""


def _has_lost_reach(user: UserRow, action: str, rest: str) -> bool:
    """Tell whether a user reaches identity by a role or place that was no longer theirs."""
    if Role(user.role) not in WATCHED:
        return False
    if action == "change_user_role":
        return rest.partition(">")[2] != user.role
    if action == "change_user_place":
        return rest.partition(":")[2] != (user.municipality_code or "-")
    return False


def _has_chat(session: Session, user_id: int) -> bool:
    row = session.get(TelegramUserRow, user_id)
    return row is not None and row.suspended_at is None


def _letter(session: Session, sent: Sent, now: datetime) -> str:
    """Have a letter count as sent; one that was written after the backup is not written again."""
    same: ColumnElement[bool] = and_(
        OutboxRow.id == sent.letter, OutboxRow.created_at == sent.created_at
    )
    if sent.once_key is not None:
        same = or_(same, OutboxRow.once_key == sent.once_key)
    rows = session.scalars(select(OutboxRow).where(same)).all()
    if not rows and sent.once_key is not None:
        session.add(
            OutboxRow(
                channel=NOTICES,
                kind=RESTORED,
                payload={},
                once_key=sent.once_key,
                created_at=now,
                due_at=now,
                sent_at=now,
            )
        )
    waiting = [row for row in rows if row.sent_at is None]
    for row in waiting:
        row.sent_at, row.claimed_by = now, None
    return "letters" if waiting else ""


def _log_everybody_out(session: Session, now: datetime) -> Counter[str]:
    """End every log-in and token, each open invitation and link, and lock chats."""
    ends = {
        "sessions": update(SessionRow)
        .where(SessionRow.revoked_at.is_(None), SessionRow.expires_at > now)
        .values(revoked_at=now),
        "invitations": update(InviteRow)
        .where(InviteRow.used_at.is_(None), InviteRow.expires_at > now)
        .values(expires_at=now, invited=None),
        "telegram invitations": update(TelegramInviteRow)
        .where(TelegramInviteRow.used_at.is_(None), TelegramInviteRow.expires_at > now)
        .values(expires_at=now),
        "claims": update(TelegramClaimRow)
        .where(TelegramClaimRow.expires_at > now)
        .values(expires_at=now),
        "links": update(ContactLinkRow)
        .where(ContactLinkRow.used_at.is_(None), ContactLinkRow.expires_at > now)
        .values(expires_at=now),
        "locked chats": update(TelegramUserRow)
        .where(TelegramUserRow.unlocked_at.is_not(None))
        .values(unlocked_at=None, active_at=None),
    }
    done: Counter[str] = Counter()
    for kind, statement in ends.items():
        key = statement.table.primary_key.columns[0]  # type: ignore[attr-defined]
        returned = statement.returning(key).execution_options(synchronize_session=False)
        done[kind] = len(session.execute(returned).all())
    return done
