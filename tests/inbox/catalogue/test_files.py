"""Courses in and out as files, on the manager's page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

Browser = Callable[..., TestClient]


@pytest.fixture
def manager(browser: Browser) -> TestClient:
    return browser("demo-manager-0151")


def take_in(client: TestClient, content: bytes, name: str = "kurser.csv") -> tuple[int, str]:
    """Show a file; give the status and the words of the page."""
    answer = client.post("/kurser/filer", files={"fil": (name, content)})
    return answer.status_code, " ".join(answer.text.split())


def agree(client: TestClient, page: str) -> tuple[int, str]:
    """Press the button that takes in what a page shows."""
    hidden = dict(re.findall(r'name="(indhold|aftryk)" value="([^"]*)"', page))
    answer = client.post("/kurser/filer/indlaes", data=hidden)
    return answer.status_code, " ".join(answer.text.split())


def test_what_was_fetched_comes_in_unchanged(manager: TestClient) -> None:
    answer = manager.get("/kurser/kurser.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="kurser-0151')
    status, page = take_in(manager, answer.content)
    assert status == 200
    assert "0 nye, 0 ændrede, 25 som før." in page
    assert "Alt står allerede sådan." in page


def test_a_file_is_looked_at_and_then_taken_in(manager: TestClient) -> None:
    good = manager.get("/kurser/kurser.csv").content.decode("utf-8-sig")
    changed = good.replace("Kom & Kvit", "Kom & Gå", 1)
    status, page = take_in(manager, changed.encode())
    assert status == 200
    assert "0 nye, 1 ændret, 24 som før. Intet er indlæst endnu." in page
    assert "Kom &amp; Gå" not in manager.get("/kurser").text
    status, done = agree(manager, page)
    assert "Indlæst: 0 nye, 1 ændret, 24 som før." in done
    assert "Kom &amp; Gå" in manager.get("/kurser").text
    status, again = agree(manager, page)
    assert status == 409
    assert "Alt står allerede sådan." in again
    status, back = take_in(manager, good.encode())
    assert agree(manager, back)[0] == 200


def test_what_was_read_of_a_new_course_is_shown_before_it_is_taken_in(manager: TestClient) -> None:
    head = (
        "key;title;concept;format;intake;sessions;place;postcode;capacity;price_dkk;contact_phone"
    )
    times = "2027-01-31 16:30-18:30 | 2027-02-07 16:30-18:30"
    cells = f"77;Nyt hold;gold_standard;group;fixed;{times};Sundhedshuset;2750;12;1.000;20112233"
    status, page = take_in(manager, f"{head}\r\n{cells}\r\n".encode())
    assert status == 200
    for told in (
        "<b>Ny:</b> Nyt hold",
        "Pris i kroner: 1000<",
        "Første mødegang: 2027-01-31 16:30-18:30 og 1 gang til<",
        "Sted: Sundhedshuset, 2750<",
        "Pladser i alt: 12<",
        "Kontakttelefon: ",
    ):
        assert told in page
    assert "Nyt hold" not in manager.get("/kurser").text


def test_what_is_no_file_that_was_looked_at_is_refused(manager: TestClient) -> None:
    for content in ("", "noget", "eJwDAAAAAAE="):
        sent = {"indhold": content, "aftryk": "x"}
        assert manager.post("/kurser/filer/indlaes", data=sent).status_code == 422


def test_an_adviser_fetches_files_and_takes_none_in(browser: Browser) -> None:
    adviser = browser("demo-adviser-0151")
    assert adviser.get("/kurser/kurser.csv").status_code == 200
    assert "Se, hvad filen gør" not in adviser.get("/kurser/filer").text
    assert take_in(adviser, b"x")[0] == 403


def test_every_bad_line_is_listed_and_nothing_is_kept(manager: TestClient) -> None:
    good = manager.get("/kurser/kurser.csv").content.decode("utf-8-sig")
    bad = good.replace(";group;", ";grupe;", 1).replace("Kom & Kvit", "Kom & Gå", 1)
    status, page = take_in(manager, bad.encode())
    assert status == 422
    assert "Intet er indlæst." in page
    assert "<td>format (Form)</td><td>grupe</td>" in page
    assert "Er ikke en af de mulige værdier: digital, drop_in, group, individual." in page
    assert "Kom &amp; Gå" not in manager.get("/kurser").text


def test_a_file_in_another_form_is_refused(manager: TestClient) -> None:
    status, page = take_in(manager, b'{"contents": []}', "kurser.json")
    assert status == 422
    assert "Intet er indlæst." in page


def test_a_file_of_another_municipality_is_refused(browser: Browser, manager: TestClient) -> None:
    theirs = browser("demo-manager-0163").get("/kurser/kurser.csv").content
    status, page = take_in(manager, theirs)
    assert status == 422
    assert "hører til en anden kommune" in page
    assert theirs.count(b"\r\n") == 1 + 25


def test_too_large_a_file_is_refused_before_it_is_read(manager: TestClient) -> None:
    status, page = take_in(manager, b"x" * (4 * 1024 * 1024 + 1))
    assert status == 422
    assert "for stor" in page
    assert take_in(manager, b"x" * (6 * 1024 * 1024))[0] == 413
