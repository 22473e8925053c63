"""A course manager with a phone, by day and by night, with and without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import Nurse
from tests.browser.conftest import OpenPage, assert_accessible, keep_picture
from tests.browser.test_accessibility import assert_fits
from tests.conftest import RunningHenvis

MANAGER = "demo-manager-0151"
TITLE = "Rygestop tirsdag aften på Rådhuset"


def fill_in(page: Page, title: str, day: str = "2030-01-15") -> None:
    page.get_by_label("Titel").fill(title)
    page.get_by_label("Koncept").select_option("gold_standard")
    page.get_by_label("Form (skal udfyldes)").select_option("group")
    page.get_by_label("Dato, mødegang 1", exact=True).fill(day)
    page.get_by_label("Begynder, mødegang 1", exact=True).fill("17:00")
    page.get_by_label("Slutter, mødegang 1", exact=True).fill("19:00")
    page.get_by_label("Gentag den sidste hver uge,").fill("4")
    page.get_by_role("button", name="Gentag").click()
    page.get_by_label("Sted").fill("Rådhuset, Vej 1")
    page.get_by_label("Postnummer").fill("2750")
    page.get_by_label("Pladser i alt").fill("12")
    page.get_by_label("Kontaktmail").fill("rygestop@ballerup.example")
    page.get_by_role("checkbox", name="Herlev").check()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_manager_publishes_a_course_that_the_next_question_finds(
    open_page: OpenPage, running_henvis: RunningHenvis, *, scripts: bool
) -> None:
    title = f"{TITLE} {'med' if scripts else 'uden'} script"
    page = open_page(MANAGER, java_script_enabled=scripts)
    page.goto(f"{running_henvis.url}/koe")
    page.get_by_role("link", name="Kurser").click()
    page.get_by_role("link", name="Nyt kursus").click()
    fill_in(page, title)
    page.get_by_role("button", name="Gem", exact=True).last.click()
    expect(page.get_by_role("status")).to_contain_text("Gemt.")
    page.get_by_role("button", name="Åbn kurset for henvisninger").click()
    expect(page.get_by_role("status")).to_contain_text("Afsnittene kan finde det")
    with running_henvis.client("demo-nurse") as nurse:
        asked = {"municipality": "0151", "weekday": "tirsdag", "from": "2030-01-01"}
        found = nurse.get("/api/courses", params=asked).json()["courses"]
    assert title in [course["title"] for course in found]
    assert [len(c["sessions"]) for c in found if c["title"] == title] == [5]


def test_the_next_question_in_the_chat_finds_what_a_manager_just_published(
    open_page: OpenPage, running_henvis: RunningHenvis, nurse: Nurse
) -> None:
    title = "Rygestop på lørdage i Skovlunde"
    page = open_page(MANAGER)
    page.goto(f"{running_henvis.url}/kurser/nyt")
    fill_in(page, title, day="2031-03-01")
    page.get_by_role("button", name="Gem", exact=True).last.click()
    expect(page.get_by_role("status")).to_contain_text("Gemt.")
    question = "er der et hold i skovlunde efter den 20. februar 2031 om lørdagen"
    nurse.new_patient().type(question)
    assert title not in nurse.newest
    page.get_by_role("button", name="Åbn kurset for henvisninger").click()
    expect(page.get_by_role("status")).to_contain_text("Afsnittene kan finde det")
    nurse.type(question)
    assert title in nurse.newest
    nurse.tap("Detaljer 1")
    assert "Rådhuset, Vej 1" in nurse.newest


def test_what_is_wrong_is_told_beside_the_field_and_nothing_is_lost(
    open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    page = open_page(MANAGER)
    page.goto(f"{running_henvis.url}/kurser/nyt")
    fill_in(page, "", day="2030-02-05")
    page.get_by_label("Pladser i alt").fill("mange")
    page.get_by_role("button", name="Gem", exact=True).last.click()
    wrong = page.get_by_role("alert")
    expect(wrong).to_contain_text("Intet er gemt endnu.")
    assert_accessible(page)
    assert_fits(page)
    keep_picture(page, "course-mistakes")
    wrong.get_by_role("link", name="Titel").click()
    expect(page.get_by_label("Titel")).to_be_focused()
    expect(page.get_by_label("Titel")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Pladser i alt")).to_have_value("mange")
    expect(page.get_by_label("Dato, mødegang 5", exact=True)).to_have_value("2030-03-05")


def test_a_course_is_verified_with_one_tap(
    open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    page = open_page("demo-manager-0190", has_touch=True)
    page.goto(f"{running_henvis.url}/kurser")
    page.get_by_role("link", name=re.compile("Bekræft oplysninger")).tap()
    expect(page.get_by_text(re.compile("Ikke bekræftet i"))).to_have_count(1)
    page.get_by_role("button", name=re.compile("^Bekræft")).tap()
    expect(page.get_by_role("status").first).to_contain_text("Bekræftet i dag.")
    expect(page.get_by_text("Alle åbne kurser er bekræftet")).to_be_visible()


def test_a_course_is_copied_and_called_off(
    open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    page = open_page("demo-manager-0230")
    page.goto(f"{running_henvis.url}/kurser")
    page.get_by_role("link", name=re.compile("aften")).first.click()
    page.get_by_label("Første mødegang tidligst").fill("2030-08-01")
    page.get_by_role("button", name="Kopiér som kladde").click()
    expect(page.get_by_role("status")).to_contain_text("Kopieret.")
    expect(page.get_by_label("Dato, mødegang 1", exact=True)).to_have_value(re.compile("2030-08"))
    page.get_by_role("link", name="Aflys …").click()
    expect(page.get_by_text("Ingen er tilmeldt")).to_be_visible()
    page.get_by_role("button", name="Aflys kurset").click()
    expect(page.get_by_role("status")).to_contain_text("Kurset er aflyst")


def test_a_file_goes_out_and_comes_in(
    open_page: OpenPage, running_henvis: RunningHenvis, tmp_path: Path
) -> None:
    page = open_page("demo-manager-0157", accept_downloads=True)
    page.goto(f"{running_henvis.url}/kurser/filer")
    with page.expect_download() as begun:
        page.get_by_role("link", name="CSV til regneark").click()
    kept = tmp_path / begun.value.suggested_filename
    begun.value.save_as(kept)
    page.get_by_label("Fil", exact=True).set_input_files(kept)
    page.get_by_role("button", name="Se, hvad filen gør").click()
    expect(page.get_by_role("status")).to_contain_text("0 nye, 0 ændrede, 25 som før")
    kept.write_bytes(kept.read_bytes().replace(b";group;", b";grupe;"))
    page.get_by_label("Fil", exact=True).set_input_files(kept)
    page.get_by_role("button", name="Se, hvad filen gør").click()
    expect(page.get_by_role("alert")).to_contain_text("Intet er indlæst.")
    assert_accessible(page)
    assert_fits(page)


def test_a_printed_list_leaves_out_what_can_only_be_pressed(
    open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    page = open_page("demo-manager-0175")
    page.goto(f"{running_henvis.url}/kurser")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Nyt kursus")).not_to_be_visible()
    expect(page.get_by_role("button").first).not_to_be_visible()
