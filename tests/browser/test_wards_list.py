"""The ward's list on a phone and at a desk: noted, taken up by a colleague, crossed off."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.chatting import STARTED, Nurse
from tests.browser.conftest import PHONE, OpenPage, keep_picture
from tests.browser.test_accessibility import DESK, problems
from tests.conftest import RunningHenvis


def place(page: Page, bed: str) -> Locator:
    """Find a patient of the list by the room."""
    return page.locator(".listed > li").filter(has_text=bed)


def defer(nurse: Nurse, bed: str) -> None:
    """Defer a patient, and write the room on the list that the chat leads to."""
    nurse.new_patient().tap("Ryger dagligt").tap("Kan ikke svare nu").tap("Sover")
    link = nurse.page.get_by_role("link", name="Åbn afsnittets liste")
    with nurse.page.context.expect_page() as opened:
        link.click()
    listed = opened.value
    expect(listed.get_by_role("heading", name="Afsnittets liste")).to_be_in_viewport()
    newest = place(listed, "Uden stue eller initialer").last
    newest.get_by_text("Stue og udskrivning").click()
    newest.get_by_label("Stue eller initialer").fill(bed)
    newest.get_by_role("button", name="Gem").click()
    expect(place(listed, bed)).to_be_visible()
    listed.close()


def test_a_colleague_takes_up_with_one_press_whom_another_deferred(
    nurse: Nurse, open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    defer(nurse, "stue 31 B")
    colleague = open_page("demo-nurse-2")
    colleague.goto(f"{running_henvis.url}/chat")
    place(colleague, "stue 31 B").get_by_role("button", name="Spørg nu").click()
    colleague.locator(STARTED).first.wait_for()
    assert "Fra sidst: ryger dagligt." in colleague.locator("#log").inner_text()
    nurse.page.goto(f"{running_henvis.url}/chat")
    expect(place(nurse.page, "stue 31 B")).to_contain_text("har begyndt en samtale med patienten")


def test_by_keyboard_alone_a_patient_is_crossed_off(
    nurse: Nurse, running_henvis: RunningHenvis
) -> None:
    defer(nurse, "stue 32")
    page = nurse.page
    page.goto(f"{running_henvis.url}/chat")
    place(page, "stue 32").locator("summary", has_text="Stryg af listen").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Flyttet")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(place(page, "stue 32")).to_have_count(0)


def test_the_list_is_accessible_open_and_closed_on_a_phone_and_at_a_desk_by_day_and_by_night(
    nurse: Nurse, open_page: OpenPage, running_henvis: RunningHenvis
) -> None:
    bed = "stue 33"
    defer(nurse, bed)
    page = open_page("demo-nurse-2", reduced_motion="reduce")
    page.goto(f"{running_henvis.url}/chat")
    assert problems(page, "wards-list") == []
    for details in place(page, bed).locator("summary").all():
        details.click()
    assert problems(page, "wards-list") == []
    for size in (PHONE, DESK):
        for scheme in ("light", "dark"):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            keep_picture(page, f"wards-list-{size['width']}-{scheme}")


def test_what_cannot_be_noted_is_said_and_the_form_stays_open(nurse: Nurse) -> None:
    defer(nurse, "stue 34")
    nurse.page.goto(f"{nurse.url}/chat")
    one = place(nurse.page, "stue 34")
    one.get_by_text("Stue og udskrivning").click()
    one.get_by_label("Stue eller initialer").fill("010203-1234")
    one.get_by_role("button", name="Gem").click()
    expect(nurse.page.get_by_role("alert")).to_contain_text("Skriv kun stue eller initialer")
    expect(one.get_by_label("Stue eller initialer")).to_have_value("010203-1234")
    assert problems(nurse.page, "wards-list-refused") == []
