"""How often things happen to the referrals of a made-up year, and how municipalities work."""

from __future__ import annotations

from dataclasses import dataclass

from referrals.outcomes.rules import FollowUpKind

CALLS_BEFORE_GIVING_UP = 5
OUTSIDE_THE_NINE = 0.4
BACKLOG_H = 90
"""How long a follow-up that is due waits until somebody has the time."""
WRONG_PLACE, FORWARDED, ACCEPTS = 0.02, 0.06, 0.64
TRANSFERS, GIVES_BACK = 0.03, 0.15
OFFERS_WHEN_LATE, TAKES_OFFER = 0.6, 0.6
WRONG_CLICK = 0.03
"""The share of moves that are put right afterwards, of those that are put right here at all."""
SOON_NOTICED_H = 5
LEAVES_BEFORE_START, LEAVES_MIDWAY = 0.06, 0.08
ENOUGH = 0.6
"""The share of sessions from which these advisers call a course completed."""
SMOKE_FREE = {(FollowUpKind.END, True): 0.72, (FollowUpKind.END, False): 0.12}
SMOKE_FREE |= {(FollowUpKind.SIX_MONTHS, True): 0.5, (FollowUpKind.SIX_MONTHS, False): 0.1}
ANSWERS = {FollowUpKind.END: 0.8, FollowUpKind.SIX_MONTHS: 0.5}


@dataclass(frozen=True)
class Pace:
    """How a municipality works: hours until the first call and between calls, and its luck."""

    first_call_h: float
    next_call_h: float
    reaches: float
