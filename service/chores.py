"""Regular work beside the requests: housekeeping, once a minute."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from referrals.housekeeping import keep_house
from service.composition import Store

EVERY_S = 60.0
_LOG = logging.getLogger("henvis")


async def keep_going(store: Store) -> None:
    """Keep house until cancelled. A round that fails is logged and tried again."""
    while True:
        try:
            await asyncio.to_thread(keep_house, store.database, store.vault, store.around.now())
        except SQLAlchemyError as error:
            _LOG.warning("housekeeping failed, will try again: %s", type(error).__name__)
        await asyncio.sleep(EVERY_S)
