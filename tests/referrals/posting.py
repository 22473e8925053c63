"""A postman who does one round, so that a test can look at what came of it."""

from __future__ import annotations

import asyncio

from referrals.outbox.delivery import Postman


class OneRound(Postman):
    """Sends what is due now instead of working until cancelled."""

    async def send_due(self) -> int:
        """Send all that is due now, wait for it, and give how many were tried."""
        tried = 0
        while found := await self._start():
            tried += found
            await asyncio.wait(self._on_the_way)
        return tried
