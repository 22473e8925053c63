"""One row that cannot be worked at: set aside and told, and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from referrals.outbox import letters
from referrals.outbox.letters import Outgoing
from referrals.outbox.tables import OutboxRow
from referrals.storage.aside import TRIED_AGAIN
from referrals.storage.batches import each_row
from tests.conftest import World

ALL = select(OutboxRow).where(OutboxRow.sent_at.is_(None)).order_by(OutboxRow.id)


@pytest.fixture
def rows(world: World) -> World:
    with world.database.write() as session:
        for number in range(5):
            outgoing = Outgoing("pigeon", f"kind{number}", "", {})
            letters.post(session, outgoing, world.clock())
    return world


def send(world: World, poisoned: Callable[[OutboxRow], bool] = lambda _row: False) -> int:
    def do(_session: Session, row: OutboxRow) -> None:
        row.sent_at = world.clock()
        if poisoned(row):
            raise LookupError("patient 2512489996")

    return each_row(world.database, "test", ALL, OutboxRow.id, do, world.clock())


def left(world: World) -> list[str]:
    with world.database.read() as session:
        waits = select(OutboxRow.kind).where(OutboxRow.sent_at.is_(None))
        return list(session.scalars(waits.order_by(OutboxRow.id)))


def test_where_none_fails_all_are_done(rows: World) -> None:
    assert (send(rows), send(rows)) == (5, 0)


@pytest.mark.parametrize("bad", ["kind0", "kind2", "kind4"])
def test_one_that_fails_is_left_as_it_was_and_the_rest_is_done(rows: World, bad: str) -> None:
    assert send(rows, lambda row: row.kind == bad) == 4
    assert left(rows) == [bad]


def test_it_is_told_without_what_stands_in_it(
    rows: World, caplog: pytest.LogCaptureFixture
) -> None:
    send(rows, lambda row: row.kind == "kind2")
    [line] = caplog.messages
    assert line.startswith("set_aside='test' row=")
    assert "error=LookupError at=test_batches.py:" in line
    assert "2512489996" not in caplog.text
    assert rows.database.aside.counts()["test"] == 1


def test_it_is_left_alone_for_an_hour_and_then_tried_again(rows: World) -> None:
    send(rows, lambda row: row.kind == "kind2")
    assert send(rows) == 0
    rows.clock.forward(seconds=TRIED_AGAIN.total_seconds())
    assert send(rows) == 1
    assert left(rows) == []


def test_where_all_fail_none_of_them_is_asked_for_again_at_once(rows: World) -> None:
    assert send(rows, lambda _row: True) == 0
    assert send(rows) == 0
    assert len(left(rows)) == 5


def test_an_outage_is_no_rows_fault(rows: World) -> None:
    with pytest.raises(OperationalError):
        each_row(rows.database, "test", ALL, OutboxRow.id, _full, rows.clock())
    assert rows.database.aside.counts().get("test") is None
    assert len(left(rows)) == 5


def _full(_session: Session, _row: OutboxRow) -> None:
    raise OperationalError("UPDATE", None, Exception("disk is full"))
