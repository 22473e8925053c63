"""The states of a referral and the table of legal moves. Pure.

One table, ``MOVES``, says from where, to where, by whom, when and with which reasons. Whatever is
not in the table is refused. ``docs/moves.md`` is written from it.
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
    SIGN_UP_AGAIN = "sign_up_again"
    SEND_ON = "send_on"
    MERGE = "merge"
    NOT_REAL = "not_real"
    PUT_RIGHT = "put_right"
    ASSIGN = "assign"
    PLAN = "plan"
    TRANSFER = "transfer"
    GIVE_BACK = "give_back"
    TAKE_BACK = "take_back"
    OFFER = "offer"
    RETRACT_OFFER = "retract_offer"
    TAKE_OFFER = "take_offer"
    REFUSE_OFFER = "refuse_offer"
    ABSORB = "absorb"
    HAND_OVER = "hand_over"
    COURSE_CANCELLED = "course_cancelled"
    CHANGE_COURSE = "change_course"


class Actor(StrEnum):
    """Who makes a move, by the hat worn."""

    ADVISER = "adviser"
    COURSE_MANAGER = "course_manager"
    NURSE = "nurse"
    PATIENT = "patient"
    ADMINISTRATOR = "administrator"
    SERVICE = "service"


class Side(StrEnum):
    """Which municipality somebody stands in, seen from the referral."""

    WORKING = "working"
    HOME = "home"
    OFFERED = "offered"


class Condition(StrEnum):
    """What must be the case besides the state."""

    KEPT = "kept"
    LENT = "lent"
    OFFERED = "offered"
    NOT_OFFERED = "not_offered"
    CORRECTABLE = "correctable"
    KNOWN = "known"
    TRIED = "tried"
    SETTLED = "settled"


class About(StrEnum):
    """What a move names besides its reason. A time or a colleague may be left out: none then."""

    MUNICIPALITY = "municipality"
    REFERENCE = "reference"
    COLLEAGUE = "colleague"
    TIME = "time"
    COURSE = "course"


class Remark(StrEnum):
    """What is written into the history without moving the referral."""

    SEAT_GONE = "seat_gone"
    END = "outcome_end"
    SIX_MONTHS = "outcome_six_months"
    QUIT_DATE = "quit_date"


class SeatEvent(StrEnum):
    """What became of a seat while nobody worked the referral: a row of the history, no move."""

    OFFERED = "seat_offered"
    RAN_OUT = "seat_ran_out"
    LINE_ENDED = "line_ended"


AFTER_AN_OUTCOME = frozenset({Move.FOLLOW_UP, Move.LOSE})
"""Moves that recording the last outcome makes; nobody makes them by hand."""

IN_TOUCH = frozenset({Move.REACH, Move.SIGN_UP_AGAIN})
"""Moves that tell of a talk with the patient, who may have been the one to call."""

MUNICIPAL = frozenset({Actor.ADVISER, Actor.COURSE_MANAGER, Actor.SERVICE})
ANYBODY = MUNICIPAL | {Actor.NURSE, Actor.PATIENT}

ATTEMPT_REASONS = ("no_answer", "voicemail", "busy", "call_back", "wrong_number")
DECLINE_REASONS = (
    "not_now",
    "quits_alone",
    "other_offer",
    "no_longer_smokes",
    "does_not_say",
    "changed_mind",
    "not_reached_again",
)
UNREACHABLE_REASONS = ("no_answer", "wrong_number", "protected", "died_or_moved")
AFTER_TRIES = frozenset({"no_answer"})
"""Why somebody is given up only once enough calls were tried."""
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
FORWARD_REASONS = ("own_doctor", "pharmacy", "hospital_offer", "quit_line", "private_offer")
WRONG_MUNICIPALITY_REASONS = ("lives_elsewhere", "moved", "chosen_wrongly")
TRANSFER_REASONS = ("no_room", "near_work", "needed_language", "course_fits", "patient_wish")
RETURN_REASONS = ("no_room", "not_reached_here", "patient_wish", "course_does_not_fit")
MERGE_REASONS = ("same_person_referred_twice",)
PUT_RIGHT_REASONS = ("wrong_choice", "wrong_referral", "learned_later")

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

    A ``target`` of None means that the state stays, or, for PUT_RIGHT, that it is the one before.
    ``reasons`` are the coded reasons to choose from; an empty tuple means that none is given.
    ``sides`` are the municipalities whose staff may do it, ``only`` the conditions that must all
    hold, and ``about`` is what is named besides. ``tried`` are the reasons that are taken only once
    it was tried often enough. Where nobody makes the move, ``follows`` says what it comes of.
    """

    move: Move
    sources: frozenset[State]
    target: State | None
    actors: frozenset[Actor] = MUNICIPAL
    reasons: tuple[str, ...] = ()
    sides: frozenset[Side] = frozenset({Side.WORKING})
    only: frozenset[Condition] = frozenset()
    about: About | None = None
    follows: str = ""
    tried: frozenset[str] = frozenset()


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


