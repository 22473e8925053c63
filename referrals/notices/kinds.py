"""Which notices there are, who may get them, and when they may come. Pure but for the calendar.

A notice holds a reference, a number, a link: never who a patient is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from referrals.denmark.dates import DANISH_TIME, local
from referrals.staff.roles import PEOPLE, Role, Staff

EMAIL = "email"
QUIET_FROM = time(20)
QUIET_UNTIL = time(7)


class NoticeKind(StrEnum):
    """What people are told of."""

    NEW_REFERRAL = "new_referral"
    REFERRAL_OFFERED = "referral_offered"
    WARNING = "warning"
    BREACH = "breach"
    DIGEST = "digest"
    REFERRAL_WITHDRAWN = "referral_withdrawn"
    REFERRAL_CHANGED = "referral_changed"
    SEAT_OFFERED = "seat_offered"
    SEAT_LOST = "seat_lost"
    SEAT_MOVED = "seat_moved"
    WARD_WAITING = "ward_waiting"
    WARD_CONTACTED = "ward_contacted"
    NOT_REAL = "not_real"
    CLOCK_JUMPED = "clock_jumped"
    ACCESS_ASKED = "access_asked"
    ACCESS_CHANGED = "access_changed"
    PASSWORD_LINK = "password_link"  # noqa: S105 - a kind, not one
    QUOTA_REACHED = "quota_reached"
    CONFIRM_EMAIL = "confirm_email"
    """Goes to an address that is yet to be confirmed; nobody chooses it."""


@dataclass(frozen=True)
class Rule:
    """Whom a kind is for.

    ``readers`` may get it. ``by_default`` get it unless they chose otherwise. ``about_one``: it
    is about one referral, so that an adviser hears of it only if it is theirs or nobody's.
    ``everywhere``: it is about the installation, whatever place its readers belong to.
    ``always``: nobody may choose not to hear of it, for it is how a misuse is found.
    """

    readers: frozenset[Role]
    by_default: frozenset[Role]
    about_one: bool = True
    everywhere: bool = False
    always: bool = False


_MUNICIPAL = frozenset({Role.ADVISER, Role.COURSE_MANAGER})
_ADVISER = frozenset({Role.ADVISER})
_KEEPERS = frozenset({Role.ADMINISTRATOR})
_WARD = frozenset({Role.NURSE, Role.LEAD})
_NURSE = frozenset({Role.NURSE})
_LEAD = frozenset({Role.LEAD})
_ALL = frozenset(PEOPLE)

RULES: dict[NoticeKind, Rule] = {
    NoticeKind.NEW_REFERRAL: Rule(_MUNICIPAL, _ADVISER),
    NoticeKind.REFERRAL_OFFERED: Rule(_MUNICIPAL, _MUNICIPAL),
    NoticeKind.WARNING: Rule(_MUNICIPAL, _ADVISER),
    NoticeKind.BREACH: Rule(_MUNICIPAL, _MUNICIPAL),
    NoticeKind.DIGEST: Rule(_MUNICIPAL, _MUNICIPAL, about_one=False),
    NoticeKind.REFERRAL_WITHDRAWN: Rule(_MUNICIPAL, _ADVISER),
    NoticeKind.REFERRAL_CHANGED: Rule(_MUNICIPAL, _ADVISER),
    NoticeKind.SEAT_OFFERED: Rule(_MUNICIPAL, _ADVISER),
    NoticeKind.SEAT_LOST: Rule(_MUNICIPAL, _ADVISER),
    NoticeKind.SEAT_MOVED: Rule(_MUNICIPAL, _ADVISER),
    NoticeKind.WARD_WAITING: Rule(_NURSE, _NURSE, about_one=False),
    NoticeKind.WARD_CONTACTED: Rule(_WARD, _WARD, about_one=False),
    NoticeKind.NOT_REAL: Rule(_LEAD, _LEAD, about_one=False),
    NoticeKind.CLOCK_JUMPED: Rule(_KEEPERS, _KEEPERS, about_one=False, everywhere=True),
    NoticeKind.ACCESS_ASKED: Rule(
        _KEEPERS, _KEEPERS, about_one=False, everywhere=True, always=True
    ),
    NoticeKind.ACCESS_CHANGED: Rule(_ALL, _ALL, about_one=False, always=True),
    NoticeKind.PASSWORD_LINK: Rule(_ALL, _ALL, about_one=False, always=True),
    NoticeKind.QUOTA_REACHED: Rule(_KEEPERS, _KEEPERS, about_one=False, everywhere=True),
    NoticeKind.CONFIRM_EMAIL: Rule(frozenset(), frozenset(), about_one=False),
}


def kinds_for(staff: Staff) -> list[NoticeKind]:
    """List the kinds that somebody may choose among: a lead without a ward gets none of a ward.

    What everybody hears of ``always`` is no choice.
    """
    has_place = staff.ward_id or staff.municipality_code
    return [
        kind
        for kind, rule in RULES.items()
        if staff.role in rule.readers and (has_place or rule.everywhere) and not rule.always
    ]


def after_quiet_hours(at: datetime) -> datetime:
    """Give the first time from ``at`` on at which a phone may make a sound, in Danish time."""
    here = local(at)
    if QUIET_UNTIL <= here.time() < QUIET_FROM:
        return at
    day = here.date() + timedelta(days=1) if here.time() >= QUIET_FROM else here.date()
    return datetime.combine(day, QUIET_UNTIL, DANISH_TIME)
