"""What one nurse begins, sends and follows, counted for all processes, and who is told.

Administrators are told at what nobody honest does, once a day for each nurse and kind. What is
begun beyond twice of that is refused; a referral never is: a patient's yes is not turned away, and
there are no more referrals than conversations.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from referrals.allowances.rate import Allowance, per
from referrals.allowances.spending import TooManyAttempts, spend_within
from referrals.audit import chain
from referrals.outbox.letters import NOTICES, Outgoing, post
from referrals.security_events.events import Event
from referrals.security_events.telling import tell
from referrals.staff import house_rules
from referrals.staff.house_rules import HouseRules
from referrals.staff.roles import Staff

NOTICE = TOO_MUCH = "quota_reached"
STREAMS_A_DAY = 4_000
"""A page that loses its line every three seconds opens 1,200 an hour."""
_AN_HOUR = 3
"""A third of what is allowed a day is allowed in one hour."""
_REFUSED_AT = 2


class Counted(StrEnum):
    """What is counted for each nurse."""

    CONVERSATIONS = "conversations"
    REFERRALS = "referrals"
    STREAMS = "streams"


class QuotaReached(TooManyAttempts):
    """A nurse began more than is allowed; nothing was begun, and what was begun goes on."""


def begin(session: Session, nurse: Staff, now: datetime) -> None:
    """Count a conversation. Raises QuotaReached."""
    usual = house_rules.read(session, HouseRules()).conversations_a_day
    _count(session, nurse, Counted.CONVERSATIONS, usual, now)
    _refuse(session, nurse, Counted.CONVERSATIONS, usual, now)


def send(session: Session, nurse: Staff, now: datetime) -> None:
    """Count a referral. Refuses none."""
    usual = house_rules.read(session, HouseRules()).referrals_a_day
    _count(session, nurse, Counted.REFERRALS, usual, now)


def listen(session: Session, nurse: Staff, now: datetime) -> None:
    """Count a stream of a page that is opened. Raises QuotaReached."""
    _count(session, nurse, Counted.STREAMS, STREAMS_A_DAY, now)
    _refuse(session, nurse, Counted.STREAMS, STREAMS_A_DAY, now)


def _count(session: Session, nurse: Staff, what: Counted, usual: int, now: datetime) -> None:
    """Tell administrators, once a day, if it is more than usual."""
    try:
        spend_within(session.connection(), _allowed(what, usual), str(nurse.id), now)
    except TooManyAttempts:
        payload = {"what": what, "user": nurse.id}
        key = f"quota:{what}:{nurse.id}:{now:%Y-%m-%d}"
        if post(session, Outgoing(NOTICES, NOTICE, "", payload, once_key=key), now):
            chain.append(session, now, nurse.name, NOTICE, f"quota:{what}")
            tell(Event.LIMIT_REACHED, what, about=nurse.id)


def _refuse(session: Session, nurse: Staff, what: Counted, usual: int, now: datetime) -> None:
    allowed = _allowed(f"most {what}", _REFUSED_AT * usual)
    try:
        spend_within(session.connection(), allowed, str(nurse.id), now)
    except TooManyAttempts as limit:
        tell(Event.LIMIT_REACHED, f"most_{what}", about=nurse.id)
        raise QuotaReached(limit.again_in_s) from None


def _allowed(what: str, a_day: int) -> Allowance:
    return Allowance(f"quota of {what}", (per(a_day // _AN_HOUR, hours=1), per(a_day, days=1)))
