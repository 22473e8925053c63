"""Clarifying calls: free slots in the advisers' hours, booked, moved and freed.

Every call works in the caller's transaction and leaves nothing changed when it raises. That a slot
is booked once is the database's word: a unique index over the adviser and the start.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referrals.advice.encounter import Step
from referrals.advice.tables import EncounterRow
from referrals.audit import chain
from referrals.booking.call_hours import SLOT, Hours, slots_on
from referrals.booking.tables import CallHolidayRow, CallHoursRow, CallRow
from referrals.denmark.dates import local, local_day
from referrals.referral.clock import PROMISE, due_at
from referrals.referral.history import referral_of
from referrals.staff.roles import Role
from referrals.staff.tables import UserRow

TIMES_TO_MOVE_TO = 40
"""How many free times are offered when a call is moved."""
NOTICE = SLOT
"""An adviser is never booked for a call that begins sooner than this."""


class Taken(Exception):
    """The slot cannot be had: somebody has it, it has passed, or no adviser takes calls then."""


@dataclass(frozen=True)
class Slot:
    """Twenty minutes of an adviser, by the start in UTC. ``code`` is what a button carries."""

    user_id: int
    starts_at: datetime

    @property
    def code(self) -> str:
        """Write the slot as adviser and seconds since 1970."""
        return f"{self.user_id}-{int(self.starts_at.timestamp())}"

    @classmethod
    def from_code(cls, code: str) -> Slot:
        """Read a code. Raises ValueError for anything else."""
        user_id, _, seconds = code.partition("-")
        if not (user_id + seconds).isascii() or not seconds.isdigit() or len(code) > 30:
            raise ValueError("not a slot")
        try:
            return cls(int(user_id), datetime.fromtimestamp(int(seconds), UTC))
        except (OverflowError, OSError) as error:
            raise ValueError("not a slot") from error


@dataclass(frozen=True)
class Booked:
    """The standing call of an encounter."""

    starts_at: datetime
    adviser: str
    municipality_code: str | None


def free_slots(session: Session, municipality_code: str, now: datetime, limit: int) -> list[Slot]:
    """Give up to ``limit`` free slots of a municipality's advisers, earliest first.

    They begin at the earliest after a slot's notice and within seven days, which is the promise.
    They are spread over the days' mornings and afternoons, and each is of the adviser who has the
    fewest calls ahead.
    """
    week = Week(session, advisers_of(session, municipality_code), now)
    ahead = Counter(user_id for user_id, _ in week.booked)
    free: dict[datetime, list[int]] = defaultdict(list)
    for user_id, starts_at in week.open_slots():
        free[starts_at].append(user_id)
    chosen = []
    for starts_at in spread(sorted(free), limit):
        user_id = min(free[starts_at], key=lambda each: (ahead[each], each))
        ahead[user_id] += 1
        chosen.append(Slot(user_id, starts_at))
    return chosen


def count_free(session: Session, municipality_code: str, now: datetime, most: int) -> int:
    """Count the times at which some adviser is free within the week, up to ``most``."""
    week = Week(session, advisers_of(session, municipality_code), now)
    starts: set[datetime] = set()
    for _, starts_at in week.open_slots():
        starts.add(starts_at)
        if len(starts) == most:
            break
    return len(starts)


def book(session: Session, slot: Slot, encounter_id: str, now: datetime, by: str) -> Booked:
    """Book a slot for an encounter; a call that it has already is moved. Raises Taken.

    Refuses, as Taken, a slot of another municipality than the one that the encounter confirmed.
    """
    chain.lock(session)
    old = _standing(session, encounter_id)
    if old is not None and (old.user_id, old.starts_at) == (slot.user_id, slot.starts_at):
        return _booked(session, old)
    advisers = advisers_of(session, _home(session, encounter_id))
    if slot.user_id not in advisers or not Week(session, [slot.user_id], now).has(slot):
        raise Taken
    new = CallRow(
        user_id=slot.user_id, encounter_id=encounter_id, starts_at=slot.starts_at, booked_at=now
    )
    try:
        with session.begin_nested():
            if old is not None:
                old.ended_at, old.ended_why = now, "moved"
                session.flush()
            session.add(new)
    except IntegrityError:
        raise Taken from None
    chain.append(session, now, by, "book_call", f"encounter:{encounter_id}")
    return _booked(session, new)


def move(session: Session, slot: Slot, encounter_id: str, now: datetime, by: str) -> Booked:
    """Move the call of an encounter to another slot. Raises Taken, also where there is no call."""
    chain.lock(session)
    if _standing(session, encounter_id) is None:
        raise Taken
    return book(session, slot, encounter_id, now, by)


def cancel(session: Session, encounter_id: str, now: datetime, by: str, why: str) -> bool:
    """Free the slot of an encounter's call at once; False if there is none."""
    chain.lock(session)
    call = _standing(session, encounter_id)
    if call is None:
        return False
    call.ended_at, call.ended_why = now, why
    chain.append(session, now, by, "end_call", f"encounter:{encounter_id}")
    return True


