"""What a municipality must do today: each person once, by what comes next and when.

Read along indexes over what ``referrals/next_action`` keeps beside each referral, so that it costs
the same in a queue of any length. Every section is cut off; ``count`` says how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, or_, select, text
from sqlalchemy.orm import Session

from referrals.advice.encounter import Step
from referrals.booking.call_hours import SLOT
from referrals.booking.tables import CallRow
from referrals.denmark.calendar_days import working_day_before
from referrals.denmark.dates import local_day, midnight
from referrals.next_action.rule import Task, listed_before
from referrals.queue.filters import NOBODY, Wanted, Whose
from referrals.queue.reading import entries
from referrals.queue.view import QueueEntry
from referrals.referral.history import referral_of
from referrals.referral.moves import Actor, State
from referrals.referral.tables import CHANGED_OUTSIDE, ReferralEventRow, ReferralRow
from referrals.staff.tables import UserRow
from referrals.vault.vault import Vault

SHOWN = 25
"""So many of a section are shown with the others."""
SHOWN_ALONE = 200
"""So many of a section are shown by itself."""
MOST_COUNTED = 999
"""Counting stops here, so that a page costs the same in a queue of any length."""


_OUTSIDE = (Actor.PATIENT, Actor.NURSE)


class Section(StrEnum):
    """A part of the day's list, in the order in which it is worked."""

    CALL = "call"
    BOOKED = "booked"
    AGREE = "agree"
    ENROL = "enrol"
    SEAT = "seat"
    CANCELLED = "cancelled"
    COURSE = "course"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"


SECTIONS: Mapping[Section, tuple[Task, ...]] = {
    Section.CALL: (Task.CALL,),
    Section.BOOKED: (Task.BOOKED_CALL,),
    Section.AGREE: (Task.AGREE,),
    Section.ENROL: (Task.ENROL, Task.AWAIT_SEAT),
    Section.SEAT: (Task.KEEP_SEAT,),
    Section.CANCELLED: (Task.REPLACE_COURSE,),
    Section.COURSE: (Task.BEGIN, Task.FINISH),
    Section.FOLLOW_UP: (Task.FOLLOW_UP,),
    Section.CLOSE: (Task.REDIRECT, Task.WRITE, Task.CLOSE),
}
"""Every task stands in one section, so that nobody is shown twice."""


@dataclass(frozen=True)
class Stack:
    """The first lines of a section, and how many there are; ``MOST_COUNTED`` + 1 means more."""

    entries: list[QueueEntry]
    count: int


@dataclass(frozen=True)
class UnsentCall:
    """A call that is booked for today at the bedside, whose referral is not filed yet."""

    starts_at: datetime
    adviser: str


@dataclass(frozen=True)
class News:
    """What came from the patient or the ward after the referral was sent.

    ``what`` is a move or a remark of the history, ``about`` what it names, ``by`` who did it: a
    kind of actor, no name. ``withdrawn`` tells that nobody may call any more.
    """

    reference: str
    what: str
    about: str | None
    by: str
    at: datetime
    withdrawn: bool


@dataclass(frozen=True)
class Person:
    """Who is to be called."""

    name: str | None
    phone: str | None

    def __repr__(self) -> str:
        """Show no identity."""
        return "Person()"


@dataclass(frozen=True)
class Today:
    """The sections that hold anybody, in order; what partners offer; calls that are not sent yet.

    ``untaken`` are those of the list that nobody has, where only the reader's own are asked for.
    ``news`` are of yesterday and today, or since the last working day, the newest first.
    """

    sections: dict[Section, Stack]
    untaken: Stack
    offered: Stack
    unsent: list[UnsentCall]
    news: list[News]


NOTHING = Stack([], 0)
_WHEN = func.coalesce(ReferralRow.next_action_at, ReferralRow.due_at)
"""What a section is ordered by; whole rows are read of those alone that are shown."""


def today(
    session: Session,
    code: str,
    now: datetime,
    user_id: int | None = None,
    only: Section | None = None,
) -> Today:
    """Give what the municipality ``code``, or one of its staff, must do today.

    What nobody has taken and what other municipalities offer is everybody's. With ``only`` one
    section is given, further than it is shown beside the others, with the news of who is in it.
    """
    limit = SHOWN if only is None else SHOWN_ALONE
    found = {
        section: _stack(session, [due(code, now, task, user_id) for task in tasks], now, limit)
        for section, tasks in SECTIONS.items()
        if only in (None, section)
    }
    sections = {section: stack for section, stack in found.items() if stack.count}
    if only is not None:
        shown = {entry.reference for stack in sections.values() for entry in stack.entries}
        theirs = [each for each in _news(session, code, now, user_id) if each.reference in shown]
        return Today(sections, NOTHING, NOTHING, [], theirs)
    untaken = [due(code, now, task, NOBODY) for task in Task if task is not Task.BOOKED_CALL]
    offers = Wanted(whose=Whose.OFFERED)
    offered = offers.query(code, now).order_by(*offers.order)
    return Today(
        sections,
        NOTHING if user_id is None else _stack(session, untaken, now, SHOWN),
        _stack(session, [offered], now, SHOWN),
        _unsent(session, code, now, user_id),
        _news(session, code, now, user_id),
    )


