"""The pages of a municipality's queue."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from referrals.referral.tables import ReferralRow

Browser = Callable[..., TestClient]
Find = Callable[[str], str]


def version_of(client: TestClient, reference: str) -> int:
    return int(client.get(f"/api/referrals/{reference}").json()["version"])


def move(client: TestClient, reference: str, move: str, **more: object) -> Any:
    form = {"version": version_of(client, reference), "move": move, **more}
    return client.post(f"/koe/{reference}", data=form)


def references(text: str) -> list[str]:
    return re.findall(r'scope="row"><a href="/koe/(H-[0-9A-Z-]+)"', text)


def test_the_list_shows_the_clock_in_words_and_no_identity(adviser: TestClient) -> None:
    page = adviser.get("/koe?vis=aabne").text
    assert "Henvisninger til Ballerup Kommune" in page
    assert "1 dag over fristen" in page
    assert "2 dage tilbage" in page or "1 dag tilbage" in page
    assert "Demo Patient" not in page
    assert "20 11 22" not in page


def test_how_many_are_overdue_stands_above_the_list_with_partners_that_have_room(
    adviser: TestClient,
) -> None:
    page = adviser.get("/koe").text
    said = " ".join(
        page.partition('aria-labelledby="escalation"')[2].partition("</section>")[0].split()
    )
    assert "1 borger venter over fristen" in said
    assert 'href="/koe?vis=over-fristen"' in said
    assert "H-" not in said
    assert re.search(r"<summary>\d kommuner har plads</summary>", said)
    assert '<h2 id="escalation">1 borger venter' in adviser.get("/koe?vis=over-fristen").text
    assert "Kan I ikke nå det?" not in adviser.get("/koe?vis=haster").text


def test_the_list_can_be_narrowed_to_what_is_overdue(adviser: TestClient, reference: Find) -> None:
    page = adviser.get("/koe?vis=over-fristen").text
    assert references(page) == [reference("contact_attempted")]


def test_the_list_can_be_narrowed_to_a_state(adviser: TestClient, reference: Find) -> None:
    assert references(adviser.get("/koe?vis=enrolled").text) == [reference("enrolled")]


def test_an_unknown_choice_shows_the_open_ones(adviser: TestClient) -> None:
    open_ones = references(adviser.get("/koe?vis=aabne").text)
    assert references(adviser.get("/koe?vis=noget").text) == open_ones


def test_an_empty_list_says_what_to_do(browser: Browser, adviser: TestClient) -> None:
    elsewhere = browser("demo-adviser-0175")
    assert "Der er ingen åbne henvisninger." in elsewhere.get("/koe?vis=aabne").text
    assert "Der er ikke mere, der skal gøres i dag." in elsewhere.get("/koe").text
    assert "Ingen henvisninger passer til valget." in adviser.get("/koe?vis=withdrawn").text


def test_another_municipality_s_referral_does_not_exist(browser: Browser, reference: Find) -> None:
    stranger, mine = browser("demo-adviser-0163"), reference("filed")
    assert stranger.get(f"/koe/{mine}").status_code == 404
    form = {"version": 1, "move": "receive"}
    assert stranger.post(f"/koe/{mine}", data=form).status_code == 404
    assert stranger.get(f"/koe?vis=aabne&efter={mine}").status_code == 404


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
    assert "Gem: Modtaget" in page
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
    assert "Rådgiver (Demo Rådgiver Ballerup)" in answer.text


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
    assert "Kursusansvarlig (Demo Kursusleder Ballerup)" in answer.text
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


# Today, filters, search


def test_the_queue_opens_on_what_must_be_done_today(adviser: TestClient, reference: Find) -> None:
    page = adviser.get("/koe").text
    calls = page.index('<h2 id="call">Ring ')
    assert calls < page.index(f"/koe/{reference('contact_attempted')}", calls)
    assert "Demo Patient To" in page
    assert 'href="tel:+4520112202"' in page
    mine = adviser.get("/koe?hvem=mig").text
    assert 'id="call"' not in mine
    assert 'id="untaken"' in mine


def test_one_section_of_the_day_can_be_shown_alone(adviser: TestClient) -> None:
    page = adviser.get("/koe?kun=call").text
    assert 'id="call"' in page
    assert 'id="course"' not in page
    assert "Kan I ikke nå det?" not in page


def test_a_search_opens_the_only_hit_and_stands_in_no_address(
    adviser: TestClient, reference: Find
) -> None:
    answer = adviser.post("/koe/soeg", data={"words": "20 11 22 01"}, follow_redirects=False)
    assert answer.headers["location"] == f"/koe/{reference('filed')}"
    page = adviser.post("/koe/soeg", data={"words": "demo patient to"})
    assert page.url.path == f"/koe/{reference('received')}"
    assert "Ingen af jeres" in adviser.post("/koe/soeg", data={"words": "Ukendt Person"}).text
    refused = adviser.post("/koe/soeg", data={"words": "12"})
    assert refused.status_code == 422
    assert "Skriv en reference" in refused.text


def test_the_list_can_be_narrowed_to_whom_and_ward(adviser: TestClient, reference: Find) -> None:
    mine = reference("filed")
    move(adviser, mine, "assign", about="demo-adviser-0151")
    for choice in ("hvem=mig", "hvem=demo-adviser-0151&afsnit=herlev-onk-1"):
        assert references(adviser.get(f"/koe?vis=aabne&{choice}").text) == [mine]
    assert mine not in references(adviser.get("/koe?vis=aabne&hvem=ingen").text)
    for choice in ("hvem=demo-adviser-0163", "afsnit=gentofte-med-1"):
        assert references(adviser.get(f"/koe?vis=aabne&{choice}").text) == []


def test_the_list_can_be_narrowed_to_a_language_and_a_time_to_call(
    adviser: TestClient, reference: Find
) -> None:
    foreign, late = reference("received"), reference("contact_attempted")
    with adviser.app.state.database.write() as session:  # type: ignore[attr-defined]
        found = select(ReferralRow).where(ReferralRow.reference == foreign)
        row = session.scalars(found).one()
        row.details = {**row.details, "spoken_language": "ar", "interpreter": "yes"}
    for page, call, expected in (
        ("sprog=ar", "language=ar", [foreign]),
        ("sprog=tolk", "interpreter=true", [foreign]),
        ("ringes=evening", "best_time=evening", [late]),
        ("sprog=ar&ringes=evening", "language=ar&best_time=evening", []),
    ):
        assert references(adviser.get(f"/koe?{page}").text) == expected
        listed = adviser.get(f"/api/referrals?{call}").json()["referrals"]
        assert [row["reference"] for row in listed] == expected
    assert "arabisk, tolk" in adviser.get("/koe?vis=aabne").text


def test_several_are_given_to_a_colleague_at_once(adviser: TestClient, reference: Find) -> None:
    first, second = reference("filed"), reference("received")
    form = {
        "chosen": [f"{first}:1", f"{second}:1", "nonsense"],
        "to": "demo-manager-0151",
        "back": "/koe?vis=aabne",
    }
    page = adviser.post("/koe/fordel", data=form).text
    assert "1 henvisning fordelt." in page
    assert "2 blev ladt i fred" in page
    assert "Demo Kursusleder Ballerup" in page


# Working together


def test_a_taken_referral_shows_who_has_it(adviser: TestClient, reference: Find) -> None:
    mine = reference("filed")
    page = move(adviser, mine, "assign", about="demo-adviser-0151").text
    holder = page.partition('id="hvem">Ansvarlig')[2].partition("</section>")[0]
    assert "<strong>Demo Rådgiver Ballerup</strong>" in holder


def test_an_attempt_names_the_next_one(adviser: TestClient, reference: Find) -> None:
    mine = reference("filed")
    page = adviser.get(f"/koe/{mine}").text
    proposed = re.search(r'name="when" type="datetime-local" value="([^"]+)"', page)
    assert proposed
    answer = move(adviser, mine, "attempt_contact", reason="busy", when=proposed[1])
    assert "Næste forsøg: <strong>ikke planlagt" not in answer.text
    assert "næste forsøg" in answer.text
    refused = move(adviser, mine, "plan", when="2020-01-01T10:00")
    assert refused.status_code == 422
    assert "Vælg et tidspunkt, der ligger fremme." in refused.text


def test_the_second_is_told_what_changed(
    browser: Browser, adviser: TestClient, reference: Find
) -> None:
    mine, manager = reference("filed"), browser("demo-manager-0151")
    move(manager, mine, "assign", about="demo-manager-0151")
    answer = adviser.post(f"/koe/{mine}", data={"version": 1, "move": "receive"})
    assert answer.status_code == 409
    assert "Demo Kursusleder Ballerup har den nu." in answer.text
    assert "<li>Fordelt" in answer.text
    assert "Åbnet for lidt siden af Demo Kursusleder Ballerup" in answer.text


def test_a_comment_is_shown_to_colleagues(adviser: TestClient, reference: Find) -> None:
    mine = reference("filed")
    page = adviser.post(f"/koe/{mine}/kommentar", data={"text": "<b>Ring</b> til Frederik"}).text
    assert "&lt;b&gt;Ring&lt;/b&gt; til Frederik" in page
    assert adviser.post(f"/koe/{mine}/kommentar", data={"text": " "}).status_code == 422


def test_a_transferred_referral_is_followed_from_home(
    browser: Browser, adviser: TestClient, reference: Find
) -> None:
    mine = reference("filed")
    wish = {"about": "0163", "reason": "near_work"}
    refused = move(adviser, mine, "transfer", **wish)
    assert "Borgeren skal have sagt ja" in refused.text
    page = move(adviser, mine, "transfer", **wish, agreed="true").text
    assert "Herlev arbejder med henvisningen. I er hjemkommune" in page
    assert "Gem: Modtaget" not in page
    assert references(adviser.get("/koe?vis=hos-andre").text) == [mine]
    partner = browser("demo-adviser-0163").get(f"/koe/{mine}").text
    assert "Demo Patient Et" in partner
    assert "Giv tilbage til hjemkommunen" in partner


def test_an_offered_referral_shows_no_identity(
    browser: Browser, adviser: TestClient, reference: Find
) -> None:
    mine, partner = reference("filed"), browser("demo-adviser-0163")
    move(adviser, mine, "offer", about="0163", agreed="true")
    assert mine in partner.get("/koe").text
    page = partner.get(f"/koe/{mine}").text
    assert "Ballerup tilbyder jer henvisningen." in page
    assert "Demo Patient" not in page
    assert "20 11 22" not in page
    assert "Demo Patient Et" in move(partner, mine, "take_offer").text


def test_the_postcode_proposes_where_whoever_came_to_the_wrong_municipality_lives(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("received")
    state = adviser.app.state  # type: ignore[attr-defined]
    with state.database.write() as session:
        row = session.scalars(select(ReferralRow).where(ReferralRow.reference == mine)).one()
        row.details = {**row.details, "postcode": "2730"}
    page = adviser.get(f"/koe/{mine}").text
    form = page[page.index("<summary>Forkert kommune") :]
    assert "Borgeren bor i (foreslået efter postnummeret)" in form
    assert '<option value="0163" selected>Herlev</option>' in form
    assert "Send til rette kommune" in form
    assert "Bor uden for samarbejdet" not in page[page.index('id="trin"') : page.index("historik")]


def test_who_lives_outside_the_nine_is_to_be_told_before_the_case_is_closed(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("filed")
    move(adviser, mine, "send_on", about="outside", reason="moved")
    page = adviser.get("/koe?kun=close").text
    assert f'href="/koe/{mine}"' in page


def test_no_letter_is_written_to_whoever_died_or_moved(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("contact_attempted")
    move(adviser, mine, "give_up", reason="died_or_moved")
    letter = adviser.get(f"/koe/{mine}/brev").text
    assert "Skriv intet brev" in letter
    assert "Kære" not in letter


def test_who_could_not_be_reached_gets_a_letter_to_be_printed(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("contact_attempted")
    assert "Intet brev" in adviser.get(f"/koe/{mine}/brev").text
    page = move(adviser, mine, "give_up", reason="wrong_number").text
    assert f'href="/koe/{mine}/brev"' in page
    letter = adviser.get(f"/koe/{mine}/brev").text
    for words in ("Kære Demo Patient", "på det nummer, vi fik", "80 31 31 31", mine):
        assert words in letter
    assert "Vi har ringet" not in letter


def test_who_was_not_tried_often_enough_is_not_given_up(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("contact_attempted")
    page = move(adviser, mine, "give_up", reason="no_answer")
    assert page.status_code == 409
    assert "på 3 forskellige dage" in page.text


def test_a_referral_sent_on_is_gone_from_here(
    browser: Browser, adviser: TestClient, reference: Find
) -> None:
    mine = reference("filed")
    answer = move(adviser, mine, "send_on", about="0163", reason="moved")
    assert answer.url.path == "/koe"
    assert "Gemt: Sendt til rette kommune." in answer.text
    assert adviser.get(f"/koe/{mine}").status_code == 404
    assert "Demo Patient Et" in browser("demo-adviser-0163").get(f"/koe/{mine}").text


def test_a_mistake_is_put_right_and_both_lines_stay(adviser: TestClient, reference: Find) -> None:
    mine = reference("filed")
    move(adviser, mine, "reach")
    page = move(adviser, mine, "put_right", reason="wrong_choice").text
    assert "<del><strong>Fik kontakt</strong></del> (rettet)" in page
    assert "Rettet</strong>: Forkert valg" in page
    assert "Gem: Modtaget" in page


def test_two_referrals_of_one_person_are_compared(adviser: TestClient, reference: Find) -> None:
    first, second = reference("contact_attempted"), reference("filed")  # the first has no seat
    assert adviser.get(f"/koe/{first}/dublet/{second}").status_code == 404
    with adviser.app.state.database.write() as session:  # type: ignore[attr-defined]
        rows = session.scalars(
            select(ReferralRow).where(ReferralRow.reference.in_([first, second]))
        ).all()
        rows[0].phone_index = rows[1].phone_index
    shown = adviser.get(f"/koe/{first}").text
    assert "Måske samme person" in shown
    assert f"Sammenlign med {second}" in shown
    page = adviser.get(f"/koe/{first}/dublet/{second}").text
    assert re.search(r"<dt>Forskelligt</dt><dd>navn, telefon", page)
    assert re.search(r"<dt>Ens</dt><dd>[^<]*sprog", page)
    apart = adviser.post(f"/koe/{first}/dublet/{second}", data={"same": "false"}).text
    assert "Gemt: ikke samme person." in apart
    assert f"Sammenlign med {second}" not in apart
    told = adviser.get(f"/koe/{second}/dublet/{first}").text
    assert "Demo Rådgiver Ballerup har skrevet, at det ikke er samme person" in told
    assert "arbejd videre i" not in told
    adviser.post(f"/koe/{first}/dublet/{second}", data={"same": "true"})
    page = adviser.get(f"/koe/{first}/dublet/{second}").text
    assert "20 11 22 01" in page
    assert "Demo Patient Et" in page
    assert "Demo Patient Tre" in page
    done = move(adviser, first, "merge", about=second, reason="same_person_referred_twice").text
    assert f'Samlet med <a href="/koe/{second}">' in done


def test_a_try_that_is_planned_for_after_the_deadline_says_so(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("received")
    assert "Næste forsøg: <strong>foreslået " in adviser.get(f"/koe/{mine}").text
    later = adviser.app.state.now() + timedelta(days=20)  # type: ignore[attr-defined]
    page = move(adviser, mine, "plan", when=f"{later:%Y-%m-%dT10:00}").text
    assert "Det er efter fristen" in page


def test_who_said_no_may_sign_up_again_and_the_page_proposes_to_end_the_case(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("received")
    move(adviser, mine, "reach")
    move(adviser, mine, "decline", reason="not_now")
    page = adviser.get(f"/koe/{mine}").text
    assert re.search(r'<details class="move" name="move">\s*<summary>Ny tilmelding', page)
    assert re.search(r'<details class="move" name="move" open>\s*<summary>Afslut sagen', page)
    page = move(adviser, mine, "sign_up_again").text
    assert "Har sagt ja" in page


def test_before_anybody_is_given_up_the_page_says_what_it_takes(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("received")
    move(adviser, mine, "attempt_contact", reason="no_answer")
    told = adviser.get(f"/koe/{mine}").text.split("<summary>Opgiv")[1].split("</details>")[0]
    assert "når I har ringet på 3 forskellige dage" in told
