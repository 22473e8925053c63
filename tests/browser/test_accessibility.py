"""Every page of every role against WCAG 2.2 AA, by day and by night, and what axe cannot see."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import Nurse
from tests.browser.conftest import (
    COLOURS,
    PHONE,
    OpenPage,
    assert_accessible,
    keep_picture,
    let_settle,
    violations,
)
from tests.browser.every_page import Visit, links, visits_by_person
from tests.conftest import RunningHenvis

SCHEMES = ("light", "dark")
TOUCH = 44
TABLET = {"width": 768, "height": 1024}
DESK = {"width": 1440, "height": 900}
CONTROLS = """() => [...document.querySelectorAll(
    "button, .button, .chip, select, summary, .tick, textarea," +
    " input:not([type=checkbox], [type=radio], [type=hidden])")]
  .filter((each) => each.checkVisibility() && !each.closest(".unseen, .skip"))
  .filter((each) => each.getBoundingClientRect().height < 43.5)
  .map((each) => each.outerHTML.slice(0, 80))"""
"""What is to be tapped and is less than 44 pixels high, but for half a pixel of rounding."""
_STICKS_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth)
    .map((each) => each.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def addresses(running_henvis: RunningHenvis) -> dict[str, str]:
    """Give the addresses that are secrets, or that only the demo's data knows."""
    return links(running_henvis.data)


@pytest.mark.parametrize(
    ("name", "visits"), list(visits_by_person()), ids=lambda one: str(one)[:20]
)
def test_every_page_is_accessible_and_fits_a_phone_and_a_desk_by_day_and_by_night(
    open_page: OpenPage,
    running_henvis: RunningHenvis,
    addresses: dict[str, str],
    name: str,
    visits: list[Visit],
) -> None:
    page = open_page(name or None, reduced_motion="reduce")
    wrong = []
    for visit in visits:
        visit.open(page, running_henvis.url, addresses)
        wrong += [f"{visit.name}, {problem}" for problem in problems(page, visit.name)]
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme="light")
    assert wrong == []


def problems(page: Page, name: str) -> list[str]:
    """Look at a page in each size and scheme; the schemes differ in nothing but colours.

    Between phone and desk nothing may stick out either; the rules are the same there.
    """
    found = []
    let_settle(page)
    for size in (PHONE, TABLET, DESK):
        page.set_viewport_size(size)
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            keep_picture(page, f"{name}-{size['width']}-{scheme}")
        page.emulate_media(color_scheme="light")
        found += [f"{size['width']} wide: {each}" for each in page.evaluate(_STICKS_OUT)]
        found += [f"{size['width']} low: {each}" for each in page.evaluate(CONTROLS)]
        if size is TABLET:
            continue
        found += [f"{size['width']} light: {each}" for each in violations(page)]
        page.emulate_media(color_scheme="dark")
        found += [f"{size['width']} dark: {each}" for each in violations(page, COLOURS)]
    return found


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_chat_and_the_receipt_are_accessible_at_every_step(
    open_page: OpenPage, running_henvis: RunningHenvis, scheme: str, phone: str
) -> None:
    page = open_page("demo-nurse", color_scheme=scheme, reduced_motion="reduce")
    nurse = Nurse(page, running_henvis.url)
    nurse.new_patient()
    steps = ("Ryger dagligt", "Ja tak", "Ja, patienten siger ja", "Ja")
    for title in steps:
        assert_accessible(nurse.page)
        nurse.tap(title)
    nurse.type(f"Ida Eksempel, {phone}, 2750").tap("Ballerup")
    assert_touchable(nurse.page)
    nurse.tap("Spring resten over").tap("Send henvisning")
    assert_accessible(nurse.page)
    assert_fits(nurse.page)
    link = nurse.page.get_by_role("link", name="Åbn kvitteringen").get_attribute("href")
    nurse.page.goto(str(link))
    assert_accessible(nurse.page)
    assert_fits(nurse.page)
    keep_picture(nurse.page, f"receipt-{scheme}")


def test_text_twice_as_large_still_fits_a_phone(nurse: Nurse) -> None:
    nurse.new_patient()
    nurse.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert_fits(nurse.page)
    nurse.tap("Ryger dagligt")
    expect(nurse.page.get_by_role("button", name="Ja tak")).to_be_visible()
    assert_fits(nurse.page)


def test_nothing_moves_for_whoever_asked_for_that(
    open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto(f"{running_henvis.url}/log-ind")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_on_paper_the_receipt_has_neither_buttons_nor_colours(nurse: Nurse, phone: str) -> None:
    nurse.new_patient().to_summary("Jens Eksempel", phone).tap("Send henvisning")
    link = nurse.page.get_by_role("link", name="Åbn kvitteringen").get_attribute("href")
    nurse.page.goto(str(link))
    nurse.page.emulate_media(media="print", color_scheme="dark")
    expect(nurse.page.get_by_role("button")).to_have_count(0)
    expect(nurse.page.locator(".reference")).to_be_visible()
    ground = nurse.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == "rgb(255, 255, 255)"


def assert_fits(page: Page) -> None:
    """Nothing sticks out to the side."""
    let_settle(page)
    wide = page.evaluate(_STICKS_OUT)
    assert wide == []


def assert_touchable(page: Page) -> None:
    """Everything to be tapped is at least 44 pixels wide and high."""
    let_settle(page)
    for control in page.locator("button:visible, a.button:visible, input:visible").all():
        box = control.bounding_box()
        assert box
        assert box["width"] >= TOUCH, control.inner_text()
        assert box["height"] >= TOUCH, control.inner_text()
