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

from sqlalchemy import func, select, text

from bench.recounting import recount
from bench.recounting.recount_municipal import exported, figures
from demo.year.play import Script, Year
from referrals.audit import chain as audit
from referrals.denmark.dates import DANISH_TIME, local_day
from referrals.figures.counted_days import days_between, keep_counted, read
from referrals.figures.counts import PlacePeriod, count_wards
from referrals.figures.municipal_figures import MunicipalFigures
from referrals.figures.municipal_lines import as_csv
from referrals.next_action.facts import OVER, cases
from referrals.next_action.rule import next_action
from referrals.queue.today import SECTIONS
from referrals.referral.changed_days import CountedKind
from referrals.referral.tables import UNSETTLED, ReferralRow
from referrals.staff.accounts import staff_of
from referrals.staff.roles import Role
from referrals.staff.tables import UserRow, WardRow
from referrals.words.labels import Labels
from service.composition import Store, build_store
from service.database import prepare
from service.settings import Settings

LOOKS_CLOSER = 500
"""After so many deeds every referral that is not over is compared with the rule."""


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
    told = _Told(begun, store)
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
        "looks, one after each deed": told.looks,
        "referrals found without a next action": told.without,
        "referrals found with a wrong one, or not on one list": told.wrong,
        "figures of municipalities compared, CSV": compared,
        "wards and municipalities counted otherwise by the pages": len(differing),
        "rows of the audit log, all in their chain": chain.checked,
    }
    print("| what | how much |\n|---|---|")
    for what, how_much in table.items():
        print(f"| {what} | {how_much} |")
    for wrong in (*late, *hanging, *differing):
        print(wrong, file=sys.stderr)
    lost = told.without or told.wrong
    return 1 if late or hanging or differing or lost or chain.broken_at else 0


def _wards(
    store: Store, told: Sequence[recount.Story], since: datetime, now: datetime
) -> Iterator[str]:
    """Name the wards that are counted otherwise, by the statements or by what was kept of them."""
    days = days_between(since.date(), local_day(now) + timedelta(days=1))
    with store.database.read() as session:
        for ward in session.scalars(select(WardRow.id)).all():
            again = recount.measures(session, told, [ward], since, now)
            [counted] = count_wards(session, [PlacePeriod(ward, since, now)], now)
            if Counter(counted.counts) != again:
                yield ward
            kept: Counter[str] = Counter()
            for part in read(session, CountedKind.WARD, [ward], days, now):
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
    """Tells each tenth of the year on standard error, and looks after each deed for the lost."""

    def __init__(self, begun: float, store: Store) -> None:
        self._begun = begun
        self._database = store.database
        self._tenths = 0
        self.looks = self.without = self.wrong = 0

    def _look(self) -> None:
        """Count who has no next action; now and then also who has another than the rule gives."""
        self.looks += 1
        with self._database.read() as session:
            lost = select(func.count()).select_from(ReferralRow).where(text(UNSETTLED))
            self.without += session.scalar(lost) or 0
            if self.looks % LOOKS_CLOSER:
                return
            over = [state.value for state in OVER]
            rows = session.scalars(select(ReferralRow).where(ReferralRow.state.not_in(over))).all()
            found = cases(session, rows)
            on_a_list = {task.value for tasks in SECTIONS.values() for task in tasks}
            for row in rows:
                following = next_action(found[row.id])
                kept = (row.next_action, row.next_action_at)
                right = following is not None and kept == (following.what.value, following.by)
                self.wrong += not right or row.next_action not in on_a_list

    def __call__(self, share: float) -> None:
        self._look()
        if int(share * 10) > self._tenths:
            self._tenths = int(share * 10)
            seconds = time.monotonic() - self._begun
            print(f"{self._tenths * 10} % of the year, {seconds:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
