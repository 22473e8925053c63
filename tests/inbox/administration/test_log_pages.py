"""The page of the audit log says what administrators must know before they trust a time in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from referrals.installation.own_facts import note
from referrals.installation.watched_clock import CLOCK, STRAIGHT_S
from referrals.storage.database import Database

Clients = Callable[..., TestClient]


@pytest.mark.parametrize(
    ("watched_s", "says"),
    [(STRAIGHT_S, None), (STRAIGHT_S - 1800, "i 1 time endnu"), (0.0, "i 24 timer endnu")],
    ids=["believed", "the last half hour", "just jumped"],
)
def test_a_clock_that_jumped_is_told_with_the_hours_in_which_nothing_is_deleted(
    app_client: Clients, watched_s: float, says: str | None
) -> None:
    admin = app_client("demo-admin", by_cookie=True)
    database: Database = admin.app.state.database  # type: ignore[attr-defined]
    with database.write() as session:
        kept = {"watched_s": watched_s, "straight_from_s": 0.0}
        note(session, CLOCK, kept, admin.app.state.now())  # type: ignore[attr-defined]
    text = admin.get("/admin/log").text
    assert ("Serverens ur er sprunget" in text) is (says is not None)
    assert says is None or says in text
