"""The states of a referral and the table of legal moves. Pure.

One table, ``MOVES``, says from where, to where, by whom and with which reasons. Whatever is not in
the table is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a referral stands."""

    FILED = "filed"
    RECEIVED = "received"
    CONTACT_ATTEMPTED = "contact_attempted"
    REACHED = "reached"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"
    FORWARDED = "forwarded"
    WRONG_MUNICIPALITY = "wrong_municipality"
    ENROLLED = "enrolled"
    STARTED = "started"
    COMPLETED = "completed"
    DROPPED_OUT = "dropped_out"
    FOLLOWED_UP = "followed_up"
    LOST_TO_FOLLOW_UP = "lost_to_follow_up"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What somebody does with a referral. The value is the ``event`` of the HTTP surface."""

    RECEIVE = "receive"
    ATTEMPT = "attempt_contact"
    REACH = "reach"
    ACCEPT = "accept"
    DECLINE = "decline"
    GIVE_UP = "give_up"
    FORWARD = "forward"
    WRONG_MUNICIPALITY = "wrong_municipality"
    ENROL = "enrol"
    START = "start"
    COMPLETE = "complete"
    DROP_OUT = "drop_out"
    FOLLOW_UP = "follow_up"
    LOSE = "lose_to_follow_up"
    CLOSE = "close"
    WITHDRAW = "withdraw"


class Actor(StrEnum):
    """Who makes a move, by the hat worn."""

    ADVISER = "adviser"
    COURSE_MANAGER = "course_manager"
    NURSE = "nurse"
    PATIENT = "patient"


class Remark(StrEnum):
    """What is written into the history without moving the referral."""

    END = "outcome_end"
    SIX_MONTHS = "outcome_six_months"
    QUIT_DATE = "quit_date"


AFTER_AN_OUTCOME = frozenset({Move.FOLLOW_UP, Move.LOSE})
"""Moves that recording the last outcome makes; nobody makes them by hand."""

MUNICIPAL = frozenset({Actor.ADVISER, Actor.COURSE_MANAGER})
ANYBODY = frozenset(Actor)

ATTEMPT_REASONS = ("no_answer", "voicemail", "busy", "call_back", "wrong_number")
DECLINE_REASONS = ("not_now", "quits_alone", "other_offer", "no_longer_smokes", "does_not_say")
UNREACHABLE_REASONS = ("no_answer", "wrong_number", "protected", "died_or_moved")
DROP_OUT_REASONS = (
    "no_further_need_citizen",
    "no_further_need_professional",
    "active_opt_out",
    "other_illness",
    "transport_cost",
    "transport_logistics",
    "other_training",
    "event_ends_it",
    "no_show_or_not_reached",
)
"""The nine reasons of the municipalities' association (KL)."""

OPEN_STATES = frozenset(
    {
        State.FILED,
        State.RECEIVED,
        State.CONTACT_ATTEMPTED,
        State.REACHED,
        State.ACCEPTED,
        State.ENROLLED,
        State.STARTED,
    }
)
"""States in which somebody still owes the patient something; a new one would be a duplicate."""

UNREACHED_STATES = frozenset({State.FILED, State.RECEIVED, State.CONTACT_ATTEMPTED})
"""States in which the one-week clock shows."""


@dataclass(frozen=True)
class Rule:
    """One legal move: from any state of ``sources`` to ``target``, by one of ``actors``.

    ``reasons`` are the coded reasons to choose from; an empty tuple means that none is given.
    """

    move: Move
    sources: frozenset[State]
    target: State
    actors: frozenset[Actor] = MUNICIPAL
    reasons: tuple[str, ...] = ()


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


_BEFORE_REACHED = (State.RECEIVED, State.CONTACT_ATTEMPTED)

MOVES: dict[Move, Rule] = {
    rule.move: rule
    for rule in (
        Rule(Move.RECEIVE, _from(State.FILED), State.RECEIVED),
        Rule(
            Move.ATTEMPT,
            _from(State.FILED, *_BEFORE_REACHED),
            State.CONTACT_ATTEMPTED,
            reasons=ATTEMPT_REASONS,
        ),
        Rule(Move.REACH, _from(State.FILED, *_BEFORE_REACHED), State.REACHED),
        Rule(Move.ACCEPT, _from(State.REACHED), State.ACCEPTED),
        Rule(Move.DECLINE, _from(State.REACHED), State.DECLINED, reasons=DECLINE_REASONS),
        Rule(
            Move.GIVE_UP,
            _from(State.CONTACT_ATTEMPTED),
            State.UNREACHABLE,
            reasons=UNREACHABLE_REASONS,
        ),
        Rule(Move.FORWARD, _from(State.REACHED), State.FORWARDED),
        Rule(
            Move.WRONG_MUNICIPALITY,
            _from(State.FILED, *_BEFORE_REACHED, State.REACHED),
            State.WRONG_MUNICIPALITY,
        ),
        Rule(Move.ENROL, _from(State.ACCEPTED), State.ENROLLED),
        Rule(Move.START, _from(State.ENROLLED), State.STARTED),
        Rule(Move.COMPLETE, _from(State.STARTED), State.COMPLETED),
        Rule(
            Move.DROP_OUT,
            _from(State.ENROLLED, State.STARTED),
            State.DROPPED_OUT,
            reasons=DROP_OUT_REASONS,
        ),
        Rule(
            Move.FOLLOW_UP,
            _from(State.COMPLETED, State.DROPPED_OUT, State.LOST_TO_FOLLOW_UP),
            State.FOLLOWED_UP,
        ),
        Rule(
            Move.LOSE,
            _from(State.COMPLETED, State.DROPPED_OUT, State.FOLLOWED_UP),
            State.LOST_TO_FOLLOW_UP,
        ),
        Rule(
            Move.CLOSE,
            _from(
                State.DECLINED,
                State.UNREACHABLE,
                State.FORWARDED,
                State.WRONG_MUNICIPALITY,
                State.COMPLETED,
                State.DROPPED_OUT,
                State.FOLLOWED_UP,
                State.LOST_TO_FOLLOW_UP,
            ),
            State.CLOSED,
        ),
        Rule(
            Move.WITHDRAW,
            frozenset(State) - {State.WITHDRAWN},
            State.WITHDRAWN,
            actors=ANYBODY,
        ),
    )
}


class IllegalMove(Exception):
    """The move is not in the table for this state, actor or reason. ``legal`` lists what is."""

    def __init__(self, move: str, state: State, legal: list[Move], why: str = "state") -> None:
        super().__init__(f"{move} is not possible in state {state}: {why}")
        self.move = move
        self.state = state
        self.legal = legal
        self.why = why


def legal_moves(state: State, actor: Actor) -> list[Move]:
    """List the moves that ``actor`` may make now, in the order of the table."""
    return [m for m, rule in MOVES.items() if state in rule.sources and actor in rule.actors]


def moves_by_hand(state: State, actor: Actor) -> list[Move]:
    """List the legal moves that people choose; the others follow from what is recorded."""
    return [move for move in legal_moves(state, actor) if move not in AFTER_AN_OUTCOME]


def check_move(state: State, move: str, actor: Actor, reason: str | None) -> Rule:
    """Give the rule of a legal move. Raises IllegalMove with the legal ones for any other."""
    legal = legal_moves(state, actor)
    if move not in legal:
        raise IllegalMove(move, state, legal)
    rule = MOVES[Move(move)]
    if rule.reasons and reason not in rule.reasons:
        raise IllegalMove(move, state, legal, why="reason")
    if reason and not rule.reasons:
        raise IllegalMove(move, state, legal, why="reason")
    return rule
