"""The one rule: what is next to be done with a referral, and by when. Pure and total.

It asks no clock: the date says when the action is due, so an answer stays true until something
changes, and can be kept beside the referral (``keeping``). Whose it is, is who has the referral;
the list is that of the municipality that works it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from referrals.booking.seat_states import CALLED_OFF, SeatState
from referrals.denmark.calendar_days import (
    is_working_day,
    next_working_day,
    working_day_before,
)
from referrals.denmark.dates import DANISH_TIME, local_day, midnight
from referrals.next_action.next_attempt import propose
from referrals.outcomes.rules import USUAL_LENGTH
from referrals.referral.moves import UNREACHED_STATES, State

DAY_BEGINS = time(8)
"""From then on is due what is due on a day."""
LOOK_AGAIN_AFTER = timedelta(days=14)
"""How long somebody stands in line, or is enrolled without a day to begin, before it is asked."""


CALLS_COUNT_IN = UNREACHED_STATES | {State.REACHED, State.ACCEPTED, State.ENROLLED}
"""States in which a booked call is the next action; in others one would be on nobody's list."""


class Task(StrEnum):
    """What is next to be done."""

    CALL = "call"
    BOOKED_CALL = "booked_call"
    AGREE = "agree"
    ENROL = "enrol"
    KEEP_SEAT = "keep_seat"
    AWAIT_SEAT = "await_seat"
    REPLACE_COURSE = "replace_course"
    BEGIN = "begin"
    FINISH = "finish"
    FOLLOW_UP = "follow_up"
    REDIRECT = "redirect"
    WRITE = "write"
    CLOSE = "close"


@dataclass(frozen=True)
class SeatFacts:
    """The seat that stands or ended last. ``starts_at`` is the course's, None without a day."""

    state: SeatState
    asked_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    ended_why: str | None
    starts_at: datetime | None

    @property
    def held_until(self) -> datetime | None:
        """Give the end of a hold; None unless it is held."""
        return self.expires_at if self.state is SeatState.HELD else None


@dataclass(frozen=True)
class Case:
    """What is known of a referral, of what is reserved for it and of what came of it.

    ``since`` is when it came to stand where it stands, for attempts the last one. ``planned_at`` is
    when somebody meant to try or ask again, ``call_at`` a booked call. ``starts_at`` and
    ``ends_at`` are of the course in which the person is enrolled, ``follow_up_on`` is the earliest
    day of a follow-up that is due, ``settled_at`` when the last one was recorded.
    """

    state: State
    since: datetime
    filed_at: datetime
    due_at: datetime
    best_time: str | None = None
    planned_at: datetime | None = None
    call_at: datetime | None = None
    seat: SeatFacts | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    follow_up_on: date | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True)
class NextAction:
    """What is to be done, and by when."""

    what: Task
    by: datetime


def next_action(case: Case) -> NextAction | None:
    """Give the one next action; None only once the referral is closed or taken back."""
    if case.state in (State.CLOSED, State.WITHDRAWN):
        return None
    return _RULES[case.state](case)


def listed_before(what: Task, today: date) -> datetime:
    """Give the moment before which an action must be due to stand on the list of ``today``.

    A seat stands there as long as the next working day does not still leave time to keep it.
    """
    day = next_working_day(today) if what is Task.KEEP_SEAT else today
    return midnight(day + timedelta(days=1))


def working_day_after(at: datetime) -> datetime:
    """Give the begin of the first working day after the day of ``at``."""
    return _begin(next_working_day(local_day(at)))


def _begin(day: date) -> datetime:
    return datetime.combine(day, DAY_BEGINS, DANISH_TIME)


def _workable(at: datetime) -> datetime:
    """Give the day of ``at`` if people work on it, else the next on which they do."""
    day = local_day(at)
    return _begin(day if is_working_day(day) else next_working_day(day))


def _unreached(case: Case) -> NextAction:
    """Call: at the booked or planned time, else at the patient's best; before a held seat goes."""
    if case.call_at is not None:
        return NextAction(Task.BOOKED_CALL, case.call_at)
    return NextAction(Task.CALL, _before_the_seat_goes(case, case.planned_at or _first_try(case)))


def _first_try(case: Case) -> datetime:
    if case.state is State.CONTACT_ATTEMPTED:
        return propose(case.best_time, case.since)
    return min(propose(case.best_time, case.filed_at), case.due_at)