def booked_for(session: Session, encounter_id: str) -> Booked | None:
    """Give the standing call of an encounter, also when its time has passed."""
    call = _standing(session, encounter_id)
    return _booked(session, call) if call is not None else None


def ended_last(session: Session, encounter_id: str) -> str | None:
    """Tell why the newest call of an encounter ended; None if there was none or it stands."""
    newest = select(CallRow.ended_why).where(CallRow.encounter_id == encounter_id)
    return session.scalars(newest.order_by(CallRow.id.desc()).limit(1)).first()


class Week:
    """The next seven days of some advisers: hours, days off and calls, read at once."""

    def __init__(self, session: Session, advisers: Sequence[int], now: datetime) -> None:
        self._now = now
        self._hours: Mapping[int, list[Hours]] = hours_of(session, advisers)
        off = select(CallHolidayRow.user_id, CallHolidayRow.day).where(
            CallHolidayRow.user_id.in_(advisers), CallHolidayRow.day >= local_day(now)
        )
        self._off = {(user_id, day) for user_id, day in session.execute(off)}
        booked = select(CallRow.user_id, CallRow.starts_at).where(
            CallRow.user_id.in_(advisers), CallRow.starts_at > now, CallRow.ended_at.is_(None)
        )
        self.booked = {(user_id, starts_at) for user_id, starts_at in session.execute(booked)}

    def open_slots(self) -> Iterator[tuple[int, datetime]]:
        """Give every slot that nobody has booked."""
        days = [local_day(self._now) + timedelta(days=n) for n in range(PROMISE.days + 1)]
        for user_id in self._hours:
            for day in days:
                for starts_at in self._on(user_id, day):
                    if (user_id, starts_at) not in self.booked:
                        yield user_id, starts_at

    def has(self, slot: Slot) -> bool:
        """Tell whether the adviser takes calls then, booked or not."""
        return slot.starts_at in self._on(slot.user_id, local_day(slot.starts_at))

    def _on(self, user_id: int, day: date) -> list[datetime]:
        if (user_id, day) in self._off:
            return []
        soonest, latest = self._now + NOTICE, due_at(self._now)
        slots = slots_on(day, self._hours.get(user_id, []))
        return [at for at in slots if soonest <= at < latest]


def hours_of(session: Session, advisers: Sequence[int]) -> dict[int, list[Hours]]:
    """Give the weekly hours of each adviser who has any, in order."""
    found: dict[int, list[Hours]] = defaultdict(list)
    rows = session.scalars(select(CallHoursRow).where(CallHoursRow.user_id.in_(advisers)))
    for row in rows:
        found[row.user_id].append(Hours(row.weekday, row.from_minute, row.to_minute))
    return {user_id: sorted(week) for user_id, week in found.items()}


def spread(starts: Sequence[datetime], limit: int) -> list[datetime]:
    """Choose the first of every morning and afternoon, then the second of each, and so on."""
    seen: Counter[tuple[date, bool]] = Counter()
    ranked = []
    for at in starts:
        part = (local_day(at), local(at).hour < 12)
        ranked.append((seen[part], at))
        seen[part] += 1
    return sorted(at for _, at in sorted(ranked)[:limit])


def advisers_of(session: Session, municipality_code: str | None) -> list[int]:
    """Give the ids of a municipality's advisers, without those who are suspended."""
    return list(
        session.scalars(
            select(UserRow.id)
            .where(UserRow.municipality_code == municipality_code)
            .where(UserRow.role == Role.ADVISER.value, UserRow.suspended_at.is_(None))
            .order_by(UserRow.id)
        )
    )


def _home(session: Session, encounter_id: str) -> str | None:
    """Give the municipality that works the referral; before filing, the one that was confirmed."""
    referral = referral_of(session, encounter_id)
    if referral is not None:
        return referral.municipality_code
    encounter = session.get_one(EncounterRow, encounter_id)
    return dict(encounter.answers).get(Step.MUNICIPALITY.value)


_STANDING = (  # asked by each turn that ends an encounter: put together once
    select(CallRow)
    .where(CallRow.encounter_id == bindparam("encounter"), CallRow.ended_at.is_(None))
    .execution_options(populate_existing=True)
)


def _standing(session: Session, encounter_id: str) -> CallRow | None:
    """Give the call as it is now, whatever this session read before."""
    return session.scalars(_STANDING, {"encounter": encounter_id}).one_or_none()


def _booked(session: Session, call: CallRow) -> Booked:
    adviser = session.get_one(UserRow, call.user_id)
    return Booked(call.starts_at, adviser.display_name, adviser.municipality_code)
