"""Every page of every role against WCAG 2.2 AA, by day and by night, and what axe cannot see."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chatting import Nurse
from tests.browser.conftest import OpenPage, assert_accessible, keep_picture
from tests.conftest import RunningHenvis

SCHEMES = ("light", "dark")
TOUCH = 44
PAGES = [
    (None, "/log-ind"),
    (None, "/kvittering/H-2222-2/forkert"),
    ("demo-nurse", "/chat"),
    ("demo-nurse", "/koe"),
    ("demo-nurse", "/findes-ikke"),
    ("demo-adviser-0151", "/koe"),
    ("demo-adviser-0151", "/koe?vis=alle"),
    ("demo-adviser-0151", "/koe?vis=withdrawn"),
    ("demo-manager-0151", "/koe?vis=over-fristen"),
    ("demo-adviser-0151", "/opkald"),
    ("demo-nurse", "/tal"),
    ("demo-lead", "/tal"),
    ("demo-adviser-0151", "/kommunetal"),
    ("demo-lead", "/"),
    ("demo-admin", "/"),
    ("demo-admin", "/admin/beskeder"),
    ("demo-adviser-0151", "/konto/beskeder"),
    ("demo-admin", "/admin/ikke-forstaaet"),
]
_STICKS_OUT = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((each) => each.getBoundingClientRect().right > innerWidth)
    .map((each) => each.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("name", "path"), PAGES, ids=[f"{n}{p}" for n, p in PAGES])
def test_a_page_is_accessible(
    open_page: OpenPage, running_henvis: RunningHenvis, scheme: str, name: str, path: str
) -> None:
    page = open_page(name, color_scheme=scheme)
    page.goto(running_henvis.url + path)
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_opened_referral_is_accessible_with_all_its_forms_open(
    open_page: OpenPage, running_henvis: RunningHenvis, scheme: str
) -> None:
    page = open_page("demo-adviser-0151", color_scheme=scheme)
    page.goto(f"{running_henvis.url}/koe")
    page.get_by_role("rowheader").first.get_by_role("link").click()
    page.evaluate(
        "document.querySelectorAll('details').forEach((each) =>"
        " { each.removeAttribute('name'); each.open = true; })"
    )
    assert_accessible(page)
    assert_fits(page)
    keep_picture(page, f"referral-{scheme}")


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
    wide = page.evaluate(_STICKS_OUT)
    assert wide == []


def assert_touchable(page: Page) -> None:
    """Everything to be tapped is at least 44 pixels wide and high."""
    for control in page.locator("button:visible, a.button:visible, input:visible").all():
        box = control.bounding_box()
        assert box
        assert box["width"] >= TOUCH, control.inner_text()
        assert box["height"] >= TOUCH, control.inner_text()
