"""What a nurse says in a benchmark, to Henvis and to stock Rasa alike, and how long it takes."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.driving.http_client import Client, Posts

TEXT = "hun ryger hver dag"
BUTTON = '/answer{"step":"offer","value":"not_now"}'
"""One short conversation: an answer that is typed and a polite no by button; nothing is filed."""


class Silence(Exception):
    """An answer without a word: a failure that Rasa does not tell."""


@dataclass
class Times:
    """Seconds of each turn, by kind."""

    text: list[float] = field(default_factory=list)
    button: list[float] = field(default_factory=list)

    def add(self, others: Times) -> None:
        """Take over what was measured elsewhere."""
        self.text.extend(others.text)
        self.button.extend(others.button)

    @property
    def every(self) -> list[float]:
        """All turns."""
        return [*self.text, *self.button]


class Bot(Protocol):
    """Something that conversations can be held with."""

    def connect(self) -> Client:
        """Give one nurse's connection."""

    async def hold(self, client: Posts, times: Times) -> None:
        """Hold one short conversation and note how long its turns took."""


@dataclass(frozen=True)
class HenvisBot:
    """Henvis over the JSON API, as any front end does it."""

    url: str
    token: str

    def connect(self) -> Client:
        """Give one nurse's connection."""
        return Client(self.url, {"Authorization": f"Bearer {self.token}"})

    async def hold(self, client: Posts, times: Times) -> None:
        """Begin an encounter and say both."""
        conversation = (await client.post("/api/conversations", {}))["id"]
        path = f"/api/conversations/{conversation}/messages"

        async def say(number: str, message: dict[str, str]) -> Any:
            return (await client.post(path, {"message_id": number, **message}))["replies"]

        times.text.append(await timed(lambda: say("1", {"text": TEXT})))
        times.button.append(await timed(lambda: say("2", {"payload": BUTTON})))


@dataclass(frozen=True)
class RasaBot:
    """A Rasa server over its REST channel. Each conversation is a new sender."""

    url: str

    def connect(self) -> Client:
        """Give one connection."""
        return Client(self.url)

    async def hold(self, client: Posts, times: Times) -> None:
        """Say both."""
        sender = uuid.uuid4().hex

        async def say(message: str) -> Any:
            body = {"sender": sender, "message": message, "metadata": {"language": "da"}}
            return await client.post("/webhooks/rest/webhook", body)

        times.text.append(await timed(lambda: say(TEXT)))
        times.button.append(await timed(lambda: say(BUTTON)))


async def timed(say: Callable[[], Awaitable[Any]]) -> float:
    """Give the seconds that a message took. Raises Silence."""
    began = time.perf_counter()
    said = await say()
    if not said:
        raise Silence
    return time.perf_counter() - began


@dataclass(frozen=True)
class Rush:
    """What many nurses at once met with."""

    times: Times
    seconds: float
    lost: int
    """Messages that got no answer."""

    @property
    def turns_per_s(self) -> float:
        """Turns that were answered in a second."""
        return len(self.times.every) / self.seconds


def rush(bot: Bot, nurses: int, seconds: float) -> Rush:
    """Let nurses talk without a pause, one conversation after the other each, for so long."""
    return asyncio.run(_rush(bot, nurses, seconds))


async def _rush(bot: Bot, nurses: int, seconds: float) -> Rush:
    times, lost = Times(), 0
    began = time.perf_counter()

    async def one_after_the_other() -> None:
        nonlocal lost
        async with bot.connect() as client:
            while time.perf_counter() - began < seconds:
                try:
                    await bot.hold(client, times)
                except Silence:
                    lost += 1

    await asyncio.gather(*(one_after_the_other() for _ in range(nurses)))
    return Rush(times, time.perf_counter() - began, lost)


def hold(bot: Bot, conversations: int) -> Times:
    """Hold conversations one after the other."""

    async def all_of_them() -> Times:
        times = Times()
        async with bot.connect() as client:
            for _ in range(conversations):
                await bot.hold(client, times)
        return times

    return asyncio.run(all_of_them())
