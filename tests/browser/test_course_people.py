"""The people of a course: who is on it, who came, and what becomes of each without it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ALL_RULES, COLOURS, OpenPage, keep_picture, violations
from tests.browser.test_accessibility import assert_fits
from tests.browser.test_presses import Presses
from tests.conftest import RunningHenvis

MANAGER, ADVISER, ADMIN = "demo-manager-0151", "demo-adviser-0151", "demo-admin"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 800}
HEAD = (
    "key;title;concept;format;intake;sessions;place;postcode;capacity;price_dkk;contact_phone;"
    "status"
)


def look(page: Page, name: str) -> None:
    """Hold a page against the rules on a phone and on a desk, by day and by night."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        for scheme, rules in (("light", ALL_RULES), ("dark", COLOURS)):
            page.emulate_media(color_scheme=scheme)
            assert violations(page, rules) == []
            assert_fits(page)
            keep_picture(page, f"{name}-{size['width']}-{scheme}")
    page.set_viewport_size(PHONE)


def a_file(name: str) -> bytes:
    """Write two courses as Excel in Danish does: one that goes on, one that begins in a month."""
    now = datetime.now(UTC)
    days = [f"{now + timedelta(days=n):%d-%m-%Y} 10:00-12:00" for n in (-1, 6, 30)]
    place = "Sundhedshuset Måløv;2750;12;1.000;44775566;open"
    rows = [
        f"{name} 1;{name} løbende;gold_standard;group;rolling;{days[0]} | {days[1]};{place}",
        f"{name} 2;{name} senere;gold_standard;group;fixed;{days[2]};{place}",
    ]
    return "\r\n".join([HEAD, *rows]).encode("cp1252")


def take_in(page: Page, henvis: RunningHenvis, tmp_path: Path, name: str) -> None:
    file = tmp_path / "kurser.csv"
    file.write_bytes(a_file(name))
    page.goto(f"{henvis.url}/kurser/filer")
    page.get_by_label("Fil").set_input_files(file)
    page.get_by_role("button", name="Se, hvad filen gør").click()
    expect(page.get_by_role("status")).to_contain_text("2 nye, 0 ændrede, 0 som før.")
    look(page, "course-file-preview")
    page.get_by_role("button", name="Indlæs 2 kurser").click()
    expect(page.get_by_role("status")).to_contain_text("Indlæst: 2 nye")


TO_SAY_YES = {
    "filed": ("reach", "accept"),
    "received": ("reach", "accept"),
    "contact_attempted": ("reach", "accept"),
    "reached": ("accept",),
    "accepted": (),
}
"""What an adviser does until a person has said yes, by where the referral stands."""


def enrol_three(page: Page, henvis: RunningHenvis, title: str) -> None:
    """Let an adviser talk three people into a course."""
    with henvis.client(ADVISER) as adviser:
        found = adviser.get("/api/referrals").json()["referrals"]
        three = [each for each in found if each["state"] in TO_SAY_YES][:3]
        for each in three:
            for move in TO_SAY_YES[each["state"]]:
                address = f"/api/referrals/{each['reference']}/events"
                assert adviser.post(address, json={"event": move}).status_code == 200
    for each in three:
        page.goto(f"{henvis.url}/koe/{each['reference']}")
        choice = page.get_by_label("Kursus", exact=True)
        option = choice.get_by_role("option").filter(has_text=title)
        choice.select_option(value=option.get_attribute("value"))
        page.get_by_role("button", name="Gem samtalen").click()
        expect(page.get_by_role("status")).to_contain_text("Gemt: ja til kursus.")


def test_three_people_are_listed_came_and_go_on_when_their_course_is_called_off(
    open_page: OpenPage, running_henvis: RunningHenvis, tmp_path: Path
) -> None:
    name = "Mandagshold"
    page = open_page(MANAGER)
    take_in(page, running_henvis, tmp_path, name)
    enrol_three(open_page(ADVISER), running_henvis, f"{name} løbende")
    page.goto(f"{running_henvis.url}/kurser")
    page.get_by_role("link", name=f"{name} løbende").click()
    people = page.get_by_role("region", name="Deltagere og venteliste")
    expect(people.get_by_role("listitem")).to_have_count(3)
    look(page, "course-people")
    course = page.url

    hand = Presses(page)
    hand.press(page.get_by_role("link", name="Fremmøde"))
    look(page, "attendance-of-three")
    hand.press(page.get_by_label("Kom ikke").first)
    hand.press(page.get_by_role("button", name="Alle andre kom: gem"))
    assert hand.count == 3, "however many came"
    expect(page.get_by_role("status")).to_contain_text("Fremmødet er gemt.")
    expect(page.get_by_label("Kom", exact=True).and_(page.locator(":checked"))).to_have_count(2)

    page.goto(course)
    page.get_by_role("link", name="Aflys").click()
    look(page, "course-call-off")
    later = page.get_by_label("Hvad skal der ske?").first
    option = later.get_by_role("option").filter(has_text=f"{name} senere")
    later.select_option(value=option.get_attribute("value"))
    page.get_by_role("button", name="Aflys kurset").click()
    expect(page.get_by_role("status")).to_contain_text("Kurset er aflyst")
    had = page.get_by_role("region", name="Havde en plads")
    expect(had.get_by_text(f"Flyttet til {name} senere")).to_have_count(1)
    expect(had.get_by_role("link", name="Ring ")).to_have_count(2)
    look(page, "course-called-off")
    had.get_by_role("listitem").nth(1).get_by_role("link").first.click()
    expect(page.locator("h1 + .state")).to_have_text("Har sagt ja")
    history = page.get_by_role("region", name="Historik")
    expect(history.get_by_text("Kurset blev aflyst")).to_have_count(1)
    seat = page.get_by_role("region", name="Plads og samtale")
    expect(seat.get_by_text("Kurset blev aflyst")).to_have_count(1)


def test_an_administrator_corrects_a_user_and_invites_several(
    open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    page = open_page(ADMIN)
    page.goto(f"{running_henvis.url}/admin/brugere?q=demo-nurse-2")
    page.get_by_role("listitem").get_by_role("link").last.click()
    page.get_by_label("Navn, som kolleger ser").fill("Kim Kollega")
    look(page, "user-correct")
    page.get_by_role("button", name="Gem rettelsen").click()
    expect(page.get_by_role("status")).to_contain_text("Rettelsen er gemt.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kim Kollega")
    page.goto(f"{running_henvis.url}/invitationer")
    page.get_by_label("Sted").select_option(value="afsnit:herlev-onk-1")
    page.get_by_label("Navn eller mail").fill("Anna Nørby\nbo@herlev.example")
    page.get_by_role("button", name="Bed om invitationer").click()
    expect(page.get_by_role("status")).to_contain_text("2 invitationer venter")
    expect(page.get_by_label("Kode til Anna Nørby")).to_have_value(
        re.compile(r"^(\w{4}-){2}\w{4}$")
    )
    look(page, "invitations-made")


@pytest.mark.parametrize(
    ("who", "path", "name"),
    [
        ("demo-lead", "/tal", "figures-hospital"),
        (ADVISER, "/kommunetal", "figures-municipality"),
        (ADVISER, "/koe?vis=aabne", "queue-language"),
    ],
)
def test_a_page_of_figures_fits_phone_and_desk(
    open_page: OpenPage, running_henvis: RunningHenvis, who: str, path: str, name: str
) -> None:
    page = open_page(who)
    page.goto(f"{running_henvis.url}{path}")
    look(page, name)