_BEFORE_REACHED = (State.RECEIVED, State.CONTACT_ATTEMPTED)
_NOT_WITHDRAWN = frozenset(State) - {State.WITHDRAWN}
_LIVE = _NOT_WITHDRAWN - {State.CLOSED}
_OFFERED_TO_US = frozenset({Side.OFFERED})
_KEPT = frozenset({Condition.KEPT})
_LENT = frozenset({Condition.LENT})

MOVES: dict[Move, Rule] = {
    rule.move: rule
    for rule in (
        Rule(Move.RECEIVE, _from(State.FILED), State.RECEIVED),
        Rule(
            Move.ATTEMPT,
            _from(State.FILED, *_BEFORE_REACHED),
            State.CONTACT_ATTEMPTED,
            reasons=ATTEMPT_REASONS,
            about=About.TIME,
        ),
        Rule(Move.REACH, _from(State.FILED, *_BEFORE_REACHED), State.REACHED),
        Rule(Move.ACCEPT, _from(State.REACHED), State.ACCEPTED),
        Rule(
            Move.DECLINE,
            _from(State.REACHED, State.ACCEPTED),
            State.DECLINED,
            reasons=DECLINE_REASONS,
        ),
        Rule(
            Move.GIVE_UP,
            _from(State.CONTACT_ATTEMPTED),
            State.UNREACHABLE,
            reasons=UNREACHABLE_REASONS,
            tried=AFTER_TRIES,
        ),
        Rule(Move.FORWARD, _from(State.REACHED), State.FORWARDED, reasons=FORWARD_REASONS),
        Rule(
            Move.WRONG_MUNICIPALITY,
            _from(State.FILED, *_BEFORE_REACHED, State.REACHED),
            State.WRONG_MUNICIPALITY,
            reasons=WRONG_MUNICIPALITY_REASONS,
            only=_KEPT,
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
            Move.SIGN_UP_AGAIN,
            _from(State.DROPPED_OUT, State.DECLINED, State.UNREACHABLE, State.FORWARDED),
            State.ACCEPTED,
            only=frozenset({Condition.KNOWN}),
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
            only=frozenset({Condition.SETTLED}),
        ),
        Rule(
            Move.WITHDRAW,
            _NOT_WITHDRAWN,
            State.WITHDRAWN,
            actors=ANYBODY,
            sides=frozenset({Side.WORKING, Side.HOME}),
        ),
        Rule(
            Move.SEND_ON,
            _from(State.FILED, *_BEFORE_REACHED, State.REACHED, State.WRONG_MUNICIPALITY),
            State.FILED,
            reasons=WRONG_MUNICIPALITY_REASONS,
            only=_KEPT,
            about=About.MUNICIPALITY,
        ),
        Rule(
            Move.MERGE,
            OPEN_STATES - {State.ENROLLED, State.STARTED},
            State.CLOSED,
            reasons=MERGE_REASONS,
            only=_KEPT,
            about=About.REFERENCE,
        ),
        Rule(
            Move.NOT_REAL,
            OPEN_STATES - {State.ENROLLED, State.STARTED},
            State.CLOSED,
            only=_KEPT,
        ),
        Rule(
            Move.PUT_RIGHT,
            _NOT_WITHDRAWN,
            None,
            reasons=PUT_RIGHT_REASONS,
            only=frozenset({Condition.CORRECTABLE}),
        ),
        Rule(Move.ASSIGN, _LIVE, None, about=About.COLLEAGUE),
        Rule(Move.PLAN, OPEN_STATES, None, about=About.TIME),
        Rule(
            Move.TRANSFER,
            OPEN_STATES,
            None,
            reasons=TRANSFER_REASONS,
            only=_KEPT,
            about=About.MUNICIPALITY,
        ),
        Rule(Move.GIVE_BACK, _LIVE, None, reasons=RETURN_REASONS, only=_LENT),
        Rule(Move.TAKE_BACK, _LIVE, None, sides=frozenset({Side.HOME}), only=_LENT),
        Rule(
            Move.OFFER,
            UNREACHED_STATES,
            None,
            only=frozenset({Condition.KEPT, Condition.NOT_OFFERED}),
            about=About.MUNICIPALITY,
        ),
        Rule(Move.RETRACT_OFFER, _LIVE, None, only=frozenset({Condition.OFFERED})),
        Rule(Move.TAKE_OFFER, UNREACHED_STATES, None, sides=_OFFERED_TO_US),
        Rule(
            Move.REFUSE_OFFER,
            UNREACHED_STATES,
            None,
            reasons=RETURN_REASONS,
            sides=_OFFERED_TO_US,
        ),
        Rule(
            Move.ABSORB,
            OPEN_STATES,
            None,
            actors=frozenset(),
            about=About.REFERENCE,
            follows="`merge`",
        ),
        Rule(
            Move.HAND_OVER,
            OPEN_STATES,
            None,
            actors=frozenset({Actor.ADMINISTRATOR}),
            about=About.COLLEAGUE,
        ),
        Rule(
            Move.COURSE_CANCELLED,
            _from(State.ENROLLED, State.STARTED),
            State.ACCEPTED,
            actors=frozenset(),
            about=About.COURSE,
            follows="calling a course off",
        ),
        Rule(
            Move.CHANGE_COURSE,
            OPEN_STATES,
            None,
            actors=frozenset(),
            about=About.COURSE,
            follows="calling a course off",
        ),
    )
}


