"""What is shown of a hospital, its departments and wards: counts, shares, months and medians.

That nothing small can be worked out from it all, ``test_suppression`` tries.
"""

from __future__ import annotations

import pytest

from referrals.figures.measures import MEASURES, Detail, Measure, QuitRate, Stage, total
from referrals.figures.publication import (
    TREND,
    WANTED,
    Figures,
    Publication,
    ShownShare,
    Span,
    publish,
    together,
)

BUSY: dict[Measure, int] = {
    Stage.ASKED: 400,
    Stage.USERS: 300,
    Stage.ADVISED: 280,
    Stage.ACCEPTED: 250,
    Stage.CONSENTED: 240,
    Stage.FILED: 230,
    Stage.ATTEMPTED: 215,
    Stage.REACHED: 180,
    Stage.ENROLLED: 150,
    Stage.STARTED: 120,
    Stage.COMPLETED: 90,
    Detail.DEFERRED: 40,
    Detail.DEFERRED_ASKED: 25,
    Detail.DUE: 200,
    Detail.ATTEMPTED_IN_TIME: 170,
    Detail.IN_TIME: 150,
    Detail.END_DUE: 80,
    Detail.END_ANSWERED: 60,
    Detail.END_SMOKE_FREE: 40,
    Detail.END_LOST: 10,
    Detail.REFERRED_DUE: 150,
    Detail.SIX_MONTHS_DUE: 70,
    Detail.SIX_MONTHS_ANSWERED: 50,
    Detail.SIX_MONTHS_SMOKE_FREE: 20,
    Detail.SIX_MONTHS_LOST: 12,
    Detail.NOT_REAL: 10,
}
"""A month in which nothing is small, nor any difference."""
QUIET = dict.fromkeys(MEASURES, 0)
NOTHING = ShownShare(None, None, None, None)


def month(**counts: int) -> dict[Measure, int]:
    """Give a busy month with some counts otherwise."""
    return BUSY | {_measure(name): count for name, count in counts.items()}


def _measure(name: str) -> Measure:
    return Stage(name) if name in set(Stage) else Detail(name)


def hospital(**counts: int) -> Figures:
    """Give what is shown of a hospital of one ward, after one such month."""
    return publish({"A": {"a": [month(**counts)]}}).hospital


def three_wards(*asked: int) -> Publication:
    return publish({"A": {name: [month(asked=n)] for name, n in zip("abc", asked, strict=True)}})


# Counts


def test_everything_is_shown_where_nothing_is_small() -> None:
    assert dict(hospital().counts) == BUSY


def test_a_hospital_of_one_ward_shows_the_same_everywhere() -> None:
    shown = publish({"A": {"a": [BUSY]}})
    assert shown.hospital == shown.departments["A"] == shown.wards["a"]


def test_the_hospital_shows_the_sum_of_its_wards_and_months() -> None:
    shown = publish({"A": {"a": [BUSY, BUSY]}, "B": {"b": [BUSY, BUSY], "c": [BUSY, QUIET]}})
    assert dict(shown.hospital.counts) == total([BUSY] * 5)
    assert dict(shown.departments["A"].counts) == total([BUSY] * 2)
    assert dict(shown.departments["B"].counts) == total([BUSY] * 3)
    assert dict(shown.wards["c"].counts) == BUSY
    assert set(shown.wards) == {"a", "b", "c"}


def test_a_hospital_without_wards_shows_noughts_and_no_month() -> None:
    shown = publish({}).hospital
    assert dict(shown.counts) == QUIET
    assert not any(shown.trend.values())


def test_what_is_hidden_is_too_few_itself_or_hides_another() -> None:
    shown = hospital(end_lost=3, consented=232)
    assert shown.counts[Detail.END_LOST] is shown.counts[Stage.CONSENTED] is None
    assert shown.too_few == {Detail.END_LOST}
    years = together([shown, hospital(end_lost=3)])
    assert years.counts[Stage.CONSENTED] is None
    assert years.too_few == {Detail.END_LOST}
    assert together([shown, hospital(end_lost=66, end_due=75, completed=81)]).too_few == {
        Detail.END_LOST
    }


def test_a_small_count_is_none_and_the_others_are_shown() -> None:
    counts = dict(hospital(six_months_lost=4).counts)
    assert counts == BUSY | {Detail.SIX_MONTHS_LOST: None}


