"""Pieces of work that fail, hang and recover, each by itself, and what is told of it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from referrals.storage.aside import Aside
from service.work.figures import WorkFigures
from service.work.pieces import Piece
from service.work.supervisor import Supervisor

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECRET = "2512489996"


class Hand:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


def supervise(hand: Hand, *pieces: Piece) -> Supervisor:
    return Supervisor(pieces, lambda: NOW, hand)


def failing(error: Exception | None) -> Callable[[datetime], Awaitable[None]]:
    async def do(_now: datetime) -> None:
        if error is not None:
            raise error

    return do


def once(supervisor: Supervisor) -> float:
    return asyncio.run(supervisor.once(supervisor.records[0]))


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - threads set it
            await asyncio.sleep(0.001)


FAILURES = {
    "the disk": OSError(28, "No space left"),
    "a broken row": ValueError("Expecting property name"),
    "a mistake of ours": ZeroDivisionError(),
    "a timeout": TimeoutError(),
}


@pytest.mark.parametrize("what", FAILURES)
def test_whatever_fails_is_tried_again_and_delays_nothing_else(what: str) -> None:
    tried, others = [], []

    def fails(_now: datetime) -> int:
        tried.append(1)
        raise FAILURES[what]

    async def sleep(_seconds: float) -> None:
        await asyncio.sleep(0)

    def works(_now: datetime) -> int:
        others.append(1)
        return 0

    async def scene() -> None:
        pieces = [Piece("bad", 0, fails), Piece("good", 0, works)]
        working = asyncio.create_task(Supervisor(pieces, lambda: NOW).run())
        await until(lambda: len(tried) >= 2 and len(others) >= 2)
        working.cancel()
        await asyncio.wait([working])

    asyncio.run(scene())


def test_a_failure_is_told_by_kind_and_place_and_never_by_its_text(
    hand: Hand, caplog: pytest.LogCaptureFixture
) -> None:
    supervisor = supervise(hand, Piece("clock", 20, failing(OSError(SECRET)), threaded=False))
    once(supervisor)
    [line] = caplog.messages
    assert line.startswith("work='clock' failed error=OSError at=test_supervisor.py:")
    assert line.endswith("failures=1 next_try_s=1")
    assert SECRET not in caplog.text


def test_it_waits_longer_after_each_failure_and_its_own_time_after_a_success(hand: Hand) -> None:
    errors: list[Exception | None] = [OSError(), OSError(), None]
    piece = Piece("clock", 20, lambda now: failing(errors.pop(0))(now), threaded=False)
    supervisor = supervise(hand, piece)
    assert [once(supervisor) for _ in range(3)] == [1, 2, 20]


def test_that_it_goes_again_is_told(hand: Hand, caplog: pytest.LogCaptureFixture) -> None:
    errors: list[Exception | None] = [OSError(), None]
    piece = Piece("clock", 20, lambda now: failing(errors.pop(0))(now), threaded=False)
    supervisor = supervise(hand, piece)
    once(supervisor)
    once(supervisor)
    assert caplog.messages[-1] == "work='clock' again after_failures=1"


def test_what_waits_is_done_batch_by_batch_without_a_rest(hand: Hand) -> None:
    batches = [200, 200, 0]

    async def scene() -> list[float]:
        supervisor = supervise(hand, Piece("clock", 20, lambda _now: batches.pop(0)))
        return [await supervisor.once(supervisor.records[0]) for _ in range(3)]

    assert asyncio.run(scene()) == [0, 0, 20]


def test_a_round_that_hangs_is_broken_off_and_counts_as_a_failure(hand: Hand) -> None:
    async def hang(_now: datetime) -> None:
        await asyncio.Event().wait()

    supervisor = supervise(hand, Piece("poll", 0, hang, threaded=False, longest_s=0.001))
    once(supervisor)
    assert supervisor.records[0].failures == 1


def test_a_thread_that_hangs_is_told_as_late_once_and_others_are_not(
    hand: Hand, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    supervisor = supervise(hand, Piece("clock", 20, int), Piece("mail", 5, int))
    hand.at = 170
    supervisor.records[1].since = 170
    supervisor.tell_late()
    assert caplog.messages == []
    hand.at = 181
    supervisor.tell_late()
    supervisor.tell_late()
    assert caplog.messages == ["work='clock' late last_success_s_ago=181"]
    assert [each.name for each in supervisor.late()] == ["clock"]


def test_what_goes_on_for_ever_is_not_late_while_it_does(hand: Hand) -> None:
    async def scene() -> tuple[bool, bool]:
        go_on = asyncio.Event()

        async def listen(_now: datetime) -> None:
            await go_on.wait()
            raise OSError

        supervisor = supervise(hand, Piece("turns", 1, listen, threaded=False, longest_s=0))
        record = supervisor.records[0]
        listening = asyncio.create_task(supervisor.once(record))
        await asyncio.sleep(0)
        hand.at = 1_000
        well = record.is_late(hand.at)
        go_on.set()
        await listening
        return well, record.is_late(hand.at)

    assert asyncio.run(scene()) == (False, True)


def test_cancelled_it_waits_for_the_batch_under_way_and_begins_no_other() -> None:
    began, may_end, done = threading.Event(), threading.Event(), []

    def count(_now: datetime) -> int:
        began.set()
        may_end.wait(20)
        done.append(1)
        return 800

    async def scene() -> None:
        working = asyncio.create_task(Supervisor([Piece("count", 0, count)], lambda: NOW).run())
        await asyncio.to_thread(began.wait, 20)
        working.cancel()
        await asyncio.sleep(0)
        may_end.set()
        await asyncio.wait([working])
        assert done == [1]

    asyncio.run(scene())


def test_a_rest_that_fails_ends_nothing() -> None:
    tried = []

    async def rest(_seconds: float) -> None:
        raise RuntimeError

    def works(_now: datetime) -> int:
        tried.append(1)
        return 0

    async def scene() -> None:
        pieces = [Piece("odd", 0, works, rest=rest), Piece("good", 0, works)]
        working = asyncio.create_task(Supervisor(pieces, lambda: NOW).run())
        await until(lambda: len(tried) >= 20)
        assert not working.done()
        working.cancel()
        await asyncio.wait([working])

    asyncio.run(scene())


def test_a_piece_that_has_something_to_put_away_does_so_at_the_end() -> None:
    ended: list[str] = []

    async def end() -> None:
        ended.append("put away")
        raise RuntimeError

    async def scene() -> None:
        piece = Piece("mail", 5, failing(None), threaded=False, end=end)
        working = asyncio.create_task(Supervisor([piece], lambda: NOW).run())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        working.cancel()
        await asyncio.wait([working])

    asyncio.run(scene())
    assert ended == ["put away"]


def test_success_duration_backlog_failures_and_lateness_are_figures(hand: Hand) -> None:
    aside = Aside()
    aside.put("expired", "an-encounter", NOW, ValueError(SECRET))
    piece = Piece("clock", 20, failing(None), threaded=False, backlog=lambda: 7)
    supervisor = supervise(hand, piece, Piece("bad", 1, failing(OSError()), threaded=False))

    async def scene() -> None:
        for record in supervisor.records:
            await supervisor.once(record)

    asyncio.run(scene())
    registry = CollectorRegistry()
    registry.register(WorkFigures(supervisor, aside))
    text = generate_latest(registry).decode()
    found: dict[str, Any] = dict(
        line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#"
    )
    assert float(found['henvis_work_last_success_seconds{work="clock"}']) > 0
    assert found['henvis_work_last_success_seconds{work="bad"}'] == "0.0"
    assert found['henvis_work_backlog{work="clock"}'] == "7.0"
    assert found['henvis_work_failures_total{work="bad"}'] == "1.0"
    assert 'henvis_work_round_seconds{work="clock"}' in found
    assert 'henvis_work_late{work="clock"}' in found
    assert found['henvis_set_aside{work="expired"}'] == "1.0"
    assert SECRET not in text
