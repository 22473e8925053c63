"""So many at once, and as many again evenly: the rule by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.allowances.rate import Rate, microseconds, per

TEN_MINUTES_US = 600 * 1_000_000
RATES = st.builds(lambda amount: per(amount, minutes=10), st.integers(1, 50))
PAUSES = st.lists(st.integers(0, TEN_MINUTES_US), min_size=1, max_size=120)


def spent(rate: Rate, times: list[int]) -> list[int]:
    """Give the times at which one could be spent."""
    free_at, taken = 0, []
    for now in times:
        if free_at <= rate.latest(now):
            free_at = free_at + rate.step_us if free_at > now else rate.first(now)
            taken.append(now)
    return taken


@given(RATES, PAUSES)
def test_never_more_than_twice_the_amount_in_any_period(rate: Rate, pauses: list[int]) -> None:
    times = [sum(pauses[: n + 1]) for n in range(len(pauses))]
    taken = spent(rate, times)
    for start in taken:
        within = [each for each in taken if start <= each < start + TEN_MINUTES_US]
        assert len(within) <= 2 * rate.amount


@given(RATES, st.integers(1, 10**16))
def test_after_a_quiet_period_all_is_free_again(rate: Rate, now: int) -> None:
    assert len(spent(rate, [now] * 60)) == rate.amount
    assert len(spent(rate, [now] * 60 + [now + TEN_MINUTES_US] * 60)) == 2 * rate.amount


@given(RATES, st.integers(1, 10**16))
def test_whoever_waits_as_long_as_told_may_go_on_and_not_a_second_sooner(
    rate: Rate, now: int
) -> None:
    free_at = now + rate.amount * rate.step_us
    waits = rate.waits_s(free_at, now)
    assert free_at <= rate.latest(now + waits * 1_000_000)
    assert free_at > rate.latest(now + (waits - 1) * 1_000_000)


SECONDS = [(0, 0), (540, 0), (541, 1), (600, 60), (601, 0)]
"""The last one was written by a clock that ran ahead."""


@pytest.mark.parametrize(("spent_for_s", "waits"), SECONDS)
def test_the_wait_is_told_in_seconds(spent_for_s: int, waits: int) -> None:
    assert per(10, minutes=10).waits_s(spent_for_s * 1_000_000, 0) == waits


def test_a_time_is_kept_to_the_microsecond() -> None:
    assert microseconds(datetime(1970, 1, 1, 0, 0, 1, 5, UTC)) == 1_000_005