def test_a_small_ward_is_hidden_with_the_next_smallest() -> None:
    wards = {"a": [month(end_lost=2)], "b": [month(end_lost=8)], "c": [month(end_lost=7)]}
    shown = publish({"A": wards})
    lost = {name: ward.counts[Detail.END_LOST] for name, ward in shown.wards.items()}
    assert lost == {"a": None, "b": 8, "c": None}
    assert shown.departments["A"].counts[Detail.END_LOST] == 17


def test_what_a_department_hides_its_wards_hide_too() -> None:
    small, large = month(end_lost=3), month(end_lost=9)
    shown = publish({"A": {"a": [small]}, "B": {"b": [large], "c": [large]}, "C": {"d": [large]}})
    lost = [shown.departments[name].counts[Detail.END_LOST] for name in "ABC"]
    assert lost == [None, 18, None]
    assert shown.wards["d"].counts[Detail.END_LOST] is None
    assert shown.wards["b"].counts[Detail.END_LOST] == 9


def test_the_most_wanted_are_who_was_asked_filed_reached_and_started() -> None:
    assert list(dict.fromkeys(WANTED))[:9] == [
        Stage.ASKED,
        Stage.FILED,
        Stage.REACHED,
        Stage.STARTED,
        Detail.DUE,
        Detail.IN_TIME,
        Stage.ACCEPTED,
        Stage.COMPLETED,
        Stage.USERS,
    ]
    assert set(WANTED) == set(MEASURES)


@pytest.mark.parametrize(
    ("counts", "shown", "hidden"),
    [
        ({"asked": 302}, Stage.ASKED, Stage.USERS),
        ({"consented": 232}, Stage.FILED, Stage.CONSENTED),
        ({"due": 228}, Stage.FILED, Detail.DUE),
        ({"completed": 118}, Stage.STARTED, Stage.COMPLETED),
        ({"in_time": 168}, Detail.IN_TIME, Detail.ATTEMPTED_IN_TIME),
    ],
    ids=lambda case: str(case),
)
def test_of_two_that_differ_by_a_small_count_the_more_wanted_is_shown(
    counts: dict[str, int], shown: Measure, hidden: Measure
) -> None:
    figures = hospital(**counts)
    assert figures.counts[shown] == month(**counts)[shown]
    assert figures.counts[hidden] is None


# Shares


def test_contact_in_time_is_told_with_its_denominator_and_who_waits() -> None:
    shown = hospital().contact_in_time
    assert shown == ShownShare(75, 200, not_yet_due=30, lost=None)
    assert shown.about is False


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        (QuitRate.END_OF_COMPLETERS, ShownShare(50, 80, not_yet_due=10, lost=10)),
        (QuitRate.SIX_MONTHS_OF_RESPONDERS, ShownShare(40, 50, not_yet_due=None, lost=None)),
        (QuitRate.SIX_MONTHS_OF_STARTERS, ShownShare(29, 70, not_yet_due=50, lost=12)),
        (QuitRate.SIX_MONTHS_OF_REFERRED, ShownShare(13, 150, not_yet_due=80, lost=12)),
    ],
)
def test_each_quit_rate_is_told_with_what_it_leaves_out(rate: QuitRate, shown: ShownShare) -> None:
    assert hospital().quit_rates[rate] == shown


def test_who_was_lost_is_not_told_where_few_were() -> None:
    rate = hospital(end_lost=3).quit_rates[QuitRate.END_OF_COMPLETERS]
    assert rate == ShownShare(50, 80, not_yet_due=10, lost=None)


def test_who_waits_is_not_told_where_all_of_them_are_hidden() -> None:
    rate = hospital(completed=118).quit_rates[QuitRate.END_OF_COMPLETERS]
    assert rate == ShownShare(50, 80, not_yet_due=None, lost=10)


@pytest.mark.parametrize(
    ("counts", "about"),
    [
        pytest.param({"due": 228}, 65, id="the denominator is hidden: 66 %"),
        pytest.param({"due": 228, "in_time": 155}, 70, id="the denominator is hidden: 68 %"),
        pytest.param({"reached": 152}, 75, id="who was reached in time is hidden"),
    ],
)
def test_a_rate_whose_counts_are_hidden_is_rounded_to_five(
    counts: dict[str, int], about: int
) -> None:
    shown = hospital(**counts).contact_in_time
    assert shown == ShownShare(about, None, None, None, about=True)


def test_a_rate_of_too_few_is_not_told_at_all() -> None:
    few = {"due": 19, "in_time": 10, "reached": 14, "enrolled": 0, "started": 0, "completed": 0}
    assert hospital(**few).contact_in_time == NOTHING


