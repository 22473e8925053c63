"""The small HTTP client towards the engines: what it keeps, and what it makes of bad answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot import kept_connections
from bot.kept_connections import BadAnswer, BrokenOff, KeptConnections, TooBusy

GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n["hej"]'


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
                self.asked.append(await reader.readuntil(b"}"))
                answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
                if not answer:
                    break
                writer.write(answer)
        writer.close()


def play(
    answers: Sequence[bytes], scene: Callable[[KeptConnections, Server], Awaitable[None]]
) -> None:
    """Run a scene with connections to a server that answers so."""

    async def run() -> None:
        server = Server(answers)
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        kept = KeptConnections(f"http://127.0.0.1:{port}")
        async with asyncio.timeout(20), listening:
            await scene(kept, server)
            kept.close()
            await asyncio.gather(*filter(None, server.serving))

    asyncio.run(run())


def ask(kept: KeptConnections, timeout_s: float = 5.0) -> Awaitable[Any]:
    return kept.post("/", {}, timeout_s)


def test_questions_share_a_connection_one_after_the_other() -> None:
    async def scene(kept: KeptConnections, server: Server) -> None:
        assert [await ask(kept) for _ in range(3)] == [["hej"]] * 3
        assert server.connections == 1

    play([GOOD], scene)


def test_questions_at_once_have_a_connection_each() -> None:
    async def scene(kept: KeptConnections, server: Server) -> None:
        assert await asyncio.gather(*(ask(kept) for _ in range(3))) == [["hej"]] * 3
        assert server.connections == 3

    play([GOOD], scene)


def test_a_connection_that_broke_while_idle_is_replaced() -> None:
    async def scene(kept: KeptConnections, server: Server) -> None:
        assert await ask(kept) == ["hej"]
        assert await ask(kept) == ["hej"]  # the server hung up on the first one
        assert server.connections == 2

    play([GOOD, b"", GOOD], scene)


def test_a_connection_that_is_to_be_closed_is_not_kept() -> None:
    async def scene(kept: KeptConnections, server: Server) -> None:
        assert [await ask(kept) for _ in range(2)] == [["hej"]] * 2
        assert server.connections == 2

    play([GOOD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")], scene)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n][",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
    ids=["an error", "no JSON", "no length", "no HTTP"],
)
def test_a_bad_answer_is_told_from_none(answer: bytes) -> None:
    async def scene(kept: KeptConnections, _: Server) -> None:
        with pytest.raises(BadAnswer):
            await ask(kept)

    play([answer], scene)


@pytest.mark.parametrize("answer", [b"", GOOD[:-2]], ids=["hung up", "cut short"])
def test_no_whole_answer_in_time_is_none(answer: bytes) -> None:
    async def scene(kept: KeptConnections, _: Server) -> None:
        with pytest.raises(BrokenOff):
            await ask(kept, 0.05)

    play([answer], scene)


def test_whoever_gets_no_connection_in_time_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_connections, "MOST", 0)

    async def scene(kept: KeptConnections, _: Server) -> None:
        with pytest.raises(TooBusy):
            await ask(kept, 0.01)

    play([GOOD], scene)
