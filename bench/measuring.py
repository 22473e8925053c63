"""What every benchmark gives: tables of medians with spread, notes, and bars for a chart."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Scale:
    """How much to measure. ``quick`` gives every figure in a few minutes, with more noise.

    ``model`` is our trained model, which whatever is started finds by itself too.
    """

    quick: bool
    model: Path

    def pick(self, quick: int, full: int) -> int:
        """Choose by scale."""
        return quick if self.quick else full


@dataclass(frozen=True)
class Spread:
    """Figures of the same thing: their median, and the middle half of them."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{_short(self.median)} ({_short(self.low)}–{_short(self.high)})"


@dataclass(frozen=True)
class Bars:
    """A chart: one bar a label."""

    title: str
    unit: str
    values: dict[str, float]


@dataclass
class Result:
    """What one benchmark found. Cells are text, or figures that are written shortly."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str | float | Spread]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bars: list[Bars] = field(default_factory=list)


Tell = Callable[[str], None]
"""Takes a word on how far a benchmark is."""


@dataclass(frozen=True)
class Benchmark:
    """One benchmark by name; ``run`` measures and gives results."""

    name: str
    about: str
    run: Callable[[Scale, Tell], list[Result]]


def spread(figures: Sequence[float]) -> Spread:
    """Sum up figures; needs at least one."""
    if len(figures) == 1:
        return Spread(figures[0], figures[0], figures[0])
    low, _, high = statistics.quantiles(figures, n=4, method="inclusive")
    return Spread(statistics.median(figures), low, high)


def percentile(figures: Sequence[float], share: float) -> float:
    """Give the figure below which this share of all lies."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def cell(value: str | float | Spread) -> str:
    """Write one cell of a table."""
    return _short(value) if isinstance(value, float) else str(value)


def _short(value: float) -> str:
    return (
        f"{value:.2f}"
        if abs(value) < 10
        else f"{value:,.1f}"
        if abs(value) < 100
        else f"{value:,.0f}"
    )
