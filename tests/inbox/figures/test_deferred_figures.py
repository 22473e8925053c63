"""Who was deferred stands in a ward's figures, with how many of them were asked since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from bench.filling.figure_rows import fill
from referrals.advice.tables import EncounterRow
from referrals.deferred.tables import DeferredRow

WARD = "herlev-onk-1"
MARCH = datetime(2025, 3, 10, tzinfo=UTC)
DEFERRED, ASKED = 12, 7


@pytest.fixture
def worked(browser: Callable[..., TestClient]) -> Callable[..., TestClient]:
    """Give browsers of an installation whose ward deferred twelve, and asked seven of them."""
    database = browser().app.state.database  # type: ignore[attr-defined]
    fill(database, 600, datetime(2025, 1, 2, tzinfo=UTC), datetime(2025, 12, 20, tzinfo=UTC))
    with database.write() as session:
        held = session.scalars(
            select(EncounterRow.id)
            .where(EncounterRow.ward_id == WARD)
            .order_by(EncounterRow.id)
            .limit(DEFERRED)
        )
        for number, encounter in enumerate(held):
            session.add(
                DeferredRow(
                    encounter_id=encounter,
                    first_id=encounter,
                    ward_id=WARD,
                    reason="asleep",
                    deferred_at=MARCH,
                    leaves_on=date(2025, 3, 24),
                    ended="ran_out",
                    ended_at=MARCH,
                    asked=number < ASKED,
                    counted_ward=WARD,
                    counted_at=MARCH,
                )
            )
    return browser


def test_a_ward_reads_them_on_its_page(worked: Callable[..., TestClient]) -> None:
    page = worked("demo-nurse").get(f"/tal/afsnit/{WARD}", params={"aar": "2025"}).text
    assert f"Udskudt: {DEFERRED}, siden spurgt: {ASKED}" in page


def test_a_system_reads_them_by_the_api(worked: Callable[..., TestClient]) -> None:
    year = {"from": "2025-01-01", "to": "2025-12-31"}
    told = worked("demo-lead").get(f"/api/wards/{WARD}/feedback", params=year).json()
    assert (told["deferred"], told["deferred_asked"]) == (DEFERRED, ASKED)
