"""How long a question about courses takes, in catalogues of very different size.

Fills three SQLite databases, the largest with 100,000 open courses and a million seats, asks all
of them the same questions in turn, and prints medians and their ratios as a Markdown table:

    python -m bench.course_query [--courses 100000] [--seats 1000000] [--postgres URL]

``URL`` names a PostgreSQL server on which databases called ``bench_of_1000`` and so on may be made
anew.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.filling.course_rows import NOW, fill
from bench.filling.databases import opened_database
from referrals.courses.conditions import Conditions
from referrals.courses.course import Audience, Format, TimeOfDay
from referrals.courses.search import find
from referrals.storage.database import Database

SMALLER = (1_000, 10_000)
REPEATS = 40
QUESTIONS = {
    "own municipality": Conditions(home="0151"),
    "home unknown": Conditions(),
    "one municipality, evening": Conditions(places=("0163",), time_of_day=TimeOfDay.EVENING),
    "near work, before Christmas": Conditions(home="0151", near="2800", to_day=date(2026, 12, 24)),
    "Arabic, with a free seat": Conditions(home="0190", language="ar", free_seats=True),
    "pregnant, individual, Tuesday": Conditions(
        home="0175", audience=Audience.PREGNANT, format=Format.INDIVIDUAL, weekdays=(1,)
    ),
    "nothing fits: Greenlandic in the evening": Conditions(
        home="0151", language="kl", time_of_day=TimeOfDay.EVENING
    ),
}


@dataclass(frozen=True)
class Measured:
    """Medians of one question in milliseconds: one for each catalogue, the smallest first."""

    question: str
    medians: tuple[float, ...]


def measure(catalogues: Sequence[Database], repeats: int = REPEATS) -> Iterator[Measured]:
    """Ask all catalogues every question in turn, so that all see the same weather."""
    for name, asked in QUESTIONS.items():
        times: dict[Database, list[float]] = {database: [] for database in catalogues}
        for _ in range(repeats + 1):
            for database, taken in times.items():
                begun = time.perf_counter()
                with database.read() as session:
                    find(session, asked, NOW)
                taken.append((time.perf_counter() - begun) * 1000)
        yield Measured(name, tuple(statistics.median(taken[1:]) for taken in times.values()))


def table(measured: Iterator[Measured], sizes: Sequence[int]) -> Iterator[str]:
    """Write what was measured as Markdown, line by line; ratios compare the largest catalogue."""
    shown = [f"{size:,}" for size in sizes]
    heads = [f"{size} courses, ms" for size in shown]
    ratios = [f"{shown[-1]} to {size}" for size in shown[:-1]]
    yield f"| question | {' | '.join(heads + ratios)} |"
    yield "|---|" + "---:|" * len(heads + ratios)
    for each in measured:
        largest = each.medians[-1]
        cells = [f"{ms:.1f}" for ms in each.medians]
        cells += [f"{largest / ms:.2f}" for ms in each.medians[:-1]]
        yield f"| {each.question} | {' | '.join(cells)} |"


def main() -> None:
    """Fill, ask, and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--courses", type=int, default=100_000)
    options.add_argument("--seats", type=int, default=1_000_000)
    options.add_argument("--repeats", type=int, default=REPEATS)
    options.add_argument("--postgres", help="address of a server, without a database")
    chosen = options.parse_args()
    sizes = (*(size for size in SMALLER if size < chosen.courses), chosen.courses)
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        catalogues = []
        for size in sizes:
            catalogue = opened.enter_context(opened_database(f"of_{size}", folder, chosen.postgres))
            fill(catalogue, size, size * chosen.seats // chosen.courses)
            catalogues.append(catalogue)
        for line in table(measure(catalogues, chosen.repeats), sizes):
            print(line, flush=True)


if __name__ == "__main__":
    main()
