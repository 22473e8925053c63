"""When to try again: in the patient's best time, on a day that advisers work."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from referrals.denmark.dates import DANISH_TIME
from referrals.next_action.next_attempt import first_at_home, moved, propose


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


@pytest.mark.parametrize(
    ("leaves_on", "expected"),
    [
        ("2026-11-22", None),
        ("2026-11-23", "2026-11-24 10:00"),
        ("2026-11-24", "2026-11-25 10:00"),
        ("2026-11-27", "2026-11-30 09:00"),
        ("2026-12-24", "2026-11-30 09:00"),
    ],
    ids=["left yesterday", "leaves today", "leaves tomorrow", "over the weekend", "the deadline"],
)
def test_the_first_try_waits_for_the_discharge_but_not_past_the_deadline(
    leaves_on: str, expected: str | None
) -> None:
    now, due_at = danish("2026-11-23 09:00"), danish("2026-11-30 09:00")
    found = first_at_home("morning", date.fromisoformat(leaves_on), now, due_at)
    assert found == (danish(expected) if expected else None)


@pytest.mark.parametrize(
    ("planned", "expected"),
    [
        (None, None),
        ("2026-11-23 08:00", "2026-11-23 08:00"),
        ("2026-11-25 10:00", "2026-11-25 17:00"),
        ("2026-11-23 14:00", "2026-11-23 17:00"),
        ("2026-11-28 10:00", "2026-11-30 17:00"),
    ],
    ids=["none", "behind", "another day", "today", "no working day"],
)
def test_a_planned_try_moves_into_the_part_of_the_day_that_was_chosen(
    planned: str | None, expected: str | None
) -> None:
    at = danish(planned) if planned else None
    found = moved(at, "evening", danish("2026-11-23 09:00"))
    assert found == (danish(expected) if expected else None)
