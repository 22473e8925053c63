"""What came of a call is kept in one press: by whom, when again, the talk, the course."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referrals.booking.seat_states import Held, NotOpen, Waiting
from referrals.denmark.dates import local
from referrals.follow_up.phone_call import PatientAnswer, PhoneCalls, Talk
from referrals.queue.moving import Unsuitable
from referrals.queue.municipal_queue import ChangedMeanwhile, NotFound
from referrals.referral.moves import IllegalMove, State
from tests.conftest import World
from tests.referrals.follow_up.after_the_talk import ADVISER, Course
from tests.referrals.playing import Play, referral

COLLEAGUE = "demo-manager-0151"
YES, NO, LATER = PatientAnswer.YES, PatientAnswer.NO, PatientAnswer.LATER


@pytest.fixture
def calls(world: World) -> PhoneCalls:
    return PhoneCalls(world.database, world.vault, world.staff(ADVISER))


@pytest.fixture
def course(world: World) -> Course:
    return Course(world)


@pytest.fixture
def filed(world: World) -> str:
    return Play(world).file()


def history(world: World, reference: str) -> list[str]:
    return [row.event for row in world.queue().open(reference, world.clock()).history]


def test_a_call_in_vain_takes_the_referral_and_plans_the_next(
    world: World, calls: PhoneCalls, filed: str
) -> None:
    calls.in_vain(filed, "no_answer", world.clock(), note="Ringede to gange")
    entry = world.queue().open(filed, world.clock()).entry
    assert entry.state == State.CONTACT_ATTEMPTED
    assert entry.assigned_to == ADVISER
    assert entry.next_attempt_at is not None
    assert entry.next_attempt_at > world.clock()


def test_whoever_has_it_keeps_it(world: World, calls: PhoneCalls, filed: str) -> None:
    world.queue().move(filed, "assign", world.clock(), about=COLLEAGUE)
    calls.in_vain(filed, "voicemail", world.clock())
    assert world.queue().open(filed, world.clock()).entry.assigned_to == COLLEAGUE


def test_a_time_that_was_agreed_is_the_next_attempt(
    world: World, calls: PhoneCalls, filed: str
) -> None:
    again = local(world.clock()) + timedelta(days=2)
    calls.in_vain(filed, "call_back", world.clock(), again_at=again.isoformat())
    assert referral(world, filed).next_attempt_at == again


@pytest.mark.parametrize("note", [None, "Vil gerne om aftenen"])
def test_reached_yes_and_enrolled_is_one_call(
    world: World, calls: PhoneCalls, course: Course, filed: str, note: str | None
) -> None:
    given = calls.reached(filed, Talk(YES, course.id, note=note), world.clock())
    assert isinstance(given, Held)
    assert referral(world, filed).state == State.ENROLLED
    assert history(world, filed)[-4:] == ["assign", "reach", "accept", "enrol"]


def test_a_full_course_is_a_place_in_line(world: World, calls: PhoneCalls, filed: str) -> None:
    full = Course(world, capacity=0)
    assert isinstance(calls.reached(filed, Talk(YES, full.id), world.clock()), Waiting)
    assert referral(world, filed).state == State.ACCEPTED


def test_a_yes_may_wait_for_its_course(world: World, calls: PhoneCalls, filed: str) -> None:
    assert calls.reached(filed, Talk(YES), world.clock()) is None
    assert referral(world, filed).state == State.ACCEPTED


def test_whoever_said_yes_before_needs_a_course_now(
    world: World, calls: PhoneCalls, filed: str
) -> None:
    calls.reached(filed, Talk(YES), world.clock())
    with pytest.raises(Unsuitable, match="course"):
        calls.reached(filed, Talk(YES), world.clock())


def test_a_no_needs_its_reason(world: World, calls: PhoneCalls, filed: str) -> None:
    with pytest.raises(IllegalMove):
        calls.reached(filed, Talk(NO), world.clock())
    assert referral(world, filed).state == State.FILED
    calls.reached(filed, Talk(NO, reason="not_now"), world.clock())
    assert referral(world, filed).state == State.DECLINED


def test_what_was_not_settled_comes_again_on_the_next_day_of_work(
    world: World, calls: PhoneCalls, filed: str
) -> None:
    calls.reached(filed, Talk(LATER, note="Taler med sin mand"), world.clock())
    row = referral(world, filed)
    assert row.state == State.REACHED
    assert row.next_action == "agree"
    assert row.next_action_at is not None
    assert world.clock() < row.next_action_at < world.clock() + timedelta(days=5)


def test_the_note_is_kept_once_with_what_it_is_about(
    world: World, calls: PhoneCalls, course: Course, filed: str
) -> None:
    calls.reached(filed, Talk(YES, course.id, note="Helst om aftenen"), world.clock())
    notes = [row.note for row in world.queue().open(filed, world.clock()).history if row.note]
    assert notes == ["Helst om aftenen"]


def test_a_course_that_will_not_do_leaves_everything_as_it_was(
    world: World, calls: PhoneCalls, filed: str
) -> None:
    with pytest.raises(NotOpen):
        calls.reached(filed, Talk(YES, 99_999), world.clock())
    row = referral(world, filed)
    assert (row.state, row.assigned_to) == (State.FILED, None)


def test_of_two_calls_from_one_page_the_second_is_refused(
    world: World, calls: PhoneCalls, filed: str
) -> None:
    version = world.queue().open(filed, world.clock()).entry.version
    calls.in_vain(filed, "no_answer", world.clock(), version=version)
    with pytest.raises(ChangedMeanwhile):
        calls.in_vain(filed, "no_answer", world.clock(), version=version)


def test_a_neighbour_has_no_such_referral(world: World, filed: str) -> None:
    elsewhere = PhoneCalls(world.database, world.vault, world.staff("demo-adviser-0163"))
    with pytest.raises(NotFound):
        elsewhere.in_vain(filed, "no_answer", world.clock())


def test_the_next_is_the_first_of_the_list_besides_this_one(
    world: World, calls: PhoneCalls
) -> None:
    first, second = (Play(world).file(phone=f"2030000{n}") for n in (1, 2))
    world.clock.forward(days=2)
    assert calls.next_to_call(first, world.clock(), mine=False) == second
    calls.in_vain(second, "no_answer", world.clock())
    assert calls.next_to_call(first, world.clock(), mine=False) is None
