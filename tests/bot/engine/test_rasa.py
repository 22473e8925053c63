"""Several engines behind one service: who is asked, and who answers when one is gone or silent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.engine import rasa
from bot.engine.rasa import EngineAway, Engines, EngineUnavailable

NOWHERE = "http://127.0.0.1:9"
TELLING = {"language": "da", "awaits": "status", "message_id": "m"}


@dataclass
class TinyEngine:
    """An HTTP server on a port of its own that says its name to every message."""

    name: str
    url: str = ""
    says: list[dict[str, str]] | None = None
    heard: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    serving: list[asyncio.Task[None]] = field(default_factory=list)
    stopped_at: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def open(self, port: int = 0) -> AsyncIterator[TinyEngine]:
        self.gate.set()
        server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            self.gate.set()
            await asyncio.gather(*self.serving)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.serving.append(task)
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._answer(reader, writer)
            writer.close()
            await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        size = [line for line in head.lower().splitlines() if line.startswith("content-length")]
        body = await reader.readexactly(int(size[0].partition(":")[2])) if size else b"{}"
        self.heard.append(json.loads(body).get("sender", "hello"))
        if not self.gate.is_set():
            self.stopped_at.set()
        await self.gate.wait()
        said = self.says if self.says is not None else [{"text": self.name}]
        answer = json.dumps(said).encode()
        head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(answer)}\r\n\r\n"
        writer.write(head.encode() + answer)
        await writer.drain()


class AtLast:
    """What is asked when no engine is there."""

    async def send(
        self, conversation_id: str, message: str, metadata: dict[str, str]
    ) -> list[dict[str, Any]]:
        if not message.startswith("/"):
            raise EngineAway("nobody there")
        return [{"text": "at last"}]


async def tell(engines: Engines, conversation: str = "c", message: str = "/help") -> str:
    said = await engines.send(conversation, message, TELLING)
    return str(said[0]["text"])


def run_with(*names: str) -> Callable[[Callable[..., Awaitable[None]]], None]:
    """Run a scene with tiny engines of these names and the ``Engines`` over them."""

    def run(scene: Callable[..., Awaitable[None]]) -> None:
        async def play() -> None:
            tiny = [TinyEngine(name) for name in names]
            async with asyncio.timeout(20):
                opened = [each.open() for each in tiny]
                for each in opened:
                    await each.__aenter__()
                engines = Engines([each.url for each in tiny], 10, AtLast())
                await scene(engines, *tiny)
                await engines.close()
                for each in opened:
                    await each.__aexit__(None, None, None)

        asyncio.run(play())

    return run


def test_idle_engines_share_conversations_and_each_conversation_stays_with_its_own() -> None:
    @run_with("one", "two")
    async def scene(engines: Engines, *_: TinyEngine) -> None:
        first = [await tell(engines, str(number)) for number in range(20)]
        assert set(first) == {"one", "two"}
        assert [await tell(engines, str(number)) for number in range(20)] == first


def test_a_busy_engine_is_spared() -> None:
    @run_with("one", "two")
    async def scene(engines: Engines, one: TinyEngine, two: TinyEngine) -> None:
        owner = await tell(engines)
        busy, idle = (one, two) if owner == "one" else (two, one)
        busy.gate.clear()
        waiting = asyncio.create_task(tell(engines))
        await busy.stopped_at.wait()
        assert await tell(engines) == idle.name
        busy.gate.set()
        assert await waiting == busy.name


def test_a_message_to_a_gone_engine_is_answered_by_another() -> None:
    @run_with("two")
    async def scene(_: Engines, two: TinyEngine) -> None:
        engines = Engines([NOWHERE, two.url], 10, AtLast())
        assert {await tell(engines, str(number)) for number in range(20)} == {"two"}
        await engines.close()


def test_a_message_that_an_engine_keeps_for_too_long_is_answered_by_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rasa, "PATIENCE_S", 0.1)
    monkeypatch.setattr(rasa, "HELLO_S", 0.1)

    @run_with("one", "two")
    async def scene(engines: Engines, one: TinyEngine, two: TinyEngine) -> None:
        one.gate.clear()
        assert {await tell(engines, str(number)) for number in range(8)} == {"two"}
        assert len([sender for sender in one.heard if sender != "hello"]) == 1


def test_an_engine_that_is_back_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa, "LOOK_AGAIN_S", 0.0)

    @run_with("two")
    async def scene(_: Engines, two: TinyEngine) -> None:
        async with TinyEngine("one").open() as one:
            url = one.url
        engines = Engines([url], 10, AtLast())
        assert await tell(engines) == "at last"
        async with TinyEngine("one again").open(int(url.rpartition(":")[2])):
            assert await tell(engines) == "one again"
        await engines.close()


def test_without_any_engine_a_button_is_answered_and_a_text_is_not() -> None:
    async def scene() -> None:
        engines = Engines([NOWHERE], 10, AtLast())
        assert await tell(engines) == "at last"
        with pytest.raises(EngineAway):
            await tell(engines, message="hej")
        assert not await engines.is_ready()
        await engines.close()

    asyncio.run(scene())


def test_an_engine_that_says_nothing_has_failed_and_is_not_replaced() -> None:
    @run_with("one")
    async def scene(engines: Engines, one: TinyEngine) -> None:
        one.says = []
        with pytest.raises(EngineUnavailable) as raised:
            await tell(engines)
        assert not isinstance(raised.value, EngineAway)
        assert await engines.is_ready()
