"""Where each municipality's system is told that a referral changed. An administrator sets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.audit import chain
from referrals.outbox.letters import Outgoing, post
from referrals.programs.addresses import BadUrl, Network, check_url
from referrals.programs.signing import new_secret
from referrals.programs.tables import WebhookRow
from referrals.staff.roles import Staff, administrators_only
from referrals.staff.tables import MunicipalityRow
from referrals.storage.database import Database
from referrals.vault.vault import Vault

CHANNEL = "webhook"
CHANGED = "referral.changed"


@dataclass(frozen=True)
class Webhook:
    """Where a municipality's system is told, since when, and who set it."""

    municipality_code: str
    url: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True)
class Target:
    """Where to send, and the secret to sign with."""

    url: str
    secret: str = field(repr=False)


class Webhooks:
    """The administrator's work on webhooks. Raises NotAllowed for anybody else."""

    def __init__(
        self, database: Database, vault: Vault, staff: Staff, allowed: Sequence[Network] = ()
    ) -> None:
        administrators_only(staff)
        self._database = database
        self._vault = vault
        self._staff = staff
        self._allowed = allowed

    def all(self) -> list[Webhook]:
        """List them by municipality."""
        with self._database.read() as session:
            rows = session.scalars(select(WebhookRow).order_by(WebhookRow.municipality_code))
            return [Webhook(r.municipality_code, r.url, r.set_by, r.set_at) for r in rows]

    def set(self, code: str, url: str, now: datetime) -> str:
        """Set or change an address and give its new secret, which is never shown again.

        Raises BadUrl, also with ``municipality``.
        """
        check_url(url, self._allowed)
        secret = new_secret()
        with self._database.write() as session:
            chain.lock(session)
            known = code.isascii() and code.isdigit()
            if not known or session.get(MunicipalityRow, code) is None:
                raise BadUrl("municipality")
            row = session.get(WebhookRow, code) or WebhookRow(municipality_code=code)
            row.url = url
            row.secret = self._vault.lock_away(session, place_of(code), secret.encode())
            row.set_by, row.set_at = self._staff.name, now
            session.add(row)
            chain.append(session, now, self._staff.name, "set_webhook", f"webhook:{code}")
        return secret

    def stop(self, code: str, now: datetime) -> bool:
        """Tell a municipality's system nothing more; False if it was told nothing."""
        with self._database.write() as session:
            chain.lock(session)
            row = session.get(WebhookRow, code) if code.isascii() and code.isdigit() else None
            if row is None:
                return False
            session.delete(row)
            chain.append(session, now, self._staff.name, "stop_webhook", f"webhook:{code}")
            return True


def target_of(database: Database, vault: Vault, code: str) -> Target | None:
    """Give where a municipality's system is told now; None if nowhere."""
    with database.read() as session:
        row = session.get(WebhookRow, code)
        if row is None:
            return None
        return Target(row.url, vault.bring_back(place_of(code), row.secret).decode())


def told_municipalities(session: Session) -> Sequence[str]:
    """List the municipalities whose systems are told."""
    return session.scalars(select(WebhookRow.municipality_code)).all()


def tell(session: Session, code: str, references: Sequence[str], now: datetime) -> None:
    """Write a letter for each referral that changed, if the municipality's system is told."""
    if session.get(WebhookRow, code) is None:
        return
    for reference in references:
        post(session, Outgoing(CHANNEL, CHANGED, code, {"reference": reference}), now)


def place_of(code: str) -> str:
    """Give where a municipality's signing secret lies, which is authenticated with it."""
    return f"webhook:{code}"
