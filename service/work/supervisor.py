"""Keeps each piece of work going: what fails is told, put off and tried again, alone.

No text of an error is told, which may repeat what a person typed: its kind and its place are.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime

from referrals.storage.aside import place
from service.work import back_off
from service.work.pieces import Piece, Record

WATCH_S = 5.0
COUNT_S = 15.0
"""So often what waits is counted."""
GRACE_S = 3.0
"""How long a batch that is under way may take to end when all is to stop."""
_LOG = logging.getLogger("henvis")


class Supervisor:
    """Runs pieces until cancelled, in threads of its own: one that hangs delays no answer."""

    def __init__(
        self,
        pieces: Sequence[Piece],
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._now = now
        self._monotonic = monotonic
        self.records = [Record(piece, monotonic()) for piece in pieces]
        self._threads: ThreadPoolExecutor | None = None
        self._under_way: set[asyncio.Future[object]] = set()

    async def run(self) -> None:
        """Keep all pieces going. Cancelled, it waits a moment for the batches under way."""
        self._threads = ThreadPoolExecutor(2 * len(self.records) or 1, "work")
        for record in self.records:
            record.since = self._monotonic()
        try:
            async with asyncio.TaskGroup() as group:
                for record in self.records:
                    group.create_task(self._keep_going(record), name=record.piece.name)
                group.create_task(self._watch())
        finally:
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=GRACE_S)
            self._threads.shutdown(wait=False, cancel_futures=True)

    def late(self) -> list[Piece]:
        """Give the pieces of which nothing has succeeded for too long."""
        now = self._monotonic()
        return [record.piece for record in self.records if record.is_late(now)]

    def tell_late(self) -> None:
        """Log each piece once that has become late: what hangs says nothing itself."""
        now = self._monotonic()
        for record in self.records:
            late = record.is_late(now)
            if late and not record.told_late:
                seconds = now - record.since
                _LOG.error("work=%r late last_success_s_ago=%.0f", record.piece.name, seconds)
            record.told_late = late

    async def once(self, record: Record) -> float:
        """Do one round, note how it went, and give how long to wait, below 0 until woken."""
        began = self._monotonic()
        record.goes_on = not record.piece.longest_s
        try:
            done = await self._do(record.piece)
            record.took_s = self._monotonic() - began
            await self._count(record)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next round comes
            return self._failed(record, error)
        finally:
            record.goes_on = False
        if record.failures:
            _LOG.warning("work=%r again after_failures=%d", record.piece.name, record.failures)
        record.failures = 0
        record.since, record.succeeded_at = self._monotonic(), time.time()
        more = record.piece.threaded and isinstance(done, int) and done > 0
        return back_off.after_batch(record.took_s) if more else record.piece.every_s

    async def _keep_going(self, record: Record) -> None:
        try:
            while True:
                pause = await self.once(record)
                # What failed is not woken: each new letter would have it fail again.
                rest = asyncio.sleep if record.failures else record.piece.rest
                try:
                    await rest(pause)
                except Exception as error:  # noqa: BLE001 - it must not end, nor run without rest
                    await asyncio.sleep(self._failed(record, error))
        finally:
            if record.piece.end is not None:
                with suppress(Exception):
                    await record.piece.end()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_S)
            self.tell_late()

    async def _do(self, piece: Piece) -> object:
        now = self._now()
        if piece.threaded:
            return await self._in_thread(lambda: piece.do(now))
        async with asyncio.timeout(piece.longest_s or None):
            return await piece.do(now)

    async def _count(self, record: Record) -> None:
        now = self._monotonic()
        if record.piece.backlog is not None and now - record.counted_at >= COUNT_S:
            record.backlog = int(await self._in_thread(record.piece.backlog))  # type: ignore[call-overload]
            record.counted_at = now

    async def _in_thread(self, do: Callable[[], object]) -> object:
        """Do it in a thread, which nothing can stop: whoever is cancelled leaves it behind."""
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._threads, do)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return await asyncio.shield(future)

    def _failed(self, record: Record, error: Exception) -> float:
        record.failures += 1
        record.failed += 1
        pause = back_off.after_failure(record.failures)
        if back_off.is_told(record.failures):
            _LOG.warning(
                "work=%r failed error=%s at=%s failures=%d next_try_s=%.0f",
                record.piece.name,
                type(error).__name__,
                place(error),
                record.failures,
                pause,
            )
        return pause
