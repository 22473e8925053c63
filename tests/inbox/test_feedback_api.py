"""Who may read the feedback of a ward over HTTP, and what it never tells."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

PATH = "/api/wards/herlev-onk-1/feedback"


@pytest.mark.parametrize("name", ["demo-nurse", "demo-lead"])
def test_a_ward_and_its_hospital_read_the_funnel(
    app_client: Callable[..., TestClient], name: str
) -> None:
    answer = app_client(name).get(PATH)
    assert answer.status_code == 200
    assert answer.json()["stages"]["asked"] == 6


@pytest.mark.parametrize("name", ["demo-nurse-gentofte", "demo-adviser-0151", "demo-admin"])
def test_for_everybody_else_the_ward_does_not_exist(
    app_client: Callable[..., TestClient], name: str
) -> None:
    assert app_client(name).get(PATH).status_code == 404


def test_a_ward_of_another_hospital_does_not_exist_for_a_lead(
    app_client: Callable[..., TestClient],
) -> None:
    answer = app_client("demo-lead").get("/api/wards/gentofte-med-1/feedback")
    assert answer.status_code == 404


def test_counts_from_one_to_four_and_rates_under_twenty_are_left_out(
    app_client: Callable[..., TestClient],
) -> None:
    told = app_client("demo-nurse").get(PATH).json()
    assert told["stages"]["reached"] is None
    assert told["contact_in_time"]["percent"] is None


def test_a_day_that_is_none_is_told(app_client: Callable[..., TestClient]) -> None:
    answer = app_client("demo-nurse").get(PATH, params={"from": "yesterday"})
    assert answer.status_code == 422
    assert "yesterday" not in answer.text


def test_a_stranger_is_asked_to_sign_in(app_client: Callable[..., TestClient]) -> None:
    assert app_client().get(PATH).status_code == 401
