"""The engine's calls for actions. Only for who shows the token of this start.

Each turn makes one, so they are answered before everything that stands in front of people's pages:
the engine has no session, no browser and no rate, and is answered by nobody's page.
"""

from __future__ import annotations

import hmac
import json
import logging
from typing import Any

from rasa_sdk.executor import ActionExecutor
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from referrals.quotas.nurse import TOO_MUCH, QuotaReached
from referrals.security_events.events import Event
from referrals.security_events.telling import tell
from referrals.storage.aside import place
from referrals.storage.outage import AWAY, DATABASE
from service.engine.rasa import WEBHOOK_PATH

LARGEST = 1024 * 1024
_LOG = logging.getLogger("henvis")
_AWAY: dict[str, Any] = {"events": [], "responses": [{"custom": {"kind": AWAY}}]}
_TOO_MUCH: dict[str, Any] = {"events": [], "responses": [{"custom": {"kind": TOO_MUCH}}]}
_NOTHING: dict[str, Any] = {"events": [], "responses": []}


class EngineCalls:
    """ASGI middleware that runs one action a call and gives its responses."""

    def __init__(self, app: ASGIApp, executor: ActionExecutor, token: str) -> None:
        self._app = app
        self._executor = executor
        self._expected = f"Bearer {token}".encode() if token else b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the engine; pass everything else on."""
        if scope["type"] != "http" or scope["path"] != WEBHOOK_PATH:
            await self._app(scope, receive, send)
            return
        if not self._is_engine(scope):
            tell(Event.TOKEN_WRONG, "engine")
            answer = Response(status_code=404)
        elif (body := await _body(receive)) is None:
            answer = Response(status_code=413)
        else:
            answer = await self._run(body)
        await answer(scope, receive, send)

    def _is_engine(self, scope: Scope) -> bool:
        shown = Headers(scope=scope).get("authorization", "").encode()
        known = bool(self._expected) and hmac.compare_digest(shown, self._expected)
        return known and scope["method"] == "POST"

    async def _run(self, body: bytes) -> Response:
        # The engine leaves the domain out; no action of ours reads it.
        try:
            result = await self._executor.run({"domain": {}, **json.loads(body)})
        except DATABASE as error:
            _LOG.error("database away: %s at %s", type(error).__name__, place(error))
            said = _AWAY  # a failure here would reach the nurse as one of the engine
        except QuotaReached:
            said = _TOO_MUCH
        else:
            said = result.model_dump() if result else _NOTHING
        return Response(json.dumps(said), media_type="application/json")


async def _body(receive: Receive) -> bytes | None:
    """Give what was sent, or None if it is larger than any call or breaks off."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > LARGEST:
            return None
        more = message.get("more_body", False)
    return body
