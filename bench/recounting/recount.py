"""Counts a year anew, straight from what is only ever appended, one row after the other.

Shares no query with the pages: what both agree on was counted twice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.advice.tables import EncounterRow
from referrals.audit.tables import AuditRow
from referrals.consent.tables import ConsentRow
from referrals.deferred.tables import DeferredRow
from referrals.outcomes.tables import OutcomeAnswerRow, OutcomeRow
from referrals.referral.tables import ReferralEventRow, ReferralRow

ENDED = frozenset({"closed", "withdrawn"})
OPEN = frozenset(
    {"filed", "received", "contact_attempted", "reached", "accepted", "enrolled", "started"}
)
UNREACHED = frozenset({"filed", "received", "contact_attempted"})
MINUTE = timedelta(minutes=1)


@dataclass
class RecountedAnswer:
    """A follow-up as its answers tell it; None for what was not answered."""

    due_on: date
    state: str = "due"
    smoke_free: bool | None = None
    satisfied: bool | None = None

    def has_come(self, now: datetime) -> bool:
        """Tell whether it is due, or was settled before that."""
        return self.state != "due" or self.due_on <= now.date()


@dataclass
class Story:
    """One referral as its events tell it, mistakes and what put them right among them."""

    reference: str
    encounter: str
    ward: str
    filed_at: datetime
    due_at: datetime
    home: str
    events: list[ReferralEventRow] = field(default_factory=list)
    follow_ups: dict[str, RecountedAnswer] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """Give where it stands."""
        return self.events[-1].to_state

    @cached_property
    def standing(self) -> list[ReferralEventRow]:
        """Give the events without those that were put right, and without what put them right."""
        wrong = {event.corrects for event in self.events}
        return [e for e in self.events if e.number not in wrong and e.corrects is None]

    @cached_property
    def states(self) -> set[str]:
        """Give the states that it was in, as far as that was no mistake."""
        return {event.to_state for event in self.standing}

    @property
    def attempted_at(self) -> datetime | None:
        """Give when somebody first called."""
        return next((e.at for e in self.standing if e.move in ("attempt_contact", "reach")), None)

    @property
    def reached_at(self) -> datetime | None:
        """Give when somebody first talked to the patient."""
        return next((e.at for e in self.standing if e.move == "reach"), None)

    @property
    def breach_told_at(self) -> datetime | None:
        """Give when the clock watch told that the week was over."""
        return next((e.at for e in self.events if e.move == "breach"), None)

    @property
    def undone(self) -> bool:
        """Tell whether the nurse took it back at once."""
        return any(event.reason == "undone_by_nurse" for event in self.events)

    @property
    def municipality(self) -> str:
        """Give who works it, having followed it from hand to hand."""
        return self._hands()[0]

    @property
    def owner(self) -> str:
        """Give who owns it, also where another municipality works it."""
        return self._hands()[1]

    @property
    def holder(self) -> str | None:
        """Give the name of the colleague who has it."""
        return self._hands()[2]

    def _hands(self) -> tuple[str, str, str | None]:
        at, owner = self.home, None
        holder: str | None = None
        for event in self.events:
            if event.move == "assign":
                holder = event.about
            elif event.move in ("transfer", "take_offer"):
                at, owner, holder = str(event.about), at, None
            elif event.move in ("give_back", "take_back"):
                at, owner, holder = owner or at, None, None
            elif event.move == "send_on":
                at, owner, holder = str(event.about), None, None
        return at, owner or at, holder

    def clock_ran(self, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Give from when to when somebody waited for the first talk, mistakes included."""
        ends = [event.at for event in self.events[1:]]
        for event, end in zip(self.events, [*ends, until], strict=True):
            if event.to_state in UNREACHED:
                yield event.at, end


