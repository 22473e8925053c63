"""The connections to one engine: what is kept, and what is made of bad answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.engine import rasa
from bot.engine.rasa import Engine, EngineAway, EngineUnavailable

GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n[{"text": "hej"}]'
HEJ = [{"text": "hej"}]


@dataclass
class Server:
    """Gives these answers one after the other, the last again and again; empty: it hangs up."""

    answers: Sequence[bytes]
    asked: list[bytes] = field(default_factory=list)
    serving: list[asyncio.Task[None] | None] = field(default_factory=list)

    @property
    def connections(self) -> int:
        return len(self.serving)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.serving.append(asyncio.current_task())
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                self.asked.append(await reader.readuntil(b"}}"))
                answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
                if not answer:
                    break
                writer.write(answer)
        writer.close()


def play(answers: Sequence[bytes], scene: Callable[[Engine, Server], Awaitable[None]]) -> None:
    """Run a scene with an engine that answers so."""

    async def run() -> None:
        server = Server(answers)
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        engine = Engine(f"http://127.0.0.1:{port}", 5)
        async with asyncio.timeout(20), listening:
            await scene(engine, server)
            await engine.close()
            await asyncio.gather(*filter(None, server.serving))

    asyncio.run(run())


def ask(engine: Engine, timeout_s: float = 5.0) -> Awaitable[Any]:
    return engine.send("c", "/help", {"message_id": "m"}, timeout_s)


def test_questions_share_a_connection_one_after_the_other() -> None:
    async def scene(engine: Engine, server: Server) -> None:
        assert [await ask(engine) for _ in range(3)] == [HEJ] * 3
        assert server.connections == 1

    play([GOOD], scene)


def test_questions_at_once_have_a_connection_each() -> None:
    async def scene(engine: Engine, server: Server) -> None:
        assert await asyncio.gather(*(ask(engine) for _ in range(3))) == [HEJ] * 3
        assert server.connections == 3

    play([GOOD], scene)


def test_a_connection_that_broke_while_idle_is_replaced() -> None:
    async def scene(engine: Engine, server: Server) -> None:
        assert await ask(engine) == HEJ
        assert await ask(engine) == HEJ  # the server hung up on the first one
        assert server.connections == 2

    play([GOOD, b"", GOOD], scene)


def test_a_connection_that_is_to_be_closed_is_not_kept() -> None:
    async def scene(engine: Engine, server: Server) -> None:
        assert [await ask(engine) for _ in range(2)] == [HEJ] * 2
        assert server.connections == 2

    play([GOOD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")], scene)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n][",
        b"nonsense\r\n\r\n",
    ],
    ids=["an error", "no JSON", "no HTTP"],
)
def test_a_bad_answer_is_told_from_none(answer: bytes) -> None:
    async def scene(engine: Engine, _: Server) -> None:
        with pytest.raises(EngineUnavailable) as told:
            await ask(engine)
        assert not isinstance(told.value, EngineAway)

    play([answer], scene)


@pytest.mark.parametrize(
    "answer",
    [b"", GOOD[:-2], b"HTTP/1.1 200 OK\r\n\r\n"],
    ids=["hung up", "cut short", "no length"],
)
def test_no_whole_answer_in_time_is_none(answer: bytes) -> None:
    async def scene(engine: Engine, _: Server) -> None:
        with pytest.raises(EngineAway):
            await ask(engine, 0.05)

    play([answer], scene)


def test_whoever_gets_no_connection_in_time_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasa, "AT_ONCE", 0)

    async def scene(engine: Engine, _: Server) -> None:
        with pytest.raises(EngineUnavailable, match="busy"):
            await ask(engine, 0.01)

    play([GOOD], scene)
