"""Telegram beside a running Henvis: the stand-in in a thread, and phones to write on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from referrals.staff.tables import UserRow
from referrals.storage.database import Database
from referrals.telegram.tables import TelegramUserRow
from tests.bot.telegram.chatroom import TOKEN, Api, Moving, Room, serving
from tests.service.waiting import until

T = TypeVar("T")


class Telegram:
    """The stand-in, to be used from a thread that has no event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, api: Api, url: str) -> None:
        self._loop = loop
        self.api = api
        self.url = url
        self.room = Room(api, None, Moving())  # type: ignore[arg-type]

    @property
    def env(self) -> dict[str, str]:
        """What makes Henvis use it."""
        return {"HENVIS_TELEGRAM_TOKEN": TOKEN, "HENVIS_TELEGRAM_API": self.url}

    def send(self, *updates: dict[str, Any]) -> None:
        """Let updates wait at Telegram."""
        self._run(self.room.send(*updates))

    def write(self, telegram_id: int, text: str) -> None:
        """Write a message."""
        self.send(self.room.typed(telegram_id, text))

    def press(self, telegram_id: int, title: str) -> None:
        """Press a key."""
        self.send(self.room.pressed(telegram_id, title))

    def says(self, telegram_id: int, words: str, seconds: float = 60) -> None:
        """Wait until the last message holds these words."""
        until(lambda: words in (self.room.texts(telegram_id) or [""])[-1], seconds=seconds)

    def warnings(self, telegram_id: int) -> int:
        """Count how often somebody was told that a message was deleted unread."""
        return sum("slettet og ikke læst" in each for each in self.room.texts(telegram_id))

    def play(self, telegram_id: int, *steps: tuple[str, str]) -> None:
        """Write a command or press a key, and wait for words; again and again."""
        for what, words in steps:
            (self.write if what.startswith("/") else self.press)(telegram_id, what)
            self.says(telegram_id, words)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=60)


@contextmanager
def telegram() -> Iterator[Telegram]:
    """Serve the stand-in for as long as it is needed."""
    loop, api = asyncio.new_event_loop(), Api()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = serving(api)
    url = asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(timeout=20)
    try:
        yield Telegram(loop, api, url)
    finally:
        closing = server.__aexit__(None, None, None)
        asyncio.run_coroutine_threadsafe(closing, loop).result(timeout=20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=20)
        loop.close()


def bind(data: Path, **telegram_ids: int) -> None:
    """Let the Telegram of users be known and unlocked; names as in the demo, ``_`` for ``-``."""
    database, now = Database(f"sqlite:///{data / 'henvis.db'}"), datetime.now(UTC)
    with database.write() as session:
        for name, telegram_id in telegram_ids.items():
            user = session.scalars(
                select(UserRow).where(UserRow.name == name.replace("_", "-"))
            ).one()
            session.add(
                TelegramUserRow(
                    user_id=user.id,
                    telegram_id=telegram_id,
                    linked_at=now,
                    unlocked_at=now,
                    active_at=now,
                )
            )
    database.close()
