"""Bad connections and quick fingers: nothing is lost and nothing is done twice."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, Route, expect

from tests.browser.chatting import Nurse
from tests.browser.conftest import assert_accessible

CALL = re.compile("/api/conversations/.*/messages$")


def sent_ids(page: Page) -> list[str]:
    """Note the message id of each call from now on."""
    ids: list[str] = []

    def note(request: Request) -> None:
        if CALL.search(request.url):
            ids.append(str(request.post_data_json["message_id"]))

    page.on("request", note)
    return ids


def test_a_text_without_connection_is_kept_and_sent_again_under_the_same_id(nurse: Nurse) -> None:
    nurse.new_patient()
    page, ids, said = nurse.page, sent_ids(nurse.page), nurse.exchanges
    page.route(CALL, lambda route: route.abort())
    box = page.get_by_label("Skriv til Henvis")
    box.fill("ryger dagligt")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Det blev ikke sendt.")
    expect(box).to_have_value("ryger dagligt")
    assert nurse.exchanges == said
    assert_accessible(page)
    page.unroute(CALL)
    page.get_by_role("button", name="Prøv igen").click()
    expect(page.get_by_role("button", name="Ja tak")).to_be_visible()
    expect(box).to_have_value("")
    expect(page.get_by_role("alert")).to_be_empty()
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_an_answer_that_was_lost_on_its_way_back_is_not_given_twice(nurse: Nurse) -> None:
    nurse.new_patient()
    page = nurse.page

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(CALL, lose_the_answer)
    page.get_by_role("button", name="Ryger dagligt").click()
    expect(page.get_by_role("alert")).to_contain_text("Svaret blev ikke sendt.")
    page.unroute(CALL)
    page.get_by_role("button", name="Prøv igen").click()
    expect(page.get_by_role("button", name="Ja tak")).to_be_visible()
    page.reload()
    said = page.locator(".reply").all_inner_texts()
    assert sum("RÅDGIV" in text for text in said) == 1


def test_a_double_tap_counts_once(nurse: Nurse) -> None:
    nurse.new_patient()
    ids = sent_ids(nurse.page)
    nurse.page.get_by_role("button", name="Ryger dagligt").dblclick()
    expect(nurse.page.get_by_role("button", name="Ja tak")).to_be_visible()
    assert len(ids) == 1


def test_a_text_that_is_too_long_says_so_and_stays(nurse: Nurse) -> None:
    nurse.new_patient()
    box = nurse.page.get_by_label("Skriv til Henvis")
    box.fill("x" * 1001)
    nurse.page.keyboard.press("Enter")
    expect(nurse.page.get_by_role("alert")).to_contain_text("Beskeden er for lang.")
    assert len(box.input_value()) == 1001


def test_whoever_was_logged_out_meanwhile_is_told_so(nurse: Nurse) -> None:
    nurse.new_patient()
    nurse.page.context.clear_cookies()
    nurse.page.get_by_role("button", name="Ryger dagligt").click()
    alert = nurse.page.get_by_role("alert")
    expect(alert).to_contain_text("Du er logget ud.")
    link = alert.get_by_role("link", name="Log ind igen")
    path = urlsplit(nurse.page.url).path
    expect(link).to_have_attribute("href", f"/log-ind?next={path}")


def test_digits_are_asked_for_with_a_number_pad(nurse: Nurse) -> None:
    nurse.new_patient().to_consent().tap("Ja, patienten siger ja").tap("Ja")
    nurse.type("Mads Eksempel")
    box = nurse.page.get_by_label("Skriv til Henvis")
    expect(box).to_have_attribute("inputmode", "tel")
    expect(box).to_have_attribute("autocomplete", "off")
    expect(box).to_have_attribute("spellcheck", "false")
