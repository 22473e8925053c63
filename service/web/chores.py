"""What a service does beside answering, each piece at its own pace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from referrals.allowances.spending import forget_free
from referrals.audit.proof import anchor
from referrals.feed.change_feed import tell_systems
from referrals.figures.counted_days import DayCounter
from referrals.housekeeping import guarded
from referrals.installation.watched_clock import WatchedClock
from referrals.notices import clock_watch
from referrals.notices.daily import tell_daily
from referrals.tombstones.noting import Noting
from service.composition import Parts
from service.work.pieces import Piece

_HOUSEKEEPING_S = 60.0
_ANCHOR_S = 600.0


def all_pieces(parts: Parts, *, beside: bool) -> list[Piece]:
    """Give what this service does; one that does not work ``beside`` only listens to others."""
    following = _following(parts)
    if not beside:
        return following
    database, sending = parts.store.database, parts.sending
    rounds = guarded(database, WatchedClock(database), parts.store.around.now)
    batches: list[tuple[str, float, Callable[[datetime], object]]] = [
        ("clock", 20, lambda now: clock_watch.watch_some(database, now)),
        ("counting days", 20, DayCounter(database).some),
        ("daily notices", 60, lambda now: tell_daily(database, now)),
        ("audit anchor", _ANCHOR_S, lambda now: anchor(database, parts.store.anchors, now)),
        ("telling systems", 2, lambda now: tell_systems(database, now)),
        ("spreading notices", 2, sending.spread),
        ("what ended", 5, Noting(database, parts.journal).some),
        ("forgetting allowances", 60, lambda now: forget_free(database, now)),
        ("letters without a way out", 60, sending.bury_orphans),
    ]
    return [
        *following,
        *(Piece(*each, backlog=_backlogs(parts).get(each[0])) for each in batches),
        *(Piece(name, _HOUSEKEEPING_S, do) for name, do in rounds.items()),
        *sending.pieces(),
        *parts.telegram.pieces(),
    ]


def _following(parts: Parts) -> list[Piece]:
    """Hear of the turns of other processes, where there may be some."""
    if not parts.order.is_shared:
        return []

    async def follow(_now: datetime) -> None:
        await parts.conversations.followers.follow_others()

    return [Piece("turns of others", 1, follow, threaded=False, longest_s=0)]


def _backlogs(parts: Parts) -> dict[str, Callable[[], int]]:
    database, now = parts.store.database, parts.store.around.now
    return {
        "clock": lambda: clock_watch.how_many_unmarked(database, now()),
        "spreading notices": lambda: parts.sending.unspread(now()),
    }
