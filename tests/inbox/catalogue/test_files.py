"""Courses in and out as files, on the manager's page."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

Browser = Callable[..., TestClient]


@pytest.fixture
def manager(browser: Browser) -> TestClient:
    return browser("demo-manager-0151")


def take_in(client: TestClient, content: bytes, name: str = "kurser.csv") -> tuple[int, str]:
    answer = client.post("/kurser/filer", files={"fil": (name, content)})
    return answer.status_code, " ".join(answer.text.split())


def test_what_was_fetched_comes_in_unchanged_in_either_form(manager: TestClient) -> None:
    for path in ("/kurser/kurser.csv", "/kurser/kurser.json"):
        answer = manager.get(path)
        assert answer.headers["content-disposition"].startswith('attachment; filename="kurser-0151')
        status, page = take_in(manager, answer.content)
        assert status == 200
        assert "Indlæst: 0 nye, 0 ændrede, 25 som før." in page


def test_an_adviser_fetches_files_and_takes_none_in(browser: Browser) -> None:
    adviser = browser("demo-adviser-0151")
    assert adviser.get("/kurser/kurser.csv").status_code == 200
    assert "Indlæs filen" not in adviser.get("/kurser/filer").text
    assert take_in(adviser, b"x")[0] == 403


def test_every_bad_line_is_listed_and_nothing_is_kept(manager: TestClient) -> None:
    good = manager.get("/kurser/kurser.csv").content.decode("utf-8-sig")
    bad = good.replace(";group;", ";grupe;", 1).replace("Kom & Kvit", "Kom & Gå", 1)
    status, page = take_in(manager, bad.encode())
    assert status == 422
    assert "Intet er indlæst." in page
    assert "<td>Form</td><td>Er ikke en af de mulige værdier.</td>" in page
    assert "Kom &amp; Gå" not in manager.get("/kurser").text


def test_a_file_in_another_encoding_says_how_to_save_it(manager: TestClient) -> None:
    status, page = take_in(manager, "key;title\nK;Rådhuset".encode("cp1252"))
    assert status == 422
    assert "CSV UTF-8" in page


def test_a_file_of_another_municipality_is_refused(browser: Browser, manager: TestClient) -> None:
    theirs = browser("demo-manager-0163").get("/kurser/kurser.json").content
    status, page = take_in(manager, theirs)
    assert status == 422
    assert "hører til en anden kommune" in page
    assert len(json.loads(theirs)["contents"]) == 25


def test_too_large_a_file_is_refused_before_it_is_read(manager: TestClient) -> None:
    status, page = take_in(manager, b"x" * (4 * 1024 * 1024 + 1))
    assert status == 422
    assert "for stor" in page
    assert take_in(manager, b"x" * (6 * 1024 * 1024))[0] == 413
