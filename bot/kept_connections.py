"""JSON over HTTP/1.1 to one address on this machine, by connections that are kept.

A turn is one small question and one small answer. A full HTTP client takes longer over them than
the engine takes to understand a button.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

MOST = 100
CONNECT_S = 2.0
_END_OF_HEAD = b"\r\n\r\n"


class BrokenOff(Exception):
    """No answer came: nobody is there, the connection broke, or the time was up."""


class BadAnswer(Exception):
    """What came is no success, or no JSON."""


class TooBusy(Exception):
    """All connections were in use until the time was up."""


class KeptConnections:
    """Asks the server at ``url`` (no final slash).

    A question may reach the server twice if a kept connection breaks: ask only what can be
    asked twice.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._host_line = f"Host: {parts.netloc}\r\n"
        self._room = asyncio.Semaphore(MOST)
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def post(self, path: str, body: Mapping[str, Any], timeout_s: float) -> Any:
        """Give the JSON that is answered. Raises BrokenOff, BadAnswer or TooBusy."""
        status, answer = await self._ask("POST", path, json.dumps(body).encode(), timeout_s)
        if not 200 <= status < 300:
            raise BadAnswer(f"status {status}")
        try:
            return json.loads(answer)
        except ValueError:
            raise BadAnswer("no JSON") from None

    async def is_answered(self, path: str, timeout_s: float) -> bool:
        """Tell whether a GET succeeds."""
        try:
            status, _ = await self._ask("GET", path, b"", timeout_s)
        except (BrokenOff, BadAnswer, TooBusy):
            return False
        return 200 <= status < 300

    def close(self) -> None:
        """Give the connections back."""
        while self._idle:
            self._idle.pop()[1].close()

    async def _ask(
        self, method: str, path: str, body: bytes, timeout_s: float
    ) -> tuple[int, bytes]:
        head = f"{method} {path} HTTP/1.1\r\n{self._host_line}"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        try:
            async with asyncio.timeout(timeout_s):
                await self._room.acquire()
        except TimeoutError:
            raise TooBusy from None
        try:
            async with asyncio.timeout(timeout_s):
                return await self._exchange(head.encode() + b"\r\n" + body)
        except (OSError, EOFError) as error:  # a time-out is an OSError, too
            raise BrokenOff(type(error).__name__) from None
        except (ValueError, asyncio.LimitOverrunError):
            raise BadAnswer("no HTTP") from None
        finally:
            self._room.release()

    async def _exchange(self, question: bytes) -> tuple[int, bytes]:
        while self._idle:
            reader, writer = self._idle.pop()
            if reader.at_eof() or writer.is_closing():
                writer.close()
                continue
            with suppress(ConnectionError, EOFError):  # closed at the very moment it was chosen
                return await self._say(reader, writer, question)
        async with asyncio.timeout(CONNECT_S):
            reader, writer = await asyncio.open_connection(self._host, self._port)
        return await self._say(reader, writer, question)

    async def _say(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, question: bytes
    ) -> tuple[int, bytes]:
        try:
            writer.write(question)
            status, length, is_kept = _read_head(await reader.readuntil(_END_OF_HEAD))
            answer = await reader.readexactly(length)
        except BaseException:
            writer.close()
            raise
        if is_kept:
            self._idle.append((reader, writer))
        else:
            writer.close()
        return status, answer


def _read_head(head: bytes) -> tuple[int, int, bool]:
    """Read status, length of the body and whether the connection stays. Raises ValueError."""
    first, *lines = head.decode("latin-1").lower().split("\r\n")
    fields = dict(line.split(":", 1) for line in lines if line)
    is_kept = fields.get("connection", "").strip() != "close"
    status = first.partition(" ")[2].partition(" ")[0]
    return int(status), int(fields.get("content-length", "unknown")), is_kept
