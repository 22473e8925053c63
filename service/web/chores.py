"""Regular work beside the requests, each piece at its own pace."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from referrals.feed.change_feed import tell_systems
from referrals.figures.counted_days import keep_counted
from referrals.housekeeping import keep_house
from referrals.installation.watched_clock import WatchedClock
from referrals.notices.clock_watch import watch
from referrals.notices.daily import tell_daily
from service.composition import Store
from service.sending.channels import Sending

_LOG = logging.getLogger("henvis")


@dataclass(frozen=True)
class Chore:
    """Something to do every so many seconds. Must be safe to do in several processes at once."""

    name: str
    every_s: float
    do: Callable[[datetime], object]


def all_chores(store: Store, sending: Sending) -> list[Chore]:
    """Give what a service does beside answering."""
    database, clock = store.database, WatchedClock(store.database)
    return [
        Chore("housekeeping", 60, lambda now: keep_house(database, now, clock)),
        Chore("the clock", 20, lambda now: watch(database, now)),
        Chore("counting days", 20, lambda now: keep_counted(database, now)),
        Chore("daily notices", 60, lambda now: tell_daily(database, now)),
        Chore("telling systems", 2, lambda now: tell_systems(database, now)),
        Chore("spreading notices", 2, sending.spread),
        Chore("letters without a way out", 60, sending.bury_orphans),
    ]


async def keep_going(chores: Sequence[Chore], now: Callable[[], datetime]) -> None:
    """Do all chores until cancelled. A round that fails is logged and tried again."""
    async with asyncio.TaskGroup() as group:
        for chore in chores:
            group.create_task(_repeat(chore, now))


async def _repeat(chore: Chore, now: Callable[[], datetime]) -> None:
    while True:
        try:
            await asyncio.to_thread(chore.do, now())
        except SQLAlchemyError as error:
            _LOG.warning("%s failed, will try again: %s", chore.name, type(error).__name__)
        await asyncio.sleep(chore.every_s)
