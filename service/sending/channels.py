"""The channels of this installation, and the postmen who work them in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from referrals.notices.spreading import AddressBook, spread
from referrals.outbox import letters
from referrals.outbox.delivery import Channel, Postman
from referrals.storage.database import Database
from service.work.pieces import Piece


class Sending:
    """Sends what the outbox holds, by every channel it is given. Does nothing by itself."""

    def __init__(
        self,
        database: Database,
        channels: Sequence[Channel],
        books: Sequence[AddressBook],
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._books = tuple(books)
        self._postmen = {each.name: Postman(database, each, now) for each in channels}

    @property
    def channels(self) -> frozenset[str]:
        """The names of the channels that letters can leave by."""
        return frozenset(self._postmen)

    @property
    def notice_channels(self) -> frozenset[str]:
        """The names of the channels that notices can come by."""
        return frozenset(book.channel for book in self._books)

    def wake(self, channel: str) -> None:
        """Have a channel look at once, after a commit that somebody waits for; any thread may."""
        if channel in self._postmen:
            self._postmen[channel].wake()

    def pieces(self) -> list[Piece]:
        """Give the work of all channels, a piece each."""
        return [_piece(name, postman) for name, postman in self._postmen.items()]

    def spread(self, now: datetime) -> int:
        """Make a letter for each who wants a notice out of what is for everybody."""
        return spread(self._database, self._books, now)

    def unspread(self, now: datetime) -> int:
        """Count the notices that are due and not yet letters."""
        return letters.waiting(self._database, letters.NOTICES, now)

    def bury_orphans(self, now: datetime) -> int:
        """Give up on what waits for a channel that this installation no longer has."""
        return letters.bury_without_channel(self._database, [*self._postmen, letters.NOTICES], now)


def _piece(name: str, postman: Postman) -> Piece:
    return Piece(
        f"sending {name}",
        postman.patience.poll.total_seconds(),
        lambda _now: postman.look(),
        threaded=False,
        rest=postman.rest,
        end=postman.finish,
        backlog=postman.waiting,
    )
