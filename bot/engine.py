"""The way to the engines: Rasa's REST channel over HTTP, with a time-out and no silence.

Rasa answers ``200 []`` for whatever goes wrong inside it. Here that is an error. Engines keep
nothing, so any of them may take any message, also one that another was given before it died: the
message's id has it applied once.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Protocol

from bot.kept_connections import BadAnswer, BrokenOff, KeptConnections, TooBusy

PATIENCE_S = 5.0
"""How long an engine may take over a message while another one is free to take it."""
LOOK_AGAIN_S = 0.25
"""How long an engine that was found away is left alone before it is looked for again."""
HELLO_S = 1.0
"""How long it may take to say hello then."""


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
    """Sends sealed messages to the engine at ``url`` (no final slash)."""

    def __init__(self, url: str, timeout_s: float) -> None:
        self.url = url
        self._timeout_s = timeout_s
        self._connections = KeptConnections(url)
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
        self.busy += 1
        try:
            said: list[dict[str, Any]] = await self._connections.post(
                "/webhooks/rest/webhook",
                {"sender": conversation_id, "message": message, "metadata": metadata},
                patience_s or self._timeout_s,
            )
        except TooBusy:  # the queue is ours, not the engine's
            raise EngineUnavailable("too busy") from None
        except BrokenOff as error:
            self._note_away()
            raise EngineAway(str(error)) from None
        except BadAnswer as error:
            raise EngineUnavailable(str(error)) from None
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
        return await self._connections.is_answered("/webhooks/rest/", timeout_s)

    async def close(self) -> None:
        """Give the connections back."""
        self._connections.close()

    def _note_away(self) -> None:
        self._away = True
        self._look_again_at = time.monotonic() + LOOK_AGAIN_S


class Engines:
    """Shares messages out among engines that are all alike: the least busy one is asked first.

    Between equally busy ones a conversation stays with its own. A message that an engine failed
    to answer, because it is gone or takes long, is answered by another; by ``last_resort`` where
    all have gone.
    """

    def __init__(self, urls: Sequence[str], timeout_s: float, last_resort: LastResort) -> None:
        self._last_resort = last_resort
        self._engines = [Engine(url, timeout_s) for url in urls]
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
