"""The table of moves: what it allows, and that it allows nothing else."""

from __future__ import annotations

import pytest

from referrals.referral import (
    ATTEMPT_REASONS,
    DECLINE_REASONS,
    DROP_OUT_REASONS,
    MOVES,
    UNREACHABLE_REASONS,
    Actor,
    IllegalMove,
    Move,
    State,
    check_move,
    legal_moves,
)

M, S = Move, State
LEGAL = {
    (S.FILED, M.RECEIVE): S.RECEIVED,
    (S.FILED, M.ATTEMPT): S.CONTACT_ATTEMPTED,
    (S.FILED, M.REACH): S.REACHED,
    (S.FILED, M.WRONG_MUNICIPALITY): S.WRONG_MUNICIPALITY,
    (S.RECEIVED, M.ATTEMPT): S.CONTACT_ATTEMPTED,
    (S.RECEIVED, M.REACH): S.REACHED,
    (S.RECEIVED, M.WRONG_MUNICIPALITY): S.WRONG_MUNICIPALITY,
    (S.CONTACT_ATTEMPTED, M.ATTEMPT): S.CONTACT_ATTEMPTED,
    (S.CONTACT_ATTEMPTED, M.REACH): S.REACHED,
    (S.CONTACT_ATTEMPTED, M.GIVE_UP): S.UNREACHABLE,
    (S.CONTACT_ATTEMPTED, M.WRONG_MUNICIPALITY): S.WRONG_MUNICIPALITY,
    (S.REACHED, M.ACCEPT): S.ACCEPTED,
    (S.REACHED, M.DECLINE): S.DECLINED,
    (S.REACHED, M.FORWARD): S.FORWARDED,
    (S.REACHED, M.WRONG_MUNICIPALITY): S.WRONG_MUNICIPALITY,
    (S.ACCEPTED, M.ENROL): S.ENROLLED,
    (S.ENROLLED, M.START): S.STARTED,
    (S.ENROLLED, M.DROP_OUT): S.DROPPED_OUT,
    (S.STARTED, M.COMPLETE): S.COMPLETED,
    (S.STARTED, M.DROP_OUT): S.DROPPED_OUT,
    (S.COMPLETED, M.FOLLOW_UP): S.FOLLOWED_UP,
    (S.COMPLETED, M.LOSE): S.LOST_TO_FOLLOW_UP,
    (S.COMPLETED, M.CLOSE): S.CLOSED,
    (S.DROPPED_OUT, M.FOLLOW_UP): S.FOLLOWED_UP,
    (S.DROPPED_OUT, M.LOSE): S.LOST_TO_FOLLOW_UP,
    (S.DROPPED_OUT, M.CLOSE): S.CLOSED,
    (S.DECLINED, M.CLOSE): S.CLOSED,
    (S.UNREACHABLE, M.CLOSE): S.CLOSED,
    (S.FORWARDED, M.CLOSE): S.CLOSED,
    (S.WRONG_MUNICIPALITY, M.CLOSE): S.CLOSED,
    (S.FOLLOWED_UP, M.LOSE): S.LOST_TO_FOLLOW_UP,
    (S.FOLLOWED_UP, M.CLOSE): S.CLOSED,
    (S.LOST_TO_FOLLOW_UP, M.FOLLOW_UP): S.FOLLOWED_UP,
    (S.LOST_TO_FOLLOW_UP, M.CLOSE): S.CLOSED,
}
"""What municipal staff may do, written down apart from the code. Withdrawing comes beside it."""

REASONS = {
    M.ATTEMPT: ATTEMPT_REASONS,
    M.DECLINE: DECLINE_REASONS,
    M.GIVE_UP: UNREACHABLE_REASONS,
    M.DROP_OUT: DROP_OUT_REASONS,
}
MUNICIPAL = (Actor.ADVISER, Actor.COURSE_MANAGER)


def _allowed(state: State, move: Move, actor: Actor) -> bool:
    if move is Move.WITHDRAW:
        return state is not State.WITHDRAWN
    return actor in MUNICIPAL and (state, move) in LEGAL


EVERY = [(s, m, a) for s in State for m in Move for a in Actor]
IDS = "{0[0]}-{0[1]}-{0[2]}".format


@pytest.mark.parametrize("case", [c for c in EVERY if _allowed(*c)], ids=IDS)
def test_a_legal_move_leads_to_its_target(case: tuple[State, Move, Actor]) -> None:
    state, move, actor = case
    reason = REASONS.get(move, (None,))[0]
    target = State.WITHDRAWN if move is Move.WITHDRAW else LEGAL[state, move]
    assert check_move(state, move, actor, reason).target is target


@pytest.mark.parametrize("case", [c for c in EVERY if not _allowed(*c)], ids=IDS)
def test_a_forbidden_move_is_refused_with_the_legal_ones(case: tuple[State, Move, Actor]) -> None:
    state, move, actor = case
    with pytest.raises(IllegalMove) as refused:
        check_move(state, move, actor, REASONS.get(move, (None,))[0])
    assert refused.value.legal == [m for m in MOVES if _allowed(state, m, actor)]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("actor", Actor)
def test_the_list_of_legal_moves_is_what_the_table_allows(state: State, actor: Actor) -> None:
    assert set(legal_moves(state, actor)) == {m for m in Move if _allowed(state, m, actor)}


@pytest.mark.parametrize("name", ["", "file", "RECEIVE", "receive ", "drop table", "filed"])
def test_a_move_that_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(IllegalMove):
        check_move(State.FILED, name, Actor.ADVISER, None)


SOURCE = {
    M.ATTEMPT: S.FILED,
    M.DECLINE: S.REACHED,
    M.GIVE_UP: S.CONTACT_ATTEMPTED,
    M.DROP_OUT: S.STARTED,
}


@pytest.mark.parametrize(
    ("move", "reason"), [(m, r) for m, all_ in REASONS.items() for r in all_], ids=str
)
def test_a_coded_reason_is_taken(move: Move, reason: str) -> None:
    assert reason in check_move(SOURCE[move], move, Actor.ADVISER, reason).reasons


@pytest.mark.parametrize("reason", [None, "", "nonsense", "No_Answer"], ids=repr)
@pytest.mark.parametrize("move", REASONS)
def test_a_move_that_needs_a_reason_is_refused_without_a_known_one(
    move: Move, reason: str | None
) -> None:
    with pytest.raises(IllegalMove) as refused:
        check_move(SOURCE[move], move, Actor.ADVISER, reason)
    assert refused.value.why == "reason"


@pytest.mark.parametrize(
    ("state", "move"),
    [(s, m) for s, m in [*LEGAL, (S.FILED, M.WITHDRAW)] if m not in REASONS],
    ids=str,
)
def test_a_reason_is_refused_where_none_is_given(state: State, move: Move) -> None:
    with pytest.raises(IllegalMove) as refused:
        check_move(state, move, Actor.ADVISER, "no_answer")
    assert refused.value.why == "reason"


def test_every_state_but_the_end_can_be_left() -> None:
    stuck = [s for s in State if not legal_moves(s, Actor.ADVISER)]
    assert stuck == [State.WITHDRAWN]


def test_every_state_can_be_reached_from_the_first() -> None:
    reached = {State.FILED}
    while more := {t for (s, _), t in LEGAL.items() if s in reached} - reached:
        reached |= more
    assert reached | {State.WITHDRAWN} == set(State)
