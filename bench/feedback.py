"""How long the pages of figures take at a million referrals.

Fills a SQLite database with two million encounters of five years, of which about a million were
referred, and prints medians of what the pages read as a Markdown table, in processor time: SQLite
works in the same thread, so that is what a page takes on a machine that does nothing else.

    python -m bench.feedback [--encounters 2000000] [--data DIR]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bench.filling.figure_rows import fill
from referrals.advice.tables import EncounterRow
from referrals.figures.counted_days import keep_counted
from referrals.figures.municipal_figures import MunicipalFigures
from referrals.figures.ward_feedback import WardFeedback, year_of
from referrals.referral.changed_days import CountedKind
from referrals.referral.tables import ChangedDayRow, ReferralRow
from referrals.staff.roles import Role, Staff
from referrals.staff.tables import WardRow
from service import database as preparing
from service.composition import Store, build_store
from service.settings import Settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
YEARS = 5
REPEATS = 7
CHANGED = 20
LEAD = Staff(0, "lead", "Lead", Role.LEAD, hospital_id="herlev")
ADVISER = Staff(0, "adviser", "Adviser", Role.ADVISER, municipality_code="0151")


def measure(store: Store) -> Iterator[tuple[str, float]]:
    """Read each page's figures a few times; give the medians in milliseconds of a processor."""
    yield "a hospital's page, nothing kept yet", _median(lambda: _of_hospital(store), 1)
    yield "a municipality's page, nothing kept yet", _median(lambda: _of_municipality(store), 1)
    begun = time.thread_time()
    days = keep_counted(store.database, NOW)
    yield f"keeping {days:,} days, once, in the background", (time.thread_time() - begun) * 1000
    year = year_of(NOW.year)
    wards = WardFeedback(store.database, LEAD)
    yield "a ward's page", _median(lambda: wards.of_ward("herlev-onk-1", *year, NOW))
    yield "a hospital's page", _median(lambda: _of_hospital(store))
    yield (
        "a hospital's page, five years",
        _median(lambda: wards.of_hospital("herlev", "", date(NOW.year - 4, 1, 1), year[1], NOW)),
    )
    yield "a municipality's page", _median(lambda: _of_municipality(store))
    changed = _change(store, CHANGED)
    yield f"a hospital's page, {changed} days just changed", _median(lambda: _of_hospital(store))
    yield (
        f"a municipality's page, {changed} days just changed",
        _median(lambda: _of_municipality(store)),
    )
    begun = time.thread_time()
    keep_counted(store.database, NOW)
    yield "counting those days anew, in the background", (time.thread_time() - begun) * 1000


def _median(read: Callable[[], object], repeats: int = REPEATS) -> float:
    """Give the median of some reads; the first warms up where there are several."""
    taken = []
    for _ in range(repeats + (repeats > 1)):
        begun = time.thread_time()
        read()
        taken.append((time.thread_time() - begun) * 1000)
    return statistics.median(taken[-repeats:])


def _of_hospital(store: Store) -> object:
    return WardFeedback(store.database, LEAD).of_hospital("herlev", "", *year_of(NOW.year), NOW)


def _of_municipality(store: Store) -> object:
    return MunicipalFigures(store.database, ADVISER).of_year(NOW.year, NOW)


def _change(store: Store, how_many: int) -> int:
    """Mark days of this year as changed, each of another ward and another municipality."""
    with store.database.write() as session:
        wards = session.scalars(select(WardRow.id).order_by(WardRow.id)).all()
        for number in range(how_many):
            day = NOW.date() - timedelta(days=10 + 13 * number)
            for kind, place in (
                (CountedKind.WARD, wards[number % len(wards)]),
                (CountedKind.MUNICIPALITY, str(ADVISER.municipality_code)),
            ):
                session.add(ChangedDayRow(kind=kind.value, place=place, day=day))
    return how_many


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
