"""The way to the engine: Rasa's REST channel over HTTP, with a time-out and no silence.

Rasa answers ``200 []`` for whatever goes wrong inside it. Here that is an error.
"""

from __future__ import annotations

from typing import Any

import httpx


class EngineUnavailable(Exception):
    """The engine did not answer in time or said nothing. The message can be sent again."""


class Engine:
    """Sends sealed messages to the engine at ``url`` (no final slash)."""

    def __init__(self, url: str, timeout_s: float) -> None:
        limits = httpx.Limits(max_connections=50, max_keepalive_connections=50)
        timeout = httpx.Timeout(timeout_s, connect=2.0)
        self._client = httpx.AsyncClient(base_url=url, timeout=timeout, limits=limits)

    async def send(
        self, conversation_id: str, message: str, metadata: dict[str, str]
    ) -> list[dict[str, Any]]:
        """Give what the engine says to one message. Raises EngineUnavailable."""
        try:
            answer = await self._client.post(
                "/webhooks/rest/webhook",
                json={"sender": conversation_id, "message": message, "metadata": metadata},
            )
            answer.raise_for_status()
            said: list[dict[str, Any]] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise EngineUnavailable(type(error).__name__) from None
        if not said:
            raise EngineUnavailable("no answer")
        return said

    async def is_ready(self) -> bool:
        """Tell whether the engine answers at all."""
        try:
            answer = await self._client.get("/webhooks/rest/", timeout=2.0)
        except httpx.HTTPError:
            return False
        return answer.is_success

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()
