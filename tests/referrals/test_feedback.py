"""The rates and what they leave out, the median, and which measure is part of which."""

from __future__ import annotations

import pytest

from referrals.feedback import (
    CONTACT_IN_TIME,
    MEASURES,
    WHOLES,
    Detail,
    Share,
    Stage,
    median,
    share,
    total,
)


@pytest.mark.parametrize(
    ("share", "percent"),
    [
        pytest.param(Share(10, 20), 50, id="twenty are enough"),
        pytest.param(Share(10, 19), None, id="nineteen are not"),
        pytest.param(Share(4, 40), None, id="four hits are too few to show"),
        pytest.param(Share(37, 40), None, id="three that missed are too few to show"),
        pytest.param(Share(0, 40), 0, id="none is shown"),
        pytest.param(Share(40, 40), 100, id="all are shown"),
        pytest.param(Share(0, 0), None, id="of nobody there is no rate"),
    ],
)
def test_a_rate_is_shown_from_twenty_on_and_only_if_no_count_is_small(
    share: Share, percent: int | None
) -> None:
    assert share.percent() == percent


def test_a_share_larger_than_its_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="larger"):
        Share(3, 2)


@pytest.mark.parametrize(
    ("values", "middle"), [([], None), ([3], 3.0), ([5, 1], 3.0), ([9, 1, 4], 4.0)]
)
def test_the_median_is_the_middle(values: list[int], middle: float | None) -> None:
    assert median(values) == middle


def test_each_stage_is_a_part_of_the_one_before() -> None:
    stages = list(Stage)
    assert all(stages[i] in WHOLES[stages[i + 1]] for i in range(len(stages) - 1))


def test_who_is_not_due_yet_stands_apart_from_the_denominator() -> None:
    counts = dict.fromkeys(MEASURES, 0) | {Stage.FILED: 50, Detail.DUE: 40, Detail.IN_TIME: 30}
    assert share(counts, CONTACT_IN_TIME) == Share(30, 40, not_yet_due=10)


def test_the_total_of_nothing_is_zeros() -> None:
    assert set(total([]).values()) == {0}
