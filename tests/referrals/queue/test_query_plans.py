"""Every page of the queue is read along an index that gives the rows in order: nothing is sorted.

So a page costs the same in a queue of any length.
"""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Select, text
from sqlalchemy.dialects import sqlite

from bench.filling.queue_rows import BUSIEST, NOW, fill
from referrals.next_action.rule import Task
from referrals.queue import today
from referrals.queue.filters import NOBODY, Wanted, Whose
from referrals.referral.clock import Urgency
from referrals.referral.moves import State
from referrals.storage.database import Database
from referrals.vault.keys import new_keys
from referrals.vault.vault import Vault

PAGES = {
    "all open": (Wanted(), "ix_referrals_queue"),
    "overdue": (Wanted(urgency=Urgency.BREACHED), "ix_referrals_queue"),
    "due soon": (Wanted(urgency=Urgency.WARNING), "ix_referrals_queue"),
    "in time": (Wanted(urgency=Urgency.ON_TIME), "ix_referrals_queue"),
    "reached": (Wanted(urgency=Urgency.STOPPED), "ix_referrals_queue"),
    "one state": (Wanted(state=State.CLOSED), "ix_referrals_state"),
    "everything": (Wanted(everything=True), "ix_referrals_all"),
    "mine": (Wanted(assigned_to=2), "ix_referrals_mine"),
    "nobody's": (Wanted(assigned_to=NOBODY), "ix_referrals_mine"),
    "one ward": (Wanted(ward_id="w3"), "ix_referrals_of_ward"),
    "one language": (Wanted(language="ar"), "ix_referrals_language"),
    "with an interpreter": (Wanted(interpreter=True), "ix_referrals_interpreter"),
    "one time to call": (Wanted(best_time="evening"), "ix_referrals_best_time"),
    "lent": (Wanted(whose=Whose.LENT), "ix_referrals_lent"),
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: bytes) -> Database:
    file = tmp_path_factory.mktemp("plans") / "henvis.db"
    file.write_bytes(migrated_sqlite)
    database = Database(f"sqlite:///{file}")
    fill(database, Vault(new_keys()), 2_000)
    return database


@pytest.mark.parametrize("cursor", [None, "0.1795000000000000.7"], ids=["first page", "further on"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_along_its_index(filled: Database, name: str, cursor: str | None) -> None:
    wanted, index = PAGES[name]
    query = wanted.query(BUSIEST, NOW).order_by(*wanted.order).limit(51)
    if cursor is not None:
        query = query.where(wanted.behind(cursor))
    plan = _plan(filled, query)
    assert any(index in step for step in plan), plan
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in plan), plan


@pytest.mark.parametrize(
    ("whose", "index"),
    [(None, "ix_referrals_next"), (2, "ix_referrals_my_next"), (NOBODY, "ix_referrals_my_next")],
    ids=["everybody's", "mine", "nobody's"],
)
@pytest.mark.parametrize("task", [task for task in Task if task is not Task.BOOKED_CALL])
def test_the_list_of_the_day_is_read_along_its_index(
    filled: Database, task: Task, whose: int | None, index: str
) -> None:
    plan = _plan(filled, today.due(BUSIEST, NOW, task, whose).limit(25))
    assert any(f"{index} " in step for step in plan), plan
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN") for step in plan), plan


@pytest.mark.parametrize("whose", [None, 2], ids=["everybody's", "mine"])
def test_what_came_from_outside_is_found_by_its_day(filled: Database, whose: int | None) -> None:
    plan = _plan(filled, today.news(BUSIEST, NOW, whose))
    assert any("ix_referral_events_news" in step for step in plan), plan
    assert not any("municipality_code" in step for step in plan), plan


def _plan(database: Database, query: Select[*tuple[Any, ...]]) -> list[str]:
    """Give how SQLite reads a query."""
    compiled = query.compile(
        dialect=sqlite.dialect(),
        compile_kwargs={"literal_binds": True},  # type: ignore[no-untyped-call]
    )
    with database.engine.connect() as connection:
        rows = connection.execute(text(f"EXPLAIN QUERY PLAN {compiled}".replace(":", "\\:")))
        return [row.detail for row in rows]
