"""Works the inbox off: one thing at a time in each chat, many chats side by side."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from bot.engine.rasa import EngineUnavailable
from bot.telegram.front import Front
from referrals.telegram.inbox import Kept, TelegramInbox

CHATS_AT_ONCE = 64
POLL_S = 0.5
GIVE_UP_AFTER = timedelta(minutes=10)
FAILURES = 3
"""After so many unexpected errors one message no longer keeps the ones behind it waiting."""
TOLD_AT = 2
"""A short absence of the engine is not worth a word."""
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 15.0
_LOG = logging.getLogger("henvis")


class InboxWorker:
    """Hands what chats brought to the front, and tries again what could not be handled yet."""

    def __init__(
        self,
        inbox: TelegramInbox,
        front: Front,
        sent: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._inbox = inbox
        self._front = front
        self._sent = sent
        self._now = now
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(CHATS_AT_ONCE)
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at once; something has come. From the loop's own thread."""
        self._woken.set()

    async def work(self) -> None:
        """Handle what comes until cancelled."""
        try:
            while True:
                self._woken.clear()
                try:
                    await self._look()
                except SQLAlchemyError as error:
                    _LOG.warning("telegram: the inbox cannot be read: %s", type(error).__name__)
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await self._woken.wait()
        finally:
            for task in self._busy.values():
                task.cancel()

    async def _look(self) -> None:
        for chat_id in await asyncio.to_thread(self._inbox.waiting_chats, self._now()):
            if chat_id not in self._busy:
                task = asyncio.create_task(self._serve(chat_id))
                self._busy[chat_id] = task
                task.add_done_callback(lambda _, chat_id=chat_id: self._free(chat_id))  # type: ignore[misc]

    def _free(self, chat_id: int) -> None:
        self._busy.pop(chat_id, None)
        self._woken.set()  # something may have come while the last look found nothing

    async def _serve(self, chat_id: int) -> None:
        """Handle all that a chat brought, in order."""
        async with self._places:
            while kept := await asyncio.to_thread(self._inbox.first_of, chat_id, self._now()):
                if not await self._handle(kept):
                    return

    async def _handle(self, kept: Kept) -> bool:
        """Handle one thing; False if it must wait."""
        try:
            await self._front.handle(kept)
        except EngineUnavailable:
            if kept.attempts == TOLD_AT:
                await self._front.say_unavailable(kept)
                self._sent()
            return await self._later(kept, tries=None)
        except Exception as error:  # noqa: BLE001 - one bad message must not stop a chat
            _LOG.error("telegram: unexpected %s at a message", type(error).__name__)
            return await self._later(kept, tries=FAILURES)
        self._sent()
        return True

    async def _later(self, kept: Kept, tries: int | None) -> bool:
        now = self._now()
        tired = tries is not None and kept.attempts + 1 >= tries
        try:
            if tired or now - kept.received_at >= GIVE_UP_AFTER:
                await self._front.give_up(kept)
                self._sent()
                return True
            wait = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2**kept.attempts)
            await asyncio.to_thread(self._inbox.put_off, kept, now + timedelta(seconds=wait))
        except SQLAlchemyError as error:
            _LOG.warning("telegram: the inbox cannot be written: %s", type(error).__name__)
        return False
