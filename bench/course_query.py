"""How long a question about courses takes in a small catalogue, and in one a hundred times larger.

Fills two SQLite databases, the larger with 100,000 open courses and a million seats, asks both the
same questions in turn, and prints medians and their ratio as a Markdown table:

    python -m bench.course_query [--courses 100000] [--seats 1000000] [--postgres URL]

``URL`` names a PostgreSQL server on which ``bench_small`` and ``bench_large`` may be made anew.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from bench.catalogue import NOW, fill
from referrals import schema
from referrals.course import Audience, Conditions, Format, TimeOfDay
from referrals.course_search import find
from referrals.database import Database

SMALL = 1_000
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
    """Medians of one question in milliseconds."""

    question: str
    small_ms: float
    large_ms: float

    @property
    def ratio(self) -> float:
        """How many times longer the larger catalogue takes."""
        return self.large_ms / self.small_ms


def measure(small: Database, large: Database, repeats: int = REPEATS) -> Iterator[Measured]:
    """Ask both catalogues every question in turn, so that both see the same weather."""
    for name, asked in QUESTIONS.items():
        times: dict[Database, list[float]] = {small: [], large: []}
        for _ in range(repeats + 1):
            for database, taken in times.items():
                begun = time.perf_counter()
                with database.read() as session:
                    find(session, asked, NOW)
                taken.append((time.perf_counter() - begun) * 1000)
        warm = {database: statistics.median(taken[1:]) for database, taken in times.items()}
        yield Measured(name, warm[small], warm[large])


def table(measured: Iterator[Measured], courses: int) -> Iterator[str]:
    """Write what was measured as Markdown, line by line."""
    yield f"| question | {SMALL:,} courses, ms | {courses:,} courses, ms | ratio |"
    yield "|---|---|---|---|"
    for each in measured:
        yield f"| {each.question} | {each.small_ms:.1f} | {each.large_ms:.1f} | {each.ratio:.2f} |"


@contextmanager
def opened_database(name: str, folder: Path, server: str | None) -> Iterator[Database]:
    """Give an empty, migrated database: a file in ``folder``, or a new one on ``server``."""
    if server is None:
        database = Database(f"sqlite:///{folder / name}.db")
    else:
        _recreate(server, f"bench_{name}")
        database = Database(f"{server}/bench_{name}")
    try:
        schema.migrate(database)
        yield database
    finally:
        database.close()


def _recreate(server: str, name: str) -> None:
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        with suppress(ProgrammingError):
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()


def main() -> None:
    """Fill, ask, and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--courses", type=int, default=100_000)
    options.add_argument("--seats", type=int, default=1_000_000)
    options.add_argument("--postgres", help="address of a server, without a database")
    chosen = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        opened_database("small", Path(folder), chosen.postgres) as small,
        opened_database("large", Path(folder), chosen.postgres) as large,
    ):
        fill(small, SMALL, SMALL * 10)
        fill(large, chosen.courses, chosen.seats)
        for line in table(measure(small, large), chosen.courses):
            print(line, flush=True)


if __name__ == "__main__":
    main()
