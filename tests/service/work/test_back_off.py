"""When work is tried again, when that is told, and when it is late."""

from __future__ import annotations

import pytest

from service.work import back_off


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30), (7, 30), (1_000_000, 30)],
)
def test_after_each_failure_it_waits_twice_as_long_up_to_half_a_minute(
    failures: int, seconds: float
) -> None:
    assert back_off.after_failure(failures) == seconds


def test_failures_are_told_ever_more_seldom_and_never_not_at_all() -> None:
    assert [n for n in range(1, 70) if back_off.is_told(n)] == [1, 2, 4, 8, 16, 32, 64]


@pytest.mark.parametrize(("took", "pause"), [(0, 0), (0.05, 0), (0.2, 0.2), (1, 1), (9, 1)])
def test_a_batch_that_took_its_time_lets_others_write_for_as_long(
    took: float, pause: float
) -> None:
    assert back_off.after_batch(took) == pause


@pytest.mark.parametrize(
    ("every", "longest", "seconds"), [(0.5, 60, 121.5), (20, 60, 180), (0, 55, 115), (1, 0, 63)]
)
def test_it_is_late_after_three_rounds_the_longest_of_one_and_a_minute(
    every: float, longest: float, seconds: float
) -> None:
    assert back_off.late_after(every, longest) == seconds
