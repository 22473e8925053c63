"""A whole Telegram in one loop: the stand-in Bot API, our front end on it, people with phones.

Between them runs real HTTP. No engine: buttons and commands need none.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import select

from bot.sealing.vocabulary import Vocabulary
from referrals.outbox.tables import OutboxRow
from referrals.staff.accounts import staff_of
from referrals.staff.roles import Staff
from referrals.staff.tables import UserRow
from referrals.telegram.chats import unlock
from referrals.telegram.tables import TelegramUpdateRow, TelegramUserRow
from service import database as preparing
from service.composition import Parts, build_parts
from service.demo.telegram.bot_api import Shown, StandInApi
from service.demo.telegram.phone import press_update, text_update
from service.metrics import Metrics
from service.settings import Settings
from service.work.supervisor import Supervisor

TOKEN = "700000001:" + "made-up-token-of-nobody"
KNOWN = ("hej", "ja", "nej", "tak", "hun", "hedder", "hvad", "koster", "det", "er", "der", "i")


@dataclass
class Moving:
    """The real clock, moved forward as a test likes."""

    offset: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def forward(self, **span: float) -> None:
        self.offset += timedelta(**span)


@dataclass
class Sent:
    """One call of the Bot API as it came over the wire."""

    method: str
    body: bytes


class Api(StandInApi):
    """The stand-in, which writes down every byte sent to it and fails when told to.

    ``faults`` holds a method and what to answer instead: a response, or None to do it and then
    answer too late. ``refusals`` are raised by the emulator's own means.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[Sent] = []
        self.faults: deque[tuple[str, web.Response | None]] = deque()
        self.never = ""
        """A method that always fails."""
        self.update_ids = itertools.count(1000)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        method, body = request.match_info["method"], await request.read()
        self.sent.append(Sent(method, body))
        if method == self.never:
            return refused(400, "Bad Request")
        if self.faults and self.faults[0][0] == method:
            _, answer = self.faults.popleft()
            if answer is not None:
                return answer
            await super().handle(request)
            await asyncio.sleep(2)
        return await super().handle(request)  # type: ignore[no-any-return]

    def slip_in(self, update: dict[str, Any]) -> None:
        """Let an update wait that no emulator would take."""
        self._update_queues._state(TOKEN).updates.append(update)

    def count(self, method: str) -> int:
        return sum(each.method == method for each in self.sent)

    @property
    def everything(self) -> bytes:
        return b"\n".join(each.body for each in self.sent)


def refused(status: int, description: str, **parameters: Any) -> web.Response:
    """Write an error as Telegram does."""
    body = {"ok": False, "error_code": status, "description": description}
    return web.json_response(body | {"parameters": parameters}, status=status)


