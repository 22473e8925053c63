"""How long the pages of figures take at a million referrals.

Fills a SQLite database with two million encounters of five years, of which about a million were
referred, and prints medians of what the pages read as a Markdown table:

    python -m bench.feedback [--encounters 2000000] [--data DIR]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bench.figures import fill
from referrals.feedback_counts import count_months, months_of
from referrals.municipal_figures import MunicipalFigures
from referrals.published import Published
from referrals.staff import Role, Staff
from referrals.tables import EncounterRow, ReferralRow
from referrals.ward_feedback import WardFeedback, year_of
from service import database as preparing
from service.composition import Store, build_store
from service.settings import Settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
YEARS = 5
REPEATS = 7
LEAD = Staff(0, "lead", "Lead", Role.LEAD, hospital_id="herlev")
ADVISER = Staff(0, "adviser", "Adviser", Role.ADVISER, municipality_code="0151")


def measure(store: Store) -> Iterator[tuple[str, float]]:
    """Read each page's figures a few times; give the medians in milliseconds."""
    year = year_of(NOW.year)
    wards = WardFeedback(store.database, LEAD)
    kept = WardFeedback(store.database, LEAD, Published())
    figures = MunicipalFigures(store.database, ADVISER)
    pages: dict[str, Callable[[], object]] = {
        "a ward's page, counted": lambda: wards.of_ward("herlev-onk-1", *year, NOW),
        "a ward's page, kept": lambda: kept.of_ward("herlev-onk-1", *year, NOW),
        "a hospital's page, counted": lambda: wards.of_hospital("herlev", "", *year, NOW),
        "a municipality's page": lambda: figures.of_year(NOW.year, NOW),
        "counting alone": lambda: _count(store),
    }
    for name, read in pages.items():
        taken = []
        for _ in range(REPEATS + 1):
            begun = time.perf_counter()
            read()
            taken.append((time.perf_counter() - begun) * 1000)
        yield name, statistics.median(taken[1:])


def _count(store: Store) -> None:
    with store.database.read() as session:
        count_months(session, ["herlev-onk-1"], months_of(NOW.year)[:11], NOW)


@contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    if chosen is not None:
        yield chosen
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def main() -> None:
    """Fill unless the folder is filled, measure, and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--encounters", type=int, default=2_000_000)
    options.add_argument("--data", type=Path, help="keep the database here for another run")
    chosen = options.parse_args()
    with _folder(chosen.data) as folder:
        settings = Settings.load(data_dir=folder, engine_url="http://127.0.0.1:9")
        preparing.prepare(settings, demo=True)
        store = build_store(settings)
        with store.database.read() as session:
            filled = session.scalar(select(func.count()).select_from(EncounterRow)) or 0
        if filled < chosen.encounters:
            fill(store.database, chosen.encounters, NOW - timedelta(days=365 * YEARS), NOW)
        with store.database.read() as session:
            referrals = session.scalar(select(func.count()).select_from(ReferralRow))
        print(f"| {referrals:,} referrals | median, ms |\n|---|---:|")
        for name, taken in measure(store):
            print(f"| {name} | {taken:.0f} |", flush=True)
        store.database.close()


if __name__ == "__main__":
    main()
