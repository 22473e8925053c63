"""The encounter with a keyboard only: everything is reached, and one always sees where one is."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.chatting import STARTED, Nurse
from tests.browser.conftest import OpenPage
from tests.conftest import RunningHenvis

FAR = 40
_FOCUS_SHOWS = """() => {
  if (document.activeElement === document.body) return true;  // in the browser's own bars
  const style = getComputedStyle(document.activeElement.closest("tr") ?? document.activeElement);
  const own = getComputedStyle(document.activeElement);
  return [style, own].some((each) => each.outlineStyle !== "none" && each.outlineWidth !== "0px");
}"""


def go_to(page: Page, title: str) -> None:
    """Press Tab until the control with that text has the focus, which must show all the way."""
    for _ in range(FAR):
        page.keyboard.press("Tab")
        assert page.evaluate(_FOCUS_SHOWS), page.evaluate("document.activeElement.outerHTML")
        if page.evaluate("document.activeElement.innerText").strip() == title:
            return
    raise AssertionError(f"{title} was not reached")


def choose(nurse: Nurse, title: str) -> None:
    before = nurse.exchanges
    go_to(nurse.page, title)
    nurse.page.keyboard.press("Enter")
    expect(nurse.page.locator(".exchange .reply").last).to_be_visible()
    expect(nurse.page.locator(".exchange")).to_have_count(before + 1)
    expect(nurse.page.locator("#chat")).to_have_attribute("aria-busy", "false")


def test_a_patient_is_referred_with_the_keyboard_alone(
    open_page: OpenPage, running_henvis: RunningHenvis, phone: str
) -> None:
    nurse = Nurse(open_page("demo-nurse"), running_henvis.url)
    page = nurse.page
    page.goto(f"{running_henvis.url}/chat")
    go_to(page, "Ny patient")
    page.keyboard.press("Enter")
    page.locator(STARTED).first.wait_for()
    for title in ("Ryger dagligt", "Ja tak", "Ja, patienten siger ja", "Ja"):
        choose(nurse, title)
    expect(page.get_by_label("Skriv til Henvis")).to_be_focused()
    page.keyboard.type(f"Lone Eksempel, {phone}, 2750")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Ballerup")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    page.get_by_role("group", name="Svarmuligheder").get_by_role("button").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Spring resten over")).to_be_visible()
    choose(nurse, "Spring resten over")
    choose(nurse, "Send henvisning")
    assert "Sendt." in nurse.newest


def test_after_an_answer_the_next_answers_are_one_tab_away(nurse: Nurse) -> None:
    nurse.new_patient().tap("Ryger dagligt")
    nurse.page.keyboard.press("Tab")
    assert nurse.page.evaluate("document.activeElement.innerText") == "Ja tak"


def test_the_first_tab_offers_to_skip_the_header(
    open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    page = open_page("demo-adviser-0151")
    page.goto(f"{running_henvis.url}/koe")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Gå til indholdet")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Henvisninger", exact=True)).to_be_focused()


def test_a_referral_is_opened_from_its_row(
    open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    page = open_page("demo-adviser-0151")
    page.goto(f"{running_henvis.url}/koe?vis=aabne")
    reference = page.get_by_role("rowheader").first.inner_text()
    go_to(page, reference)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/koe/{reference}")


def test_the_question_before_cancelling_is_left_with_escape(nurse: Nurse) -> None:
    nurse.new_patient()
    nurse.page.get_by_role("button", name="Annullér").click()
    expect(nurse.page.get_by_role("dialog")).to_be_visible()
    nurse.page.keyboard.press("Escape")
    expect(nurse.page.get_by_role("dialog")).to_be_hidden()