@dataclass
class Room:
    """What a test holds in its hands."""

    api: Api
    parts: Parts
    clock: Moving
    tasks: list[asyncio.Task[Any]] = field(default_factory=list)
    seen: int = 0

    def staff(self, name: str = "demo-nurse") -> Staff:
        with self.parts.store.database.read() as session:
            return staff_of(session.scalars(select(UserRow).where(UserRow.name == name)).one())

    def bind(self, telegram_id: int, name: str = "demo-nurse") -> None:
        """Let somebody's Telegram be known, and unlocked."""
        with self.parts.store.database.write() as session:
            user = session.scalars(select(UserRow).where(UserRow.name == name)).one()
            session.add(
                TelegramUserRow(user_id=user.id, telegram_id=telegram_id, linked_at=self.clock())
            )
            session.flush()
            unlock(session, staff_of(user), self.clock())

    async def write(self, telegram_id: int, text: str) -> str:
        """Write a message, and give what stands last in the chat once all is answered."""
        await self.api.enqueue_update(self.typed(telegram_id, text), token=TOKEN)
        return await self.quiet(telegram_id)

    def typed(self, telegram_id: int, text: str) -> dict[str, Any]:
        """Make an update of a message without sending it."""
        shown = self.api.add_own(telegram_id, text)
        update = text_update(telegram_id, shown.id, text)
        return {"update_id": next(self.api.update_ids), **update}

    def pressed(self, telegram_id: int, title: str) -> dict[str, Any]:
        """Make an update of a pressed key without sending it."""
        shown, key = self.key(telegram_id, title)
        number = next(self.api.update_ids)
        press = press_update(telegram_id, shown.id, key["callback_data"], str(number))
        return {"update_id": number, **press}

    async def press(self, telegram_id: int, title: str) -> str:
        """Press a key, and give what stands last in the chat once all is answered."""
        await self.api.enqueue_update(self.pressed(telegram_id, title), token=TOKEN)
        return await self.quiet(telegram_id)

    def key(self, telegram_id: int, title: str) -> tuple[Shown, dict[str, Any]]:
        """Find the newest key of this title."""
        for shown in reversed(self.api.messages(telegram_id)):
            for row in shown.keyboard:
                for key in row:
                    if key["text"] == title:
                        return shown, key
        raise AssertionError(f"no key {title!r} in {self.texts(telegram_id)}")

    def texts(self, telegram_id: int) -> list[str]:
        return [each.text for each in self.api.messages(telegram_id) if each.by_bot]

    async def said(self, telegram_id: int, words: str, seconds: float = 60.0) -> None:
        """Wait until the bot has said something with these words."""
        async with asyncio.timeout(seconds):
            while not any(words in text for text in self.texts(telegram_id)):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def send(self, *updates: dict[str, Any]) -> None:
        """Let Telegram have updates for the bot, without waiting."""
        for update in updates:
            await self.api.enqueue_update(update, token=TOKEN)

    async def quiet(self, telegram_id: int, seconds: float = 20.0) -> str:
        """Wait until everything that came is handled, and everything written is sent."""
        give_up_at = time.monotonic() + seconds
        while time.monotonic() < give_up_at:
            for task in self.tasks:
                if task.done():
                    task.result()
            if not await asyncio.to_thread(self._busy):
                return (self.texts(telegram_id) or [""])[-1]
            await asyncio.sleep(0.01)
        raise AssertionError(f"still busy: {self.texts(telegram_id)}")

    def _busy(self) -> bool:
        if self.api._update_queues._state(TOKEN).updates:
            return True
        waiting = select(TelegramUpdateRow.id).where(TelegramUpdateRow.handled_at.is_(None))
        unsent = select(OutboxRow.id).where(
            OutboxRow.channel == "telegram",
            OutboxRow.sent_at.is_(None),
            OutboxRow.dead_at.is_(None),
        )
        with self.parts.store.database.read() as session:
            busy = session.scalar(waiting.limit(1)) or session.scalar(unsent.limit(1))
            return busy is not None

    async def to_contact_page(self, telegram_id: int) -> str:
        """Take the script to the contact page and give the secret of its link."""
        await self.write(telegram_id, "/ny")
        for title in ("Ryger dagligt", "Ja tak", "Ja, patienten siger ja", "Ja"):
            await self.press(telegram_id, title)
        return self.contact_secret(telegram_id)

    def contact_secret(self, telegram_id: int, title: str = "Skriv oplysninger") -> str:
        url: str = self.key(telegram_id, title)[1]["url"]
        return url.rpartition("/")[2]


def settings_for(folder: Path, api_url: str, **more: Any) -> Settings:
    return Settings.load(
        data_dir=folder,
        engine_url="http://127.0.0.1:9",
        telegram_token=SecretStr(TOKEN),
        telegram_api=api_url,
        **more,
    )


@asynccontextmanager
async def serving(api: Api) -> AsyncIterator[str]:
    """Serve the stand-in on a loopback port and give its address."""
    runner = web.AppRunner(api.app(), access_log=None, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def working(parts: Parts) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Let the front end and the postman work."""
    parts.telegram.wire(parts.sending, Metrics())
    pieces = [*parts.telegram.pieces(), *parts.sending.pieces()]
    task = asyncio.create_task(Supervisor(pieces, parts.store.around.now).run())
    try:
        yield [task]
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await parts.telegram.close()


@asynccontextmanager
async def room(
    folder: Path, clock: Moving, *, at_work: bool = True, **more: Any
) -> AsyncIterator[Room]:
    """Open the room on demo data: polling, and with ``at_work`` answering."""
    api = Api()
    async with serving(api) as url:
        settings = settings_for(folder, url, **more)
        if not (folder / "henvis.db").exists():
            await asyncio.to_thread(preparing.prepare, settings, demo=True)
        parts = build_parts(settings, now=clock)
        found = Room(api, parts, clock)
        try:
            if at_work:
                async with working(parts) as found.tasks:
                    yield found
            else:
                yield found
        finally:
            await parts.engine.close()
            parts.store.database.close()


def bodies(api: Api, method: str) -> list[dict[str, Any]]:
    """Give what was sent to a method, as JSON or form fields."""
    found = []
    for each in api.sent:
        if each.method == method:
            with suppress(ValueError):
                found.append(json.loads(each.body))
    return found


VOCABULARY = Vocabulary(frozenset(KNOWN), frozenset({"karla"}))
