"""Referrals on their way through a course, for tests of what comes after the first talk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import select

from referrals.audit.tables import AuditRow
from referrals.courses.tables import CourseSessionRow
from referrals.follow_up.attendance import Attendance
from referrals.follow_up.follow_ups import FollowUps
from referrals.outcomes.tables import OutcomeAnswerRow, OutcomeRow
from referrals.referral.tables import ReferralRow
from tests.conftest import World
from tests.referrals.booking.seating import add_course
from tests.referrals.playing import Play, referral

ADVISER = "demo-adviser-0151"
_PHONES = count(20_300_000)


@dataclass
class Course:
    """A course of Ballerup with three weekly sessions, one week from now, and who works with it."""

    world: World
    capacity: int | None = 8
    owner: str = "0151"
    id: int = 0
    starts: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        first = self.world.clock() + timedelta(days=7)
        self.starts = [first + timedelta(weeks=week) for week in range(3)]
        with self.world.database.write() as session:
            self.id = add_course(
                session,
                self.capacity,
                municipality_code=self.owner,
                starts_at=first,
                ends_at=self.starts[-1] + timedelta(hours=2),
            )
            session.add_all(
                CourseSessionRow(course_id=self.id, starts_at=s, ends_at=s + timedelta(hours=2))
                for s in self.starts
            )

    @property
    def work(self) -> FollowUps:
        return FollowUps(self.world.database, self.world.vault, self.world.staff(ADVISER))

    def sheet_of(self, name: str = ADVISER) -> Attendance:
        return Attendance(self.world.database, self.world.vault, self.world.staff(name))

    def accepted(self, **details: str) -> str:
        """File a referral and talk the person into it; give the reference."""
        reference = Play(self.world).file(phone=str(next(_PHONES)), **details)
        for move in ("reach", "accept"):
            self.move(reference, move)
        return reference

    def enrolled(self) -> str:
        reference = self.accepted()
        self.work.enrol(reference, self.id, self.world.clock())
        return reference

    def started(self) -> str:
        """Give somebody who came to the first session."""
        reference = self.enrolled()
        self.world.clock.at = max(self.world.clock.at, self.starts[0])
        self.sheet_of().record(self.id, self.starts[0], {reference: True}, self.world.clock())
        return reference

    def completed(self) -> str:
        """Give somebody who completed on the last day; the clock stands there."""
        reference = self.started()
        self.world.clock.at = max(self.world.clock.at, self.starts[-1] + timedelta(hours=3))
        self.move(reference, "complete")
        return reference

    def move(self, reference: str, move: str, reason: str | None = None) -> None:
        self.world.queue().move(reference, move, self.world.clock(), reason=reason)

    def row(self, reference: str) -> ReferralRow:
        return referral(self.world, reference)

    def outcomes(self, reference: str) -> dict[str, OutcomeRow]:
        with self.world.database.read() as session:
            rows = session.scalars(
                select(OutcomeRow)
                .join(ReferralRow, ReferralRow.id == OutcomeRow.referral_id)
                .where(ReferralRow.reference == reference)
            ).all()
            session.expunge_all()
        return {row.kind: row for row in rows}

    def answers(self) -> list[tuple[str, bool | None, str]]:
        with self.world.database.read() as session:
            query = select(
                OutcomeAnswerRow.state, OutcomeAnswerRow.smoke_free, OutcomeAnswerRow.actor
            ).order_by(OutcomeAnswerRow.id)
            return [tuple(row) for row in session.execute(query)]  # type: ignore[misc]

    def audited(self, action: str) -> int:
        with self.world.database.read() as session:
            return len(session.scalars(select(AuditRow).where(AuditRow.action == action)).all())
