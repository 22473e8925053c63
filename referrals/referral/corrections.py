"""What a history says once mistakes are left out: which rows count, and what follows from them.

Pure. A mistake is put right by a new row that names the row it corrects; both then count no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from referrals.referral.moves import (
    AFTER_AN_OUTCOME,
    IN_TOUCH,
    MOVES,
    UNREACHED_STATES,
    About,
    Move,
    State,
)

_NEVER = AFTER_AN_OUTCOME | {Move.WITHDRAW, Move.SEND_ON, Move.COURSE_CANCELLED}
"""A withdrawal deleted what it was about, what was sent on is another municipality's, a cancelled
course stays cancelled, and what an outcome meant is put right by recording the outcome anew."""

_PLANNING = frozenset(move for move, rule in MOVES.items() if rule.about is About.TIME)
_HANDED_OVER = frozenset({Move.TRANSFER, Move.TAKE_OFFER, Move.GIVE_BACK, Move.TAKE_BACK})
"""What stands before these another municipality did, who alone knows whether it was right."""


@dataclass(frozen=True)
class Happened:
    """One row of a history. ``move`` is ``file`` for the first."""

    number: int
    move: str
    from_state: str | None
    to_state: str
    at: datetime
    corrects: int | None = None
    about: str | None = None


@dataclass(frozen=True)
class Facts:
    """What the rows that count add up to. ``next_attempt_at`` is when somebody meant to call."""

    state: State
    first_attempt_at: datetime | None
    first_reached_at: datetime | None
    ended_at: datetime | None
    next_attempt_at: datetime | None


def counting(history: Sequence[Happened]) -> list[Happened]:
    """Give the rows that stand: neither corrected nor corrections."""
    corrected = {row.corrects for row in history if row.corrects is not None}
    return [row for row in history if row.number not in corrected and row.corrects is None]


def correctable(history: Sequence[Happened]) -> Happened | None:
    """Give the last row that changed the state, if it may be put right; else None."""
    for row in reversed(counting(history)):
        move = Move(row.move) if row.move in set(Move) else None
        if move in _HANDED_OVER:
            return None
        if move and MOVES[move].target is not None:
            return None if move in _NEVER else row
    return None


def facts(history: Sequence[Happened]) -> Facts:
    """Add up the rows that count. The first row of a history is its filing."""
    rows = counting(history)
    reached = [row.at for row in rows if row.move in IN_TOUCH]
    attempts = [row.at for row in rows if row.move in {Move.ATTEMPT, *IN_TOUCH}]
    state = State(history[-1].to_state)
    ended = [row.at for row in rows if row.from_state != row.to_state == state.value]
    return Facts(
        state,
        attempts[0] if attempts else None,
        reached[0] if reached else None,
        ended[-1] if ended and state in (State.CLOSED, State.WITHDRAWN) else None,
        _planned(rows),
    )


def _planned(rows: Sequence[Happened]) -> datetime | None:
    planned = None
    for row in rows:
        if row.move in _PLANNING:
            planned = row.about
        elif row.move == Move.SEND_ON or row.from_state != row.to_state not in UNREACHED_STATES:
            planned = None
    return datetime.fromisoformat(planned) if planned else None
