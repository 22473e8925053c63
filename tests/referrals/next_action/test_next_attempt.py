"""When to try again: in the patient's best time, on a day that advisers work."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from referrals.denmark.dates import DANISH_TIME
from referrals.next_action.next_attempt import propose


def danish(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=DANISH_TIME)


@pytest.mark.parametrize(
    ("best_time", "now", "expected"),
    [
        ("morning", "2026-11-23 07:30", "2026-11-23 10:00"),
        ("morning", "2026-11-23 10:30", "2026-11-24 10:00"),
        ("afternoon", "2026-11-23 10:30", "2026-11-23 14:00"),
        ("evening", "2026-11-23 16:00", "2026-11-24 17:00"),
        ("any", "2026-11-23 09:00", "2026-11-23 14:00"),
        ("any", "2026-11-23 15:00", "2026-11-24 10:00"),
        (None, "2026-11-23 15:00", "2026-11-24 10:00"),
        ("morning", "2026-11-27 11:00", "2026-11-30 10:00"),
        ("afternoon", "2026-12-24 15:00", "2026-12-28 14:00"),
    ],
    ids=[
        "today",
        "tomorrow",
        "after noon",
        "evening",
        "other half",
        "other half of the next day",
        "unknown",
        "over the weekend",
        "over Christmas",
    ],
)
def test_a_time_is_proposed(best_time: str | None, now: str, expected: str) -> None:
    assert propose(best_time, danish(now)) == danish(expected)


def test_a_proposal_lies_ahead_whenever_it_is_asked_for() -> None:
    for hour in range(24 * 14):
        now = danish("2026-12-20 00:15") + timedelta(hours=hour)
        assert propose("any", now) >= now + timedelta(hours=2)
