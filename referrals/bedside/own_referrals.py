"""What became of a nurse's referrals: states and dates. Never identity.

What came of the talk with the municipality is told only where the patient agreed to that, and as
long as that consent stands; without it, a referral stays "in contact".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referrals.bedside.asking import ask
from referrals.bedside.finding import of_nurse
from referrals.bedside.words import municipality_name
from referrals.consent.tables import ConsentRow
from referrals.denmark.dates import day
from referrals.outcomes import follow_ups_due
from referrals.outcomes.rules import OutcomeState
from referrals.outcomes.tables import OutcomeRow
from referrals.referral.moves import State
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Staff
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

LATELY = timedelta(days=90)
MOST_LISTED = 8

_BEFORE_OUTCOME = {
    State.FILED,
    State.RECEIVED,
    State.CONTACT_ATTEMPTED,
    State.REACHED,
    State.WITHDRAWN,
    State.WRONG_MUNICIPALITY,
}


@dataclass(frozen=True)
class OwnReferral:
    """A referral as its nurse sees it in a list: the state that she may know."""

    reference: str
    state: str
    filed_at: datetime


def latest(session: Session, nurse: Staff, most: int = 5) -> list[OwnReferral]:
    """List the referrals that a nurse sent last."""
    rows = session.scalars(
        select(ReferralRow)
        .where(ReferralRow.nurse_id == nurse.id)
        .order_by(ReferralRow.filed_at.desc())
        .limit(most)
    )
    return [
        OwnReferral(
            row.reference,
            _state_to_show(row, agreed=_outcome_agreed(session, row)),
            row.filed_at,
        )
        for row in rows
    ]


def show_referral(bedside: Bedside, typed: str | None) -> list[Say]:
    """Tell the state of one of the nurse's own referrals; with no reference named, of all."""
    if not typed:
        return show_own(bedside)
    referral = of_nurse(bedside, typed, ward_too=False)
    if referral is None:
        return [Say("utter_referral_not_found"), ask(bedside)]
    agreed = _outcome_agreed(bedside.session, referral)
    said = [_state(bedside, referral, agreed=agreed)]
    if agreed:
        said += _outcome(bedside, referral)
    elif State(referral.state) not in _BEFORE_OUTCOME:
        said.append(Say("utter_referral_outcome_not_agreed"))
    return [*said, ask(bedside)]


def tell_sent(bedside: Bedside, referral: ReferralRow) -> Say:
    """Tell that this conversation's referral was sent, and where to; or what became of it."""
    agreed = _outcome_agreed(bedside.session, referral)
    if bedside.by_page or referral.state != State.FILED:
        return _state(bedside, referral, agreed=agreed)
    values = {
        "reference": referral.reference,
        "municipality": municipality_name(bedside),
        "due": day(referral.due_at, bedside.language),
    }
    return Say("utter_is_sent", values)


def show_own(bedside: Bedside) -> list[Say]:
    """Tell how many the nurse referred lately, and the state of the latest."""
    session, since = bedside.session, bedside.now - LATELY
    lately = (ReferralRow.nurse_id == bedside.nurse.id, ReferralRow.filed_at >= since)
    filed, reached = session.execute(
        select(func.count(), func.count(ReferralRow.first_reached_at)).where(*lately)
    ).one()
    if not filed:
        return [Say("utter_own_referrals_none"), ask(bedside)]
    latest = session.scalars(
        select(ReferralRow).where(*lately).order_by(ReferralRow.filed_at.desc()).limit(MOST_LISTED)
    )
    lines = [
        f"{row.reference}: {_shown_state(bedside, row)} ({day(row.filed_at, bedside.language)})"
        for row in latest
    ]
    values = {
        "filed": str(filed),
        "reached": str(reached),
        "days": str(LATELY.days),
        "lines": "\n".join(lines),
        "example": lines[0].partition(":")[0],
    }
    return [Say("utter_own_referrals", values), ask(bedside)]


def _state(bedside: Bedside, referral: ReferralRow, *, agreed: bool) -> Say:
    language = bedside.language
    values = {
        "reference": referral.reference,
        "state": bedside.word("state", _state_to_show(referral, agreed=agreed)),
        "filed": day(referral.filed_at, language),
        "due": day(referral.due_at, language),
    }
    if referral.first_reached_at is not None:
        reached = {"reached": day(referral.first_reached_at, language)}
        return Say("utter_referral_state_reached", values | reached)
    if not referral.open:
        return Say("utter_referral_state_ended", values)
    if referral.first_attempt_at is not None:
        called = {"called": day(referral.first_attempt_at, language)}
        return Say("utter_referral_state_called", values | called)
    if referral.state == State.FILED:
        return Say("utter_referral_state_sent", values)
    return Say("utter_referral_state", values)


def _outcome(bedside: Bedside, referral: ReferralRow) -> list[Say]:
    """Tell what the follow-ups said, once one of them said something."""
    told = {
        row.kind: _answer(bedside, row) for row in follow_ups_due.of(bedside.session, referral.id)
    }
    if not any(told.values()):
        return []
    not_yet = bedside.word("outcome_state", OutcomeState.DUE)
    return [
        Say("utter_referral_outcome", {kind: answer or not_yet for kind, answer in told.items()})
    ]


def _answer(bedside: Bedside, row: OutcomeRow) -> str:
    if row.state == OutcomeState.ANSWERED:
        return bedside.word("reason", "smoke_free" if row.smoke_free else "not_smoke_free")
    return bedside.word("outcome_state", row.state) if row.state == OutcomeState.LOST else ""


def _shown_state(bedside: Bedside, referral: ReferralRow) -> str:
    agreed = _outcome_agreed(bedside.session, referral)
    return bedside.word("state", _state_to_show(referral, agreed=agreed))


def _state_to_show(referral: ReferralRow, *, agreed: bool) -> str:
    """Give the state that a nurse may see."""
    state = State(referral.state)
    if agreed or state in _BEFORE_OUTCOME:
        return state.value
    return State.REACHED.value if referral.first_reached_at else State.CONTACT_ATTEMPTED.value


def _outcome_agreed(session: Session, referral: ReferralRow) -> bool:
    consent = session.get_one(ConsentRow, referral.consent_id)
    return bool(consent.outcome) and consent.withdrawn_at is None
