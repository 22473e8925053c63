"""uvicorn's protocol with bounds on what it has none for: how much head, and how long a request."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 64 * 1024
"""Bytes that may come before a head is complete; what is complete is measured by `Protection`."""
REQUEST_S = 60.0
"""How long a request may take to arrive, counted from its first byte or the connection's begin."""


class BoundedHttp(HttpToolsProtocol):
    """Cuts off whoever sends headers without end, or so slowly that a connection is held for ever.

    An answer may take as long as it does; a connection kept open in between has its own limit.
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
