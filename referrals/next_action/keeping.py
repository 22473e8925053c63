"""Keeps the next action beside each referral, so that lists of any length are read by an index.

Whoever changes a referral, a seat, a call, a course or a follow-up need not think of it: what is
written is noticed, and what follows is reckoned before the transaction ends. Statements that write
rows past the session are not noticed; ``settle_some`` finds what was never reckoned.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from referrals.booking.tables import CallRow, SeatRow
from referrals.courses.tables import CourseRow
from referrals.next_action.facts import cases
from referrals.next_action.rule import next_action
from referrals.outcomes.tables import OutcomeRow
from referrals.referral.tables import UNSETTLED, ReferralRow
from referrals.storage.batches import BATCH
from referrals.storage.database import Database

_ENCOUNTERS, _REFERRALS, _COURSES = "encounters", "referrals", "courses"
_TOUCHED, _OURSELVES = "next_action", "next_action_rows"
_Touched = dict[str, set[str | int]]


class NextActions:
    """The upkeep that every database of the service has."""

    def notice(self, session: Session, _context: object, _objects: object, /) -> None:
        """Note which referrals may have another next action after this flush.

        Of a new one it is reckoned at once, and written with it.
        """
        touched: _Touched = session.info.setdefault(_TOUCHED, {})
        for row in chain(session.new, session.dirty, session.deleted):
            if isinstance(row, ReferralRow) and row in session.new:
                write(session, [row])
            elif isinstance(row, ReferralRow):
                session.info.setdefault(_OURSELVES, set()).add(row)
            elif isinstance(row, SeatRow | CallRow):
                touched.setdefault(_ENCOUNTERS, set()).add(row.encounter_id)
            elif isinstance(row, OutcomeRow):
                touched.setdefault(_REFERRALS, set()).add(row.referral_id)
            elif isinstance(row, CourseRow) and row.id is not None:
                touched.setdefault(_COURSES, set()).add(row.id)

    def settle(self, session: Session, /) -> None:
        """Reckon anew what comes next with those that were noticed."""
        settle(session)


def settle(session: Session) -> None:
    """Reckon it at once, for whoever shows it before the transaction ends."""
    session.flush()
    touched: _Touched = session.info.pop(_TOUCHED, {})
    here = {row for row in session.info.pop(_OURSELVES, ()) if row in session}
    rows = [*here, *(row for row in _rows(session, touched) if row not in here)]
    if rows:
        write(session, rows)
        session.flush()
        for what in (_TOUCHED, _OURSELVES):
            session.info.pop(what, None)


def write(session: Session, rows: Sequence[ReferralRow]) -> None:
    """Reckon what comes next with some referrals, and write it to them."""
    found = cases(session, rows)
    for row in rows:
        following = next_action(found[row.id])
        row.next_action = following.what.value if following else None
        row.next_action_at = following.by.astimezone(UTC) if following else None


def settle_some(database: Database, now: datetime) -> int:  # noqa: ARG001 - a chore has the time
    """Reckon it for what came in past the session, such as rows of an older version. One batch."""
    unsettled = select(ReferralRow).where(text(UNSETTLED)).order_by(ReferralRow.id).limit(BATCH)
    with database.read() as session:
        if session.scalar(unsettled.with_only_columns(ReferralRow.id).limit(1)) is None:
            return 0
    with database.write() as session:
        rows = session.scalars(unsettled.with_for_update(skip_locked=True)).all()
        write(session, rows)
        return len(rows)


def _rows(session: Session, touched: _Touched) -> Sequence[ReferralRow]:
    encounters = set(touched.get(_ENCOUNTERS, ()))
    courses = touched.get(_COURSES, set())
    if courses:
        standing = select(SeatRow.encounter_id).where(
            SeatRow.course_id.in_(courses), SeatRow.ended_at.is_(None)
        )
        encounters.update(session.scalars(standing))
    concerned = [
        column.in_(values)
        for column, values in (
            (ReferralRow.encounter_id, encounters),
            (ReferralRow.id, touched.get(_REFERRALS, set())),
            (ReferralRow.course_id, courses),
        )
        if values
    ]
    return session.scalars(select(ReferralRow).where(or_(*concerned))).all() if concerned else []