def _reached(case: Case) -> NextAction:
    if case.call_at is not None:
        return NextAction(Task.BOOKED_CALL, case.call_at)
    by = case.planned_at or working_day_after(case.since)
    return NextAction(Task.AGREE, _before_the_seat_goes(case, by))


def _before_the_seat_goes(case: Case, by: datetime) -> datetime:
    held_until = case.seat.held_until if case.seat else None
    return min(by, _last_chance(held_until)) if held_until else by


def _last_chance(held_until: datetime) -> datetime:
    """Give the end of a hold, or the last working day before one that ends while nobody works."""
    day = local_day(held_until)
    if is_working_day(day) and held_until > _begin(day):
        return held_until
    return _begin(working_day_before(day))


def _accepted(case: Case) -> NextAction:
    """Find the course: what stands in the way, or runs out, comes first."""
    seat = case.seat
    held_until = seat.held_until if seat else None
    if case.call_at is not None and (held_until is None or case.call_at < held_until):
        return NextAction(Task.BOOKED_CALL, case.call_at)
    if held_until is not None:
        return NextAction(Task.KEEP_SEAT, held_until)
    if seat is not None and seat.state is SeatState.WAITING:
        look = _workable(max(seat.asked_at, case.since) + LOOK_AGAIN_AFTER)
        by = case.planned_at or (min(look, seat.starts_at) if seat.starts_at else look)
        return NextAction(Task.AWAIT_SEAT, by)
    lost_at = seat.ended_at if seat is not None and seat.ended_at else case.since
    lost = seat is not None and seat.ended_why == CALLED_OFF
    by = case.planned_at or working_day_after(max(case.since, lost_at))
    return NextAction(Task.REPLACE_COURSE if lost else Task.ENROL, by)


def _enrolled(case: Case) -> NextAction:
    if case.call_at is not None:
        return NextAction(Task.BOOKED_CALL, case.call_at)
    if _course_is_gone(case):
        return _accepted(case)
    if case.planned_at is not None:
        return NextAction(Task.BEGIN, case.planned_at)
    by = case.starts_at or _workable(case.since + LOOK_AGAIN_AFTER)
    return NextAction(Task.BEGIN, max(by, case.since))


def _started(case: Case) -> NextAction:
    """Finish the course when it is over; a booked call or a follow-up before that comes first."""
    if case.call_at is not None:
        return NextAction(Task.BOOKED_CALL, case.call_at)
    if _course_is_gone(case):
        return _accepted(case)
    ends = max(case.ends_at or _workable(case.since + USUAL_LENGTH), case.since)
    by = case.planned_at or ends
    if case.follow_up_on is not None and case.follow_up_on < local_day(by):
        return NextAction(Task.FOLLOW_UP, _begin(case.follow_up_on))
    return NextAction(Task.FINISH, by)


def _course_is_gone(case: Case) -> bool:
    """Tell whether the course was called off since the person came to stand so."""
    seat = case.seat
    if seat is None or seat.ended_at is None or seat.ended_why != CALLED_OFF:
        return False
    return seat.ended_at >= case.since


def _followed(case: Case) -> NextAction:
    if case.follow_up_on is not None:
        return NextAction(Task.FOLLOW_UP, _begin(case.follow_up_on))
    return NextAction(Task.CLOSE, max(case.since, case.settled_at or case.since))


def _ended(task: Task) -> Callable[[Case], NextAction]:
    """Close, once nothing of an earlier course is left to be followed up."""

    def rule(case: Case) -> NextAction:
        following = _followed(case)
        return following if following.what is Task.FOLLOW_UP else NextAction(task, following.by)

    return rule


_RULES: dict[State, Callable[[Case], NextAction]] = {
    **dict.fromkeys(UNREACHED_STATES, _unreached),
    State.REACHED: _reached,
    State.ACCEPTED: _accepted,
    State.ENROLLED: _enrolled,
    State.STARTED: _started,
    **dict.fromkeys(
        (
            State.COMPLETED,
            State.DROPPED_OUT,
            State.FOLLOWED_UP,
            State.LOST_TO_FOLLOW_UP,
        ),
        _followed,
    ),
    State.DECLINED: _ended(Task.CLOSE),
    State.FORWARDED: _ended(Task.CLOSE),
    State.UNREACHABLE: _ended(Task.WRITE),
    State.WRONG_MUNICIPALITY: _ended(Task.REDIRECT),
}
