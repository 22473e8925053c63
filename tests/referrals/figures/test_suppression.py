"""Nothing small is shown, and no adding and subtracting of what is shown makes something small.

The attack is tried in full: for small hospitals every group of people whose size follows from the
shown figures, by whatever linear combination, is found and counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.figures.measures import MEASURES, WHOLES, Detail, Measure, Stage
from referrals.figures.publication import Figures, Publication, publish
from referrals.figures.suppression import is_small, shown_among, shown_of_one

_PRIME = 2**61 - 1
Cell = tuple[str, int, int]
"""A ward, a month, and how far somebody got."""


@dataclass
class Attack:
    """Everything that linear combinations of shown counts tell about a small hospital."""

    cells: Mapping[Cell, int]
    told: list[list[int]] = field(default_factory=list)

    def learn(self, value: int, cells: Sequence[Cell]) -> None:
        """Take one shown figure; it must be true, and not small."""
        assert value == sum(self.cells[cell] for cell in cells)
        assert not is_small(value)
        chosen = set(cells)
        self.told.append([int(cell in chosen) for cell in self.cells])

    def small_groups(self) -> list[int]:
        """Give the sizes of the small groups that can be worked out."""
        sizes = _subset_sums(list(self.cells.values()))
        possible = [True] * len(sizes)
        for vector in _null_space(self.told, len(self.cells)):
            sums = _subset_sums(vector)
            possible = [
                was and total % _PRIME == 0 for was, total in zip(possible, sums, strict=True)
            ]
        return [size for size, known in zip(sizes, possible, strict=True) if known and 0 < size < 5]


def _subset_sums(values: list[int]) -> list[int]:
    sums = [0]
    for value in values:
        sums += [each + value for each in sums]
    return sums


def _null_space(rows: list[list[int]], width: int) -> list[list[int]]:
    """Give a basis of the vectors that are orthogonal to all rows, modulo a large prime."""
    reduced: list[list[int]] = []
    pivots: list[int] = []
    for row in rows:
        left = row
        for pivot, known in zip(pivots, reduced, strict=True):
            factor = left[pivot]
            left = [(a - factor * b) % _PRIME for a, b in zip(left, known, strict=True)]
        pivot = next((i for i, value in enumerate(left) if value), None)
        if pivot is None:
            continue
        inverse = pow(left[pivot], -1, _PRIME)
        left = [value * inverse % _PRIME for value in left]
        for i, known in enumerate(reduced):
            factor = known[pivot]
            reduced[i] = [(a - factor * b) % _PRIME for a, b in zip(known, left, strict=True)]
        reduced.append(left)
        pivots.append(pivot)
    basis = []
    for free in sorted(set(range(width)) - set(pivots)):
        vector = [0] * width
        vector[free] = 1
        for pivot, known in zip(pivots, reduced, strict=True):
            vector[pivot] = -known[free] % _PRIME
        basis.append(vector)
    return basis


REACHES: dict[int, tuple[Measure, ...]] = {
    0: (Stage.ASKED,),
    1: (Stage.USERS, Stage.ADVISED, Stage.ACCEPTED, Stage.CONSENTED, Stage.FILED),
    2: (Detail.DUE, Stage.REACHED),
    3: (Stage.ENROLLED, Stage.STARTED),
}
"""What is counted of somebody who got as far as this, and of everybody who got farther."""
DEPTH = {measure: depth for depth, measures in REACHES.items() for measure in measures}

small_numbers = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 12])


@st.composite
def hospitals(
    draw: st.DrawFn, departments: dict[str, list[str]], months: int, depths: int
) -> tuple[dict[str, list[str]], dict[Cell, int]]:
    wards = [ward for inside in departments.values() for ward in inside]
    cells = {
        (ward, month, depth): draw(small_numbers)
        for ward in wards
        for month in range(months)
        for depth in range(depths)
    }
    return departments, cells


def published(departments: dict[str, list[str]], cells: Mapping[Cell, int]) -> Publication:
    months = 1 + max(month for _, month, _ in cells)

    def counts(ward: str, month: int) -> dict[Measure, int]:
        return {
            measure: sum(
                number
                for (w, m, depth), number in cells.items()
                if (w, m) == (ward, month) and depth >= DEPTH.get(measure, 99)
            )
            for measure in MEASURES
        }

    return publish(
        {
            name: {ward: [counts(ward, month) for month in range(months)] for ward in wards}
            for name, wards in departments.items()
        }
    )


def attack(departments: dict[str, list[str]], cells: Mapping[Cell, int]) -> Attack:
    """Learn every count and every span of every page."""
    shown = published(departments, cells)
    attacker = Attack(cells)
    everybody = [ward for wards in departments.values() for ward in wards]
    pages: list[tuple[Figures, list[str]]] = [(shown.hospital, everybody)]
    pages += [(shown.departments[name], wards) for name, wards in departments.items()]
    pages += [(shown.wards[ward], [ward]) for ward in everybody]
    for figures, wards in pages:
        for measure, depth in DEPTH.items():
            value = figures.counts[measure]
            if value is not None:
                attacker.learn(value, [c for c in cells if c[0] in wards and c[2] >= depth])
        for measure, spans in figures.trend.items():
            for span in spans:
                inside = [
                    c
                    for c in cells
                    if c[0] in wards and c[1] in span.months and c[2] >= DEPTH[measure]
                ]
                attacker.learn(span.count, inside)
    return attacker


@pytest.mark.parametrize(
    ("departments", "months", "depths"),
    [
        pytest.param({"A": ["a", "b", "c"]}, 1, 4, id="three wards, four stages"),
        pytest.param({"A": ["a", "b"], "B": ["c"]}, 1, 4, id="two departments, four stages"),
        pytest.param({"A": ["a", "b"], "B": ["c"]}, 2, 2, id="two departments, two months"),
        pytest.param({"A": ["a", "b"]}, 3, 2, id="two wards, three months"),
        pytest.param({"A": ["a", "b", "c"]}, 4, 1, id="three wards, four months"),
        pytest.param({"A": ["a", "b"], "B": ["c", "d"]}, 3, 1, id="four wards, three months"),
    ],
)
def test_no_group_that_can_be_worked_out_from_all_pages_is_small(
    departments: dict[str, list[str]], months: int, depths: int
) -> None:
    @settings(deadline=None)  # the first attack warms up
    @given(hospitals(departments, months, depths))
    def no_small_group(hospital: tuple[dict[str, list[str]], dict[Cell, int]]) -> None:
        assert attack(*hospital).small_groups() == []

    no_small_group()


@pytest.mark.parametrize(
    ("count", "small"), [(-6, True), (-1, True), (0, False), (1, True), (4, True), (5, False)]
)
def test_a_count_is_small_from_one_to_four_and_below_none(count: int, *, small: bool) -> None:
    assert is_small(count) is small


def test_the_attack_itself_works() -> None:
    attacker = Attack({("a", 0, 0): 6, ("b", 0, 0): 3})
    attacker.learn(9, [("a", 0, 0), ("b", 0, 0)])
    assert attacker.small_groups() == []
    attacker.learn(6, [("a", 0, 0)])
    assert attacker.small_groups() == [3]


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        pytest.param([12, 30, 8], [], id="nothing small, all shown"),
        pytest.param([0, 30, 8], [], id="none is shown"),
        pytest.param([2, 30, 8], [0, 2], id="one small hides the next smallest with it"),
        pytest.param([2, 2, 30, 8], [0, 1, 3], id="two that are small together hide a third"),
        pytest.param([4, 4, 30, 8], [0, 1], id="two small ones hide each other"),
        pytest.param([2, 8], None, id="of two places both or none"),
    ],
)
def test_what_is_hidden_among_places(counts: list[int], hidden: list[int] | None) -> None:
    places = [{Stage.ASKED: count} for count in counts]
    shown = shown_among(places, [Stage.ASKED], WHOLES)
    if hidden is None:
        assert Stage.ASKED not in shown.hidden
    else:
        assert sorted(shown.hidden[Stage.ASKED]) == hidden


def test_of_two_measures_that_differ_by_a_small_count_the_more_wanted_is_shown() -> None:
    counts = {Stage.ACCEPTED: 31, Stage.CONSENTED: 29, Stage.FILED: 29}
    wanted = [Stage.FILED, Stage.ACCEPTED, Stage.CONSENTED]
    assert shown_of_one(counts, wanted, WHOLES) == {Stage.FILED, Stage.CONSENTED}


def test_a_part_is_shown_beside_its_whole() -> None:
    counts = {Stage.ASKED: 30, Stage.FILED: 20}
    assert shown_of_one(counts, [Stage.ASKED, Stage.FILED], WHOLES) == {Stage.ASKED, Stage.FILED}


def test_two_that_are_no_part_of_each_other_may_differ_by_a_small_count() -> None:
    counts = {Detail.END_ANSWERED: 12, Detail.END_LOST: 10}
    assert shown_of_one(counts, list(counts), WHOLES) == set(counts)


@pytest.mark.parametrize(
    ("asked", "filed", "hidden"),
    [
        pytest.param([30, 9, 50, 12], [20, 9, 30, 6], [], id="nothing small"),
        pytest.param([30, 9, 50, 40], [20, 8, 30, 6], [1, 3], id="where nearly all are filed"),
        pytest.param([40, 41, 60, 30], [2, 9, 20, 8], [0, 3], id="the smallest by what is hidden"),
        pytest.param([40, 30, 30, 60], [2, 9, 9, 20], [0, 1], id="of two alike the first"),
        pytest.param([3, 30, 8, 70], [0, 20, 0, 60], [], id="what another hides is still shown"),
        pytest.param(
            [3, 30, 8, 70], [0, 3, 8, 60], [0, 1, 2], id="what another hides is hidden with it"
        ),
    ],
)
def test_what_is_hidden_of_a_part_goes_by_its_own_counts_and_those_of_the_whole(
    asked: list[int], filed: list[int], hidden: list[int]
) -> None:
    places = [{Stage.ASKED: a, Stage.FILED: f} for a, f in zip(asked, filed, strict=True)]
    shown = shown_among(places, [Stage.ASKED, Stage.FILED], WHOLES)
    assert sorted(shown.hidden[Stage.FILED]) == hidden


def test_months_are_put_together_until_no_count_is_small() -> None:
    months = [7, 2, 1, 9, 0, 3]
    cells = {("a", month, 0): count for month, count in enumerate(months)}
    spans = published({"A": ["a"]}, cells).wards["a"].trend[Stage.ASKED]
    assert [(s.months.start, s.months.stop, s.count) for s in spans] == [(0, 1, 7), (1, 6, 15)]
