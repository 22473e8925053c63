"""An HTTP client that costs next to nothing: one connection, JSON both ways.

A full client would take a fifth of the two cores that it is to measure.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any, Protocol, Self
from urllib.parse import urlsplit


class UnexpectedStatus(Exception):
    """An answer other than 2xx; its text is status and body."""


class Posts(Protocol):
    """A connection that messages can be posted over."""

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Send JSON, give JSON."""


class Client:
    """One kept connection to ``url``. For one message at a time."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        lines = {"Host": parts.netloc, "Content-Type": "application/json", **(headers or {})}
        self._headers = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._writer:
            self._writer.close()

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Send JSON, give JSON. Raises Refused."""
        content = json.dumps(body).encode()
        return await self._ask("POST", path, content)

    async def get(self, path: str) -> Any:
        """Give what is there as JSON. Raises Refused."""
        return await self._ask("GET", path, b"")

    async def _ask(self, method: str, path: str, content: bytes) -> Any:
        if self._writer is None or self._reader is None or self._writer.is_closing():
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}Content-Length: {len(content)}\r\n\r\n"
        self._writer.write(head.encode() + content)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = answer.partition("content-length:")[2].split(None, 1)[0]
        body = await self._reader.readexactly(int(length))
        if "\r\nconnection: close" in answer:
            self._writer.close()
        status = answer.split(None, 2)[1]
        if not status.startswith("2"):
            raise UnexpectedStatus(f"{status} {body.decode(errors='replace')}")
        return json.loads(body)
