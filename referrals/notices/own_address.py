"""A person's own e-mail address: no notice goes there before they showed that they read it.

The house may allow some domains only; an address outside them gets nothing, whenever it was given.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from referrals.allowances.rate import Allowance, per
from referrals.notices.kinds import EMAIL, NoticeKind
from referrals.notices.tables import EmailClaimRow
from referrals.outbox import letters
from referrals.outbox.letters import Outgoing
from referrals.staff import house_rules
from referrals.staff.house_rules import HouseRules
from referrals.staff.tables import UserRow

CONFIRM_WITHIN = timedelta(days=1)
MAILS = Allowance("mails that confirm an address", (per(5, hours=1), per(20, days=1)))
"""By user: nobody has mails sent to others one after another."""
CODES = Allowance("codes of such mails", (per(5, hours=1),))
"""By user."""


@dataclass(frozen=True)
class Addressee:
    """To whom a mail goes; ``code`` is what it tells if it is to confirm the address."""

    address: str
    language: str
    code: str = ""

    def __repr__(self) -> str:
        """Show nothing of it."""
        return "Addressee()"


def allowed_domains(session: Session) -> tuple[str, ...]:
    """Give the domains that addresses must be in; none for any."""
    return house_rules.read(session, HouseRules()).mail_domains


def is_allowed(session: Session, address: str) -> bool:
    """Tell whether the house lets notices go to an address: its domain, or one below it."""
    domain = address.rpartition("@")[2].casefold()
    named = allowed_domains(session)
    return not named or any(domain == each or domain.endswith(f".{each}") for each in named)


def asked(session: Session, user_id: int, now: datetime) -> str:
    """Give the address that is yet to be confirmed, or nothing."""
    row = session.get(EmailClaimRow, user_id)
    return row.address if row is not None and now < row.expires_at else ""


def ask(session: Session, user_id: int, address: str, now: datetime) -> None:
    """Have a mail with a code written to an address, in place of any before."""
    forget(session, user_id, now)
    code = f"{secrets.randbelow(10**6):06}"
    expires_at = now + CONFIRM_WITHIN
    session.add(EmailClaimRow(user_id=user_id, address=address, code=code, expires_at=expires_at))
    kind = NoticeKind.CONFIRM_EMAIL.value
    letters.post(session, Outgoing(EMAIL, kind, str(user_id), {}, at_most_once=False), now)


def forget(session: Session, user_id: int, now: datetime) -> None:
    """Drop what a user asked for, and what others asked for too long ago."""
    mine, old = EmailClaimRow.user_id == user_id, EmailClaimRow.expires_at <= now
    session.execute(delete(EmailClaimRow).where(mine | old))


def confirm(session: Session, user: UserRow, code: str, now: datetime) -> bool:
    """Have notices go to the address from now on if the code is the mail's."""
    row = session.get(EmailClaimRow, user.id)
    typed = "".join(code.split()).encode()
    if row is None or now >= row.expires_at or not hmac.compare_digest(row.code.encode(), typed):
        return False
    user.email = row.address
    session.delete(row)
    return True


def addressee(session: Session, kind: str, user_id: int) -> Addressee | None:
    """Give to whom a mail to a user goes as things stand now; None for nobody."""
    user = session.get(UserRow, user_id)
    if user is None or user.suspended_at is not None:
        return None
    if kind != NoticeKind.CONFIRM_EMAIL:
        goes = user.email and is_allowed(session, user.email)
        return Addressee(user.email or "", user.language) if goes else None
    claim = session.get(EmailClaimRow, user_id)
    return Addressee(claim.address, user.language, claim.code) if claim is not None else None
