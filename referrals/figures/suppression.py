"""Which counts may be shown so that no difference of shown ones is a small count. Pure.

Places lie within places (hospital, department, ward), and a measure may be a part of another
(filed ones are a part of those asked). A count is shown at a place only if it is none or at least
five, and if it differs by none or at least five from every measure shown there that it is a part
of, or that is a part of it. Among places of one kind some are hidden together or none: what is left
when the shown ones are taken from the whole must itself be fit to show. The groups hidden for
different measures lie within each other, so that two of them cannot be played off.

With that, any group of people whose size can be had by adding and subtracting shown counts has none
or at least five members; docs/adr/0012-suppression.md has the argument, the tests try it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from referrals.figures.measures import SMALLEST_COUNT

M = TypeVar("M")
Wholes = Mapping[M, Collection[M]]
"""For each measure those that it is a part of."""


def is_small(count: int) -> bool:
    """Tell whether a count is too small to show. A negative one is a fault, and hidden."""
    return count < 0 or 0 < count < SMALLEST_COUNT


@dataclass(frozen=True)
class Shown(Generic[M]):
    """What may be shown of places of one kind: for each measure, who is hidden.

    A measure that ``hidden`` lacks is shown for none of them.
    """

    places: int
    hidden: Mapping[M, frozenset[int]]

    def of(self, place: int) -> set[M]:
        """Give the measures that may be shown of one place."""
        return {each for each, out in self.hidden.items() if place not in out}

    def groups(self) -> list[frozenset[int]]:
        """Give the places and groups of places of which something can be worked out."""
        singles = {frozenset({place}) for place in range(self.places)}
        together = {out for out in self.hidden.values() if out}
        return sorted(singles | together, key=sorted)

    def known_of(self, group: frozenset[int]) -> set[M]:
        """Give the measures whose count of a group can be worked out."""
        return {each for each, out in self.hidden.items() if out <= group or not (out & group)}


def shown_of_one(counts: Mapping[M, int], wanted: Iterable[M], wholes: Wholes[M]) -> set[M]:
    """Give the measures that may be shown of one place by itself; ``wanted`` most wanted first."""
    shown: set[M] = set()
    for measure in wanted:
        if _fits(counts, measure, shown, wholes):
            shown.add(measure)
    return shown


def shown_among(
    places: Sequence[Mapping[M, int]], wanted: Iterable[M], wholes: Wholes[M]
) -> Shown[M]:
    """Choose what may be shown of places whose totals are shown too.

    ``wanted`` are the measures that are shown of the whole, most wanted first.
    """
    hidden: dict[M, frozenset[int]] = {}
    for measure in wanted:
        out = _smallest_group_to_hide(places, measure, hidden, wholes)
        if out is not None:
            hidden[measure] = out
    return Shown(len(places), hidden)


def _smallest_group_to_hide(
    places: Sequence[Mapping[M, int]],
    measure: M,
    hidden: Mapping[M, frozenset[int]],
    wholes: Wholes[M],
) -> frozenset[int] | None:
    """Give the places to hide ``measure`` of, or None if that would be all of them."""
    out: frozenset[int] = frozenset()
    while len(out) < len(places):
        grown = _grown(places, measure, out, hidden, wholes)
        if grown == out:
            return out
        out = grown
    return None


def _grown(
    places: Sequence[Mapping[M, int]],
    measure: M,
    out: frozenset[int],
    hidden: Mapping[M, frozenset[int]],
    wholes: Wholes[M],
) -> frozenset[int]:
    """Add to ``out`` what it cannot do without; the same if it is fit."""
    for other in hidden.values():
        if not (other <= out or out <= other):
            return out | other
    tried = Shown(len(places), {**hidden, measure: out})
    for group in tried.groups():
        if measure not in tried.known_of(group):
            continue
        counts = {each: sum(places[p][each] for p in group) for each in tried.hidden}
        if not _fits(counts, measure, tried.known_of(group), wholes):
            if not group <= out:
                return out | group
            rest = sorted(
                set(range(len(places))) - out, key=lambda place: (places[place][measure], place)
            )
            return out | set(rest[:1])
    return out


def _fits(counts: Mapping[M, int], measure: M, beside: Collection[M], wholes: Wholes[M]) -> bool:
    if is_small(counts[measure]):
        return False
    for other in beside:
        if other in wholes[measure] and is_small(counts[other] - counts[measure]):
            return False
        if measure in wholes[other] and is_small(counts[measure] - counts[other]):
            return False
    return True


@dataclass(frozen=True)
class Series(Generic[M]):
    """Counts of one place or group, month by month, and what of its totals is known."""

    months: Sequence[Mapping[M, int]]
    known: Collection[M]


def spans(
    series: Sequence[Series[M]], wanted: Sequence[M], within: Sequence[range], wholes: Wholes[M]
) -> list[range]:
    """Put months together until every count of a span is fit to show, for all series alike.

    ``within`` are spans of the place around, which are not cut. All ``wanted`` measures share the
    spans: with spans of their own, one's months could be played off against the other's. What is
    left at the end joins the span before.
    """
    kept: list[range] = []
    left: range | None = None
    for each in within:
        candidate = range(left.start if left else each.start, each.stop)
        fits = all(_span_fits(one, wanted, candidate, wholes) for one in series)
        left = None if fits else candidate
        if fits:
            kept.append(candidate)
    while left and kept and not all(_span_fits(one, wanted, left, wholes) for one in series):
        left = range(kept.pop().start, left.stop)
    return [*kept, left] if left else kept


def _span_fits(series: Series[M], wanted: Sequence[M], span: range, wholes: Wholes[M]) -> bool:
    shown: list[M] = []
    for measure in (each for each in wanted if each in series.known):
        counts = {m: sum(series.months[i][m] for i in span) for m in (measure, *shown)}
        if not _fits(counts, measure, shown, wholes):
            return False
        shown.append(measure)
    return True
