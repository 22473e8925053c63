"""Works the outbox off: one ``Postman`` for each channel, in each process.

A channel only sends. When to try again, and when to stop trying, is decided here.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from referrals.outbox import letters as outbox
from referrals.outbox.letters import Letter
from referrals.storage.aside import place
from referrals.storage.database import Database

_LOG = logging.getLogger("henvis")
_GRACE_S = 5.0
SLOWED_AT_ONCE = 3
"""Who were told at the same time to wait, so that the whole channel waits."""


class NotSent(Exception):
    """It did certainly not leave; to be tried again. The text must not hold personal data."""


class DeliveryRefused(Exception):
    """It will never be taken: no such address, not allowed. The text names nobody."""


class TooFast(Exception):
    """The other side takes nothing more until ``wait`` is over."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too_fast")
        self.wait = wait


@dataclass(frozen=True)
class Patience:
    """How a channel is used.

    ``tries`` before a letter is buried, waiting ``first`` after the first and twice as long after
    each, at most ``longest``; ``at_once`` letters at a time, each for at most ``time_out``.
    ``keeps_for``: a letter that was put off by TooFast again and again is buried after so long.
    """

    tries: int = 12
    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(hours=2)
    at_once: int = 8
    time_out: timedelta = timedelta(seconds=30)
    poll: timedelta = timedelta(seconds=1)
    keeps_for: timedelta = timedelta(days=2)

    @property
    def lease(self) -> timedelta:
        """How long a claim lasts: longer than any try."""
        return 2 * self.time_out + timedelta(seconds=10)

    def wait(self, attempt: int, chance: float) -> timedelta:
        """Give how long to wait after a failed try; ``chance`` (0 to 1) spreads those of many."""
        doubled: int = 2 ** min(attempt - 1, 30)
        return min(self.longest, self.first * doubled) * (0.5 + chance / 2)


class Channel(Protocol):
    """A way out, such as e-mail."""

    @property
    def name(self) -> str:
        """What ``channel`` says in the outbox."""

    @property
    def patience(self) -> Patience:
        """How it is used."""

    async def send(self, letter: Letter) -> Mapping[str, Any] | None:
        """Send one letter and give what is worth keeping of the answer.

        Raises NotSent, Refused or TooFast. Any other error, and taking too long, means that it is
        uncertain whether the letter left.
        """


class Postman:
    """Takes letters of one channel out of the outbox and has them sent."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        now: Callable[[], datetime],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._channel = channel
        self.patience = channel.patience
        self._now = now
        self._chance = chance
        self._slowed: dict[str, datetime] = {}
        """Who takes nothing before when."""
        self._on_the_way: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at once instead of at the next poll. May be called from any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended: nobody is left to wake
                self._loop.call_soon_threadsafe(self._woken.set)

    async def look(self) -> int:
        """Begin to send what is due, and give how many letters that is."""
        if self._loop is not asyncio.get_running_loop():
            self._loop = asyncio.get_running_loop()
            self._woken = asyncio.Event()  # an event belongs to the loop that waits for it
        self._woken.clear()
        return await self._start()

    async def rest(self, seconds: float) -> None:
        """Wait until it is time to look again, or until somebody wakes it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def finish(self) -> None:
        """Give what is on its way a few seconds to arrive, and begin nothing more."""
        if self._on_the_way:
            await asyncio.wait(self._on_the_way, timeout=_GRACE_S)
        for task in self._on_the_way:
            task.cancel()

    def waiting(self) -> int:
        """Count what is due and has not left."""
        return outbox.waiting(self._database, self._channel.name, self._now())

    async def _start(self) -> int:
        """Claim as many letters as may be on their way at once, and begin to send them."""
        now, free = self._now(), self.patience.at_once - len(self._on_the_way)
        if free <= 0 or self._is_slowed(now):
            return 0
        letters = await asyncio.to_thread(
            outbox.claim,
            self._database,
            self._channel.name,
            now,
            most=free,
            lease=self.patience.lease,
            tries=self.patience.tries,
        )
        for letter in letters:
            task = asyncio.create_task(self._deliver(letter))
            self._on_the_way.add(task)
            task.add_done_callback(self._arrived)
        return len(letters)

    def _arrived(self, task: asyncio.Task[None]) -> None:
        self._on_the_way.discard(task)
        self.wake()  # the next of its stream may follow

    async def _deliver(self, letter: Letter) -> None:
        settle = await self._try(letter)
        try:
            kept = await asyncio.to_thread(settle)
        except Exception as error:  # noqa: BLE001 - the claim runs out, and it is tried again
            self._tell("the outbox cannot be written", error)
            return
        if not kept:
            self._tell(f"letter {letter.id} was settled by somebody else")

    async def _try(self, letter: Letter) -> Callable[[], bool]:
        """Have it sent, and give what is to be noted."""
        try:
            async with asyncio.timeout(self.patience.time_out.total_seconds()):
                answer = await self._channel.send(letter)
        except TooFast as fast:
            return self._put_off(letter, fast.wait)
        except DeliveryRefused as refused:
            return self._note(outbox.bury, letter, self._now(), str(refused))
        except NotSent as failed:
            return self._again(letter, str(failed))
        except Exception as error:  # noqa: BLE001 - a channel may raise whatever its library does
            why = f"{outbox.UNCERTAIN}: {type(error).__name__}"
            self._tell(f"letter {letter.id} may have left", error)
            if letter.at_most_once:
                return self._note(outbox.bury, letter, self._now(), why)
            return self._again(letter, why)
        return self._note(outbox.delivered, letter, self._now(), answer)

    def _again(self, letter: Letter, why: str) -> Callable[[], bool]:
        now = self._now()
        if letter.attempt >= self.patience.tries:
            return self._note(outbox.bury, letter, now, why)
        until = now + self.patience.wait(letter.attempt, self._chance())
        return self._note(outbox.put_off, letter, until, why)

    def _is_slowed(self, now: datetime) -> bool:
        """Tell whether so many take nothing at once that the limit is the channel's own."""
        self._slowed = {who: until for who, until in self._slowed.items() if until > now}
        return len(self._slowed) >= SLOWED_AT_ONCE

    def _put_off(self, letter: Letter, wait: timedelta) -> Callable[[], bool]:
        """Leave who takes nothing more alone for so long; letters to others go on."""
        now = self._now()
        self._slowed[letter.recipient] = now + wait
        if now - letter.created_at >= self.patience.keeps_for:
            return self._note(outbox.bury, letter, now, "too_fast")
        noted = partial(outbox.put_off, counts=False)
        return self._note(noted, letter, now + wait, "too_fast")

    def _note(self, settle: Callable[..., bool], *values: object) -> Callable[[], bool]:
        return partial(settle, self._database, *values)

    def _tell(self, what: str, error: Exception | None = None) -> None:
        kind = f": {type(error).__name__} at {place(error)}" if error else ""
        _LOG.warning("%s: %s%s", self._channel.name, what, kind)
