"""The day's list: each person once, by what comes next; names read once, and that written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.audit.tables import AuditRow
from referrals.consent.receipt import Receipts
from referrals.denmark.calendar_days import is_working_day, next_working_day
from referrals.denmark.dates import local, local_day, midnight
from referrals.next_action.rule import Task, working_day_after
from referrals.queue.today import SECTIONS, Section
from referrals.queue.view import NextStep
from referrals.referral.moves import Move
from tests.conftest import World
from tests.referrals.playing import NAME, Play

ADVISER = "demo-adviser-0151"


@pytest.fixture
def reference(world: World) -> str:
    return Play(world).file()


def do(world: World, reference: str, move: Move, **wish: object) -> None:
    world.queue().move(reference, move, world.clock(), **wish)  # type: ignore[arg-type]


def _day(world: World, *, mine: bool = False) -> dict[Section, list[str]]:
    """Give who stands in which section of today's list."""
    work = world.queue().today(world.clock(), mine=mine)
    return {
        section: [each.reference for each in stack.entries]
        for section, stack in work.sections.items()
    }


def test_today_shows_each_person_once_by_what_comes_next(world: World, reference: str) -> None:
    assert _day(world) == {Section.CALL: [reference]}
    at = world.clock() + timedelta(hours=3)
    do(world, reference, Move.ATTEMPT, reason="busy", about=at.isoformat())
    assert _day(world) == {Section.CALL: [reference]}
    do(world, reference, Move.REACH)
    assert _day(world) == {}
    world.clock.forward(days=1)
    assert _day(world) == {Section.AGREE: [reference]}
    do(world, reference, Move.ACCEPT)
    world.clock.forward(days=1)
    assert _day(world) == {Section.ENROL: [reference]}
    do(world, reference, Move.DECLINE, reason="changed_mind")
    assert _day(world) == {Section.CLOSE: [reference]}
    do(world, reference, Move.CLOSE)
    assert _day(world) == {}


def test_what_is_meant_for_another_day_is_not_shown_today(world: World, reference: str) -> None:
    at = world.clock() + timedelta(days=2)
    do(world, reference, Move.ATTEMPT, reason="busy", about=at.isoformat())
    assert _day(world) == {}
    world.clock.forward(days=2)
    assert _day(world) == {Section.CALL: [reference]}


def test_who_said_no_and_calls_back_is_on_the_list_again_as_somebody_who_said_yes(
    world: World, reference: str
) -> None:
    do(world, reference, Move.REACH)
    do(world, reference, Move.DECLINE, reason="not_now")
    do(world, reference, Move.SIGN_UP_AGAIN)
    world.clock.at = working_day_after(world.clock())
    assert _day(world) == {Section.ENROL: [reference]}


def test_who_was_given_up_and_answers_the_letter_was_reached_then(
    world: World, reference: str
) -> None:
    do(world, reference, Move.ATTEMPT, reason="wrong_number")
    do(world, reference, Move.GIVE_UP, reason="wrong_number")
    world.clock.forward(days=5)
    do(world, reference, Move.SIGN_UP_AGAIN)
    assert world.queue().open(reference, world.clock()).entry.first_reached_at == world.clock()
    world.clock.at = working_day_after(world.clock())
    assert _day(world) == {Section.ENROL: [reference]}
    do(world, reference, Move.PUT_RIGHT, reason="wrong_referral")
    assert _day(world) == {Section.CLOSE: [reference]}
    assert world.queue().open(reference, world.clock()).entry.first_reached_at is None


def test_a_call_that_never_was_puts_nobody_off(world: World, reference: str) -> None:
    later = world.clock() + timedelta(days=3)
    do(world, reference, Move.ATTEMPT, reason="voicemail", about=later.isoformat())
    assert _day(world) == {}
    do(world, reference, Move.PUT_RIGHT, reason="wrong_referral")
    assert _day(world) == {Section.CALL: [reference]}


def test_an_adviser_s_own_day_holds_what_is_theirs_and_what_nobody_has(
    world: World, reference: str
) -> None:
    work = world.queue().today(world.clock(), mine=True)
    assert [each.reference for each in work.untaken.entries] == [reference]
    assert work.sections == {}
    do(world, reference, Move.ASSIGN, about=ADVISER)
    assert _day(world, mine=True) == {Section.CALL: [reference]}
    assert world.queue().today(world.clock(), mine=True).untaken.count == 0


