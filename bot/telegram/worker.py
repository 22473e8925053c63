"""Works the inbox off: one thing at a time in each chat, many chats side by side."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from bot.engine.rasa import EngineUnavailable
from bot.telegram.front import Front
from referrals.storage.aside import place
from referrals.storage.outage import NOT_KEPT
from referrals.telegram.inbox import Kept, TelegramInbox, Unreadable

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
        self._failures: dict[int, int] = {}
        """Of chats whose inbox could not be read, in a row."""
        self._places = asyncio.Semaphore(CHATS_AT_ONCE)
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at once; something has come. From the loop's own thread."""
        self._woken.set()

    async def look(self) -> None:
        """Begin with each chat that has something to be handled."""
        self._woken.clear()
        for chat_id in await asyncio.to_thread(self._inbox.waiting_chats, self._now()):
            if chat_id not in self._busy:
                task = asyncio.create_task(self._serve(chat_id))
                self._busy[chat_id] = task
                task.add_done_callback(lambda _, chat_id=chat_id: self._free(chat_id))  # type: ignore[misc]

    async def rest(self, seconds: float) -> None:
        """Wait until it is time to look again, or until something comes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def finish(self) -> None:
        """Break off: what was not handled to its end is handled again."""
        for task in self._busy.values():
            task.cancel()

    def _free(self, chat_id: int) -> None:
        self._busy.pop(chat_id, None)
        self._woken.set()  # something may have come while the last look found nothing

    async def _serve(self, chat_id: int) -> None:
        """Handle all that a chat brought, in order. Whatever fails is this chat's alone."""
        try:
            async with self._places:
                while kept := await self._next(chat_id):
                    if not await self._handle(kept):
                        break
            self._failures.pop(chat_id, None)
        except Exception as error:  # noqa: BLE001 - the next look tries again
            failures = self._failures[chat_id] = self._failures.get(chat_id, 0) + 1
            if failures == 1:
                _LOG.warning("telegram: a chat waits: %s at %s", type(error).__name__, place(error))
            await asyncio.sleep(min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2 ** min(failures, 10)))

    async def _next(self, chat_id: int) -> Kept | None:
        """Give what a chat said first; what cannot be read is set aside, and the chat told so."""
        try:
            return await asyncio.to_thread(self._inbox.first_of, chat_id, self._now())
        except Unreadable as unreadable:
            kept = unreadable.kept
            _LOG.error("telegram: set_aside=inbox row=%d error=Unreadable", kept.id)
            await self._front.give_up(kept)
            self._sent()
            return await self._next(chat_id)

    async def _handle(self, kept: Kept) -> bool:
        """Handle one thing; False if it must wait."""
        try:
            await self._front.handle(kept)
        except EngineUnavailable:
            if kept.attempts == TOLD_AT:
                await self._front.say_unavailable(kept)
                self._sent()
            return await self._later(kept, tries=None)
        except NOT_KEPT:
            raise  # no message's fault, and nothing can be noted
        except Exception as error:  # noqa: BLE001 - one bad message must not stop a chat
            _LOG.error("telegram: unexpected %s at %s", type(error).__name__, place(error))
            return await self._later(kept, tries=FAILURES)
        self._sent()
        return True

    async def _later(self, kept: Kept, tries: int | None) -> bool:
        now = self._now()
        tired = tries is not None and kept.attempts + 1 >= tries
        if tired or now - kept.received_at >= GIVE_UP_AFTER:
            await self._front.give_up(kept)
            self._sent()
            return True
        wait = min(_LONGEST_WAIT_S, _FIRST_WAIT_S * 2**kept.attempts)
        await asyncio.to_thread(self._inbox.put_off, kept, now + timedelta(seconds=wait))
        return False
