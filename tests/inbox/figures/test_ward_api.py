"""Who may read the feedback of a place over HTTP, and what it never tells."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from bench.filling.figure_rows import fill

PATH = "/api/wards/herlev-onk-1/feedback"
HOSPITAL = "/api/hospitals/herlev/feedback"
YEAR = {"from": "2025-03-01", "to": "2025-03-31"}
Client = Callable[..., TestClient]


@pytest.fixture
def worked(app_client: Client) -> Client:
    """Give clients of an installation whose wards worked in 2025."""
    database = app_client().app.state.database  # type: ignore[attr-defined]
    fill(database, 600, datetime(2025, 1, 2, tzinfo=UTC), datetime(2025, 12, 20, tzinfo=UTC))
    return app_client


@pytest.mark.parametrize("name", ["demo-nurse", "demo-lead"])
def test_a_ward_and_its_hospital_read_the_funnel(worked: Client, name: str) -> None:
    told = worked(name).get(PATH, params=YEAR).json()
    assert (told["since"], told["until"]) == ("2025-01-01", "2025-12-31")
    assert told["stages"]["asked"] > 50
    assert told["quit_rates"].keys() == {
        "end_of_completers",
        "six_months_of_responders",
        "six_months_of_starters",
        "six_months_of_referred",
    }
    assert told["trend"]["asked"][0]["first_month"] == "2025-01"


def test_a_lead_reads_hospital_and_department_and_their_parts(worked: Client) -> None:
    lead = worked("demo-lead")
    hospital = lead.get(HOSPITAL, params=YEAR).json()
    assert [part["name"] for part in hospital["parts"]] == ["Medicin", "Neurologi", "Onkologi"]
    department = lead.get(HOSPITAL, params={**YEAR, "department": "Onkologi"}).json()
    assert [part["ward_id"] for part in department["parts"]] == ["herlev-onk-1"]
    assert department["stages"] == hospital["parts"][2]["stages"]


@pytest.mark.parametrize("name", ["demo-nurse-gentofte", "demo-adviser-0151", "demo-admin"])
@pytest.mark.parametrize("path", [PATH, HOSPITAL])
def test_for_everybody_else_the_place_does_not_exist(
    app_client: Client, name: str, path: str
) -> None:
    assert app_client(name).get(path).status_code == 404


def test_places_of_another_hospital_do_not_exist_for_a_lead(app_client: Client) -> None:
    lead = app_client("demo-lead")
    assert lead.get("/api/wards/gentofte-med-1/feedback").status_code == 404
    assert lead.get("/api/hospitals/gentofte/feedback").status_code == 404
    assert lead.get(HOSPITAL, params={"department": "Findes ikke"}).status_code == 404


def test_counts_from_one_to_four_and_rates_under_twenty_are_left_out(app_client: Client) -> None:
    database = app_client().app.state.database  # type: ignore[attr-defined]
    fill(database, 20, datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 3, 9, tzinfo=UTC))
    told = app_client("demo-nurse").get(PATH, params=YEAR).json()
    assert told["stages"]["asked"] is None
    assert told["contact_in_time"]["percent"] is None


def test_a_day_that_is_none_is_told(app_client: Client) -> None:
    answer = app_client("demo-nurse").get(PATH, params={"from": "yesterday"})
    assert answer.status_code == 422
    assert "yesterday" not in answer.text


def test_a_stranger_is_asked_to_sign_in(app_client: Client) -> None:
    assert app_client().get(PATH).status_code == 401
