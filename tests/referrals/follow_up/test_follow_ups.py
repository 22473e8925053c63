"""Follow-ups: planned when a course begins, worked from a list, answered, put right, or lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from referrals.denmark.dates import local_day
from referrals.follow_up.follow_ups import FollowUps
from referrals.outcomes.follow_ups_due import NoFollowUp
from referrals.outcomes.rules import BadAnswer, FollowUpAnswer, FollowUpKind, VerificationMethod
from referrals.queue.municipal_queue import ChangedMeanwhile, NotFound
from referrals.referral.moves import IllegalMove, Move, State
from tests.conftest import World
from tests.referrals.follow_up.after_the_talk import ADVISER, Course

SMOKE_FREE = FollowUpAnswer(smoke_free=True, method=VerificationMethod.CO)
SMOKES = FollowUpAnswer(smoke_free=False, method=VerificationMethod.SELF_REPORT)


@pytest.fixture
def course(world: World) -> Course:
    return Course(world)


def _later(course: Course, reference: str, kind: str = "six_months") -> None:
    """Let the day of a follow-up come."""
    due = course.outcomes(reference)[kind].due_on
    course.world.clock.forward(days=(due - local_day(course.world.clock())).days)


def _listed(course: Course, which: str = "due") -> list[tuple[str, str | None]]:
    tasks = getattr(course.work.worklist(course.world.clock()), which)
    return [(task.reference, task.kind and task.kind.value) for task in tasks]


def test_the_first_session_attended_plans_both_follow_ups(course: Course) -> None:
    reference = course.started()
    ends = local_day(course.starts[-1])
    due = {kind: row.due_on for kind, row in course.outcomes(reference).items()}
    assert due == {"end": ends, "six_months": date(ends.year + 1, ends.month - 6, ends.day)}


def test_nobody_is_followed_up_who_never_came(course: Course) -> None:
    reference = course.enrolled()
    course.move(reference, "drop_out", "other_illness")
    assert course.outcomes(reference) == {}
    course.move(reference, "close")
    assert course.row(reference).state == State.CLOSED


def test_who_stopped_midway_can_sign_up_again_and_is_followed_up_after_the_new_course(
    course: Course,
) -> None:
    reference = course.started()
    course.move(reference, "drop_out", "other_illness")
    course.world.clock.forward(days=20)
    course.move(reference, "sign_up_again")
    row = course.row(reference)
    assert (row.state, row.open, row.next_action) == (State.ACCEPTED, True, "enrol")
    for move in ("enrol", "start"):
        course.move(reference, move)
    today = local_day(course.world.clock())
    assert course.outcomes(reference)["end"].due_on == today + timedelta(weeks=6)


def test_who_takes_the_yes_back_after_an_earlier_course_is_still_followed_up(
    course: Course,
) -> None:
    reference = course.started()
    course.move(reference, "drop_out", "other_illness")
    course.move(reference, "sign_up_again")
    course.move(reference, "decline", "changed_mind")
    assert course.row(reference).next_action == "follow_up"
    course.work.answer(reference, FollowUpKind.END, SMOKES, course.world.clock())
    _later(course, reference)
    course.work.answer(reference, FollowUpKind.SIX_MONTHS, SMOKES, course.world.clock())
    row = course.row(reference)
    assert (row.state, row.next_action) == (State.DECLINED, "close")


def test_without_a_course_the_end_is_six_weeks_away(course: Course) -> None:
    reference = course.accepted()
    for move in ("enrol", "start"):
        course.move(reference, move)
    today = local_day(course.world.clock())
    assert course.outcomes(reference)["end"].due_on == today + timedelta(weeks=6)


def test_completing_sets_the_days_to_when_it_was(course: Course) -> None:
    reference = course.started()
    course.move(reference, "complete")
    assert course.outcomes(reference)["end"].due_on == local_day(course.world.clock())


def test_the_list_shows_what_is_due_what_ends_and_what_comes(course: Course) -> None:
    reference = course.started()
    assert _listed(course) == []
    assert _listed(course, "coming") == [(reference, "end")]
    course.world.clock.at = course.starts[-1] + timedelta(hours=3)
    assert _listed(course, "to_finish") == [(reference, None)]
    assert _listed(course) == []  # nobody stands on it twice
    course.move(reference, "complete")
    assert _listed(course) == [(reference, "end")]
    course.work.answer(reference, FollowUpKind.END, SMOKE_FREE, course.world.clock())
    assert (_listed(course), _listed(course, "to_finish")) == ([], [])
    _later(course, reference)
    assert _listed(course) == [(reference, "six_months")]


def test_the_list_is_the_own_municipality_s_only(course: Course) -> None:
    course.completed()
    world = course.world
    others = FollowUps(world.database, world.vault, world.staff("demo-adviser-0163"))
    assert others.worklist(world.clock()).due_in_all == 0


def test_a_case_is_followed_up_with_the_last_answer(course: Course) -> None:
    reference = course.completed()
    course.work.answer(reference, FollowUpKind.END, SMOKE_FREE, course.world.clock())
    assert course.row(reference).state == State.COMPLETED
    _later(course, reference)
    told = FollowUpAnswer(
        smoke_free=True, method=VerificationMethod.SELF_REPORT, nicotine_free=False
    )
    course.work.answer(reference, FollowUpKind.SIX_MONTHS, told, course.world.clock())
    row = course.outcomes(reference)["six_months"]
    assert (row.state, row.smoke_free, row.nicotine_free) == ("answered", True, False)
    assert (row.method, row.recorded_by) == ("self_report", f"adviser:{ADVISER}")
    assert course.row(reference).state == State.FOLLOWED_UP
    course.move(reference, "close")
    assert course.row(reference).state == State.CLOSED


def test_who_dropped_out_is_followed_up_too(course: Course) -> None:
    reference = course.started()
    course.move(reference, "drop_out", "active_opt_out")
    _later(course, reference)
    course.work.answer(reference, FollowUpKind.SIX_MONTHS, SMOKES, course.world.clock())
    assert course.row(reference).state == State.FOLLOWED_UP


def test_lost_is_a_state_of_its_own_and_never_a_smoker(course: Course) -> None:
    reference = course.completed()
    _later(course, reference)
    course.work.lose(reference, FollowUpKind.SIX_MONTHS, "no_answer", course.world.clock())
    row = course.outcomes(reference)["six_months"]
    assert (row.state, row.reason, row.smoke_free) == ("lost", "no_answer", None)
    assert course.row(reference).state == State.LOST_TO_FOLLOW_UP


def test_a_correction_is_a_new_row_and_moves_the_case(course: Course) -> None:
    reference = course.completed()
    _later(course, reference)
    course.work.lose(reference, FollowUpKind.SIX_MONTHS, "no_answer", course.world.clock())
    course.work.answer(reference, FollowUpKind.SIX_MONTHS, SMOKES, course.world.clock())
    course.work.answer(reference, FollowUpKind.SIX_MONTHS, SMOKE_FREE, course.world.clock())
    actor = f"adviser:{ADVISER}"
    assert course.answers() == [
        ("lost", None, actor),
        ("answered", False, actor),
        ("answered", True, actor),
    ]
    assert course.row(reference).state == State.FOLLOWED_UP
    assert course.outcomes(reference)["six_months"].smoke_free is True


def test_an_answer_can_be_put_right_after_closing(course: Course) -> None:
    reference = course.completed()
    course.work.answer(reference, FollowUpKind.END, SMOKES, course.world.clock())
    _later(course, reference)
    course.work.answer(reference, FollowUpKind.SIX_MONTHS, SMOKES, course.world.clock())
    course.move(reference, "close")
    course.work.answer(reference, FollowUpKind.SIX_MONTHS, SMOKE_FREE, course.world.clock())
    assert course.row(reference).state == State.CLOSED
    assert course.outcomes(reference)["six_months"].smoke_free is True


def test_a_call_in_vain_comes_back_on_the_list_another_day(course: Course) -> None:
    reference, today = course.completed(), local_day(course.world.clock())
    work, now = course.work, course.world.clock()
    days = [work.call_in_vain(reference, FollowUpKind.END, "no_answer", now) for _ in range(4)]
    assert [(day - today).days for day in days] == [1, 3, 7, 7]
    assert _listed(course) == []
    follow_up = work.progress(reference).follow_ups[0]
    assert (follow_up.due_on, follow_up.call_on, follow_up.tried_enough) == (today, days[-1], True)
    course.world.clock.forward(days=7)
    assert _listed(course) == [(reference, "end")]


def test_a_case_is_not_closed_while_a_follow_up_is_due(course: Course) -> None:
    reference = course.completed()
    with pytest.raises(IllegalMove) as refused:
        course.move(reference, "close")
    assert refused.value.why == "follow_up_due"
    assert Move.CLOSE not in refused.value.legal
    assert Move.CLOSE not in course.world.queue().open(reference, course.world.clock()).legal
    assert course.row(reference).state == State.COMPLETED


@pytest.mark.parametrize("move", ["follow_up", "lose_to_follow_up"])
def test_nobody_follows_up_without_saying_what_came_of_it(course: Course, move: str) -> None:
    reference = course.completed()
    with pytest.raises(IllegalMove) as refused:
        course.move(reference, move)
    assert refused.value.why == "outcome"
    assert move not in [str(m) for m in refused.value.legal]


def test_six_months_cannot_be_answered_long_before(course: Course) -> None:
    reference = course.completed()
    with pytest.raises(BadAnswer, match="too_early"):
        course.work.answer(reference, FollowUpKind.SIX_MONTHS, SMOKES, course.world.clock())
    assert course.answers() == []


def test_what_is_refused_leaves_nothing_behind(course: Course) -> None:
    reference, now = course.started(), course.world.clock()
    with pytest.raises(BadAnswer):
        course.work.lose(reference, FollowUpKind.END, "smokes", now)
    with pytest.raises(BadAnswer):
        course.work.call_in_vain(reference, FollowUpKind.END, "", now)
    with pytest.raises(ChangedMeanwhile):
        course.work.answer(reference, FollowUpKind.END, SMOKES, now, version=1)
    with pytest.raises(IllegalMove):  # who is still on the course is not lost yet
        course.work.lose(reference, FollowUpKind.SIX_MONTHS, "no_answer", now)
    assert course.answers() == []


def test_nobody_touches_the_follow_ups_of_others(course: Course) -> None:
    reference, world = course.completed(), course.world
    others = FollowUps(world.database, world.vault, world.staff("demo-adviser-0163"))
    for reach in (
        lambda: others.progress(reference),
        lambda: others.answer(reference, FollowUpKind.END, SMOKES, world.clock()),
        lambda: others.lose(reference, FollowUpKind.END, "no_answer", world.clock()),
        lambda: others.call_in_vain(reference, FollowUpKind.END, "busy", world.clock()),
        lambda: others.set_quit_date(reference, local_day(world.clock()), world.clock()),
    ):
        with pytest.raises(NotFound):
            reach()


def test_a_consent_taken_back_ends_what_is_due(course: Course) -> None:
    reference = course.completed()
    course.work.answer(reference, FollowUpKind.END, SMOKE_FREE, course.world.clock())
    course.move(reference, "withdraw")
    states = {kind: (row.state, row.reason) for kind, row in course.outcomes(reference).items()}
    assert states == {"end": ("answered", None), "six_months": ("lost", "consent_withdrawn")}
    with pytest.raises(NoFollowUp):
        course.work.answer(reference, FollowUpKind.END, SMOKES, course.world.clock())


def test_the_quit_date_is_kept_with_every_change_of_it(course: Course) -> None:
    reference, now = course.started(), course.world.clock()
    for day in (date(2026, 12, 1), date(2026, 12, 8)):
        course.work.set_quit_date(reference, day, now)
    assert course.row(reference).quit_on == date(2026, 12, 8)
    opened = course.world.queue().open(reference, now)
    notes = [row.note for row in opened.history if row.event == "quit_date"]
    assert notes == ["1. dec. 2026", "8. dec. 2026"]
    assert course.audited("set_quit_date") == 2


def test_every_change_is_audited_and_told_to_who_comes_second(course: Course) -> None:
    reference, now = course.completed(), course.world.clock()
    version = course.row(reference).version
    course.work.answer(reference, FollowUpKind.END, SMOKES, now, version=version)
    with pytest.raises(ChangedMeanwhile):
        course.work.answer(reference, FollowUpKind.END, SMOKE_FREE, now, version=version)
    assert course.audited("outcome_end") == 1
    history = course.world.queue().open(reference, now).history
    assert (history[-1].event, history[-1].reason) == ("outcome_end", "not_smoke_free")


def test_a_course_that_was_followed_up_is_not_offered_to_be_taken_back(course: Course) -> None:
    reference = course.started()

    def legal() -> list[Move]:
        return course.world.queue().open(reference, course.world.clock()).legal

    assert Move.PUT_RIGHT in legal()
    _later(course, reference, "end")
    course.work.answer(reference, FollowUpKind.END, SMOKES, course.world.clock())
    assert Move.PUT_RIGHT not in legal()


def test_a_follow_up_given_up_by_mistake_is_due_again_and_can_be_answered(course: Course) -> None:
    reference = course.completed()
    course.work.answer(reference, FollowUpKind.END, SMOKE_FREE, course.world.clock())
    course.work.lose(reference, FollowUpKind.SIX_MONTHS, "no_answer", course.world.clock())
    assert course.row(reference).state == State.LOST_TO_FOLLOW_UP
    course.work.resume(reference, FollowUpKind.SIX_MONTHS, course.world.clock())
    assert course.row(reference).next_action == "follow_up"
    _later(course, reference)
    assert _listed(course) == [(reference, "six_months")]
    course.work.answer(reference, FollowUpKind.SIX_MONTHS, SMOKE_FREE, course.world.clock())
    assert course.row(reference).state == State.FOLLOWED_UP


def test_only_what_was_given_up_is_taken_up_again(course: Course) -> None:
    reference = course.completed()
    with pytest.raises(NoFollowUp):
        course.work.resume(reference, FollowUpKind.END, course.world.clock())
    course.work.lose(reference, FollowUpKind.END, "no_answer", course.world.clock())
    course.work.lose(reference, FollowUpKind.SIX_MONTHS, "no_answer", course.world.clock())
    course.move(reference, "close")
    with pytest.raises(NoFollowUp):
        course.work.resume(reference, FollowUpKind.END, course.world.clock())
