"""What may be shown of a hospital's year: of the whole, of departments, of wards. Pure.

All pages about one year are cut from one publication, so that no two of them can be played off
against each other. Years are apart; within one, months are put together until no count is small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from referrals.figures.measures import (
    CONTACT_IN_TIME,
    MEASURES,
    QUIT_RATES,
    WHOLES,
    Counts,
    Detail,
    Measure,
    QuitRate,
    Ratio,
    Stage,
    median,
    share,
    total,
)
from referrals.figures.suppression import Series, is_small, shown_among, shown_of_one, spans

WANTED: tuple[Measure, ...] = (
    Stage.ASKED,
    Stage.FILED,
    Stage.REACHED,
    Stage.STARTED,
    Detail.DUE,
    Detail.IN_TIME,
    Stage.ACCEPTED,
    Stage.COMPLETED,
    Stage.USERS,
    *(each for each in MEASURES if each in set(Detail)),
    *Stage,
)
"""What is most wanted stands first: where two cannot both be shown, the first one is."""
TREND: tuple[Measure, ...] = (Stage.ASKED, Stage.FILED)
FEWEST_FOR_MEDIAN = 3
ABOUT = 5

Months = Sequence[Counts]


@dataclass(frozen=True)
class ShownShare:
    """A share as it may be shown: percent or None, with what the denominator leaves out.

    ``about`` tells that the percent is rounded to the nearest five, because the denominator cannot
    be shown without giving a small count away.
    """

    percent: int | None
    of: int | None
    not_yet_due: int | None
    lost: int | None
    about: bool = False


@dataclass(frozen=True)
class Span:
    """One or more months, numbered from 0, with the count of all of them."""

    months: range
    count: int


@dataclass(frozen=True)
class Figures:
    """What may be shown of one place; None stands for what is hidden.

    Of what is hidden, ``too_few`` are small counts; the others are hidden so that no small one can
    be worked out from them.
    """

    counts: Mapping[Measure, int | None]
    contact_in_time: ShownShare
    quit_rates: Mapping[QuitRate, ShownShare]
    trend: Mapping[Measure, Sequence[Span]]
    too_few: frozenset[Measure] = frozenset()


@dataclass(frozen=True)
class Publication:
    """The figures of a hospital, its departments and its wards, and the median of its wards."""

    hospital: Figures
    departments: Mapping[str, Figures]
    wards: Mapping[str, Figures]

    def median_count(self, measure: Measure) -> float | None:
        """Give the median of the wards that show a count; None of fewer than three."""
        shown = [f.counts[measure] for f in self.wards.values()]
        return _median_of_enough(shown)

    def median_contact_in_time(self) -> float | None:
        """Give the median percent of the wards that show one; None of fewer than three."""
        return _median_of_enough([f.contact_in_time.percent for f in self.wards.values()])


def publish(departments: Mapping[str, Mapping[str, Months]]) -> Publication:
    """Choose what may be shown; ``departments`` maps names to wards, and these to their months."""
    by_department = {name: _added(list(wards.values())) for name, wards in departments.items()}
    months = _added(list(by_department.values()))
    known = shown_of_one(total(months), _unique(WANTED), WHOLES)
    single = [range(number, number + 1) for number in range(len(months))]
    trend = spans([Series(months, known)], TREND, single, WHOLES)
    hospital = _figures(months, known, trend)
    shown_departments: dict[str, Figures] = {}
    shown_wards: dict[str, Figures] = {}
    for name, (figures, around) in _among(by_department, known, trend).items():
        shown_departments[name] = figures
        below = _among(departments[name], *around)
        shown_wards |= {ward: each for ward, (each, _) in below.items()}
    return Publication(hospital, shown_departments, shown_wards)


def _among(
    places: Mapping[str, Months], known: set[Measure], trend: list[range]
) -> dict[str, tuple[Figures, tuple[set[Measure], list[range]]]]:
    """Give for each of several places its figures, and what the places below it may go by."""
    each_months = list(places.values())
    totals = [total(months) for months in each_months]
    shown = shown_among(totals, [m for m in _unique(WANTED) if m in known], WHOLES)
    series = [
        Series(_added([each_months[place] for place in group]), shown.known_of(group))
        for group in shown.groups()
    ]
    cut = spans(series, TREND, trend, WHOLES)
    result = {}
    for place, (name, months) in enumerate(places.items()):
        own = shown.of(place)
        result[name] = (_figures(months, own, cut), (own, cut))
    return result


def _figures(months: Months, known: set[Measure], trend: list[range]) -> Figures:
    counts = total(months)
    return Figures(
        counts={each: counts[each] if each in known else None for each in MEASURES},
        contact_in_time=_share(counts, CONTACT_IN_TIME, known),
        quit_rates={rate: _share(counts, ratio, known) for rate, ratio in QUIT_RATES.items()},
        trend={
            measure: [Span(span, sum(months[number][measure] for number in span)) for span in trend]
            for measure in TREND
            if measure in known
        },
        too_few=frozenset(each for each in MEASURES if is_small(counts[each])),
    )


def _share(counts: Counts, ratio: Ratio, known: set[Measure]) -> ShownShare:
    """Give a rate with its denominator if that is shown; else the rate alone, rounded to five."""
    found = share(counts, ratio)
    percent = found.percent()
    if percent is None:
        return ShownShare(None, None, None, None)
    if ratio.of not in known or ratio.hits not in known:
        return ShownShare(ABOUT * round(percent / ABOUT), None, None, None, about=True)
    waits = ratio.base is not ratio.of and ratio.base in known
    return ShownShare(
        percent,
        found.of,
        found.not_yet_due if waits and not is_small(found.not_yet_due) else None,
        found.lost if ratio.lost is not None and ratio.lost in known else None,
    )


def _added(places: Sequence[Months]) -> list[Counts]:
    length = len(places[0]) if places else 0
    return [total(place[number] for place in places) for number in range(length)]


def _unique(measures: Sequence[Measure]) -> list[Measure]:
    return list(dict.fromkeys(measures))


def _median_of_enough(values: Sequence[int | None]) -> float | None:
    shown = [value for value in values if value is not None]
    return median(shown) if len(shown) >= FEWEST_FOR_MEDIAN else None


def together(years: Sequence[Figures]) -> Figures:
    """Add up what is shown of several years; what one of them hides stays hidden. No trend."""
    if len(years) == 1:
        return years[0]
    counts: dict[Measure, int | None] = {}
    for measure in MEASURES:
        each = [year.counts[measure] for year in years]
        shown = [count for count in each if count is not None]
        counts[measure] = sum(shown) if len(shown) == len(each) else None
    known = {measure for measure, count in counts.items() if count is not None}
    plain = {measure: count or 0 for measure, count in counts.items()}

    def shared(ratio: Ratio) -> ShownShare:
        if {ratio.hits, ratio.of, ratio.base} <= known:
            return _share(plain, ratio, known)
        return ShownShare(None, None, None, None)

    rates = {rate: shared(ratio) for rate, ratio in QUIT_RATES.items()}
    few = frozenset(
        each
        for each in set(MEASURES) - known
        if all(year.counts[each] is not None or each in year.too_few for year in years)
    )
    return Figures(counts, shared(CONTACT_IN_TIME), rates, {}, few)
