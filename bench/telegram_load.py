"""Fifty nurses at once in Telegram: whole encounters over the stand-in Bot API, none lost.

Starts the stand-in and a Henvis of its own, which polls it. Each nurse holds one encounter: the
script by buttons, the contact page over HTTP, the sending. A turn lasts from the update at
Telegram to the answer in the chat.

    ./henvis bench telegram
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from aiohttp import web
from sqlalchemy import func, select

from bench.measuring import Bars, Benchmark, Result, Scale, Tell, percentile, spread
from demo.people import WARD_OF_DEMO_NURSE
from referrals.referral.tables import ReferralRow
from referrals.staff.accounts import NO_PASSWORD
from referrals.staff.tables import UserRow
from referrals.storage.database import Database
from referrals.telegram.tables import TelegramUserRow
from service.demo.telegram.bot_api import StandInApi
from service.demo.telegram.phone import press_update, text_update
from service.engine.rasa import free_port

ROOT = Path(__file__).resolve().parent.parent
TURN_S = 120.0
LOOK_S = 0.005
SCRIPT = (
    ("/ny", "Ryger du"),
    ("Ryger dagligt", "RÅDGIV"),
    ("Ja tak", "SAMTYKKE"),
    ("Ja, patienten siger ja", "Læs højt"),
    ("Ja", "vores egen side"),
)
SENDING = ("Send henvisning", "Du kan fortryde")


@dataclass
class Bench:
    """The stand-in, and how long each turn took, in seconds."""

    api: StandInApi
    token: str
    turns: list[float] = field(default_factory=list)

    async def hold(self, chat: int, client: httpx.AsyncClient) -> None:
        """Hold one encounter. Raises TimeoutError if an answer is lost or out of order."""
        for what, words in SCRIPT:
            await self._turn(chat, what, words)
        shown = self.api.messages(chat)[-1]
        [link] = [key["url"] for row in shown.keyboard for key in row if "url" in key]
        form = {
            "name": f"Nordlys Eksempel {chat}",
            "phone": f"26{chat:06}",
            "postcode": "2750",
            "municipality": "0151",
        }
        began = time.perf_counter()
        (await client.get(link)).raise_for_status()
        written = await client.post(link, data=form)
        if written.status_code != httpx.codes.SEE_OTHER:
            raise SystemExit(f"the contact page gave {written.status_code}")
        await self._until(chat, "Skal henvisningen sendes?")
        self.turns.append(time.perf_counter() - began)
        await self._turn(chat, *SENDING)

    async def _turn(self, chat: int, what: str, words: str) -> None:
        began = time.perf_counter()
        if what.startswith("/"):
            shown = self.api.add_own(chat, what)
            update = text_update(chat, shown.id, what)
        else:
            card = self.api.messages(chat)[-1]
            [data] = [
                key["callback_data"] for row in card.keyboard for key in row if key["text"] == what
            ]
            update = press_update(chat, card.id, data, secrets.token_hex(8))
        await self.api.enqueue_update(update, token=self.token)
        await self._until(chat, words)
        self.turns.append(time.perf_counter() - began)

    async def _until(self, chat: int, words: str) -> None:
        async with asyncio.timeout(TURN_S):
            while True:
                shown = [each for each in self.api.messages(chat) if each.by_bot]
                if shown and words in shown[-1].text:
                    return
                await asyncio.sleep(LOOK_S)


def run(scale: Scale, tell: Tell) -> list[Result]:
    """Let all nurses work at once, and give what it took."""
    nurses = scale.pick(10, 50)
    tell(f"starting a Henvis and a stand-in for Telegram; then {nurses} nurses")
    bench, filed, seconds = asyncio.run(measure(nurses))
    turns = spread([1000 * each for each in bench.turns])
    late = 1000 * percentile(bench.turns, 0.95)
    result = Result(
        f"{nurses} nurses at once in Telegram, a whole encounter each", ("what", "figure")
    )
    result.rows += [
        ("referrals filed", f"{filed} of {nurses}"),
        ("turns", str(len(bench.turns))),
        ("turns a second", len(bench.turns) / seconds),
        ("a turn, ms: median and middle half", turns),
        ("a turn, ms: 95 of 100 below", late),
    ]
    result.notes.append(
        "A turn lasts from the update at the stand-in Bot API to the answer in the chat: polling, "
        "inbox, conversation, outbox, sending. The contact page counts as one."
    )
    shown = {"fastest": 1000 * min(bench.turns), "median": turns.median, "95 of 100 below": late}
    result.bars.append(Bars(f"A turn in Telegram, {nurses} nurses at once", "ms", shown))
    return [result]


async def measure(nurses: int) -> tuple[Bench, int, float]:
    """Give the turns, how many referrals were filed, and the seconds it took."""
    token = f"700000001:{secrets.token_urlsafe(26)}"
    bench = Bench(StandInApi(), token)
    with tempfile.TemporaryDirectory() as folder:
        async with served(bench.api) as api_url, henvis(Path(folder), token, api_url):
            database = Database(f"sqlite:///{Path(folder) / 'henvis.db'}")
            chats = bind(database, nurses)
            before = referrals(database)
            began = time.perf_counter()
            async with httpx.AsyncClient(timeout=60) as client:
                await asyncio.gather(*(bench.hold(chat, client) for chat in chats))
            seconds = time.perf_counter() - began
            filed = referrals(database) - before
            database.close()
    return bench, filed, seconds


def bind(database: Database, nurses: int) -> list[int]:
    """Make nurses whose chats are known and open, and give the chats."""
    now = datetime.now(UTC)
    chats = [10_000 + number for number in range(nurses)]
    with database.write() as session:
        for chat in chats:
            user = UserRow(
                name=f"bench-nurse-{chat}",
                display_name=f"Bench {chat}",
                role="nurse",
                ward_id=WARD_OF_DEMO_NURSE,
                password_hash=NO_PASSWORD,
                language="da",
            )
            session.add(user)
            session.flush()
            session.add(
                TelegramUserRow(
                    user_id=user.id,
                    telegram_id=chat,
                    linked_at=now,
                    unlocked_at=now,
                    active_at=now + timedelta(minutes=5),
                )
            )
    return chats


def referrals(database: Database) -> int:
    """Count all referrals."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(ReferralRow)) or 0


@asynccontextmanager
async def served(api: StandInApi) -> AsyncIterator[str]:
    """Serve the stand-in on a loopback port."""
    runner = web.AppRunner(api.app(), access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def henvis(data: Path, token: str, api_url: str) -> AsyncIterator[None]:
    """Run a Henvis with demo data that polls the stand-in."""
    port = str(free_port())
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "service", "up", "--port", port, "--data", str(data)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "HENVIS_TELEGRAM_TOKEN": token, "HENVIS_TELEGRAM_API": api_url},
    )
    try:
        if process.stdout is None or not await process.stdout.readline():
            raise SystemExit("Henvis did not start")
        yield
    finally:
        process.terminate()
        await process.wait()


BENCHMARK = Benchmark("telegram", "many nurses at once in Telegram", run)
