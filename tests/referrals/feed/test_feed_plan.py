"""A page of the feed is read along its index, so it costs the same in a feed of any length."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from referrals.feed.change_feed import ChangeFeed
from tests.conftest import World
from tests.referrals.playing import Play


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # PostgreSQL scans small tables
def test_every_question_of_a_page_is_answered_by_an_index(world: World) -> None:
    Play(world).file(code="0151")
    asked: list[tuple[str, object]] = []

    def note(_c: object, _u: object, statement: str, values: object, *_: object) -> None:
        if statement.startswith("SELECT") and "feed_entries" in statement:
            asked.append((statement, values))

    event.listen(world.database.engine, "before_cursor_execute", note)
    ChangeFeed(world.database, world.staff("demo-adviser-0151")).after("start", world.clock(), 50)
    event.remove(world.database.engine, "before_cursor_execute", note)
    assert asked
    with world.database.engine.connect() as connection:
        for statement, values in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
            plan = [row.detail for row in rows]
            assert any("ix_feed_entries_position" in step for step in plan), plan
            assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in plan), plan
