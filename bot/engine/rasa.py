"""The way to the engines: Rasa's REST channel over HTTP, with a time-out and no silence.

Rasa answers ``200 []`` for whatever goes wrong inside it. Here that is an error. Engines keep
nothing, so any of them may take any message, also one that another was given before it died: the
message's id has it applied once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import aiohttp

PATIENCE_S = 5.0
"""How long an engine may take over a message while another one is free to take it."""
LOOK_AGAIN_S = 0.25
"""How long an engine that was found away is left alone before it is looked for again."""
HELLO_S = 1.0
"""How long it may take to say hello then."""
CONNECT_S = 2.0
AT_ONCE = 100
"""Messages that wait for one engine; each holds a connection."""
KEPT_S = 2.0
"""How long an idle connection is kept: well under what the engine waits before it hangs up."""


class EngineUnavailable(Exception):
    """The engine did not answer in time or said nothing. The message can be sent again.

    ``language`` is the one of the conversation, for telling it to the nurse.
    """

    language = "da"


class EngineAway(EngineUnavailable):
    """No engine is there, or none says anything: it is not this message's fault."""


class LastResort(Protocol):
    """What answers where no engine does: some messages, else it raises EngineAway."""

    async def send(
        self, conversation_id: str, message: str, metadata: dict[str, str]
    ) -> list[dict[str, Any]]:
        """Give what an engine would say."""


class Engine:
    """Sends sealed messages to the engine at ``url`` (no final slash), showing it ``token``."""

    def __init__(self, url: str, timeout_s: float, token: str = "") -> None:
        self.url = url
        self._shown = {"Authorization": f"Bearer {token}"} if token else {}
        self._timeout_s = timeout_s
        self._kept: aiohttp.TCPConnector | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._room = asyncio.Semaphore(AT_ONCE)
        self.busy = 0
        """Messages that it is working on for us."""
        self._away = False
        self._look_again_at = 0.0

    async def send(
        self,
        conversation_id: str,
        message: str,
        metadata: dict[str, str],
        patience_s: float | None = None,
    ) -> list[dict[str, Any]]:
        """Give what the engine says to one message. Raises EngineUnavailable or EngineAway."""
        told = {"sender": conversation_id, "message": message, "metadata": metadata}
        timeout_s = patience_s or self._timeout_s
        self.busy += 1
        try:
            async with self._room_within(timeout_s):
                said = await self._ask(told, timeout_s)
        except (aiohttp.ClientResponseError, ValueError) as error:  # no success, HTTP or JSON
            raise EngineUnavailable(type(error).__name__) from None
        except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError, too
            self._note_away()
            raise EngineAway(type(error).__name__) from None
        finally:
            self.busy -= 1
        self._away = False
        if not said:
            raise EngineUnavailable("no answer")
        return said

    async def is_there(self) -> bool:
        """Tell whether it is worth a try: one that was found away must say hello first.

        One message at a time finds that out, so that a silent engine holds up no other.
        """
        now = time.monotonic()
        if not self._away:
            return True
        if now < self._look_again_at:
            return False
        self._look_again_at = now + HELLO_S + LOOK_AGAIN_S
        self._away = not await self.is_ready(HELLO_S)
        return not self._away

    async def is_ready(self, timeout_s: float = 2.0) -> bool:
        """Tell whether the engine answers at all."""
        try:
            async with (
                self._session(timeout_s) as session,
                session.get(f"{self.url}/webhooks/rest/") as answer,
            ):
                return answer.ok
        except (aiohttp.ClientError, OSError):
            return False

    async def close(self) -> None:
        """Give the connections back."""
        if self._kept is not None:
            await self._kept.close()

    @asynccontextmanager
    async def _room_within(self, timeout_s: float) -> AsyncIterator[None]:
        """Wait for room among the messages at once. Raises EngineUnavailable if there is none."""
        try:
            if self._room.locked():
                async with asyncio.timeout(timeout_s):
                    await self._room.acquire()
            else:
                await self._room.acquire()
        except TimeoutError:  # the queue is ours, not the engine's
            raise EngineUnavailable("too busy") from None
        try:
            yield
        finally:
            self._room.release()

    async def _ask(self, told: dict[str, Any], timeout_s: float) -> list[dict[str, Any]]:
        """Ask once more where a kept connection broke: the message's id has it applied once."""
        with suppress(aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            return await self._post(told, timeout_s)
        return await self._post(told, timeout_s)

    async def _post(self, told: dict[str, Any], timeout_s: float) -> list[dict[str, Any]]:
        async with (
            self._session(timeout_s) as session,
            session.post(f"{self.url}/webhooks/rest/webhook", json=told) as answer,
        ):
            answer.raise_for_status()
            said: list[dict[str, Any]] = await answer.json(content_type=None)
            return said

    def _session(self, timeout_s: float) -> aiohttp.ClientSession:
        """Begin to ask, by the connections that are kept; they belong to one event loop."""
        if self._kept is None or self._loop is not asyncio.get_running_loop():
            self._loop = asyncio.get_running_loop()
            self._kept = aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_S)
        return aiohttp.ClientSession(
            connector=self._kept,
            connector_owner=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=self._shown,
            timeout=aiohttp.ClientTimeout(timeout_s, sock_connect=CONNECT_S),
        )

    def _note_away(self) -> None:
        self._away = True
        self._look_again_at = time.monotonic() + LOOK_AGAIN_S


class Engines:
    """Shares messages out among engines that are all alike: the least busy one is asked first.

    Between equally busy ones a conversation stays with its own. A message that an engine failed
    to answer, because it is gone or takes long, is answered by another; by ``last_resort`` where
    all have gone.
    """

    def __init__(
        self, urls: Sequence[str], timeout_s: float, last_resort: LastResort, token: str = ""
    ) -> None:
        self._last_resort = last_resort
        self._engines = [Engine(url, timeout_s, token) for url in urls]
        self._patience_s = min(PATIENCE_S, timeout_s)

    async def send(
        self, conversation_id: str, message: str, metadata: dict[str, str]
    ) -> list[dict[str, Any]]:
        """Give what an engine says to one message.

        Raises EngineUnavailable for a message that got no answer, EngineAway if none is there
        and the message has to be understood.
        """
        waiting = self._by_preference(conversation_id)
        while waiting:
            engine = waiting.pop(0)
            if not await engine.is_there():
                continue
            patience_s = self._patience_s if waiting else None
            with suppress(EngineAway):
                return await engine.send(conversation_id, message, metadata, patience_s)
        return await self._last_resort.send(conversation_id, message, metadata)

    async def is_ready(self) -> bool:
        """Tell whether at least one engine answers."""
        for engine in self._engines:
            if await engine.is_ready():
                return True
        return False

    async def close(self) -> None:
        """Give all connections back."""
        for engine in self._engines:
            await engine.close()

    def _by_preference(self, conversation_id: str) -> list[Engine]:
        def preference(engine: Engine) -> tuple[int, int]:
            return engine.busy, hash((conversation_id, engine.url))

        return sorted(self._engines, key=preference)