def test_the_names_of_the_day_are_read_once_and_that_is_written_down(
    world: World, reference: str
) -> None:
    work, people = world.queue().today_with_people(world.clock())
    assert (people[reference].name, people[reference].phone) == (NAME, "+4520667788")
    assert NAME not in f"{work}{people}"
    with world.database.read() as session:
        last = session.scalars(select(AuditRow).order_by(AuditRow.number.desc())).first()
    assert last is not None
    assert (last.action, last.record) == ("read_today", "queue:0151:1")


def test_a_move_tells_at_once_what_comes_next(world: World, reference: str) -> None:
    opened = world.queue().move(reference, Move.REACH, world.clock())
    assert opened.entry.next_action == NextStep(
        Task.AGREE, working_day_after(world.clock()), None, "0151"
    )


def test_every_task_stands_in_one_section() -> None:
    tasks = [task for section in Section for task in SECTIONS[section]]
    assert sorted(tasks) == sorted(Task)


def news(world: World, *, mine: bool = False) -> list[tuple[str, str | None, str, bool]]:
    """Give what is told of others' changes: what, what it names, who, and whether to call none."""
    told = world.queue().today(world.clock(), mine=mine).news
    return [(each.what, each.about, each.by, each.withdrawn) for each in told]


def receipts(world: World, reference: str) -> tuple[Receipts, str]:
    secret = world.vault.link_secret("receipt", reference)
    return Receipts(world.database, world.vault), secret


def test_what_the_patient_changes_is_told_on_the_list_until_the_next_working_day_is_over(
    world: World, reference: str
) -> None:
    page, secret = receipts(world, reference)
    assert news(world) == []
    page.change_best_time(reference, secret, "evening", world.clock())
    world.clock.forward(minutes=1)
    page.withdraw(reference, secret, world.clock())
    assert news(world) == [
        ("withdraw", None, "patient", True),
        ("change_best_time", "evening", "patient", True),
    ]
    assert news(world, mine=True) == news(world)
    world.clock.at = midnight(next_working_day(local_day(world.clock()))) + timedelta(hours=23)
    assert len(news(world)) == 2
    world.clock.forward(days=1)
    while not is_working_day(local_day(world.clock())):
        assert len(news(world)) == 2
        world.clock.forward(days=1)
    assert news(world) == []


def test_a_colleague_s_news_are_not_mine_and_what_we_do_ourselves_is_none(
    world: World, reference: str
) -> None:
    do(world, reference, Move.ASSIGN, about="demo-manager-0151")
    page, secret = receipts(world, reference)
    page.change_best_time(reference, secret, "evening", world.clock())
    assert news(world, mine=True) == []
    assert len(news(world)) == 1
    do(world, reference, Move.WITHDRAW)
    assert [what for what, *_ in news(world)] == ["change_best_time"]


def test_nobody_elsewhere_is_told(world: World, reference: str) -> None:
    page, secret = receipts(world, reference)
    page.withdraw(reference, secret, world.clock())
    assert world.queue("0163").today(world.clock()).news == []


def test_a_changed_time_moves_the_try_that_was_planned(world: World, reference: str) -> None:
    at = world.clock() + timedelta(days=2)
    do(world, reference, Move.ATTEMPT, reason="no_answer", about=at.isoformat())
    page, secret = receipts(world, reference)
    page.change_best_time(reference, secret, "evening", world.clock())
    planned = local(world.queue().open(reference, world.clock()).entry.next_attempt_at)
    assert (planned.date(), planned.hour) == (local_day(at), 17)


def test_who_is_still_in_hospital_is_called_after_the_discharge(world: World) -> None:
    leaves_on = local_day(world.clock()) + timedelta(days=2)
    play = Play(world)
    play.to_summary()
    play.correct("discharge_date")
    play.details(discharge_date=f"{leaves_on.day}/{leaves_on.month}")
    reference = str(play.send()[0].values["reference"])
    entry = world.queue().open(reference, world.clock()).entry
    assert entry.next_action is not None
    assert local_day(entry.next_action.by) == next_working_day(leaves_on)
    assert entry.next_action.by <= entry.due_at
