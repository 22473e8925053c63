"""What comes next with a referral: by state, seat, call, course and follow-up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.booking.seat_states import SeatState
from referrals.next_action.rule import (
    Case,
    NextAction,
    SeatFacts,
    Task,
    listed_before,
    next_action,
    working_day_after,
)
from referrals.queue.today import SECTIONS
from referrals.referral.moves import MOVES, Actor, State, legal_moves
from referrals.words.labels import Labels

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def case(state: State, **facts: Any) -> Case:
    usual = {"since": MONDAY, "filed_at": MONDAY, "due_at": MONDAY + 7 * DAY}
    return Case(state, **{**usual, **facts})


def seat(state: SeatState, **facts: Any) -> SeatFacts:
    usual = dict.fromkeys(("expires_at", "ended_at", "ended_why", "starts_at"))
    return SeatFacts(state, **{**usual, "asked_at": MONDAY, **facts})


def what(state: State, **facts: Any) -> Task:
    following = next_action(case(state, **facts))
    assert following is not None
    return following.what


def by(state: State, **facts: Any) -> datetime:
    following = next_action(case(state, **facts))
    assert following is not None
    return following.by


HELD = seat(SeatState.HELD, expires_at=MONDAY + 3 * DAY)
WAITING = seat(SeatState.WAITING, starts_at=MONDAY + 30 * DAY)
CANCELLED = seat(SeatState.RELEASED, ended_at=MONDAY, ended_why="course_cancelled")
RAN_OUT = seat(SeatState.EXPIRED, ended_at=MONDAY + 9 * DAY, ended_why="ran_out")


@pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN])
def test_what_is_over_has_no_next_action(state: State) -> None:
    assert next_action(case(state)) is None


@pytest.mark.parametrize(
    ("state", "facts", "task"),
    [
        (State.FILED, {}, Task.CALL),
        (State.CONTACT_ATTEMPTED, {}, Task.CALL),
        (State.RECEIVED, {"call_at": MONDAY + DAY}, Task.BOOKED_CALL),
        (State.REACHED, {}, Task.AGREE),
        (State.ACCEPTED, {}, Task.ENROL),
        (State.ACCEPTED, {"seat": HELD}, Task.KEEP_SEAT),
        (State.ACCEPTED, {"seat": WAITING}, Task.AWAIT_SEAT),
        (State.ACCEPTED, {"seat": CANCELLED}, Task.REPLACE_COURSE),
        (State.ACCEPTED, {"seat": RAN_OUT}, Task.ENROL),
        (State.ENROLLED, {}, Task.BEGIN),
        (State.ENROLLED, {"seat": CANCELLED}, Task.REPLACE_COURSE),
        (State.STARTED, {}, Task.FINISH),
        (State.STARTED, {"follow_up_on": date(2026, 11, 30)}, Task.FOLLOW_UP),
        (State.COMPLETED, {"follow_up_on": date(2027, 5, 23)}, Task.FOLLOW_UP),
        (State.COMPLETED, {}, Task.CLOSE),
        (State.DECLINED, {}, Task.CLOSE),
        (State.DECLINED, {"follow_up_on": date(2027, 5, 23)}, Task.FOLLOW_UP),
        (State.UNREACHABLE, {}, Task.WRITE),
        (State.WRONG_MUNICIPALITY, {}, Task.REDIRECT),
    ],
)
def test_what_comes_next_follows_from_where_it_stands(
    state: State, facts: dict[str, Any], task: Task
) -> None:
    assert what(state, **facts) is task


def test_a_new_referral_is_called_at_the_patients_best_time_within_its_week() -> None:
    assert by(State.FILED, best_time="afternoon") == datetime(2026, 11, 23, 13, tzinfo=UTC)
    friday = MONDAY + 4 * DAY
    late = by(State.FILED, best_time="morning", filed_at=friday, due_at=friday + 2 * DAY)
    assert late == friday + 2 * DAY


def test_who_was_tried_is_tried_again_at_another_time_or_as_planned() -> None:
    assert by(State.CONTACT_ATTEMPTED) == MONDAY.replace(hour=13)
    assert by(State.CONTACT_ATTEMPTED, planned_at=MONDAY + 5 * DAY) == MONDAY + 5 * DAY


def test_a_held_seat_is_not_let_run_out_before_the_call() -> None:
    assert by(State.FILED, planned_at=MONDAY + 5 * DAY, seat=HELD) == MONDAY + 3 * DAY
    assert by(State.REACHED, planned_at=MONDAY + 5 * DAY, seat=HELD) == MONDAY + 3 * DAY


@pytest.mark.parametrize(
    "held_until",
    [
        pytest.param(MONDAY + 5 * DAY, id="on a Saturday"),
        pytest.param(datetime(2026, 11, 30, 5, tzinfo=UTC), id="on a Monday at six"),
    ],
)
def test_a_seat_that_goes_while_nobody_works_is_called_about_on_the_working_day_before(
    held_until: datetime,
) -> None:
    held = seat(SeatState.HELD, expires_at=held_until)
    friday_at_eight = datetime(2026, 11, 27, 7, tzinfo=UTC)
    assert by(State.FILED, planned_at=MONDAY + 9 * DAY, seat=held) == friday_at_eight


def test_a_held_seat_is_on_the_list_until_the_next_working_day_is_over() -> None:
    friday = date(2026, 11, 27)
    assert listed_before(Task.KEEP_SEAT, friday) == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert listed_before(Task.CALL, friday) == datetime(2026, 11, 27, 23, tzinfo=UTC)


def test_of_a_call_and_a_seat_that_runs_out_the_earlier_comes_next() -> None:
    before, after = HELD.expires_at - DAY, HELD.expires_at + DAY
    assert what(State.ACCEPTED, seat=HELD, call_at=before) is Task.BOOKED_CALL
    assert what(State.ACCEPTED, seat=HELD, call_at=after) is Task.KEEP_SEAT
    assert by(State.ACCEPTED, seat=HELD, call_at=after) == HELD.expires_at


def test_who_was_reached_is_spoken_to_again_on_the_next_working_day() -> None:
    friday = MONDAY + 4 * DAY
    assert by(State.REACHED, since=friday) == datetime(2026, 11, 30, 7, tzinfo=UTC)


def test_a_line_is_looked_at_again_after_two_weeks_or_when_the_course_begins() -> None:
    assert by(State.ACCEPTED, seat=WAITING) == datetime(2026, 12, 7, 7, tzinfo=UTC)
    soon = replace(WAITING, starts_at=MONDAY + DAY)
    assert by(State.ACCEPTED, seat=soon) == MONDAY + DAY


def test_a_cancellation_from_before_the_enrolment_does_not_count() -> None:
    assert what(State.ENROLLED, since=MONDAY + DAY, seat=CANCELLED) is Task.BEGIN


def test_a_course_is_finished_on_its_last_day_and_before_the_follow_up_of_that_day() -> None:
    ends = MONDAY + 40 * DAY
    following = next_action(case(State.STARTED, ends_at=ends, follow_up_on=ends.date()))
    assert following == NextAction(Task.FINISH, ends)


def test_what_ended_is_to_be_closed_from_the_moment_of_its_outcome() -> None:
    assert by(State.DECLINED) == MONDAY
    assert by(State.FOLLOWED_UP, settled_at=MONDAY + 9 * DAY) == MONDAY + 9 * DAY


def test_every_task_has_a_word_in_both_languages() -> None:
    for task in Task:
        assert set(Labels().groups["next_action"][task]) == {"da", "en"}


TIMES = st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(
    lambda day: datetime.combine(day, time(9, 30), UTC)
)
PERHAPS = st.none() | TIMES
SEATS = st.builds(
    SeatFacts, st.sampled_from(SeatState), TIMES, PERHAPS, PERHAPS,
    st.none() | st.sampled_from(["course_cancelled", "ran_out"]), PERHAPS,
)  # fmt: skip
CASES = st.builds(
    Case, st.sampled_from(State), TIMES, TIMES, TIMES,
    st.none() | st.sampled_from(["morning", "afternoon", "evening", "any"]),
    PERHAPS, PERHAPS, st.none() | SEATS, PERHAPS, PERHAPS,
    st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)), PERHAPS,
)  # fmt: skip


@given(CASES)
def test_whatever_is_known_there_is_one_next_action_until_it_is_over(any_case: Case) -> None:
    following = next_action(any_case)
    over = any_case.state in (State.CLOSED, State.WITHDRAWN)
    assert (following is None) == over
    assert following is None or following.by.tzinfo is not None


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(CASES, st.integers(0, 1_000)), min_size=25, max_size=25))
def test_a_walk_along_the_legal_moves_never_loses_anybody(steps: list[tuple[Case, int]]) -> None:
    state = State.FILED
    for facts, choose in steps:
        following = next_action(replace(facts, state=state))
        over = state in (State.CLOSED, State.WITHDRAWN)
        task = following.what if following else None
        on = [section for section, tasks in SECTIONS.items() if task in tasks]
        assert len(on) == (0 if over else 1)
        onward = [move for move in legal_moves(state, Actor.ADVISER) if MOVES[move].target]
        state = State.FILED if over or not onward else MOVES[onward[choose % len(onward)]].target


@given(TIMES)
def test_the_next_working_day_lies_after_the_day_and_within_a_week(at: datetime) -> None:
    assert at < working_day_after(at) <= at + 7 * DAY
