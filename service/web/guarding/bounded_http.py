"""uvicorn's protocol with bounds on what it has none for: head, time, and how many connections."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 64 * 1024
"""Bytes that may come before a head is complete; what is complete is measured by `Protection`."""
REQUEST_S = 60.0
"""How long a request may take to arrive, counted from its first byte or the connection's begin."""
MOST_AT_ONCE = 700
"""Connections that are served: so many open pages, and few enough to leave files for the rest."""
TURNED_AWAY_AT_ONCE = 100
"""Connections beyond those that are still told 503; whoever comes then is cut off at once."""


class BoundedHttp(HttpToolsProtocol):
    """Cuts off whoever sends headers without end, or so slowly that a connection is held for ever.

    An answer may take as long as it does; a connection kept open in between has its own limit.
    Where there are too many connections the newest get 503, and those that were there go on: an
    open page's stream is never ended for somebody who comes later.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._head_bytes = 0
        self._in_head = True
        self._late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a first request."""
        super().connection_made(transport)
        self._wait()
        if len(self.connections) > MOST_AT_ONCE + TURNED_AWAY_AT_ONCE:
            transport.abort()
        elif len(self.connections) > MOST_AT_ONCE:
            self.app = _full

    def data_received(self, data: bytes) -> None:
        """Read on, and see whether the head grows without end."""
        if self._late is None:
            self._wait()
        self._head_bytes += len(data)  # until something is complete, which begins the count anew
        super().data_received(data)
        if self._in_head and self._head_bytes > MAX_HEAD:
            self.transport.abort()

    def on_headers_complete(self) -> None:
        """Count no further: the body has a bound of its own."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Wait for no more of this request."""
        self._in_head, self._head_bytes = True, 0
        self._stop_waiting()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop_waiting()
        self._late = self.loop.call_later(REQUEST_S, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


async def _full(scope: Scope, receive: Receive, send: Send) -> None:
    """Say that there are too many, and when to come again; the connection ends with it."""
    headers = {"Connection": "close", "Retry-After": "10"}
    answer = PlainTextResponse("Too many connections; come again soon.\n", 503, headers)
    await answer(scope, receive, send)