def people(session: Session, vault: Vault, references: Iterable[str]) -> dict[str, Person]:
    """Give name and phone of some referrals, by reference. The caller audits that."""
    rows = session.execute(
        select(ReferralRow.reference, ReferralRow.encounter_id, ReferralRow.details).where(
            ReferralRow.reference.in_(list(references))
        )
    ).all()
    tokens = [
        (encounter, token)
        for _, encounter, details in rows
        for step in (Step.NAME, Step.PHONE)
        if (token := details.get(step))
    ]
    plain = vault.unseal_all(session, tokens)
    return {
        reference: Person(
            plain.get((encounter, details.get(Step.NAME, ""))),
            plain.get((encounter, details.get(Step.PHONE, ""))),
        )
        for reference, encounter, details in rows
    }


def due(code: str, now: datetime, task: Task, user_id: int | None) -> Select[ReferralRow]:
    """Ask for those with whom ``task`` is on the list of today, the earliest first.

    ``user_id`` is whose, NOBODY for what nobody has, None for everybody's.
    """
    found = (
        select(ReferralRow)
        .where(ReferralRow.municipality_code == code, ReferralRow.next_action == task.value)
        .where(ReferralRow.next_action_at < listed_before(task, local_day(now)))
        .order_by(ReferralRow.next_action_at, ReferralRow.id)
    )
    if user_id is None:
        return found
    if user_id == NOBODY:
        return found.where(ReferralRow.assigned_to.is_(None))
    if task is Task.BOOKED_CALL:  # whoever has the call makes it, whoever has the referral
        own = select(CallRow.encounter_id).where(
            CallRow.user_id == user_id, CallRow.ended_at.is_(None)
        )
        return found.where(ReferralRow.encounter_id.in_(own))
    return found.where(ReferralRow.assigned_to == user_id)


def count(session: Session, query: Select[*tuple[Any, ...]]) -> int:
    """Count the rows of a query, but no further than it matters."""
    some = query.with_only_columns(ReferralRow.id).order_by(None).limit(MOST_COUNTED + 1)
    return session.scalar(select(func.count()).select_from(some.subquery())) or 0


def _stack(
    session: Session, queries: Sequence[Select[ReferralRow]], now: datetime, limit: int
) -> Stack:
    first: list[tuple[datetime, int]] = []
    counted = 0
    for query in queries:
        keys = query.with_only_columns(_WHEN, ReferralRow.id).limit(limit)
        found = [(at, key) for at, key in session.execute(keys)]
        first += found
        counted += len(found) if len(found) < limit else count(session, query)
    in_order = first if len(queries) == 1 else sorted(first)
    shown = [key for _, key in in_order[:limit]]
    rows = session.scalars(select(ReferralRow).where(ReferralRow.id.in_(shown))).all()
    ordered = sorted(rows, key=lambda row: shown.index(row.id))
    return Stack(entries(session, ordered, now), min(counted, MOST_COUNTED + 1))


def _unsent(session: Session, code: str, now: datetime, user_id: int | None) -> list[UnsentCall]:
    """Give today's calls that are booked at a bedside where nothing is filed yet."""
    booked = (
        select(CallRow.encounter_id, CallRow.starts_at, UserRow.display_name)
        .join(UserRow, UserRow.id == CallRow.user_id)
        .where(UserRow.municipality_code == code, CallRow.ended_at.is_(None))
        .where(CallRow.starts_at > now - SLOT, CallRow.starts_at < _tomorrow(now))
        .order_by(CallRow.starts_at, CallRow.id)
    )
    if user_id is not None:
        booked = booked.where(CallRow.user_id == user_id)
    return [
        UnsentCall(starts_at, adviser)
        for encounter, starts_at, adviser in session.execute(booked).all()
        if referral_of(session, encounter) is None
    ]


def _news(session: Session, code: str, now: datetime, user_id: int | None) -> list[News]:
    """Give what others than the municipality changed; of a colleague's referrals it is theirs."""
    told = news(code, midnight(working_day_before(local_day(now))), user_id)
    return [
        News(
            reference,
            event.move,
            event.about,
            event.actor.partition(":")[0],
            event.at,
            state == State.WITHDRAWN,
        )
        for event, reference, state in session.execute(told)
    ]


def news(code: str, since: datetime, user_id: int | None) -> Select[*tuple[Any, ...]]:
    """Ask for what came from outside, the newest first: few events, so they are read first."""
    came = (
        select(ReferralEventRow.id)
        .where(text(CHANGED_OUTSIDE), ReferralEventRow.at >= since)
        .cte("came")
        .prefix_with("MATERIALIZED")
    )
    told = (
        select(ReferralEventRow, ReferralRow.reference, ReferralRow.state)
        .join(came, came.c.id == ReferralEventRow.id)
        .join(ReferralRow, ReferralRow.id == ReferralEventRow.referral_id)
        .where(ReferralRow.municipality_code == code)
        .where(or_(*(ReferralEventRow.actor.startswith(f"{each}:") for each in _OUTSIDE)))
        .order_by(ReferralEventRow.at.desc(), ReferralEventRow.id.desc())
        .limit(SHOWN)
    )
    if user_id is None:
        return told
    theirs = ReferralRow.assigned_to
    return told.where(or_(theirs == user_id, theirs.is_(None)))


def _tomorrow(now: datetime) -> datetime:
    return midnight(local_day(now) + timedelta(days=1))