def stories(session: Session) -> list[Story]:
    """Read every referral with its events and follow-ups, oldest first."""
    given = select(ConsentRow.encounter_id, ConsentRow.home_municipality_code)
    homes = {encounter: code or "" for encounter, code in session.execute(given)}
    found = {
        row.id: Story(
            row.reference,
            row.encounter_id,
            row.ward_id,
            row.filed_at,
            row.due_at,
            homes[row.encounter_id],
        )
        for row in session.scalars(select(ReferralRow).order_by(ReferralRow.id))
    }
    in_order = (ReferralEventRow.referral_id, ReferralEventRow.number)
    for event in session.scalars(select(ReferralEventRow).order_by(*in_order)):
        found[event.referral_id].events.append(event)
    follow_ups: dict[int, RecountedAnswer] = {}
    for outcome in session.scalars(select(OutcomeRow)):
        follow_ups[outcome.id] = RecountedAnswer(outcome.due_on)
        found[outcome.referral_id].follow_ups[outcome.kind] = follow_ups[outcome.id]
    for answer in session.scalars(select(OutcomeAnswerRow).order_by(OutcomeAnswerRow.id)):
        kept = follow_ups[answer.outcome_id]
        kept.state, kept.smoke_free = answer.state, answer.smoke_free
        kept.satisfied = answer.satisfied
    return list(found.values())


def told_late(told: Iterable[Story], until: datetime) -> list[str]:
    """Name the referrals whose breach was told a minute too late, never, or without being one.

    A breach is when the week is over and nobody was reached; where a talk turns out to have been a
    mistake after that, it is when that was put right.
    """
    wrong = []
    for story in told:
        begin, end = _first_breach(story, until)
        marked = story.breach_told_at
        if marked is None:
            if end >= begin + MINUTE:
                wrong.append(f"{story.reference}: never")
        elif not begin <= marked <= min(begin + MINUTE, end):
            wrong.append(f"{story.reference}: at {marked}, due {story.due_at}")
    return wrong


def told_after(told: Iterable[Story], until: datetime) -> list[timedelta]:
    """Give how long after each breach it was told."""
    return [
        story.breach_told_at - _first_breach(story, until)[0]
        for story in told
        if story.breach_told_at is not None
    ]


def _first_breach(story: Story, until: datetime) -> tuple[datetime, datetime]:
    """Give from when to when the clock ran past its week, the first time that anybody could see.

    Where nobody could, both are the end.
    """
    late = [
        (max(begin, story.due_at), end)
        for begin, end in story.clock_ran(until)
        if end > story.due_at
    ]
    marked = story.breach_told_at
    for begin, end in _joined(late):
        if end >= begin + MINUTE or (marked is not None and begin <= marked <= end):
            return begin, end
    return until, until


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """Join spans that touch."""
    before: tuple[datetime, datetime] | None = None
    for begin, end in spans:
        if before is not None and begin <= before[1]:
            before = (before[0], end)
            continue
        if before is not None:
            yield before
        before = (begin, end)
    if before is not None:
        yield before


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
    again = set(session.scalars(select(DeferredRow.taken_up_as)))
    for row in session.scalars(select(EncounterRow)):
        if row.ward_id in wards and row.started_at >= since:
            _count_encounter(counts, row)
            counts["deferred"] += "defer_reason" in dict(row.answers) and row.id not in again
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
    waits = reached is None and story.state in OPEN and story.due_at > now
    counts["due"] += not waits
    counts["attempted"] += attempted is not None
    in_time = attempted is not None and attempted <= story.due_at
    counts["attempted_in_time"] += in_time and not waits
    for stage in ("enrolled", "started", "completed"):
        counts[stage] += stage in story.states
    started, completed = "started" in story.states, "completed" in story.states
    end, six = story.follow_ups.get("end"), story.follow_ups.get("six_months")
    if completed and end is not None and end.has_come(now):
        counts["end_due"] += 1
        counts["end_answered"] += end.state == "answered"
        counts["end_smoke_free"] += end.smoke_free is True
        counts["end_lost"] += end.state == "lost"
    if six is None:
        counts["referred_due"] += story.state not in OPEN
    elif six.has_come(now):
        counts["referred_due"] += 1
        counts["six_months_due"] += started
        counts["six_months_answered"] += six.state == "answered"
        counts["six_months_smoke_free"] += six.smoke_free is True
        counts["six_months_lost"] += six.state == "lost"
