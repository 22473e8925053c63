"""How long a page of the queue takes among 100,000 referrals, and among a million.

Fills two SQLite databases, asks both the same in turn, and prints medians and their ratio as a
Markdown table:

    python -m bench.queue_page [--referrals 1000000] [--postgres URL]

``URL`` names a PostgreSQL server on which ``bench_small`` and ``bench_large`` may be made anew.
Half of the referrals are one municipality's, which is the one that is asked; a tenth are open, and
of those of that municipality name and phone lie in the vault.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bench.filling.databases import opened_database
from bench.filling.queue_rows import BUSIEST, NOW, adviser_of, fill, phone_of
from referrals.queue.filters import NOBODY, Wanted
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.queue.search import search_names
from referrals.referral.clock import Urgency
from referrals.referral.moves import State
from referrals.staff.accounts import staff_of
from referrals.staff.roles import Staff
from referrals.staff.tables import UserRow
from referrals.storage.database import Database
from referrals.vault.keys import new_keys
from referrals.vault.vault import Vault

SMALL = 100_000
REPEATS = 40
DEEP = 20
"""So many pages are turned before one deep in the queue is measured."""
Asking = Callable[["Desk"], object]


@dataclass(frozen=True)
class Desk:
    """An adviser of the busiest municipality, before one of the databases."""

    database: Database
    vault: Vault
    staff: Staff

    @property
    def queue(self) -> MunicipalQueue:
        """The queue as a request opens it."""
        return MunicipalQueue(self.database, self.vault, self.staff)


def _page(wanted: Wanted) -> Asking:
    return lambda desk: desk.queue.page(NOW, wanted)


def _deep(queue: MunicipalQueue) -> str | None:
    """Turn pages until one deep in the queue, or the last but one; give its cursor."""
    after = None
    for _ in range(DEEP):
        following = queue.page(NOW, after=after).next_after
        if following is None:
            break
        after = following
    return after


QUESTIONS: dict[str, Asking] = {
    "what must be done today": lambda desk: desk.queue.today(NOW),
    "what I must do today": lambda desk: desk.queue.today(NOW, mine=True),
    "the same, with names and phones": lambda desk: desk.queue.today_with_people(NOW, mine=True),
    "today, with names and phones": lambda desk: desk.queue.today_with_people(NOW),
    "search by a part of a name": lambda desk: search_names(
        desk.database, desk.vault, desk.staff, "pers", NOW
    ),
    "the counts on the list": lambda desk: desk.queue.counts(NOW),
    "all open, first page": _page(Wanted()),
    "overdue": _page(Wanted(urgency=Urgency.BREACHED)),
    "due soon": _page(Wanted(urgency=Urgency.WARNING)),
    "one state": _page(Wanted(state=State.RECEIVED)),
    "closed, 90 % of all": _page(Wanted(state=State.CLOSED)),
    "everything": _page(Wanted(everything=True)),
    "mine": lambda desk: desk.queue.page(
        NOW, Wanted(assigned_to=desk.queue.colleague_id(adviser_of(BUSIEST)))
    ),
    "nobody's": _page(Wanted(assigned_to=NOBODY)),
    "one ward": _page(Wanted(ward_id="w3")),
    "speaks Arabic": _page(Wanted(language="ar")),
    "needs an interpreter": _page(Wanted(interpreter=True)),
    "best called in the evening": _page(Wanted(best_time="evening")),
    "speaks Turkish, best called in the morning": _page(Wanted(language="tr", best_time="morning")),
    "search by phone": lambda desk: desk.queue.search(phone_of(4_000), NOW),
}


@dataclass(frozen=True)
class Measured:
    """Medians of one question in milliseconds: of a processor on SQLite, of waiting elsewhere."""

    question: str
    small_ms: float
    large_ms: float


def measure(
    small: Desk, large: Desk, repeats: int, clock: Callable[[], float]
) -> Iterator[Measured]:
    """Ask both queues every question in turn, so that both see the same weather.

    SQLite works in this very thread, so there its processor time tells all, whatever else runs.
    """
    deep = {id(desk): _deep(desk.queue) for desk in (small, large)}
    questions = QUESTIONS | {
        "all open, twenty pages on": lambda desk: desk.queue.page(NOW, after=deep[id(desk)])
    }
    for name, ask in questions.items():
        times: dict[int, list[float]] = {id(small): [], id(large): []}
        for _ in range(repeats + 1):
            for desk in (small, large):
                begun = clock()
                ask(desk)
                times[id(desk)].append((clock() - begun) * 1000)
        first, second = (statistics.median(times[id(desk)][1:]) for desk in (small, large))
        yield Measured(name, first, second)


def desk_before(database: Database, vault: Vault) -> Desk:
    """Sit down before a database, in the busiest municipality."""
    with database.read() as session:
        who = select(UserRow).where(UserRow.name == adviser_of(BUSIEST))
        return Desk(database, vault, staff_of(session.scalars(who).one()))


def main() -> None:
    """Fill, ask, and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--referrals", type=int, default=1_000_000)
    options.add_argument("--repeats", type=int, default=REPEATS)
    options.add_argument("--postgres", help="address of a server, without a database")
    chosen = options.parse_args()
    vault = Vault(new_keys())
    with (
        tempfile.TemporaryDirectory() as folder,
        opened_database("small", Path(folder), chosen.postgres) as small,
        opened_database("large", Path(folder), chosen.postgres) as large,
    ):
        for database, size in ((small, SMALL), (large, chosen.referrals)):
            fill(database, vault, size)
        print(f"| page | {SMALL:,} referrals, ms | {chosen.referrals:,}, ms | ratio |")
        print("|---|---:|---:|---:|")
        pair = (desk_before(small, vault), desk_before(large, vault))
        clock = time.perf_counter if chosen.postgres else time.thread_time
        for each in measure(*pair, chosen.repeats, clock):
            ratio = each.large_ms / each.small_ms
            row = f"{each.small_ms:.1f} | {each.large_ms:.1f} | {ratio:.2f}"
            print(f"| {each.question} | {row} |", flush=True)


if __name__ == "__main__":
    main()
