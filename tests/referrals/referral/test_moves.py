"""The table of moves: what it allows, and that it allows nothing else."""

from __future__ import annotations

import pytest

from referrals.referral import moves_page
from referrals.referral.moves import (
    AFTER_AN_OUTCOME,
    ATTEMPT_REASONS,
    DECLINE_REASONS,
    DROP_OUT_REASONS,
    FORWARD_REASONS,
    MERGE_REASONS,
    MOVES,
    OPEN_STATES,
    ORDINARY,
    TRANSFER_REASONS,
    UNREACHABLE_REASONS,
    WRONG_MUNICIPALITY_REASONS,
    About,
    Actor,
    Condition,
    IllegalMove,
    Move,
    Side,
    State,
    check_move,
    legal_moves,
    moves_by_hand,
)
from referrals.words.labels import Labels
from service.settings import ROOT

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
    (S.ACCEPTED, M.DECLINE): S.DECLINED,
    (S.DROPPED_OUT, M.SIGN_UP_AGAIN): S.ACCEPTED,
    (S.DECLINED, M.SIGN_UP_AGAIN): S.ACCEPTED,
    (S.UNREACHABLE, M.SIGN_UP_AGAIN): S.ACCEPTED,
    (S.FORWARDED, M.SIGN_UP_AGAIN): S.ACCEPTED,
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
    (S.FILED, M.SEND_ON): S.FILED,
    (S.RECEIVED, M.SEND_ON): S.FILED,
    (S.CONTACT_ATTEMPTED, M.SEND_ON): S.FILED,
    (S.REACHED, M.SEND_ON): S.FILED,
    (S.WRONG_MUNICIPALITY, M.SEND_ON): S.FILED,
    (S.FILED, M.MERGE): S.CLOSED,
    (S.RECEIVED, M.MERGE): S.CLOSED,
    (S.CONTACT_ATTEMPTED, M.MERGE): S.CLOSED,
    (S.REACHED, M.MERGE): S.CLOSED,
    (S.ACCEPTED, M.MERGE): S.CLOSED,
    (S.FILED, M.NOT_REAL): S.CLOSED,
    (S.RECEIVED, M.NOT_REAL): S.CLOSED,
    (S.CONTACT_ATTEMPTED, M.NOT_REAL): S.CLOSED,
    (S.REACHED, M.NOT_REAL): S.CLOSED,
    (S.ACCEPTED, M.NOT_REAL): S.CLOSED,
}
"""What municipal staff may do, written down apart from the code. Withdrawing comes beside it."""

STAYS = {
    M.ASSIGN: set(S) - {S.CLOSED, S.WITHDRAWN},
    M.PLAN: OPEN_STATES,
    M.TRANSFER: OPEN_STATES,
    M.OFFER: {S.FILED, S.RECEIVED, S.CONTACT_ATTEMPTED},
}
"""What municipal staff may do besides, with an ordinary referral; the state stays."""
REASONS = {
    M.ATTEMPT: ATTEMPT_REASONS,
    M.DECLINE: DECLINE_REASONS,
    M.GIVE_UP: UNREACHABLE_REASONS,
    M.DROP_OUT: DROP_OUT_REASONS,
    M.FORWARD: FORWARD_REASONS,
    M.WRONG_MUNICIPALITY: WRONG_MUNICIPALITY_REASONS,
    M.SEND_ON: WRONG_MUNICIPALITY_REASONS,
    M.MERGE: MERGE_REASONS,
    M.TRANSFER: TRANSFER_REASONS,
}
MUNICIPAL = (Actor.ADVISER, Actor.COURSE_MANAGER, Actor.SERVICE)


def _allowed(state: State, move: Move, actor: Actor) -> bool:
    if move is Move.WITHDRAW:
        return state is not State.WITHDRAWN and actor is not Actor.ADMINISTRATOR
    if move is Move.HAND_OVER:
        return state in OPEN_STATES and actor is Actor.ADMINISTRATOR
    if actor not in MUNICIPAL:
        return False
    return (state, move) in LEGAL or state in STAYS.get(move, ())


def _target(state: State, move: Move) -> State | None:
    return State.WITHDRAWN if move is Move.WITHDRAW else LEGAL.get((state, move))


PLACES = [(state, actor) for state in State for actor in Actor]


@pytest.mark.parametrize("move", Move)
def test_a_legal_move_leads_to_its_target(move: Move) -> None:
    reason = REASONS.get(move, (None,))[0]
    for state, actor in PLACES:
        if _allowed(state, move, actor):
            made = check_move(state, move, actor, reason, conditions=TRIED)
            assert made.target is _target(state, move)


@pytest.mark.parametrize("move", Move)
def test_a_forbidden_move_is_refused_with_the_legal_ones(move: Move) -> None:
    reason = REASONS.get(move, (None,))[0]
    for state, actor in PLACES:
        if not _allowed(state, move, actor):
            with pytest.raises(IllegalMove) as refused:
                check_move(state, move, actor, reason)
            assert refused.value.legal == [m for m in MOVES if _allowed(state, m, actor)]


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("actor", Actor)
def test_the_list_of_legal_moves_is_what_the_table_allows(state: State, actor: Actor) -> None:
    assert set(legal_moves(state, actor)) == {m for m in Move if _allowed(state, m, actor)}


