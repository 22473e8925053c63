"""Logging in and out by the pages."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from starlette.testclient import TestClient

from demo.people import PASSWORD
from inbox.staff.signing_in import COOKIE, local_path

Browser = Callable[..., TestClient]


def log_in(client: TestClient, name: str, password: str, **more: str) -> httpx.Response:
    form = {"name": name, "password": password, **more}
    return client.post("/log-ind", data=form, follow_redirects=False)


def cookie_of(answer: httpx.Response) -> str:
    return answer.headers["set-cookie"].partition(";")[0].partition("=")[2]


def test_the_right_password_gives_a_cookie_that_only_our_pages_can_use(browser: Browser) -> None:
    answer = log_in(browser(), "demo-nurse", PASSWORD)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    attributes = answer.headers["set-cookie"].casefold().replace(" ", "").split(";")
    assert attributes[0].startswith(f"{COOKIE.casefold()}=")
    assert {"secure", "httponly", "samesite=strict", "path=/"} <= set(attributes)


def test_every_failure_reads_the_same(browser: Browser) -> None:
    client = browser()
    wrong_password = log_in(client, "demo-nurse", "forkert")
    wrong_name = log_in(client, "ingen", PASSWORD)
    empty = log_in(client, "", "")
    assert wrong_password.status_code == wrong_name.status_code == empty.status_code == 401
    told = "Brugernavn eller adgangskode passer ikke."
    assert all(told in answer.text for answer in (wrong_password, wrong_name, empty))
    assert wrong_password.text.replace("demo-nurse", "") == wrong_name.text.replace("ingen", "")


def test_a_password_never_comes_back_in_the_page(browser: Browser) -> None:
    assert "hemmelig-tekst" not in log_in(browser(), "demo-nurse", "hemmelig-tekst").text


def test_whoever_was_sent_to_log_in_comes_back_to_where_they_were(browser: Browser) -> None:
    client = browser()
    sent = client.get("/koe", follow_redirects=False)
    assert sent.headers["location"] == "/log-ind?next=/koe"
    answer = log_in(client, "demo-adviser-0151", PASSWORD, next="/koe")
    assert answer.headers["location"] == "/koe"


@pytest.mark.parametrize(
    "target",
    ["https://example.org", "//example.org", "/\\example.org", "koe", "", "/koe\r\nX: y"],
    ids=["address", "no-scheme", "backslash", "relative", "empty", "header"],
)
def test_nobody_is_sent_to_another_site(target: str) -> None:
    assert local_path(target) == "/"


def test_logging_out_ends_the_session_for_good(browser: Browser) -> None:
    client = browser()
    secret = cookie_of(log_in(client, "demo-nurse", PASSWORD))
    headers = {"Cookie": f"{COOKIE}={secret}"}
    assert client.get("/chat", headers=headers).status_code == 200
    left = client.post("/log-ud", headers=headers, follow_redirects=False)
    assert left.headers["location"] == "/log-ind"
    again = client.get("/chat", headers=headers, follow_redirects=False)
    assert again.headers["location"] == "/log-ind?next=/chat"


def test_whoever_is_signed_in_does_not_see_the_log_in_page(browser: Browser) -> None:
    answer = browser("demo-nurse").get("/log-ind?next=/chat", follow_redirects=False)
    assert answer.headers["location"] == "/chat"


@pytest.mark.parametrize(
    ("pressed_at", "back"),
    [
        ("/koe/H-2222-2", "/koe/H-2222-2"),
        ("/koe/H-2222-2/opkald", "/koe/H-2222-2"),  # where a refused call is shown: no page
        ("/koe?vis=aabne&hvem=mig", "/koe%3Fvis%3Daabne%26hvem%3Dmig"),
        ("/findes/ikke", "/"),
    ],
)
def test_whoever_pressed_a_button_too_late_comes_back_to_its_page(
    browser: Browser, pressed_at: str, back: str
) -> None:
    client = browser()
    sent = client.post(
        "/koe/H-2222-2/opkald",
        data={"result": "no_answer", "version": "1"},
        headers={"Referer": f"{client.base_url}{pressed_at}"},
        follow_redirects=False,
    )
    assert sent.headers["location"] == f"/log-ind?next={back}"


@pytest.mark.parametrize("referer", ["", "https://example.org/koe", "no address"])
def test_nobody_is_sent_where_another_site_says(browser: Browser, referer: str) -> None:
    ours = {"Referer": referer, "Sec-Fetch-Site": "same-origin"}
    sent = browser().post("/koe/fordel", headers=ours, follow_redirects=False)
    assert sent.headers["location"] == "/log-ind?next=/"


def test_a_page_learns_how_long_the_log_in_goes_on(browser: Browser) -> None:
    client = browser()
    answer = log_in(client, "demo-adviser-0151", PASSWORD)
    client.headers["Cookie"] = f"{COOKIE}={cookie_of(answer)}"
    left = client.get("/log-ind/varer", headers={"Accept": "application/json"}).json()["seconds"]
    assert 25 * 60 < left <= 30 * 60
    assert f'data-seconds="{left // 100}' in client.get("/koe").text


def test_a_token_has_no_end_that_a_page_would_tell(app_client: Callable[..., TestClient]) -> None:
    adviser = app_client("demo-adviser-0151")
    assert adviser.get("/log-ind/varer").json() == {"seconds": None}
    page = adviser.get("/koe", headers={"Accept": "text/html"})
    assert (page.status_code, "log-in-ends" in page.text) == (200, False)
