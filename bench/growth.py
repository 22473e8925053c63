"""Whether Henvis slows down or swells as it is used: full tables, and thousands of encounters.

A turn and a whole filing in a new installation, and in one that holds a million referrals and ten
thousand conversations more, asked by turns; then memory over many encounters.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import text

from bench.driving.encounter import Patient, messages
from bench.driving.http_client import Posts
from bench.driving.processes import Running, a_henvis, child_of, resident_mb
from bench.driving.talking import HenvisBot, Times, hold
from bench.measuring import Bars, Benchmark, Result, Scale, Spread, Tell, spread
from referrals.advice.tables import EncounterRow, TurnRow
from referrals.figures.counted_days import keep_counted
from referrals.referral.clock import now_utc
from referrals.referral.tables import ReferralRow
from referrals.storage.database import Database
from referrals.storage.table_base import Base
from service.database import prepare
from service.settings import Settings

FILLED_FROM = 500_000
"""Numbers of the patients who are filed meanwhile begin here, apart from all made-up ones."""
SAMPLES = 10


def run(scale: Scale, tell: Tell) -> list[Result]:
    """Measure both."""
    referrals, conversations = scale.pick(50_000, 1_000_000), scale.pick(1_000, 10_000)
    with tempfile.TemporaryDirectory(prefix="henvis-bench-") as folder, ExitStack() as stack:
        small, large = Path(folder) / "small", Path(folder) / "large"
        for data in (small, large):
            data.mkdir()
            prepare(Settings.load(data_dir=data), demo=True)
        tell(f"writing {referrals:,} referrals and {conversations:,} conversations")
        fill(Settings.load(data_dir=large), referrals, conversations)
        tell("starting an empty and a full Henvis")
        running = [stack.enter_context(a_henvis(data)) for data in (small, large)]
        tell("turn by turn")
        full = _full_tables(scale, running, referrals, conversations)
        return [full, _memory(scale, tell, running[0])]


def fill(settings: Settings, referrals: int, conversations: int) -> None:
    """Copy the demo referrals until there are so many, each with an encounter of its own."""
    database = Database(settings.database)
    own = {"id": "'bulk-' || n", "encounter_id": "'bulk-' || n", "phone_index": "'p' || n"}
    own |= {"name_index": "'n' || n", "merged_into_id": "NULL", "course_id": "NULL"}
    # Long over, with nothing left to be told, expired or purged.
    own |= {"open": "0", "state": "'closed'", "settled": "1"}
    own |= dict.fromkeys(("ended_at", "warned_at", "breached_at", "purged_at"), "filed_at")
    last = "(SELECT max(id) FROM referrals) + n"
    filed = {name: _earlier(name) for name in ("filed_at", "due_at")}
    demo = "SELECT encounter_id FROM referrals"
    closed = f"SELECT * FROM encounters WHERE id IN ({demo})"
    with database.write() as session:
        for statement in (
            _copies(
                EncounterRow,
                closed,
                {**own, "started_at": _earlier("started_at")},
                referrals + conversations,
            ),
            _copies(
                ReferralRow,
                "SELECT * FROM referrals",
                {**own, **filed, "id": last, "reference": "'B-' || n"},
                referrals,
            ),
            _copies(
                TurnRow,
                f"SELECT * FROM turns WHERE encounter_id IN ({demo})",
                {**own, "encounter_id": f"'bulk-' || ({referrals} + (n + 1) / 2)"}
                | {"message_id": "'m' || n"},
                2 * conversations,
            ),
        ):
            session.execute(text(statement))
    with database.engine.connect() as connection:
        connection.execute(text("ANALYZE"))
    keep_counted(database, now_utc())  # a service counts days of the past once, as they go by
    database.close()


def _earlier(column: str) -> str:
    """Write the time of a copy: spread over five years, since no day ever had a million."""
    days = "'-' || (n % 1800) || ' days'"
    return f"strftime('%Y-%m-%d %H:%M:%f', pattern.{column}, {days}) || '000'"


def _copies(kind: type[Base], patterns: str, own: dict[str, str], number: int) -> str:
    """Write the statement that copies the patterns round and round; ``own`` differs by ``n``."""
    table = kind.metadata.tables[kind.__tablename__]
    names = [column.name for column in table.columns]
    values = ", ".join(own.get(name, f"pattern.{name}") for name in names)
    return (
        f"WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted "
        f"WHERE n < {number}), patterns AS ({patterns}), "
        f"pattern AS (SELECT *, row_number() OVER () - 1 AS place FROM patterns) "
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {values} FROM counted "
        f"JOIN pattern ON pattern.place = n % (SELECT count(*) FROM patterns)"
    )


def _full_tables(
    scale: Scale, running: list[Running], referrals: int, conversations: int
) -> Result:
    bots = [HenvisBot(each.url, each.token) for each in running]
    turns, filings = [Times(), Times()], [[], []]  # type: tuple[list[Times], list[list[float]]]
    patients = (Patient(number) for number in range(FILLED_FROM, FILLED_FROM + 100_000))
    for bot in bots:
        hold(bot, 5)
        asyncio.run(_file(bot, next(patients)))
    for _ in range(scale.pick(25, 150)):
        for number, bot in enumerate(bots):
            turns[number].add(hold(bot, 1))
    for _ in range(scale.pick(5, 30)):
        for number, bot in enumerate(bots):
            filings[number].append(asyncio.run(_file(bot, next(patients))))
    result = Result(
        f"A turn after {conversations:,} conversations and {referrals:,} referrals",
        ("what", "at the start, ms", "then, ms", "ratio", "goal"),
    )
    for what, (before, after) in {
        "text": [_ms(each.text) for each in turns],
        "button": [_ms(each.button) for each in turns],
        "a whole filing, nine messages": [_ms(each) for each in filings],
    }.items():
        result.rows.append((what, before, after, after.median / before.median, "1 ± 0.1"))
    return result


async def _file(bot: HenvisBot, patient: Patient) -> float:
    """File one referral; give the seconds it took."""
    began = time.perf_counter()
    async with bot.connect() as client:
        await file(client, patient)
    return time.perf_counter() - began


async def file(client: Posts, patient: Patient, *, typing: bool = False) -> tuple[str, str]:
    """Hold a whole encounter; give its conversation and its reference."""
    conversation = (await client.post("/api/conversations", {}))["id"]
    encounter = messages(patient, typing=typing)
    message = next(encounter)
    number = 0
    while True:
        body = {"message_id": str(number), **message}
        answer = await client.post(f"/api/conversations/{conversation}/messages", body)
        try:
            message = encounter.send(answer["replies"])
        except StopIteration as done:
            return conversation, str(done.value)
        number += 1


def _memory(scale: Scale, tell: Tell, running: Running) -> Result:
    """Hold many encounters, and look at the memory of both processes between them."""
    wanted, bot = scale.pick(200, 20_000), HenvisBot(running.url, running.token)
    result = Result(
        f"Memory over {wanted:,} encounters", ("encounters", "service, MB", "engine, MB")
    )
    service, engine = (child_of(running.supervisor, word) for word in ("serve", "nlu.engine"))
    both: dict[str, float] = {}
    for number in range(SAMPLES + 1):
        held = number * (wanted // SAMPLES)
        if held:
            asyncio.run(_hold_at_once(bot, wanted // SAMPLES))
        tell(f"memory after {held:,} encounters")
        memory = resident_mb(service), resident_mb(engine)
        result.rows.append((f"{held:,}", *memory))
        both[f"{held:,}"] = sum(memory)
    grown = both[f"{held:,}"] - both["0"]
    result.notes.append(f"Both together: {grown:+.1f} MB over {held:,} encounters.")
    result.bars.append(Bars("Memory of service and engine, by encounters held", "MB", both))
    return result


async def _hold_at_once(bot: HenvisBot, number: int) -> None:
    left = iter(range(number))

    async def one_after_the_other() -> None:
        async with bot.connect() as client:
            for _ in left:
                await bot.hold(client, Times())

    await asyncio.gather(*(one_after_the_other() for _ in range(10)))


def _ms(seconds: list[float]) -> Spread:
    return spread([each * 1000 for each in seconds])


BENCHMARK = Benchmark("growth", "whether it slows down or swells", run)
