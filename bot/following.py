"""Who follows a conversation from another device or page, told of each of its turns."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator

from referrals.turns.order import TurnOrder


class Followers:
    """Those who follow conversations at this process, told of turns of all processes."""

    def __init__(self, order: TurnOrder) -> None:
        self._order = order
        self._signs: defaultdict[str, set[asyncio.Queue[None]]] = defaultdict(set)

    async def listen(self, conversation_id: str) -> AsyncGenerator[None]:
        """Give a sign for each turn of this conversation, from whatever device."""
        signs: asyncio.Queue[None] = asyncio.Queue(maxsize=50)
        listeners = self._signs[conversation_id]
        listeners.add(signs)
        try:
            while True:
                await signs.get()
                yield
        finally:
            listeners.discard(signs)
            if not listeners:
                self._signs.pop(conversation_id, None)

    def tell(self, conversation_id: str) -> None:
        """Let those who listen know that there was a turn."""
        for signs in self._signs.get(conversation_id, ()):
            if not signs.full():
                signs.put_nowait(None)

    async def follow_others(self) -> None:
        """Tell of the turns of all processes, where there may be others."""
        async for conversation_id in self._order.turns():
            self.tell(conversation_id)
