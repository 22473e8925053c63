"""Counts a year anew, straight from what is only ever appended, one row after the other.

Shares no query with the pages: what both agree on was counted twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.outcome_tables import OutcomeAnswerRow, OutcomeRow
from referrals.tables import AuditRow, EncounterRow, ReferralEventRow, ReferralRow

ENDED = frozenset({"closed", "withdrawn"})
OPEN = frozenset(
    {"filed", "received", "contact_attempted", "reached", "accepted", "enrolled", "started"}
)
UNREACHED = frozenset({"filed", "received", "contact_attempted"})
MINUTE = timedelta(minutes=1)


@dataclass
class Answer:
    """A follow-up as its answers tell it; None for what was not answered."""

    due_on: date
    state: str = "due"
    smoke_free: bool | None = None


@dataclass
class Story:
    """One referral as its events tell it."""

    reference: str
    encounter: str
    filed_at: datetime
    due_at: datetime
    municipality: str
    states: list[str] = field(default_factory=list)
    attempted_at: datetime | None = None
    reached_at: datetime | None = None
    stopped_at: datetime | None = None
    breach_told_at: datetime | None = None
    undone: bool = False
    follow_ups: dict[str, Answer] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """Give where it stands."""
        return self.states[-1]

    def hear(self, event: ReferralEventRow) -> None:
        """Take in the next event."""
        self.states.append(event.to_state)
        self.undone = self.undone or event.reason == "undone_by_nurse"
        if event.move == "breach":
            self.breach_told_at = event.at
        if event.move in ("attempt_contact", "reach"):
            self.attempted_at = self.attempted_at or event.at
        if event.move == "reach":
            self.reached_at = self.reached_at or event.at
        if event.to_state not in UNREACHED:
            self.stopped_at = self.stopped_at or event.at


def stories(session: Session) -> list[Story]:
    """Read every referral with its events and follow-ups, oldest first."""
    found = {
        row.id: Story(
            row.reference, row.encounter_id, row.filed_at, row.due_at, row.municipality_code
        )
        for row in session.scalars(select(ReferralRow).order_by(ReferralRow.id))
    }
    in_order = (ReferralEventRow.referral_id, ReferralEventRow.number)
    for event in session.scalars(select(ReferralEventRow).order_by(*in_order)):
        found[event.referral_id].hear(event)
    follow_ups: dict[int, Answer] = {}
    for outcome in session.scalars(select(OutcomeRow)):
        follow_ups[outcome.id] = Answer(outcome.due_on)
        found[outcome.referral_id].follow_ups[outcome.kind] = follow_ups[outcome.id]
    for answer in session.scalars(select(OutcomeAnswerRow).order_by(OutcomeAnswerRow.id)):
        kept = follow_ups[answer.outcome_id]
        kept.state, kept.smoke_free = answer.state, answer.smoke_free
    return list(found.values())


def told_late(told: Iterable[Story], until: datetime) -> list[str]:
    """Name the referrals whose breach was told a minute too late, never, or without being one."""
    wrong = []
    for story in told:
        end, marked = story.stopped_at or until, story.breach_told_at
        if marked is None:
            if end >= story.due_at + MINUTE:
                wrong.append(f"{story.reference}: never")
        elif not story.due_at <= marked <= min(story.due_at + MINUTE, end):
            wrong.append(f"{story.reference}: after {marked - story.due_at}")
    return wrong


def unexplained(told: Iterable[Story], unfinished: Iterable[str]) -> list[str]:
    """Name the referrals that neither ended in a coded state nor wait for anybody."""
    waiting = set(unfinished)
    return [
        f"{story.reference}: {story.state}"
        for story in told
        if story.state not in ENDED and story.reference not in waiting
    ]


def measures(
    session: Session,
    told: Iterable[Story],
    wards: Sequence[str],
    since: datetime,
    now: datetime,
) -> Counter[str]:
    """Count what some wards did since a time, as the feedback names it."""
    of_encounter = defaultdict(list)
    for story in told:
        of_encounter[story.encounter].append(story)
    counts: Counter[str] = Counter()
    for row in session.scalars(select(EncounterRow)):
        if row.ward_id in wards and row.started_at >= since:
            _count_encounter(counts, row)
            for story in of_encounter[row.id]:
                if not story.undone:
                    _count_referral(counts, story, now)
    return +counts


def filings(session: Session) -> int:
    """Count what the audit log says was filed."""
    query = select(AuditRow.number).where(AuditRow.action == "file_referral")
    return len(session.scalars(query).all())


def _count_encounter(counts: Counter[str], row: EncounterRow) -> None:
    answers = dict(row.answers)
    status, offer = answers.get("status"), answers.get("offer")
    advised = row.offer_answered_at is not None
    counts["asked"] += status not in (None, "unable")
    counts["users"] += advised or status in ("daily", "occasional", "other_product")
    counts["advised"] += advised
    counts["accepted"] += offer == "yes"
    counts["consented"] += offer == "yes" and answers.get("consent_contact") == "yes"


def _count_referral(counts: Counter[str], story: Story, now: datetime) -> None:
    reached, attempted = story.reached_at, story.attempted_at
    counts["filed"] += 1
    counts["reached"] += reached is not None
    counts["in_time"] += reached is not None and reached <= story.due_at
    counts["attempted_in_time"] += attempted is not None and attempted <= story.due_at
    waits = reached is None and story.state in OPEN and story.due_at > now
    counts["due"] += not waits
    for stage in ("enrolled", "started", "completed"):
        counts[stage] += stage in story.states
    started, completed = "started" in story.states, "completed" in story.states
    end, six = story.follow_ups.get("end"), story.follow_ups.get("six_months")
    if completed and end is not None and _has_come(end, now):
        counts["end_due"] += 1
        counts["end_answered"] += end.state == "answered"
        counts["end_smoke_free"] += end.smoke_free is True
        counts["end_lost"] += end.state == "lost"
    if six is None:
        counts["referred_due"] += story.state not in OPEN
    elif _has_come(six, now):
        counts["referred_due"] += 1
        counts["six_months_due"] += started
        counts["six_months_answered"] += six.state == "answered"
        counts["six_months_smoke_free"] += six.smoke_free is True
        counts["six_months_lost"] += six.state == "lost"


def _has_come(follow_up: Answer, now: datetime) -> bool:
    return follow_up.state != "due" or follow_up.due_on <= now.date()
