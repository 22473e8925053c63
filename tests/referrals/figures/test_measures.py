"""The rates and what they leave out, the median, and which measure is part of which."""

from __future__ import annotations

import pytest

from referrals.figures.measures import (
    CONTACT_IN_TIME,
    MEASURES,
    QUIT_RATES,
    WHOLES,
    Detail,
    Measure,
    QuitRate,
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
        pytest.param(Share(5, 40), 12, id="five hits are enough"),
        pytest.param(Share(1, 40), None, id="one hit is too few to show"),
        pytest.param(Share(36, 40), None, id="four that missed are too few to show"),
        pytest.param(Share(39, 40), None, id="one that missed is too few to show"),
        pytest.param(Share(35, 40), 88, id="five that missed are enough"),
        pytest.param(Share(0, 40), 0, id="none is shown"),
        pytest.param(Share(40, 40), 100, id="all are shown"),
        pytest.param(Share(0, 0), None, id="of nobody there is no rate"),
    ],
)
def test_a_rate_is_shown_from_twenty_on_and_only_if_no_count_is_small(
    share: Share, percent: int | None
) -> None:
    assert share.percent() == percent


@pytest.mark.parametrize(("hits", "of"), [(3, 2), (-1, 2), (0, -1)])
def test_a_share_larger_than_its_whole_is_refused(hits: int, of: int) -> None:
    with pytest.raises(ValueError, match="larger"):
        Share(hits, of)


@pytest.mark.parametrize(
    ("values", "middle"),
    [([], None), ([3], 3.0), ([5, 1], 3.0), ([2, 1], 1.5), ([9, 1, 4], 4.0), ([9, 1, 4, 5], 4.5)],
)
def test_the_median_is_the_middle(values: list[int], middle: float | None) -> None:
    assert median(values) == middle


def test_each_stage_is_a_part_of_the_one_before() -> None:
    stages = list(Stage)
    assert all(stages[i] in WHOLES[stages[i + 1]] for i in range(len(stages) - 1))


ASKED_TO_FILED = frozenset(list(Stage)[:6])
TO_REACHED = ASKED_TO_FILED | {Stage.ATTEMPTED, Detail.DUE, Stage.REACHED}
TO_STARTED = TO_REACHED | {Stage.ENROLLED, Stage.STARTED}
TO_END_DUE = TO_STARTED | {Stage.COMPLETED, Detail.END_DUE}
TO_SIX_MONTHS_DUE = TO_STARTED | {Detail.REFERRED_DUE, Detail.SIX_MONTHS_DUE}


@pytest.mark.parametrize(
    ("measure", "wholes"),
    [
        (Stage.ASKED, frozenset()),
        (Stage.USERS, {Stage.ASKED}),
        (Stage.FILED, ASKED_TO_FILED - {Stage.FILED}),
        (Detail.DUE, ASKED_TO_FILED),
        (Stage.ATTEMPTED, ASKED_TO_FILED),
        (Detail.ATTEMPTED_IN_TIME, ASKED_TO_FILED | {Stage.ATTEMPTED, Detail.DUE}),
        (Detail.REFERRED_DUE, ASKED_TO_FILED),
        (Stage.REACHED, TO_REACHED - {Stage.REACHED}),
        (Detail.IN_TIME, TO_REACHED | {Detail.ATTEMPTED_IN_TIME}),
        (Stage.ENROLLED, TO_REACHED),
        (Stage.STARTED, TO_STARTED - {Stage.STARTED}),
        (Stage.COMPLETED, TO_STARTED),
        (Detail.END_DUE, TO_END_DUE - {Detail.END_DUE}),
        (Detail.END_ANSWERED, TO_END_DUE),
        (Detail.END_LOST, TO_END_DUE),
        (Detail.END_SMOKE_FREE, TO_END_DUE | {Detail.END_ANSWERED}),
        (Detail.SIX_MONTHS_DUE, TO_SIX_MONTHS_DUE - {Detail.SIX_MONTHS_DUE}),
        (Detail.SIX_MONTHS_ANSWERED, TO_SIX_MONTHS_DUE),
        (Detail.SIX_MONTHS_LOST, TO_SIX_MONTHS_DUE),
        (Detail.SIX_MONTHS_SMOKE_FREE, TO_SIX_MONTHS_DUE | {Detail.SIX_MONTHS_ANSWERED}),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_a_measure_is_a_part_of_these_and_of_no_other(
    measure: Measure, wholes: frozenset[Measure]
) -> None:
    assert WHOLES[measure] == wholes


def test_every_stage_and_every_detail_is_a_measure() -> None:
    assert set(MEASURES) == {*Stage, *Detail} == set(WHOLES)


COUNTS = dict.fromkeys(MEASURES, 0) | {
    Stage.FILED: 400,
    Stage.STARTED: 200,
    Stage.COMPLETED: 150,
    Detail.END_DUE: 120,
    Detail.END_SMOKE_FREE: 60,
    Detail.END_LOST: 11,
    Detail.REFERRED_DUE: 300,
    Detail.SIX_MONTHS_DUE: 90,
    Detail.SIX_MONTHS_ANSWERED: 70,
    Detail.SIX_MONTHS_SMOKE_FREE: 30,
    Detail.SIX_MONTHS_LOST: 13,
}


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        (QuitRate.END_OF_COMPLETERS, Share(60, 120, not_yet_due=30, lost=11)),
        (QuitRate.SIX_MONTHS_OF_RESPONDERS, Share(30, 70, not_yet_due=0, lost=0)),
        (QuitRate.SIX_MONTHS_OF_STARTERS, Share(30, 90, not_yet_due=110, lost=13)),
        (QuitRate.SIX_MONTHS_OF_REFERRED, Share(30, 300, not_yet_due=100, lost=13)),
    ],
)
def test_each_quit_rate_has_its_own_denominator(rate: QuitRate, expected: Share) -> None:
    assert share(COUNTS, QUIT_RATES[rate]) == expected


def test_nobody_is_lost_or_waits_unless_it_is_said() -> None:
    assert Share(10, 20) == Share(10, 20, not_yet_due=0, lost=0)


def test_no_quit_rate_is_without_its_denominator() -> None:
    assert set(QUIT_RATES) == set(QuitRate)


def test_a_total_adds_up_each_measure() -> None:
    two = [dict.fromkeys(MEASURES, 2) | {Stage.ASKED: 7}, dict.fromkeys(MEASURES, 3)]
    assert total(two) == dict.fromkeys(MEASURES, 5) | {Stage.ASKED: 10}


def test_who_is_not_due_yet_stands_apart_from_the_denominator() -> None:
    counts = dict.fromkeys(MEASURES, 0) | {Stage.FILED: 50, Detail.DUE: 40, Detail.IN_TIME: 30}
    assert share(counts, CONTACT_IN_TIME) == Share(30, 40, not_yet_due=10)


def test_the_total_of_nothing_is_zeros() -> None:
    assert set(total([]).values()) == {0}
