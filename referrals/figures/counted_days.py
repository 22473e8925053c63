"""Counts of whole days, kept once a day is over: a page adds them up and counts only what changed.

A day that was kept is used as long as nobody marked it as changed and time has not changed what is
due. Every other day is counted there and then, by the same statements, so that what a page shows is
what a recount gives, whether anything was kept or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, tuple_
from sqlalchemy.orm import Session

from referrals.advice.tables import EncounterRow
from referrals.denmark.dates import local_day, midnight
from referrals.figures.counts import Counted, PlacePeriod, count_wards
from referrals.figures.municipal_counts import count_municipalities
from referrals.figures.tables import CountedDayRow
from referrals.referral.changed_days import CountedKind
from referrals.referral.tables import ChangedDayRow, ReferralRow
from referrals.staff.tables import MunicipalityRow, WardRow
from referrals.storage.batches import until_none
from referrals.storage.database import Database, lock_chain

Count = Callable[[Session, Sequence[PlacePeriod], datetime], list[Counted]]

_SETTLING = timedelta(hours=1)
"""A day is not kept before this has passed: until then, something of it may be under way."""
_FEWEST, _MOST = 25, 800
"""So many days are counted by one round, more where that goes quickly."""
_QUICK_S = 0.15
_STRETCHES = 2_000
"""So many are counted by one statement at most."""
_DAY = timedelta(days=1)
_COUNT: dict[CountedKind, Count] = {
    CountedKind.WARD: count_wards,
    CountedKind.MUNICIPALITY: count_municipalities,
}
_Days = dict[CountedKind, list[tuple[str, date]]]


@dataclass(frozen=True)
class CountedPart:
    """What was counted of a place from ``since`` on: of one day, or of several in one month."""

    place: str
    since: date
    counts: Mapping[str, Any]


def days_between(since: date, until: date) -> list[date]:
    """Give the days from ``since`` up to, not including, ``until``."""
    return [since + _DAY * number for number in range((until - since).days)]


def read(
    session: Session, kind: CountedKind, places: Sequence[str], days: Sequence[date], now: datetime
) -> Iterator[CountedPart]:
    """Give the counts of some places for all of ``days``, which follow each other."""
    if not days:
        return
    kept: dict[str, set[date]] = {place: set() for place in places}
    good = select(CountedDayRow.place, CountedDayRow.day, CountedDayRow.counts).where(
        CountedDayRow.kind == kind.value,
        CountedDayRow.place.in_(places),
        CountedDayRow.day.between(days[0], days[-1]),
        CountedDayRow.counted_at <= now,
        or_(CountedDayRow.good_until.is_(None), CountedDayRow.good_until > now),
        ~_is_marked(),
    )
    for place, day, counts in session.execute(good):
        kept[place].add(day)
        if counts:
            yield CountedPart(place, day, counts)
    open_ones = [each for place in places for each in _others(place, days, kept[place])]
    for number in range(0, len(open_ones), _STRETCHES):
        some = open_ones[number : number + _STRETCHES]
        counted = _COUNT[kind](session, [_stretch(*each) for each in some], now)
        for (place, since, _), each in zip(some, counted, strict=True):
            yield CountedPart(place, since, each.counts)


class DayCounter:
    """Counts the days that are over, and those that changed; safe to do anywhere."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._size = _FEWEST

    def some(self, now: datetime) -> int:
        """Count one batch, larger where that goes quickly; give how many days it were."""
        begun = monotonic()
        done = _round(self._database, now, self._size)
        quick = monotonic() - begun < _QUICK_S
        self._size = min(self._size * 2, _MOST) if quick else max(self._size // 2, _FEWEST)
        return done


def keep_counted(database: Database, now: datetime) -> int:
    """Count all of them at once; give how many."""
    counter = DayCounter(database)
    return until_none(lambda: counter.some(now))


def _round(database: Database, now: datetime, size: int) -> int:
    with database.read() as session:
        if not _marks(session, size).first() and not any(_to_count(session, now, size).values()):
            return 0
    with database.write(lasting=False) as session:
        lock_chain(session, "counted_days")  # whoever counts, counts what is newer than before
        marks = _marks(session, size).all()
        marked = {(kind, place, day) for _, kind, place, day in marks}
        wanted = _to_count(session, now, size)
        for kind, days in _kept_of(session, marked).items():
            wanted[kind] = list(dict.fromkeys([*days, *wanted[kind]]))
        for kind, days in wanted.items():
            _keep(session, kind, days, now)
        ids = [number for number, *_ in marks]
        session.execute(delete(ChangedDayRow).where(ChangedDayRow.id.in_(ids)))
        return len(marks) + sum(map(len, wanted.values()))


def _marks(session: Session, size: int) -> Any:
    row = ChangedDayRow
    return session.execute(
        select(row.id, row.kind, row.place, row.day).order_by(row.id).limit(size)
    )


def _to_count(session: Session, now: datetime, size: int) -> _Days:
    """Give some days that time has changed, or else some that are over and not kept yet."""
    row = CountedDayRow
    found: _Days = {kind: [] for kind in CountedKind}
    due = select(row.kind, row.place, row.day).where(
        row.good_until <= now, row.kind.in_(CountedKind)
    )
    for kind, place, day in session.execute(due.limit(size)):
        found[CountedKind(kind)].append((place, day))
    if not any(found.values()):
        last = local_day(now - _SETTLING) - _DAY
        for kind in CountedKind:
            found[kind] = _not_yet(session, kind, last, size)
    return found


def _not_yet(session: Session, kind: CountedKind, last: date, size: int) -> list[tuple[str, date]]:
    """Give some of the days up to ``last`` that are not kept: those behind the last that is."""
    row = CountedDayRow
    until = dict(
        iter(
            session.execute(
                select(row.place, func.max(row.day))
                .where(row.kind == kind.value)
                .group_by(row.place)
            )
        )
    )
    found: list[tuple[str, date]] = []
    for place in session.scalars(_PLACES[kind]):
        begins = until[place] + _DAY if place in until else _first_day(session, kind, place)
        if begins is not None:
            days = min((last - begins).days + 1, size - len(found))
            found += [(place, begins + _DAY * number) for number in range(days)]
        if len(found) >= size:
            break
    return found


def _first_day(session: Session, kind: CountedKind, place: str) -> date | None:
    """Give the day of the first that is counted for a place; None before there is any."""
    if kind is CountedKind.WARD:
        first = select(func.min(EncounterRow.started_at)).where(EncounterRow.ward_id == place)
    else:
        first = select(func.min(ReferralRow.filed_at)).where(ReferralRow.municipality_code == place)
    at = session.scalar(first)
    return local_day(at) if at is not None else None


_PLACES = {
    CountedKind.WARD: select(WardRow.id).order_by(WardRow.id),
    CountedKind.MUNICIPALITY: select(MunicipalityRow.code).order_by(MunicipalityRow.code),
}


def _kept_of(session: Session, marked: set[tuple[str, str, date]]) -> _Days:
    """Give those of some days that are kept: what is not kept needs no counting anew."""
    row = CountedDayRow
    key = tuple_(row.kind, row.place, row.day)
    found: _Days = {kind: [] for kind in CountedKind}
    for kind, place, day in session.execute(
        select(row.kind, row.place, row.day).where(key.in_(marked), row.kind.in_(CountedKind))
    ):
        found[CountedKind(kind)].append((place, day))
    return found


def _keep(
    session: Session, kind: CountedKind, days: Sequence[tuple[str, date]], now: datetime
) -> None:
    if not days:
        return
    row = CountedDayRow
    counted = _COUNT[kind](session, [_stretch(place, day, day) for place, day in days], now)
    before = delete(row).where(row.kind == kind.value, tuple_(row.place, row.day).in_(days))
    session.execute(before.execution_options(synchronize_session=False))
    session.execute(
        insert(row),
        [
            {
                "kind": kind.value,
                "place": place,
                "day": day,
                "counts": each.counts,
                "counted_at": now,
                "good_until": each.good_until,
            }
            for (place, day), each in zip(days, counted, strict=True)
        ],
    )


def _is_marked() -> ColumnElement[bool]:
    return exists().where(
        and_(
            ChangedDayRow.kind == CountedDayRow.kind,
            ChangedDayRow.place == CountedDayRow.place,
            ChangedDayRow.day == CountedDayRow.day,
        )
    )


def _others(place: str, days: Sequence[date], kept: set[date]) -> Iterator[tuple[str, date, date]]:
    """Give the days that are not kept, those that follow each other in one month together."""
    begins: date | None = None
    for day, following in zip(days, [*days[1:], None], strict=True):
        if day in kept:
            continue
        begins = begins or day
        if following is None or following in kept or following.day == 1:
            yield place, begins, day
            begins = None


def _stretch(place: str, first: date, last: date) -> PlacePeriod:
    return PlacePeriod(place, midnight(first), midnight(last + _DAY))
