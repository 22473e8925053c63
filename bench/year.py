"""A whole year through the real services, and what came of it counted anew.

Plays 8,000 encounters on 20 wards with nine municipalities into a new SQLite database, then
compares what the pages count with a recount from the events, and prints a Markdown table:

    python -m bench.year [--encounters 8000] [--afterwards 330]

After the year of encounters everybody goes on for so many days, until each referral has ended.
Ends with 1 if anything is left hanging, told late, or counted otherwise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from datetime import time as dawn
from pathlib import Path

from sqlalchemy import select

from referrals import audit
from referrals.accounts import staff_of
from referrals.changed_days import Kind
from referrals.counted_days import days_between, keep_counted, read
from referrals.dates import DANISH_TIME, local_day
from referrals.feedback_counts import Period, tally
from referrals.labels import Labels
from referrals.municipal_figures import MunicipalFigures
from referrals.municipal_lines import as_csv
from referrals.staff import Role
from referrals.tables import ReferralRow, UserRow, WardRow
from referrals.year import recount
from referrals.year.play import Script, Year
from referrals.year.recount_municipal import exported, figures
from service.composition import Store, build_store
from service.database import prepare
from service.settings import Settings


def main() -> int:
    """Play, count, print; give the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--encounters", type=int, default=8_000)
    arguments.add_argument("--afterwards", type=int, default=330, metavar="DAYS")
    given = arguments.parse_args()
    script = Script(encounters=given.encounters, afterwards=timedelta(days=given.afterwards))
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.load(data_dir=Path(folder), engine_url="")
        prepare(settings, demo=True)
        store = build_store(settings, durable=False)
        try:
            return _measure(store, script)
        finally:
            store.database.close()


def _measure(store: Store, script: Script) -> int:
    now = store.around.now()
    with store.database.read() as session:
        fixed = set(session.scalars(select(ReferralRow.reference)))
    begun, worked = time.monotonic(), time.process_time()
    told = _Told(begun)
    played = Year(store.database, store.around, now, script).play(told)
    wall, cpu = time.monotonic() - begun, time.process_time() - worked
    with store.database.read() as session:
        every = recount.stories(session)
        # The demo's own few referrals were filed without anybody watching their clocks.
        stories = [story for story in every if story.reference not in fixed]
        late = recount.told_late(stories, now)
        hanging = recount.unexplained(stories, played.unfinished)
        chain = audit.verify(session)
    keep_counted(store.database, now)
    begun_at = now - script.afterwards - timedelta(days=script.days + 60)
    since = datetime.combine(local_day(begun_at), dawn(), DANISH_TIME)
    differing = [*_wards(store, every, since, now)]
    compared, of_municipalities = _municipalities(store, every, since.year, now)
    differing += of_municipalities
    breaches = recount.told_after(stories, now)
    moves = Counter(event.move for story in stories for event in story.events)
    table = {
        "encounters": played.encounters,
        "referrals": played.filed,
        "deeds on the agenda": played.deeds,
        "seconds, wall": round(wall),
        "seconds, processor": round(cpu),
        "referrals that ended": sum(s.state in recount.ENDED for s in stories),
        "referrals that wait for somebody": len(played.unfinished),
        "referrals left hanging": len(hanging),
        "breaches": len(breaches),
        "slowest breach to be told, seconds": max(b.total_seconds() for b in breaches),
        "breaches told late, never or wrongly": len(late),
        **{
            f"moves: {move}": moves[move]
            for move in ("merge", "transfer", "give_back", "send_on", "offer", "take_offer")
        },
        "moves: put_right": moves["put_right"],
        "figures of municipalities compared, CSV": compared,
        "wards and municipalities counted otherwise by the pages": len(differing),
        "rows of the audit log, all in their chain": chain.checked,
    }
    print("| what | how much |\n|---|---|")
    for what, how_much in table.items():
        print(f"| {what} | {how_much} |")
    for wrong in (*late, *hanging, *differing):
        print(wrong, file=sys.stderr)
    return 1 if late or hanging or differing or chain.broken_at else 0


def _wards(
    store: Store, told: Sequence[recount.Story], since: datetime, now: datetime
) -> Iterator[str]:
    """Name the wards that are counted otherwise, by the statements or by what was kept of them."""
    days = days_between(since.date(), local_day(now) + timedelta(days=1))
    with store.database.read() as session:
        for ward in session.scalars(select(WardRow.id)).all():
            again = recount.measures(session, told, [ward], since, now)
            counted = tally(session, [ward], Period(since, now), now)
            if {str(k): v for k, v in counted.items() if v} != dict(again):
                yield ward
            kept: Counter[str] = Counter()
            for part in read(session, Kind.WARD, [ward], days, now):
                kept.update(part.counts)
            if kept != again:
                yield f"{ward}, as kept"


def _municipalities(
    store: Store, told: Sequence[recount.Story], first: int, now: datetime
) -> tuple[int, list[str]]:
    """Count the figures that were compared, and name whose export says otherwise."""
    labels, compared, wrong = Labels(), 0, []
    with store.database.read() as session:
        advisers = select(UserRow).where(UserRow.role == Role.ADVISER.value)
        for staff in map(staff_of, session.scalars(advisers)):
            code = str(staff.municipality_code)
            for year in range(first, now.year + 1):
                page = MunicipalFigures(store.database, staff).of_year(year, now)
                shown = exported(as_csv(page, labels))
                compared += len(shown)
                if shown != figures(session, told, code, year, now):
                    wrong.append(f"{code} in {year}")
    return compared, wrong


class _Told:
    """Tells each tenth of the year on standard error."""

    def __init__(self, begun: float) -> None:
        self._begun = begun
        self._tenths = 0

    def __call__(self, share: float) -> None:
        if int(share * 10) > self._tenths:
            self._tenths = int(share * 10)
            seconds = time.monotonic() - self._begun
            print(f"{self._tenths * 10} % of the year, {seconds:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
