"""The clarifying calls of a municipality's advisers in the coming week: booked and free.

For its own staff, who may book any of them; never identity.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.booking.adviser_calls import ComingCall, coming_calls
from referrals.booking.calls import Slot, Week, advisers_of, spread
from referrals.denmark.dates import local_day
from referrals.staff.roles import Staff, municipality_of
from referrals.staff.tables import UserRow
from referrals.storage.database import Database


@dataclass(frozen=True)
class DayOfCalls:
    """A Danish day of one adviser: what is booked and what is free, each in order."""

    on: date
    booked: Sequence[ComingCall]
    free: Sequence[Slot]


@dataclass(frozen=True)
class AdviserWeek:
    """The coming week of one adviser; ``name`` is as shown, ``own`` tells that it is the reader's.

    Days without anything are left out.
    """

    name: str
    own: bool
    days: Sequence[DayOfCalls]

    @property
    def free(self) -> list[Slot]:
        """Give all free times in order."""
        return [slot for day in self.days for slot in day.free]

    def some(self, most: int) -> list[Slot]:
        """Give so many of them at most, spread over mornings and afternoons."""
        chosen = set(spread([slot.starts_at for slot in self.free], most))
        return [slot for slot in self.free if slot.starts_at in chosen]


def municipal_week(database: Database, staff: Staff, now: datetime) -> list[AdviserWeek]:
    """Give the week of each adviser of the reader's municipality, the reader's own first.

    Raises NotAllowed for whoever has no municipality.
    """
    code = municipality_of(staff)
    with database.read() as session:
        advisers = advisers_of(session, code)
        free: dict[int, list[Slot]] = defaultdict(list)
        for user_id, starts_at in Week(session, advisers, now).open_slots():
            free[user_id].append(Slot(user_id, starts_at))
        shown = select(UserRow.id, UserRow.display_name).where(UserRow.id.in_(advisers))
        names = dict(iter(session.execute(shown)))
        weeks = [
            AdviserWeek(names[each], each == staff.id, _days(session, each, free[each], now))
            for each in advisers
        ]
        return sorted(weeks, key=lambda week: (not week.own, week.name))


def _days(session: Session, user_id: int, free: Sequence[Slot], now: datetime) -> list[DayOfCalls]:
    booked = coming_calls(session, user_id, now)
    days = {local_day(each.starts_at) for each in booked}
    days |= {local_day(each.starts_at) for each in free}
    return [
        DayOfCalls(
            on,
            [each for each in booked if local_day(each.starts_at) == on],
            sorted(
                (each for each in free if local_day(each.starts_at) == on),
                key=lambda slot: slot.starts_at,
            ),
        )
        for on in sorted(days)
    ]