LENT = ORDINARY - {Condition.KEPT} | {Condition.LENT}
TRIED = ORDINARY | {Condition.TRIED}
OFFERED = ORDINARY - {Condition.NOT_OFFERED} | {Condition.OFFERED}
IN_PARTICULAR = [
    (S.REACHED, Side.WORKING, LENT, {M.GIVE_BACK}, {M.TRANSFER, M.SEND_ON, M.MERGE, M.TAKE_BACK}),
    (S.FILED, Side.WORKING, LENT, {M.GIVE_BACK, M.ATTEMPT}, {M.OFFER}),
    (S.REACHED, Side.HOME, LENT, {M.TAKE_BACK, M.WITHDRAW}, {M.ACCEPT, M.ASSIGN, M.GIVE_BACK}),
    (S.FILED, Side.WORKING, OFFERED, {M.RETRACT_OFFER, M.ATTEMPT}, {M.OFFER}),
    (S.FILED, Side.OFFERED, OFFERED, {M.TAKE_OFFER, M.REFUSE_OFFER}, {M.ATTEMPT, M.WITHDRAW}),
    (S.REACHED, Side.OFFERED, OFFERED, set(), {M.TAKE_OFFER, M.REFUSE_OFFER}),
    (S.CLOSED, Side.WORKING, ORDINARY | {Condition.CORRECTABLE}, {M.PUT_RIGHT}, {M.ASSIGN}),
    (S.WITHDRAWN, Side.WORKING, ORDINARY | {Condition.CORRECTABLE}, set(), {M.PUT_RIGHT}),
]


@pytest.mark.parametrize(("state", "side", "conditions", "may", "may_not"), IN_PARTICULAR)
def test_what_is_legal_depends_on_the_side_and_the_conditions(
    state: State,
    side: Side,
    conditions: frozenset[Condition],
    may: set[Move],
    may_not: set[Move],
) -> None:
    legal = set(legal_moves(state, Actor.ADVISER, side, conditions))
    assert may <= legal
    assert not may_not & legal


def test_what_follows_from_an_outcome_is_no_choice_of_people() -> None:
    legal = set(legal_moves(S.COMPLETED, Actor.ADVISER))
    assert {M.FOLLOW_UP, M.LOSE} <= legal
    assert set(moves_by_hand(S.COMPLETED, Actor.ADVISER)) == legal - {M.FOLLOW_UP, M.LOSE}
    assert {M.FOLLOW_UP, M.LOSE} == AFTER_AN_OUTCOME


@pytest.mark.parametrize("name", ["", "file", "RECEIVE", "receive ", "drop table", "filed"])
def test_a_move_that_nobody_knows_is_refused(name: str) -> None:
    with pytest.raises(IllegalMove):
        check_move(State.FILED, name, Actor.ADVISER, None)


SOURCE = {move: next(iter(sorted(MOVES[move].sources))) for move in REASONS}


@pytest.mark.parametrize("move", REASONS)
def test_a_coded_reason_is_taken(move: Move) -> None:
    for reason in REASONS[move]:
        rule = check_move(SOURCE[move], move, Actor.ADVISER, reason, conditions=TRIED)
        assert reason in rule.reasons


def test_who_was_not_tried_often_enough_is_not_given_up_as_not_reached() -> None:
    with pytest.raises(IllegalMove) as refused:
        check_move(S.CONTACT_ATTEMPTED, M.GIVE_UP, Actor.ADVISER, "no_answer")
    assert refused.value.why == "tries"
    assert check_move(S.CONTACT_ATTEMPTED, M.GIVE_UP, Actor.ADVISER, "wrong_number")


def test_nobody_is_signed_up_again_whose_identity_is_deleted() -> None:
    purged = ORDINARY - {Condition.KNOWN}
    assert M.SIGN_UP_AGAIN not in legal_moves(S.DROPPED_OUT, Actor.ADVISER, conditions=purged)


@pytest.mark.parametrize("reason", [None, "", "nonsense", "No_Answer"], ids=repr)
@pytest.mark.parametrize("move", REASONS)
def test_a_move_that_needs_a_reason_is_refused_without_a_known_one(
    move: Move, reason: str | None
) -> None:
    with pytest.raises(IllegalMove) as refused:
        check_move(SOURCE[move], move, Actor.ADVISER, reason)
    assert refused.value.why == "reason"


@pytest.mark.parametrize("move", [m for m in Move if not MOVES[m].reasons and MOVES[m].actors])
def test_a_reason_is_refused_where_none_is_given(move: Move) -> None:
    rule = MOVES[move]
    state, actor, side = min(rule.sources), min(rule.actors), min(rule.sides)
    with pytest.raises(IllegalMove) as refused:
        check_move(state, move, actor, "no_answer", side, rule.only)
    assert refused.value.why == "reason"


def test_every_state_but_the_end_can_be_left() -> None:
    stuck = [s for s in State if not any(MOVES[m].target for m in legal_moves(s, Actor.ADVISER))]
    assert stuck == [State.WITHDRAWN]


def test_every_state_can_be_reached_from_the_first() -> None:
    reached = {State.FILED}
    while more := {t for (s, _), t in LEGAL.items() if s in reached} - reached:
        reached |= more
    assert reached | {State.WITHDRAWN} == set(State)


def test_every_move_reason_state_side_and_condition_has_a_word_in_both_languages() -> None:
    groups = Labels().groups
    wanted = {
        "state": State,
        "move": Move,
        "actor": Actor,
        "side": Side,
        "condition": Condition,
        "about": About,
        "reason": {reason for rule in MOVES.values() for reason in rule.reasons},
    }
    for group, codes in wanted.items():
        for code in codes:
            assert set(groups[group][code]) == {"da", "en"}, f"{group}: {code}"


def test_the_page_of_moves_is_written_from_the_table() -> None:
    page = (ROOT / "docs" / "moves.md").read_text("utf-8")
    written = "".join(f"{line}\n" for line in moves_page.lines(Labels()))
    assert page == written, "write it anew: python -m referrals.referral.moves_page > docs/moves.md"
