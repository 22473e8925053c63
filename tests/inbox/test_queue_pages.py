"""The pages of a municipality's queue."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from referrals.tables import ReferralRow

Browser = Callable[..., TestClient]
Find = Callable[[str], str]


def version_of(client: TestClient, reference: str) -> int:
    return int(client.get(f"/api/referrals/{reference}").json()["version"])


def move(client: TestClient, reference: str, move: str, **more: object) -> object:
    form = {"version": version_of(client, reference), "move": move, **more}
    return client.post(f"/koe/{reference}", data=form)


def references(text: str) -> list[str]:
    return re.findall(r'scope="row"><a href="/koe/(H-[0-9A-Z-]+)"', text)


def test_the_list_shows_the_clock_in_words_and_no_identity(adviser: TestClient) -> None:
    page = adviser.get("/koe").text
    assert "Henvisninger til Ballerup Kommune" in page
    assert "1 dag over fristen" in page
    assert "2 dage tilbage" in page or "1 dag tilbage" in page
    assert "Demo Patient" not in page
    assert "20 11 22" not in page


def test_who_is_overdue_is_named_above_the_list_with_partners_that_have_room(
    adviser: TestClient, reference: Find
) -> None:
    page = adviser.get("/koe").text
    said = " ".join(
        page.partition('aria-labelledby="escalation"')[2].partition("</section>")[0].split()
    )
    assert "1 borger venter over fristen" in said
    assert f'href="/koe/{reference("contact_attempted")}"' in said
    assert "Disse kommuner har plads til jeres borgere" in said
    assert "Disse kommuner" not in adviser.get("/koe?vis=haster").text


def test_the_list_can_be_narrowed_to_what_is_overdue(adviser: TestClient, reference: Find) -> None:
    page = adviser.get("/koe?vis=over-fristen").text
    assert references(page) == [reference("contact_attempted")]


def test_the_list_can_be_narrowed_to_a_state(adviser: TestClient, reference: Find) -> None:
    assert references(adviser.get("/koe?vis=enrolled").text) == [reference("enrolled")]


def test_an_unknown_choice_shows_the_open_ones(adviser: TestClient) -> None:
    assert references(adviser.get("/koe?vis=noget").text) == references(adviser.get("/koe").text)


def test_an_empty_list_says_what_to_do(browser: Browser, adviser: TestClient) -> None:
    nothing_open = browser("demo-adviser-0175").get("/koe").text
    assert "Der er ingen åbne henvisninger." in nothing_open
    assert "Ingen henvisninger passer til valget." in adviser.get("/koe?vis=withdrawn").text


def test_another_municipality_s_referral_does_not_exist(browser: Browser, reference: Find) -> None:
    stranger, mine = browser("demo-adviser-0163"), reference("filed")
    assert stranger.get(f"/koe/{mine}").status_code == 404
    form = {"version": 1, "move": "receive"}
    assert stranger.post(f"/koe/{mine}", data=form).status_code == 404
    assert stranger.get(f"/koe?efter={mine}").status_code == 404


@pytest.mark.parametrize("name", ["demo-nurse", "demo-lead", "demo-admin"])
def test_nobody_but_municipal_staff_enters(browser: Browser, reference: Find, name: str) -> None:
    client = browser(name)
    for answer in (
        client.get("/koe"),
        client.get(f"/koe/{reference('filed')}"),
        client.post(f"/koe/{reference('filed')}", data={"version": 1, "move": "receive"}),
    ):
        assert answer.status_code == 403
        assert "Demo Patient" not in answer.text


def test_an_opened_referral_shows_whom_to_call_and_what_can_be_done(
    adviser: TestClient, reference: Find
) -> None:
    page = adviser.get(f"/koe/{reference('filed')}").text
    assert "Demo Patient Et" in page
    assert 'href="tel:+4520112201"' in page
    assert "formiddag" in page
    assert "Gem: Modtag" in page
    assert "Gem: Gennemført" not in page


def test_a_date_among_the_details_is_written_as_people_do(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("filed")
    with adviser.app.state.database.write() as session:  # type: ignore[attr-defined]
        row = session.scalars(select(ReferralRow).where(ReferralRow.reference == mine)).one()
        row.details = {**row.details, "discharge_date": "2026-12-24"}
    page = adviser.get(f"/koe/{mine}").text
    assert "24. december" in page
    assert "2026-12-24" not in page


def test_a_move_is_made_and_stands_in_the_history_with_who_and_why(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("filed")
    answer = move(adviser, mine, "attempt_contact", reason="busy", note="Ring efter kl. 15")
    assert "Gemt: Forsøgt at ringe." in answer.text
    assert "Optaget" in answer.text
    assert "Ring efter kl. 15" in answer.text
    assert "demo-adviser-0151" in answer.text


def test_a_move_without_its_reason_keeps_the_note(adviser: TestClient, reference: Find) -> None:
    answer = move(adviser, reference("filed"), "attempt_contact", note="Min note")
    assert answer.status_code == 422
    assert "Vælg en grund" in answer.text
    assert "Min note</textarea>" in answer.text


def test_a_note_that_is_too_long_is_kept_and_not_saved(
    adviser: TestClient, reference: Find
) -> None:
    mine, note = reference("filed"), "x" * 2001
    answer = move(adviser, mine, "receive", note=note)
    assert answer.status_code == 422
    assert note in answer.text
    assert version_of(adviser, mine) == 1


def test_who_comes_second_is_told_who_was_first_and_loses_nothing(
    browser: Browser, adviser: TestClient, reference: Find
) -> None:
    mine = reference("filed")
    old = version_of(adviser, mine)
    move(browser("demo-manager-0151"), mine, "reach")
    form = {"version": old, "move": "receive", "note": "Skrevet forgæves"}
    answer = adviser.post(f"/koe/{mine}", data=form)
    assert answer.status_code == 409
    assert "Kursusansvarlig (demo-manager-0151)" in answer.text
    assert "»i kontakt«" in answer.text
    assert "Skrevet forgæves</textarea>" in answer.text


def test_a_move_that_the_table_refuses_is_explained(adviser: TestClient, reference: Find) -> None:
    answer = move(adviser, reference("filed"), "complete")
    assert answer.status_code == 409
    assert "Det kan ikke lade sig gøre nu" in answer.text


def test_what_is_typed_is_shown_as_text_and_never_as_markup(
    adviser: TestClient, reference: Find
) -> None:
    answer = move(adviser, reference("filed"), "receive", note="<script>alert(1)</script>")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text


def test_withdrawing_needs_a_tick_and_then_deletes_identity(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("filed")
    asked = move(adviser, mine, "withdraw")
    assert asked.status_code == 422
    assert "Demo Patient Et" in asked.text
    done = move(adviser, mine, "withdraw", confirmed="true")
    assert "Samtykket er trukket tilbage." in done.text
    assert "personoplysninger er slettet" in done.text
    assert "Demo Patient Et" not in done.text
    assert "Gem:" not in done.text


def test_the_pages_are_never_kept_by_a_browser(adviser: TestClient, reference: Find) -> None:
    answer = adviser.get(f"/koe/{reference('filed')}")
    assert answer.headers["cache-control"] == "no-store"
