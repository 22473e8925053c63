"""Rasa's REST channel behind a secret of this start, with a bound on what is sent."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

LARGEST = 64 * 1024
"""Bytes of a message; Rasa would take a hundred megabytes."""


class GuardedRest(RestInput):
    """The same channel at the same address. Who does not show the secret finds nothing there."""

    def __init__(self, secret: str) -> None:
        self._expected = f"Bearer {secret}".encode()

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> GuardedRest:
        """Read the secret; without one nobody gets in. Raises ValueError."""
        secret = (credentials or {}).get("secret")
        if not secret:
            raise ValueError("the channel needs a secret")
        return cls(str(secret))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[None]]) -> Blueprint:
        """Give Rasa's routes, guarded."""
        routes: Blueprint = super().blueprint(on_new_message)

        @routes.listener("before_server_start")  # type: ignore[untyped-decorator, unused-ignore]
        async def bound(app: Any, *_: object) -> None:
            app.config.REQUEST_MAX_SIZE = LARGEST

        @routes.middleware("request")  # type: ignore[untyped-decorator, unused-ignore]
        async def guard(request: Request) -> HTTPResponse | None:
            shown = request.headers.get("authorization", "").encode()
            known = hmac.compare_digest(shown, self._expected)
            return None if known else response.empty(status=404)

        return routes
