"""Who came to a course of ten: as many presses as did not come, and two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from referrals.courses.tables import CourseSessionRow
from referrals.follow_up.follow_ups import FollowUps
from referrals.referral.moves import Move
from referrals.staff.accounts import Accounts
from service.composition import open_store
from service.settings import Settings
from tests.browser.conftest import OpenPage, keep_picture
from tests.browser.test_accessibility import assert_fits
from tests.browser.test_presses import SIZES, Presses
from tests.conftest import Clock, RunningHenvis, World
from tests.referrals.booking.seating import add_course
from tests.referrals.playing import Play

TEN = 10
MANAGER, ADVISER = "demo-manager-0151", "demo-adviser-0151"


def course_of_ten(data: Path, first_phone: int) -> int:
    """Let a course begin yesterday with ten people on it."""
    now = datetime.now(UTC)
    yesterday = now.replace(second=0, microsecond=0) - timedelta(days=1)
    with open_store(Settings.load(data_dir=data)) as store:
        world = World(store.database, Clock(now), store.around, Accounts(store.database))
        queue, adviser = world.queue(), world.staff(ADVISER)
        with store.database.write() as session:
            course = add_course(session, TEN, title=f"Hold {first_phone}")
            ends = yesterday + timedelta(hours=2)
            session.add(CourseSessionRow(course_id=course, starts_at=yesterday, ends_at=ends))
        for number in range(TEN):
            reference = Play(world).file(phone=str(first_phone + number))
            for move in (Move.REACH, Move.ACCEPT):
                queue.move(reference, move, now)
            FollowUps(store.database, store.vault, adviser).enrol(reference, course, now)
    return course


@pytest.mark.parametrize("size", SIZES)
def test_attendance_of_ten_takes_three_presses(
    open_page: OpenPage, running_henvis: RunningHenvis, size: dict[str, int]
) -> None:
    course = course_of_ten(running_henvis.data, 2_077_0000 + size["width"] * 10)
    page = open_page(MANAGER)
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.goto(f"{running_henvis.url}/kurser/{course}")
    hand = Presses(page)
    hand.press(page.get_by_role("link", name="Fremmøde"))
    expect(page.get_by_label("Kom ikke")).to_have_count(TEN)
    assert_fits(page)
    keep_picture(page, f"attendance-of-ten-{size['width']}")
    hand.press(page.get_by_label("Kom ikke").first)
    hand.press(page.get_by_role("button", name="Alle andre kom: gem"))
    expect(page.get_by_role("status")).to_contain_text("Fremmødet er gemt.")
    came = page.get_by_label("Kom", exact=True).and_(page.locator(":checked"))
    expect(came).to_have_count(TEN - 1)
    assert hand.count == 3
