"""The postman over a channel that fails in every way it can."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from referrals.outbox import letters
from referrals.outbox.delivery import DeliveryRefused, NotSent, Patience, TooFast
from referrals.outbox.letters import Letter, Outgoing
from referrals.outbox.tables import OutboxRow
from referrals.storage.database import Database
from tests.referrals.posting import OneRound

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PATIENCE = Patience(
    tries=3,
    first=timedelta(seconds=10),
    longest=timedelta(seconds=15),
    time_out=timedelta(milliseconds=50),
    poll=timedelta(milliseconds=10),
)
Deed = Callable[[], Awaitable[None]]


class FaultyChannel:
    """Does with each letter what comes next in ``deeds``, and well with all that follow."""

    name = "pigeon"

    def __init__(self, *deeds: Exception | Deed, patience: Patience = PATIENCE) -> None:
        self.patience = patience
        self.seen: list[str] = []
        self._deeds = list(deeds)

    async def send(self, letter: Letter) -> Mapping[str, Any] | None:
        self.seen.append(letter.payload["text"])
        deed = self._deeds.pop(0) if self._deeds else None
        if isinstance(deed, Exception):
            raise deed
        if deed is not None:
            await deed()
        return {"number": len(self.seen)}


class Office:
    """One channel over one database, on a clock that stands still."""

    def __init__(self, database: Database, channel: FaultyChannel) -> None:
        self.now = NOW
        self.channel = channel
        self._database = database
        self.postman = OneRound(database, channel, lambda: self.now, lambda: 1.0)

    def post(self, *texts: str, recipient: str = "7", **given: Any) -> None:
        with self._database.write() as session:
            for text in texts:
                payload = {"text": text}
                letters.post(session, Outgoing("pigeon", "note", recipient, payload, **given), NOW)

    def send(self, **forward: float) -> int:
        self.now += timedelta(**forward)
        return asyncio.run(self.postman.send_due())

    @property
    def row(self) -> OutboxRow:
        with self._database.read() as session:
            return session.scalars(select(OutboxRow)).one()


@pytest.fixture
def office(database: Database) -> Callable[..., Office]:
    def build(*deeds: Exception | Deed, **patience: Any) -> Office:
        return Office(database, FaultyChannel(*deeds, **patience))

    return build


def test_a_letter_is_sent_once_and_the_answer_kept(office: Callable[..., Office]) -> None:
    bureau = office()
    bureau.post("hej")
    assert (bureau.send(), bureau.send(days=1)) == (1, 0)
    assert (bureau.channel.seen, bureau.row.answer, bureau.row.sent_at) == (
        ["hej"],
        {"number": 1},
        NOW,
    )


def test_what_did_not_leave_is_tried_again_later_and_later(office: Callable[..., Office]) -> None:
    bureau = office(NotSent("no line"), NotSent("no line"))
    bureau.post("hej")
    assert bureau.send() == 1
    assert (bureau.row.due_at, bureau.row.last_error) == (NOW + timedelta(seconds=10), "no line")
    assert (bureau.send(seconds=9), bureau.send(seconds=1)) == (0, 1)
    assert bureau.row.due_at == bureau.now + timedelta(seconds=15), "20 s, but 15 s at most"
    bureau.send(seconds=15)
    assert (bureau.row.sent_at, bureau.row.last_error) == (bureau.now, None)


def test_those_who_wait_do_not_all_come_back_at_once() -> None:
    waits = {PATIENCE.wait(1, chance).total_seconds() for chance in (0, 0.5, 1)}
    assert waits == {5, 7.5, 10}


def test_after_the_last_try_a_letter_is_dead(office: Callable[..., Office]) -> None:
    bureau = office(*[NotSent("no line")] * 3)
    bureau.post("hej")
    tried = [bureau.send(minutes=1) for _ in range(5)]
    assert tried == [1, 1, 1, 0, 0]
    assert bureau.row.dead_at == NOW + timedelta(minutes=3)


def test_what_is_refused_is_dead_at_once(office: Callable[..., Office]) -> None:
    bureau = office(DeliveryRefused("no such user"))
    bureau.post("hej")
    bureau.send()
    assert (bureau.row.dead_at, bureau.row.last_error) == (NOW, "no such user")


def test_who_takes_nothing_more_delays_nobody_else(office: Callable[..., Office]) -> None:
    bureau = office(TooFast(timedelta(seconds=40)), patience=Patience(at_once=1))
    bureau.post("one", recipient="7")
    bureau.post("two", recipient="8")
    assert bureau.send() == 2
    assert bureau.channel.seen == ["one", "two"]
    assert (bureau.send(seconds=39), bureau.send(seconds=1)) == (0, 1)
    assert bureau.channel.seen == ["one", "two", "one"]


def test_where_many_take_nothing_more_the_whole_channel_waits(
    office: Callable[..., Office],
) -> None:
    bureau = office(*[TooFast(timedelta(seconds=40))] * 3, patience=Patience(at_once=1))
    for chat in "1234":
        bureau.post(chat, recipient=chat)
    assert bureau.send() == 3
    assert bureau.send(seconds=39) == 0, "the fourth waits as well"
    assert bureau.send(seconds=1) == 4


def test_being_told_to_wait_is_no_failed_try(office: Callable[..., Office]) -> None:
    bureau = office(*[TooFast(timedelta(seconds=1))] * 9)
    bureau.post("hej")
    for _ in range(9):
        bureau.send(seconds=1)
    assert (bureau.row.dead_at, bureau.row.attempts) == (None, 0)


def test_whoever_is_told_to_wait_for_days_is_buried(office: Callable[..., Office]) -> None:
    bureau = office(*[TooFast(timedelta(days=1))] * 3)
    bureau.post("hej")
    for _ in range(3):
        bureau.send(days=1)
    assert bureau.row.last_error == "too_fast"
    assert bureau.row.dead_at == NOW + timedelta(days=2)


async def _never() -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    "unclear", [_never, ConnectionResetError("in mid-letter")], ids=["no answer", "cut off"]
)
def test_where_it_is_unclear_it_is_sent_again(
    office: Callable[..., Office], unclear: Exception | Deed
) -> None:
    bureau = office(unclear)
    bureau.post("hej")
    assert (bureau.send(), bureau.send(minutes=1)) == (1, 1)
    assert bureau.row.sent_at == bureau.now


@pytest.mark.parametrize(
    "unclear", [_never, ConnectionResetError("in mid-letter")], ids=["no answer", "cut off"]
)
def test_where_it_is_unclear_what_may_leave_once_is_not_sent_again(
    office: Callable[..., Office], unclear: Exception | Deed
) -> None:
    bureau = office(unclear)
    bureau.post("hej", at_most_once=True)
    assert (bureau.send(), bureau.send(days=1)) == (1, 0)
    assert bureau.channel.seen == ["hej"]
    assert bureau.row.dead_at == NOW
    assert (bureau.row.last_error or "").startswith(letters.UNCERTAIN)


def test_what_certainly_did_not_leave_is_tried_again_even_if_it_may_leave_once(
    office: Callable[..., Office],
) -> None:
    bureau = office(NotSent("no line"))
    bureau.post("hej", at_most_once=True)
    assert (bureau.send(), bureau.send(minutes=1)) == (1, 1)
    assert bureau.row.sent_at == bureau.now


def test_the_text_of_an_error_is_neither_kept_nor_logged(
    office: Callable[..., Office], caplog: pytest.LogCaptureFixture
) -> None:
    bureau = office(RuntimeError("Grethe Hansen, 20 66 77 88"))
    bureau.post("hej")
    with caplog.at_level(logging.DEBUG):
        bureau.send()
    assert bureau.row.last_error == "uncertain: RuntimeError"
    assert "Grethe" not in caplog.text


def test_a_stream_keeps_its_order_through_failures(office: Callable[..., Office]) -> None:
    bureau = office(NotSent("no line"))
    bureau.post("1", "2", "3", stream="chat:7")
    assert bureau.send() == 1
    assert bureau.send(minutes=1) == 3
    assert bureau.channel.seen == ["1", "1", "2", "3"]


def test_a_worker_that_is_woken_sends_and_what_is_on_its_way_arrives(database: Database) -> None:
    bureau = Office(database, FaultyChannel(patience=Patience()))

    async def live() -> None:
        await bureau.postman.look()
        bureau.post("hej")
        bureau.postman.wake()
        await bureau.postman.rest(30)
        await bureau.postman.look()
        await bureau.postman.finish()

    asyncio.run(live())
    assert bureau.row.sent_at == NOW
