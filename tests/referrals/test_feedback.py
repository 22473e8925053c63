"""What may be shown of counts: nothing small, nothing that gives something small away."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.feedback import (
    SMALLEST_COUNT,
    Share,
    Stage,
    median,
    shown_parts,
    shown_stages,
)

counts = st.integers(min_value=0, max_value=60)


@st.composite
def funnels(draw: st.DrawFn) -> dict[Stage, int]:
    falling = sorted(draw(st.lists(counts, min_size=len(Stage), max_size=len(Stage))), reverse=True)
    return dict(zip(Stage, falling, strict=True))


@given(funnels())
def test_no_stage_that_is_shown_is_small(funnel: dict[Stage, int]) -> None:
    shown = [count for count in shown_stages(funnel).values() if count is not None]
    assert not [count for count in shown if 0 < count < SMALLEST_COUNT]


@given(funnels())
def test_no_two_shown_stages_differ_by_a_small_count(funnel: dict[Stage, int]) -> None:
    shown = [count for count in shown_stages(funnel).values() if count is not None]
    gaps = [before - after for before, after in itertools.pairwise(shown)]
    assert not [gap for gap in gaps if 0 < gap < SMALLEST_COUNT]


@given(st.lists(counts, max_size=12))
def test_hidden_parts_cannot_be_worked_out_from_the_total(parts: list[int]) -> None:
    shown = shown_parts(parts)
    hidden = [parts[i] for i, count in enumerate(shown) if count is None]
    assert all(count == part for count, part in zip(shown, parts, strict=True) if count is not None)
    everything = len(hidden) == len(parts)
    assert not hidden or everything or (len(hidden) > 1 and sum(hidden) >= SMALLEST_COUNT)


@given(st.lists(counts, max_size=12))
def test_no_part_that_is_shown_is_small(parts: list[int]) -> None:
    assert not [c for c in shown_parts(parts) if c is not None and 0 < c < SMALLEST_COUNT]


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
