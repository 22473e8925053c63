"""An adviser's commonest tasks, counted in presses, on a phone and on a big screen."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import Nurse, reference_in
from tests.browser.conftest import OpenPage, assert_accessible, keep_picture
from tests.browser.test_accessibility import assert_fits
from tests.conftest import RunningHenvis

ADVISER = "demo-adviser-0151"
SIZES = [
    pytest.param({"width": 360, "height": 740}, id="phone"),
    pytest.param({"width": 1440, "height": 900}, id="desk"),
]


@dataclass
class Presses:
    """A page, and how often something on it was pressed."""

    page: Page
    count: int = 0

    def press(self, target: Locator, **how: object) -> None:
        self.count += 1
        target.click(**how)  # type: ignore[arg-type]

    def choose(self, target: Locator, index: int) -> None:
        self.count += 1
        target.select_option(index=index)

    def key(self, name: str) -> None:
        self.count += 1
        self.page.keyboard.press(name)


@pytest.fixture(params=SIZES)
def day(request: pytest.FixtureRequest, open_page: OpenPage, running_henvis: RunningHenvis) -> Page:
    page = open_page(ADVISER)
    page.set_viewport_size(request.param)
    page.goto(f"{running_henvis.url}/koe")
    page.wait_for_load_state()
    return page


@pytest.fixture
def new_case(nurse: Nurse, phone: str) -> str:
    nurse.new_patient().to_summary("Ellen Eksempel", phone).tap("Send henvisning")
    return str(reference_in(nurse.newest))


def list_with(page: Page, address: str, case: str) -> None:
    """Open the page of the list that shows a case: others may have filed many before."""
    page.goto(address)
    while not page.get_by_role("link", name=case).count():
        page.get_by_role("link", name="Næste side").click()


def test_a_new_case_without_an_answer_takes_two_presses(new_case: str, day: Page) -> None:
    hand = Presses(day)
    list_with(day, day.url.partition("/koe")[0] + "/koe?vis=aabne", new_case)
    hand.press(day.get_by_role("link", name=new_case))
    assert_accessible(day)
    assert_fits(day)
    keep_picture(day, "call-panel")
    hand.press(day.get_by_role("button", name="Intet svar"))
    expect(day.get_by_role("status")).to_contain_text("Gemt: intet svar. Næste forsøg")
    assert hand.count == 2


@pytest.mark.usefixtures("new_case")
def test_by_keyboard_it_takes_three_strokes(day: Page) -> None:
    hand = Presses(day)
    day.goto(day.url.partition("/koe")[0] + "/koe?vis=filed")
    day.wait_for_load_state()
    hand.key("j")
    hand.key("Enter")
    expect(day.get_by_role("button", name="Intet svar")).to_be_visible()
    day.wait_for_load_state()
    hand.key("i")
    expect(day.get_by_role("status")).to_contain_text("Gemt: intet svar")
    assert hand.count == 3


def test_reached_yes_and_enrolled_takes_four_presses_on_one_page(new_case: str, day: Page) -> None:
    hand = Presses(day)
    list_with(day, day.url.partition("/koe")[0] + "/koe?vis=aabne", new_case)
    hand.press(day.get_by_role("link", name=new_case))
    hand.press(day.get_by_text("Fik fat i", exact=True))
    hand.choose(day.get_by_label("Kursus", exact=True), 1)
    assert_accessible(day)
    assert_fits(day)
    keep_picture(day, "talk")
    hand.press(day.get_by_role("button", name="Gem samtalen"))
    expect(day.get_by_role("status")).to_contain_text("Gemt: ja til kursus.")
    assert hand.count == 4


def test_several_are_claimed_by_three_presses(day: Page) -> None:
    hand = Presses(day)
    day.goto(day.url.partition("/koe")[0] + "/koe?vis=aabne")
    boxes = day.get_by_role("checkbox", name=re.compile("^Vælg H-"))
    hand.press(boxes.first)
    hand.press(boxes.last, modifiers=["Shift"])
    assert boxes.evaluate_all("all => all.every(each => each.checked)")
    hand.press(day.get_by_role("button", name="Fordel de valgte"))
    expect(day.get_by_role("status")).to_contain_text("fordelt.")
    assert hand.count == 3


def test_all_on_the_page_are_chosen_by_one_press_and_let_go_by_another(day: Page) -> None:
    day.goto(day.url.partition("/koe")[0] + "/koe?vis=aabne")
    boxes = day.get_by_role("checkbox", name=re.compile("^Vælg H-"))
    every = day.get_by_role("button", name="Vælg alle på siden")
    assert boxes.count() > 1
    every.click()
    assert boxes.evaluate_all("all => all.every(each => each.checked)")
    every.click()
    assert not boxes.evaluate_all("all => all.some(each => each.checked)")


def test_the_bar_that_gives_out_what_was_chosen_stays_in_view(day: Page) -> None:
    day.goto(day.url.partition("/koe")[0] + "/koe?vis=aabne")
    give = day.get_by_role("button", name="Fordel de valgte")
    lines = day.get_by_role("checkbox", name=re.compile("^Vælg H-"))
    for line in (lines.first, lines.nth(lines.count() // 2)):
        line.evaluate("each => each.scrollIntoView({ block: 'center' })")
        expect(line).to_be_in_viewport()
        expect(give).to_be_in_viewport(ratio=1)


def test_by_keyboard_reached_yes_and_enrolled_is_one_form_without_the_mouse(
    new_case: str, day: Page
) -> None:
    hand = Presses(day)
    day.goto(day.url.partition("/koe")[0] + f"/koe/{new_case}")
    day.wait_for_load_state()
    hand.key("f")
    hand.key("Tab")
    expect(day.get_by_label("Kursus", exact=True)).to_be_focused()
    expect(day.get_by_label("Ja", exact=True)).not_to_be_checked()
    hand.key("ArrowDown")
    expect(day.get_by_label("Ja", exact=True)).to_be_checked()
    for _field in ("link", "note", "button"):
        hand.key("Tab")
    expect(day.get_by_role("button", name="Gem samtalen")).to_be_focused()
    hand.key("Enter")
    expect(day.get_by_role("status")).to_contain_text("Gemt: ja til kursus.")
    assert hand.count == 7


def test_the_wrong_municipality_takes_four_presses_and_the_right_one_has_it_at_once(
    new_case: str, day: Page, open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    hand = Presses(day)
    list_with(day, f"{running_henvis.url}/koe?vis=aabne", new_case)
    hand.press(day.get_by_role("link", name=new_case))
    hand.press(day.locator("summary", has_text="Forkert kommune"))
    hand.count += 1
    day.locator("#kommune-send_on").select_option("0163")
    assert_accessible(day)
    hand.press(day.get_by_role("button", name="Send til rette kommune"))
    expect(day.get_by_role("status").first).to_contain_text("Gemt: Sendt til rette kommune.")
    assert hand.count == 4
    theirs = open_page("demo-adviser-0163")
    theirs.goto(f"{running_henvis.url}/koe/{new_case}")
    expect(theirs.get_by_text("Ellen Eksempel")).to_be_visible()
    expect(theirs.get_by_role("button", name="Intet svar")).to_be_visible()
    day.goto(f"{running_henvis.url}/koe/{new_case}")
    expect(day.get_by_text("Den henvisning findes ikke hos jer.")).to_be_visible()


def test_a_clarifying_call_is_booked_by_two_presses_and_seen_in_the_week(
    new_case: str, day: Page, running_henvis: RunningHenvis
) -> None:
    hand = Presses(day)
    day.goto(f"{running_henvis.url}/koe/{new_case}")
    hand.press(day.get_by_role("link", name="Se ugen med alle ledige tider"))
    assert_accessible(day)
    assert_fits(day)
    keep_picture(day, "week-to-book-in")
    hand.press(day.get_by_role("button", name=re.compile(r"\d\d\.\d\d$")).last)
    expect(day.get_by_role("status")).to_contain_text("Samtalen er booket.")
    assert hand.count == 2
    day.goto(f"{running_henvis.url}/opkald/ugen")
    expect(day.get_by_role("link", name=new_case)).to_be_visible()
