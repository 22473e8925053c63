"""The JSON API of the courses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

Client = Callable[..., TestClient]
PATH = "/api/courses"


def every(client: TestClient, **asked: str) -> list[dict[str, object]]:
    """Read all pages."""
    found: list[dict[str, object]] = []
    more: dict[str, str] = {}
    while True:
        page = client.get(PATH, params=asked | more).json()
        found += page["courses"]
        if page["next_after"] is None:
            return found
        more = {"after": page["next_after"]}


@pytest.mark.parametrize(
    "name", ["demo-nurse", "demo-lead", "demo-admin", "demo-adviser-0151", "demo-manager-0163"]
)
def test_any_member_of_staff_reads_courses(app_client: Client, name: str) -> None:
    answer = app_client(name).get(PATH)
    assert answer.status_code == 200
    assert len(answer.json()["courses"]) == 50


def test_nobody_reads_them_without_signing_in(app_client: Client) -> None:
    answer = app_client().get(PATH)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_course_says_what_its_municipality_published(app_client: Client) -> None:
    course = every(app_client("demo-nurse"), municipality="0151", format="group")[0]
    assert course["municipality"] == "0151"
    assert course["demo"] is True
    assert str(course["title"]).endswith("(demo)")
    assert course["seats_free"] == max(
        0, int(str(course["capacity"])) - int(str(course["taken"])) - int(str(course["held"]))
    )
    assert datetime.fromisoformat(str(course["starts_at"])).utcoffset() == timedelta(0)
    sessions = course["sessions"]
    assert isinstance(sessions, list)
    assert sessions[0]["starts_at"] == course["starts_at"]


@pytest.mark.parametrize(
    ("asked", "field", "value"),
    [
        ({"municipality": "0163"}, "municipality", "0163"),
        ({"weekday": "5"}, "weekday", 5),
        ({"weekday": "Saturday"}, "weekday", 5),
        ({"weekday": "lørdag"}, "weekday", 5),
        ({"format": "digital"}, "format", "digital"),
        ({"language": "ar"}, "language", "ar"),
        ({"postcode": "3650"}, "municipality", "0240"),
    ],
)
def test_each_condition_filters(
    app_client: Client, asked: dict[str, str], field: str, value: object
) -> None:
    found = every(app_client("demo-nurse"), **asked)
    assert found
    assert {course[field] for course in found} == {value}


def test_free_seats_and_the_first_day_filter_too(app_client: Client) -> None:
    nurse = app_client("demo-nurse")
    assert any(course["seats_free"] == 0 for course in every(nurse))
    assert not any(course["seats_free"] == 0 for course in every(nurse, free="true"))
    day = (datetime.now().astimezone() + timedelta(days=30)).date().isoformat()
    starts = [str(c["starts_at"]) for c in every(nurse, **{"from": day}) if c["starts_at"]]
    assert starts
    assert min(starts) >= day[:8]


def test_pages_give_every_open_course_once_in_the_order_of_its_start(app_client: Client) -> None:
    found = every(app_client("demo-nurse"))
    assert len(found) == len({str(course["id"]) for course in found}) >= 120
    starts = [str(course["starts_at"]) for course in found if course["starts_at"]]
    assert starts == sorted(starts)
    assert [bool(course["starts_at"]) for course in found].count(True) == len(starts)
    assert not found[-1]["starts_at"]


@pytest.mark.parametrize(
    "bad",
    [
        "municipality=9999",
        "municipality=Ballerup",
        "postcode=275",
        "weekday=7",
        "weekday=fredagg",
        "from=i+morgen",
        "format=hold",
        "language=Arabic",
        "free=kanske",
        "after=1",
        "after=9999999999999-1",
    ],
)
def test_a_condition_that_cannot_be_read_is_a_problem(app_client: Client, bad: str) -> None:
    answer = app_client("demo-nurse").get(f"{PATH}?{bad}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 422
