"""Putting right: whatever is done and undone, the facts are what the rows that count add up to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.referral.corrections import Facts, Happened, correctable, counting, facts
from referrals.referral.moves import MOVES, Actor, Move, State, legal_moves

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
FILED = Happened(1, "file", None, State.FILED, START)


def after(history: list[Happened], choose: int) -> list[Happened]:
    """Add one row that is legal now: a move, or the correction of the last one."""
    state, number = State(history[-1].to_state), len(history) + 1
    at = START + timedelta(hours=number)
    wrong = correctable(history)
    if wrong is not None and choose % 4 == 0:
        row = Happened(number, Move.PUT_RIGHT, state, str(wrong.from_state), at, wrong.number)
        return [*history, row]
    legal = [m for m in legal_moves(state, Actor.ADVISER) if m is not Move.PUT_RIGHT]
    if not legal:
        return history
    move = legal[choose % len(legal)]
    return [*history, Happened(number, move, state, MOVES[move].target or state, at)]


@given(st.lists(st.integers(0, 1_000), max_size=40))
def test_the_facts_of_a_corrected_history_are_those_of_one_without_the_mistake(
    choices: list[int],
) -> None:
    history = [FILED]
    clean: list[Happened] = [FILED]
    for choice in choices:
        longer = after(history, choice)
        if longer is history:
            break
        if longer[-1].corrects is not None:
            clean = [row for row in clean if row.number != longer[-1].corrects]
        else:
            clean.append(longer[-1])
        history = longer
    assert counting(history) == clean
    assert facts(history) == Facts(
        State(history[-1].to_state), *_reckoned(clean, State(history[-1].to_state)), None
    )


def _reckoned(
    rows: list[Happened], state: State
) -> tuple[datetime | None, datetime | None, datetime | None]:
    attempted = [r.at for r in rows if r.move in ("attempt_contact", "reach")]
    reached = [r.at for r in rows if r.move == "reach"]
    ended = [r.at for r in rows if r.to_state == state != r.from_state]
    return (
        min(attempted, default=None),
        min(reached, default=None),
        max(ended, default=None) if state in (State.CLOSED, State.WITHDRAWN) else None,
    )


@given(st.lists(st.integers(0, 1_000), max_size=30))
def test_everything_that_may_be_put_right_leads_back_to_the_state_before(
    choices: list[int],
) -> None:
    history = [FILED]
    for choice in choices:
        history = after(history, choice)
    while (wrong := correctable(history)) is not None:
        row = Happened(
            len(history) + 1,
            Move.PUT_RIGHT,
            history[-1].to_state,
            str(wrong.from_state),
            START + timedelta(days=9),
            wrong.number,
        )
        history = [*history, row]
    never = {"withdraw", "send_on", "follow_up", "lose_to_follow_up"}
    handed_over = {"transfer", "take_offer", "give_back", "take_back"}
    kept = [row.move for row in counting(history) if row.move in set(Move)]
    ends = [m for m in kept if MOVES[Move(m)].target is not None or m in handed_over]
    assert not ends or ends[-1] in never | handed_over


def _later(days: int) -> str:
    return (START + timedelta(days=days)).isoformat()


TRIED = Happened(2, "attempt_contact", "filed", "contact_attempted", START, None, _later(3))
AGAIN = Happened(3, "attempt_contact", "contact_attempted", "contact_attempted", START, None,
                 _later(5))  # fmt: skip
REACHED = Happened(4, "reach", "contact_attempted", "reached", START)


def _right(number: int, corrects: int, state: str) -> Happened:
    return Happened(number, "put_right", "", state, START, corrects)


@pytest.mark.parametrize(
    ("history", "next_attempt"),
    [
        ([FILED, TRIED], _later(3)),
        ([FILED, TRIED, AGAIN], _later(5)),
        ([FILED, TRIED, _right(3, 2, "filed")], None),
        ([FILED, TRIED, AGAIN, _right(4, 3, "contact_attempted")], _later(3)),
        ([FILED, TRIED, AGAIN, REACHED], None),
        ([FILED, TRIED, AGAIN, REACHED, _right(5, 4, "contact_attempted")], _later(5)),
    ],
)
def test_when_to_call_next_is_what_was_meant_before_the_mistake(
    history: list[Happened], next_attempt: str | None
) -> None:
    planned = facts(history).next_attempt_at
    assert (planned and planned.isoformat()) == next_attempt
