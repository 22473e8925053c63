"""Each request gets an id, and what is told of it says who asked, from where and for what."""

from __future__ import annotations

import secrets

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referrals.security_events.telling import Around, around
from referrals.staff.roles import Staff
from referrals.staff.sessions import digest, public_id

HEADER = "X-Request-Id"
"""By this an answer can be found again in the log; what a client sends as such is not believed."""
_HEADER = HEADER.lower().encode()


class Watched:
    """ASGI around everything that answers: names the request, and says so in the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with a name."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Around(
            address=(scope.get("client") or ("", 0))[0],
            request_id=secrets.token_hex(8),
            method=scope["method"],
            route=lambda: getattr(scope.get("route"), "path", ""),
        )

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = (_HEADER, asked.request_id.encode())
                message["headers"] = [*message.get("headers", ()), named]
            await send(message)

        token = around.set(asked)
        try:
            await self._app(scope, receive, answered)
        finally:
            around.reset(token)


def is_asked_by(staff: Staff | None, secret: str) -> None:
    """Say who asks now, once that is known; ``secret`` is told by its digest."""
    asked = around.get()
    if asked is None:
        return
    asked.session = public_id(digest(secret)) if secret else ""
    if staff is not None:
        asked.user_id, asked.role = staff.id, staff.role.value
