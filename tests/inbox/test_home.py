"""The front page of each role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient


@pytest.mark.parametrize(
    ("name", "place"),
    [("demo-nurse", "/chat"), ("demo-adviser-0151", "/koe"), ("demo-manager-0151", "/koe")],
)
def test_people_with_work_are_sent_to_it(
    browser: Callable[..., TestClient], name: str, place: str
) -> None:
    answer = browser(name).get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, place)


@pytest.mark.parametrize(
    ("name", "told"),
    [("demo-lead", "oprettet som leder"), ("demo-admin", "oprettet som administrator")],
)
def test_the_others_are_told_what_there_is_for_them(
    browser: Callable[..., TestClient], name: str, told: str
) -> None:
    answer = browser(name).get("/")
    assert answer.status_code == 200
    assert told in answer.text


def test_a_stranger_is_sent_to_log_in(browser: Callable[..., TestClient]) -> None:
    answer = browser().get("/", follow_redirects=False)
    assert answer.headers["location"] == "/log-ind?next=/"


def test_a_page_that_is_not_there_says_so_in_danish(browser: Callable[..., TestClient]) -> None:
    answer = browser("demo-nurse").get("/findes-ikke")
    assert answer.status_code == 404
    assert "Findes ikke" in answer.text