# Months


def test_months_are_shown_one_by_one_where_none_is_small() -> None:
    months = [month(asked=401), month(asked=402), month(asked=403)]
    shown = publish({"A": {"a": months}}).hospital.trend
    assert shown[Stage.ASKED] == [
        Span(range(1), 401), Span(range(1, 2), 402), Span(range(2, 3), 403),
    ]  # fmt: skip
    assert [span.count for span in shown[Stage.FILED]] == [230, 230, 230]


def test_only_who_was_asked_and_filed_are_shown_month_by_month() -> None:
    assert set(hospital().trend) == set(TREND) == {Stage.ASKED, Stage.FILED}


def test_a_month_with_few_is_put_together_with_the_next() -> None:
    quiet = QUIET | {Stage.ASKED: 3}
    shown = publish({"A": {"a": [BUSY, quiet, BUSY]}}).hospital.trend
    assert shown[Stage.ASKED] == [Span(range(1), 400), Span(range(1, 3), 403)]


def test_a_ward_with_few_in_a_month_cuts_the_year_of_all_wards_alike() -> None:
    quiet = QUIET | {Stage.ASKED: 3}
    wards = {"a": [BUSY, quiet, BUSY], "b": [BUSY, BUSY, BUSY], "c": [BUSY, BUSY, BUSY]}
    shown = publish({"A": wards})
    spans = [[s.months for s in ward.trend[Stage.ASKED]] for ward in shown.wards.values()]
    assert spans == [[range(1), range(1, 3)]] * 3
    assert len(shown.departments["A"].trend[Stage.ASKED]) == 3


def test_a_measure_that_is_hidden_has_no_months() -> None:
    few = dict.fromkeys(BUSY, 0) | {Stage.ASKED: 400, Stage.USERS: 4}
    few |= dict.fromkeys(list(Stage)[1:6], 4)
    shown = publish({"A": {"a": [few]}}).hospital
    assert shown.counts[Stage.FILED] is None
    assert set(shown.trend) == {Stage.ASKED}


# The median of the wards


def test_the_median_is_that_of_the_wards_that_show_a_count() -> None:
    shown = three_wards(410, 450, 500)
    assert shown.median_count(Stage.ASKED) == 450


def test_there_is_no_median_of_two_wards() -> None:
    shown = publish({"A": {"a": [BUSY], "b": [BUSY]}})
    assert shown.median_count(Stage.ASKED) is None
    assert shown.median_contact_in_time() is None


def test_a_ward_that_hides_its_count_is_not_in_the_median() -> None:
    lost = (2, 7, 8, 9)
    wards = {name: [month(end_lost=n)] for name, n in zip("abcd", lost, strict=True)}
    shown = publish({"A": wards})
    assert [ward.counts[Detail.END_LOST] for ward in shown.wards.values()] == [None, None, 8, 9]
    assert shown.median_count(Detail.END_LOST) is None


def test_the_median_of_contact_in_time_is_one_of_percents() -> None:
    wards = {name: [month(in_time=n)] for name, n in (("a", 100), ("b", 140), ("c", 150))}
    assert publish({"A": wards}).median_contact_in_time() == 70


# Several years together


def test_one_year_is_shown_as_it_is() -> None:
    year = hospital()
    assert together([year]) is year


def test_years_are_added_up_and_the_shares_are_those_of_the_sums() -> None:
    years = together([hospital(), hospital(in_time=130)])
    assert dict(years.counts) == total([BUSY, month(in_time=130)])
    assert years.contact_in_time == ShownShare(70, 400, not_yet_due=60, lost=None)
    assert years.quit_rates[QuitRate.END_OF_COMPLETERS] == ShownShare(
        50, 160, not_yet_due=20, lost=20
    )
    assert years.trend == {}


def test_what_one_year_hides_several_years_hide() -> None:
    years = together([hospital(), hospital(end_lost=2)])
    assert years.counts[Detail.END_LOST] is None
    assert years.quit_rates[QuitRate.END_OF_COMPLETERS].lost is None
    assert years.counts[Stage.ASKED] == 800


@pytest.mark.parametrize("counts", [{"due": 228}, {"reached": 152}, {"filed": 4, "consented": 4}])
def test_a_share_of_years_of_which_one_hides_a_count_is_not_told(counts: dict[str, int]) -> None:
    assert together([hospital(), hospital(**counts)]).contact_in_time == NOTHING
