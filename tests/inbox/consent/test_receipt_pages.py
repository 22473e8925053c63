"""The patient's receipt page: no log-in, no identity, one way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from referrals.consent.texts import ConsentPart, load_consent_texts

Browser = Callable[..., TestClient]
Find = Callable[[str], str]


@pytest.fixture
def link(adviser: TestClient, reference: Find) -> str:
    """Give the patient's link to a referral that was just filed."""
    mine = reference("filed")
    secret = adviser.app.state.vault.link_secret("receipt", mine)  # type: ignore[attr-defined]
    return f"/kvittering/{mine}/{secret}"


def test_the_receipt_says_who_calls_what_was_agreed_and_how_to_stop(
    browser: Browser, link: str
) -> None:
    page = browser().get(link).text
    assert "Ballerup Kommune ringer til dig senest" in page
    assert load_consent_texts()[(ConsentPart.CONTACT, "da")].text in page
    assert "Du kan altid trække dit samtykke tilbage" in page


def test_no_identity_stands_on_the_receipt(browser: Browser, link: str) -> None:
    page = browser().get(link).text
    assert "Demo Patient" not in page
    assert "20 11 22 01" not in page
    assert "20112201" not in page


@pytest.mark.parametrize(
    "mend",
    [
        lambda link: link[:-1] + ("0" if link[-1] != "0" else "1"),
        lambda link: link[:-4],
        lambda link: link + "é",
        lambda link: "/kvittering/H-2222-2/" + link.rsplit("/", 1)[1],
    ],
    ids=["one-sign-wrong", "cut-short", "not-ascii", "another-reference"],
)
def test_a_wrong_link_opens_nothing(
    browser: Browser, link: str, mend: Callable[[str], str]
) -> None:
    client, wrong = browser(), mend(link)
    assert client.get(wrong).status_code == 404
    assert client.post(wrong, data={"confirmed": "true"}).status_code == 404
    assert "ringer til dig senest" in client.get(link).text


def test_withdrawing_takes_one_confirmed_step_and_deletes_identity(
    browser: Browser, adviser: TestClient, link: str
) -> None:
    client = browser()
    client.post(link)
    assert "ringer til dig senest" in client.get(link).text
    page = client.post(link, data={"confirmed": "true"}).text
    assert "Henvisningen er trukket tilbage." in page
    assert "Træk samtykket tilbage" not in page
    opened = adviser.get(f"/koe/{link.split('/')[2]}").text
    assert "Demo Patient Et" not in opened
    assert "Borgeren selv" in opened


def test_withdrawing_twice_changes_nothing_more(browser: Browser, link: str) -> None:
    client = browser()
    first = client.post(link, data={"confirmed": "true"})
    second = client.post(link, data={"confirmed": "true"})
    assert first.text == second.text


def test_the_link_s_secret_does_not_travel_on(browser: Browser, link: str) -> None:
    answer = browser().get(link)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert 'content="noindex' in answer.text


def test_the_patient_changes_when_to_be_called_and_the_adviser_sees_it(
    browser: Browser, adviser: TestClient, link: str
) -> None:
    page = browser().post(f"{link}/tidspunkt", data={"best_time": "evening"}).text
    assert "Gemt. Kommunen kan se det." in page
    assert "<strong>aften</strong>" in page
    opened = adviser.get(f"/koe/{link.split('/')[2]}").text
    assert "Valgte et andet tidspunkt at blive ringet op" in opened
    assert "own_page" in browser("demo-admin").get("/admin/log").text


def test_the_same_time_again_changes_nothing(
    browser: Browser, adviser: TestClient, link: str
) -> None:
    for _ in range(3):
        browser().post(f"{link}/tidspunkt", data={"best_time": "evening"})
    told = adviser.get(f"/api/referrals/{link.split('/')[2]}").json()["history"]
    assert [row["event"] for row in told].count("change_best_time") == 1


@pytest.mark.parametrize("best_time", ["", "midnat", "anyway"])
def test_a_time_that_is_none_is_not_kept(browser: Browser, link: str, best_time: str) -> None:
    page = browser().post(f"{link}/tidspunkt", data={"best_time": best_time}).text
    assert "Det blev ikke gemt." in page


def test_once_withdrawn_the_time_cannot_be_changed(browser: Browser, link: str) -> None:
    client = browser()
    client.post(link, data={"confirmed": "true"})
    page = client.post(f"{link}/tidspunkt", data={"best_time": "evening"}).text
    assert "Tidspunktet kan ikke ændres mere." in page


def test_a_wrong_link_changes_no_time(browser: Browser, link: str) -> None:
    wrong = link[:-1] + ("0" if link[-1] != "0" else "1")
    answer = browser().post(f"{wrong}/tidspunkt", data={"best_time": "evening"})
    assert answer.status_code == 404


def test_the_page_is_read_in_either_language_and_the_words_agreed_to_stay(
    browser: Browser, link: str
) -> None:
    page = browser().get(link, params={"sprog": "en"}).text
    assert '<html lang="en">' in page
    assert "will call you by" in page
    assert f'<blockquote lang="da">{load_consent_texts()[(ConsentPart.CONTACT, "da")].text}' in page


def test_a_call_that_nobody_answered_is_told(
    browser: Browser, adviser: TestClient, link: str
) -> None:
    mine = link.split("/")[2]
    tried = {"event": "attempt_contact", "reason": "no_answer"}
    assert adviser.post(f"/api/referrals/{mine}/events", json=tried).status_code == 200
    assert "men fik ikke fat i dig" in browser().get(link).text
