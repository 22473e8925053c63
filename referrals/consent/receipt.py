"""The patient's own receipt: what was agreed, and the way to take it back. Never identity.

Whoever holds the link may read and withdraw; there is no log-in. The link's secret follows from the
reference and our key, so none is stored, and it is compared in constant time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Step
from referrals.advice.script import CHOICES
from referrals.audit import chain
from referrals.audit.actors import OWN_PAGE
from referrals.booking import reserved
from referrals.consent.tables import ConsentRow
from referrals.consent.texts import text_of
from referrals.consent.withdrawal import withdraw
from referrals.denmark.municipalities import load_municipalities
from referrals.next_action.next_attempt import moved
from referrals.referral import history
from referrals.referral.moves import UNREACHED_STATES, Actor, State
from referrals.referral.tables import ReferralRow
from referrals.staff.tables import MunicipalityRow
from referrals.storage.database import Database
from referrals.vault.vault import Vault

BEST_TIME_CHANGED = "change_best_time"


class TooLate(Exception):
    """The call has been made, or nobody will call: there is nothing left to change."""


class NoReceipt(Exception):
    """The link leads to no receipt."""


@dataclass(frozen=True)
class Receipt:
    """What a patient sees. ``agreed`` holds the exact texts that were read and answered with yes.

    ``withdrawn`` tells that nobody will call; ``waiting`` that the promised call is still to come;
    ``reached`` that it was made and answered.
    ``called_at`` is the first call that nobody answered, ``call_at`` the time of a booked one.
    """

    reference: str
    language: str
    municipality: str
    municipality_phone: str
    agreed: tuple[str, ...]
    outcome_shared: bool
    agreed_at: datetime
    lapses_at: datetime
    due_at: datetime
    waiting: bool
    reached: bool
    withdrawn: bool
    best_time: str | None
    called_at: datetime | None
    call_at: datetime | None


class Receipts:
    """Opens receipts by their link and withdraws through them."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def show(self, reference: str, secret: str) -> Receipt:
        """Give the receipt. Raises NoReceipt alike for a wrong reference and a wrong secret."""
        with self._database.read() as session:
            row = self._row(session, reference, secret)
            consent = session.get_one(ConsentRow, row.consent_id)
            municipality = session.get_one(MunicipalityRow, row.municipality_code)
            call = reserved.show(session, row.encounter_id).call
        state = State(row.state)
        return Receipt(
            reference=row.reference,
            language=consent.language,
            municipality=municipality.name,
            municipality_phone=municipality.phone,
            agreed=_agreed(consent),
            outcome_shared=bool(consent.outcome),
            agreed_at=consent.captured_at,
            lapses_at=consent.expires_at,
            due_at=row.due_at,
            waiting=state in UNREACHED_STATES,
            reached=row.first_reached_at is not None,
            withdrawn=state is State.WITHDRAWN or consent.withdrawn_at is not None,
            best_time=row.details.get(Step.BEST_TIME),
            called_at=row.first_attempt_at if row.first_reached_at is None else None,
            call_at=call.starts_at if call is not None else None,
        )

    def change_best_time(self, reference: str, secret: str, best_time: str, now: datetime) -> None:
        """Change when the patient is best called, as long as the call is still to come.

        The adviser finds it in the details and in the history. Raises NoReceipt, TooLate, and
        ValueError for a time of day that is none.
        """
        if best_time not in CHOICES[Step.BEST_TIME]:
            raise ValueError("no such time of day")
        with self._database.write() as session:
            chain.lock(session)
            row = self._row(session, reference, secret, lock=True)
            if row.purged_at is not None or State(row.state) not in UNREACHED_STATES:
                raise TooLate
            if row.details.get(Step.BEST_TIME) == best_time:
                return
            row.details = {**row.details, Step.BEST_TIME.value: best_time}
            row.next_attempt_at = moved(row.next_attempt_at, best_time, now)
            entry = history.Entry(f"{Actor.PATIENT}:{OWN_PAGE}", now, about=best_time)
            history.mark(session, row, BEST_TIME_CHANGED, entry)
            chain.append(session, now, OWN_PAGE, BEST_TIME_CHANGED, f"referral:{row.reference}")

    def withdraw(self, reference: str, secret: str, now: datetime) -> None:
        """Withdraw the consent for the patient; done before, nothing happens. Raises NoReceipt."""
        with self._database.write() as session:
            row = self._row(session, reference, secret)
            withdraw(
                session,
                row,
                by=Actor.PATIENT,
                name=OWN_PAGE,
                how=OWN_PAGE,
                now=now,
            )

    def _row(
        self, session: Session, reference: str, secret: str, *, lock: bool = False
    ) -> ReferralRow:
        if not self._vault.is_link("receipt", reference, secret):
            raise NoReceipt
        query = select(ReferralRow).where(ReferralRow.reference == reference)
        row = session.scalars(query.with_for_update() if lock else query).one_or_none()
        if row is None:
            raise NoReceipt
        return row


def _agreed(consent: ConsentRow) -> tuple[str, ...]:
    """Give the words that were read, whichever are in force today."""
    agreed = [text_of(consent.contact_text_hash).text]
    if consent.outcome and consent.outcome_text_hash:
        agreed.append(text_of(consent.outcome_text_hash).text)
    if consent.sharing and consent.sharing_text_hash:
        agreed.append(text_of(consent.sharing_text_hash).text)
    if consent.partner_municipality_code and consent.partner_text_hash:
        name = load_municipalities().name_of(consent.partner_municipality_code)
        agreed.append(text_of(consent.partner_text_hash, name).text)
    return tuple(agreed)
