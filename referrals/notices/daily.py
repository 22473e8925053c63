"""What is told once a day: in the morning each ward's list and the municipality's summary.

In the evening the wards' news.

Safe to run each minute and in several processes: each summary is written once, under its day. A
service that was down at the hour tells what it missed for as long as that is of use.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from referrals.deferred.tables import DeferredRow
from referrals.denmark.calendar_days import is_working_day, working_day_before
from referrals.denmark.dates import DANISH_TIME, local, local_day
from referrals.next_action.rule import Task, listed_before
from referrals.notices.kinds import NoticeKind
from referrals.outbox import letters
from referrals.outbox.letters import NOTICES, Outgoing
from referrals.outbox.tables import OutboxRow
from referrals.referral.clock import warned_up_to
from referrals.referral.moves import IN_TOUCH
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.storage.database import Database

DIGEST_FROM, DIGEST_UNTIL = time(7, 30), time(10)
WARD_FROM, WARD_UNTIL = time(18), time(20)
_DAY = timedelta(days=1)


def tell_daily(database: Database, now: datetime) -> int:
    """Write what is due at this hour; give how many summaries were written."""
    today, hour = local_day(now), local(now).time()
    if DIGEST_FROM <= hour < DIGEST_UNTIL:
        told = _write(database, NoticeKind.WARD_WAITING, today, now, _wards_lists)
        if is_working_day(today):
            told += _write(database, NoticeKind.DIGEST, today, now, _municipal_digests)
        return told
    if WARD_FROM <= hour < WARD_UNTIL:
        return _write(database, NoticeKind.WARD_CONTACTED, today, now, _ward_news)
    return 0


_Summaries = list[dict[str, Any]]
"""The payload for each municipality or ward that has something to hear."""


def _write(
    database: Database,
    kind: NoticeKind,
    today: date,
    now: datetime,
    gather: Callable[[Session, date, datetime], _Summaries],
) -> int:
    done = f"{kind}:{today}"
    with database.read() as session:
        if session.scalar(select(OutboxRow.id).where(OutboxRow.once_key == done)) is not None:
            return 0
        summaries = gather(session, today, now)
    with database.write() as session:
        if not letters.once(session, kind, done, now):
            return 0
        for payload in summaries:
            letters.post(session, Outgoing(NOTICES, kind, "", payload), now)
    return len(summaries)


def _municipal_digests(session: Session, today: date, now: datetime) -> _Summaries:
    """Count each queue as it stands, and who is on the list of the day."""
    standing = _standing(now, _at(working_day_before(today), DIGEST_FROM))
    digests = {row["municipality"]: dict(row) for row in session.execute(standing).mappings()}
    for code, listed in session.execute(_on_the_list(today)):
        empty = dict.fromkeys(("waiting", "overdue", "soon", "new"), 0)
        digest = digests.setdefault(code, {"municipality": code, **empty})
        digest["today"] = listed
    return [{"today": 0, **digest} for digest in digests.values()]


def _standing(now: datetime, since: datetime) -> Select[str, int, int, int, int]:
    overdue = ReferralRow.due_at <= now
    soon = ReferralRow.due_at <= warned_up_to(now)
    return (
        select(
            ReferralRow.municipality_code.label("municipality"),
            func.count().label("waiting"),
            _how_many(overdue).label("overdue"),
            _how_many(soon & ~overdue).label("soon"),
            _how_many(ReferralRow.filed_at > since).label("new"),
        )
        .where(ReferralRow.open.is_(True), ReferralRow.clock_stopped.is_(False))
        .group_by(ReferralRow.municipality_code)
    )


def _on_the_list(today: date) -> Select[str, int]:
    return (
        select(ReferralRow.municipality_code, func.count())
        .where(or_(*(_listed(task, today) for task in Task)))
        .group_by(ReferralRow.municipality_code)
    )


def _listed(task: Task, today: date) -> ColumnElement[bool]:
    due = ReferralRow.next_action_at < listed_before(task, today)
    return and_(ReferralRow.next_action == task.value, due)


def _wards_lists(session: Session, today: date, _now: datetime) -> _Summaries:
    """Count who waits on each ward to be asked, and for whom today is the last day."""
    waiting = (
        select(DeferredRow.ward_id, func.count(), _how_many(DeferredRow.leaves_on == today))
        .where(DeferredRow.ended.is_(None), DeferredRow.taken_up_as.is_(None))
        .where(DeferredRow.leaves_on >= today)
        .group_by(DeferredRow.ward_id)
    )
    return [
        {"ward": ward, "count": count, "last_day": last_day}
        for ward, count, last_day in session.execute(waiting)
    ]


def _ward_news(session: Session, today: date, now: datetime) -> _Summaries:
    """Count the referrals of each ward that were reached since the last evening's news."""
    since = _at(today - _DAY, WARD_FROM)
    reached = ReferralEventRow.at
    found = session.execute(
        select(ReferralRow.ward_id, func.count(), func.min(reached))
        .join(ReferralEventRow, ReferralEventRow.referral_id == ReferralRow.id)
        .where(
            ReferralEventRow.move.in_(IN_TOUCH),
            reached > since,
            reached <= now,
            ReferralRow.first_reached_at == reached,  # and nobody put it right since
        )
        .group_by(ReferralRow.ward_id)
    )
    midnight = _at(today, time())
    return [
        {
            "ward": ward,
            "count": count,
            "when": "today" if first >= midnight else "since_yesterday",
        }
        for ward, count, first in found
    ]


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, DANISH_TIME)
