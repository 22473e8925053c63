"""A second tap is not an answer, on the page: a real browser on a Henvis that guards taps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chatting import STARTED, Nurse
from tests.browser.conftest import PHONE, assert_accessible, keep_picture, log_in
from tests.browser.test_delivery import sent_ids
from tests.conftest import RunningHenvis, start_henvis, stop_henvis

PRESS_WHAT_APPEARS = """() => {
  window.met = [];
  const press = (all) => {
    for (const each of all) {
      window.met.push(each.ariaDisabled);
      each.click();  // as the browser does for a tap, Enter or the space bar
    }
  };
  const dialog = document.querySelector("dialog");
  new MutationObserver(() => press(document.querySelectorAll("#choices button, #tools button")))
    .observe(document.querySelector("#choices [role=group]"), { childList: true });
  new MutationObserver(() => dialog.open && press(dialog.querySelectorAll("button")))
    .observe(dialog, { attributeFilter: ["open"] });
}"""
"""Presses everything in the moment in which it appears, faster than any hand."""
BOXES = """() => [...document.querySelectorAll("#choices button, #tools button")].map(
  (each) => [each.offsetLeft, each.offsetTop, each.offsetWidth, each.offsetHeight])"""


@pytest.fixture(scope="module")
def guarding(
    tmp_path_factory: pytest.TempPathFactory, trained_model: Path
) -> Iterator[RunningHenvis]:
    """Run a Henvis as it is unless told otherwise."""
    running = start_henvis(tmp_path_factory.mktemp("guarding"), HENVIS_TAP_WAIT_MS="600")
    try:
        yield running
    finally:
        stop_henvis(running)


@pytest.fixture
def nurse(
    chromium: Browser, guarding: RunningHenvis, request: pytest.FixtureRequest
) -> Iterator[Nurse]:
    """Give a nurse at a phone, with things that move if the test asks for them."""
    context: Any = chromium.new_context(
        viewport=PHONE, has_touch=True, reduced_motion=getattr(request, "param", "reduce")
    )
    page = context.new_page()
    log_in(page, guarding, "demo-nurse")
    yield Nurse(page, guarding.url)
    context.close()


@pytest.mark.parametrize("ends", [True, False], ids=["closed", "open"])
def test_the_next_patient_begins_by_typing_without_a_press_too_soon(
    nurse: Nurse, *, ends: bool
) -> None:
    nurse.new_patient().tap("Ryger dagligt")
    if ends:
        nurse.tap("Nej tak")
    page, before = nurse.page, nurse.page.url
    page.get_by_label("Skriv til Henvis").fill("næste patient")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.partition("#")[0] != before.partition("#")[0])
    page.locator(STARTED).first.wait_for()
    expect(page.locator("#trouble")).to_be_empty()


def test_a_double_tap_at_every_step_answers_only_once(nurse: Nurse, phone: str) -> None:
    page = nurse.new_patient().page
    ids = sent_ids(page)
    page.evaluate(PRESS_WHAT_APPEARS)
    nurse.to_summary("Karla Eksempel", phone).tap("Send henvisning")
    assert "Sendt." in nurse.newest
    assert set(page.evaluate("window.met")) == {"true"}
    steps = 8  # seven answers and the details, each sent once
    assert len(ids) == steps
    assert nurse.exchanges == steps + 1


def test_two_taps_on_one_place_answer_one_question(nurse: Nurse) -> None:
    nurse.new_patient().tap("Ryger dagligt")
    ids = sent_ids(nurse.page)
    nurse.page.get_by_role("button", name="Ja tak").dblclick()
    chat = nurse.page.locator("#chat")
    expect(chat).to_have_attribute("data-awaits", "consent_contact")
    expect(chat).to_have_attribute("aria-busy", "false")
    assert len(ids) == 1


@pytest.mark.parametrize("nurse", ["no-preference", "reduce"], indirect=True)
def test_what_waits_is_seen_to_wait_and_nothing_jumps_when_it_opens(nurse: Nurse) -> None:
    page = nurse.new_patient().page
    nurse.tap("Ryger dagligt").tap("Ja tak")
    yes = page.get_by_role("button", name="Ja, patienten siger ja")
    assert yes.get_attribute("aria-disabled") == "true"
    assert float(yes.evaluate("(each) => getComputedStyle(each).opacity")) < 1
    before = page.evaluate(BOXES)
    keep_picture(page, "second-tap-waits")
    no = page.get_by_role("group", name="Svarmuligheder").get_by_role("button", name="Nej")
    expect(no).not_to_have_attribute("aria-disabled", "true")
    assert yes.get_attribute("aria-disabled") == "true"
    assert page.evaluate(BOXES) == before
    yes.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("For hurtigt – læs, og tryk igen.")
    keep_picture(page, "second-tap-told")
    assert_accessible(page)
    expect(yes).not_to_have_attribute("aria-disabled", "true", timeout=15_000)
    assert page.evaluate(BOXES)[:2] == before[:2]  # the choices; what is told stands in the dock
    nurse.tap("Ja, patienten siger ja")
    expect(page.get_by_role("alert")).to_be_empty()


def test_the_yes_to_cancelling_has_just_appeared_as_well(nurse: Nurse) -> None:
    page = nurse.new_patient().tap("Ryger dagligt").page
    ids = sent_ids(page)
    page.evaluate(PRESS_WHAT_APPEARS)
    page.get_by_role("button", name="Annullér", exact=True).click()
    assert page.evaluate("window.met") == ["true"]
    assert ids == []
    page.get_by_role("button", name="Ja, annullér").click()
    expect(page.locator(".exchange").last).to_contain_text("slettet")


def test_a_page_that_was_just_opened_takes_no_tap_either(nurse: Nurse) -> None:
    page = nurse.new_patient().page
    page.clock.install()
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=5))
    page.reload()
    page.locator(STARTED).first.wait_for()
    choices = page.locator("#choices button, #tools button")
    shut = [each.get_attribute("aria-disabled") for each in choices.all()]
    assert set(shut) == {"true"}
    page.clock.run_for(600)
    page.wait_for_timeout(600)  # the service waits by a clock of its own
    nurse.tap("Ryger dagligt")
