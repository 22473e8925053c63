"""A whole year through the real services, and what came of it counted anew.

Plays 8,000 encounters on 20 wards with nine municipalities into a new SQLite database, then
compares what the pages count with a recount from the events, and prints a Markdown table:

    python -m bench.year [--encounters 8000]

Ends with 1 if anything is left hanging, told late, or counted otherwise.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from referrals import audit
from referrals.feedback_counts import Period, tally
from referrals.tables import ReferralRow, WardRow
from referrals.year import recount
from referrals.year.play import Script, Year
from service.composition import Store, build_store
from service.database import prepare
from service.settings import Settings


def main() -> int:
    """Play, count, print; give the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--encounters", type=int, default=8_000)
    script = Script(encounters=arguments.parse_args().encounters)
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
        wards = list(session.scalars(select(WardRow.id)))
        since = now - timedelta(days=script.days + 60)
        differing = [
            ward
            for these in (wards, *([ward] for ward in wards))
            for ward in these[:1]
            if {str(k): v for k, v in tally(session, these, Period(since, now), now).items() if v}
            != dict(recount.measures(session, every, these, since, now))
        ]
        chain = audit.verify(session)
    breaches = [s.breach_told_at - s.due_at for s in stories if s.breach_told_at is not None]
    figures = {
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
        "wards counted otherwise by the pages": len(differing),
        "rows of the audit log, all in their chain": chain.checked,
    }
    print("| what | how much |\n|---|---|")
    for what, how_much in figures.items():
        print(f"| {what} | {how_much} |")
    for wrong in (*late, *hanging, *differing):
        print(wrong, file=sys.stderr)
    return 1 if late or hanging or differing or chain.broken_at else 0


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