class IllegalMove(Exception):
    """The move is not in the table for this state, actor or reason. ``legal`` lists what is.

    ``why`` is ``state``, ``reason``, ``tries`` (it was not tried often enough), or a code of
    whoever refuses it.
    """

    def __init__(self, move: str, state: State, legal: list[Move], why: str = "state") -> None:
        super().__init__(f"{move} is not possible in state {state}: {why}")
        self.move = move
        self.state = state
        self.legal = legal
        self.why = why


ORDINARY = frozenset({Condition.KEPT, Condition.NOT_OFFERED, Condition.KNOWN, Condition.SETTLED})
"""The conditions of a referral that nothing particular has happened to."""


def legal_moves(
    state: State,
    actor: Actor,
    side: Side = Side.WORKING,
    conditions: frozenset[Condition] = ORDINARY,
) -> list[Move]:
    """List the moves that ``actor`` may make now, in the order of the table."""
    return [
        move
        for move, rule in MOVES.items()
        if state in rule.sources
        and actor in rule.actors
        and side in rule.sides
        and rule.only <= conditions
    ]


def moves_by_hand(
    state: State,
    actor: Actor,
    side: Side = Side.WORKING,
    conditions: frozenset[Condition] = ORDINARY,
) -> list[Move]:
    """List the legal moves that people choose; the others follow from what is recorded."""
    legal = legal_moves(state, actor, side, conditions)
    return [move for move in legal if move not in AFTER_AN_OUTCOME]


def check_move(
    state: State,
    move: str,
    actor: Actor,
    reason: str | None,
    side: Side = Side.WORKING,
    conditions: frozenset[Condition] = ORDINARY,
) -> Rule:
    """Give the rule of a legal move. Raises IllegalMove with the legal ones for any other."""
    legal = legal_moves(state, actor, side, conditions)
    if move not in legal:
        settled = legal_moves(state, actor, side, conditions | {Condition.SETTLED})
        why = "follow_up_due" if move in settled else "state"
        raise IllegalMove(move, state, legal, why=why)
    rule = MOVES[Move(move)]
    if rule.reasons and reason not in rule.reasons:
        raise IllegalMove(move, state, legal, why="reason")
    if reason and not rule.reasons:
        raise IllegalMove(move, state, legal, why="reason")
    if reason in rule.tried and Condition.TRIED not in conditions:
        raise IllegalMove(move, state, legal, why="tries")
    return rule
