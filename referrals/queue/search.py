"""Finds a referral by what the caller on the phone says: reference, phone number or name.

Exact, along the blind indexes. By a part of a name, as whoever calls back says a first name only,
among the own referrals of which something is still to be done: names lie sealed, so each is read
to be compared. That is bounded, and one row of the audit log.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Step
from referrals.audit import chain
from referrals.denmark.contact_details import BadValue, folded, normal_name, normal_phone
from referrals.next_action.rule import Task
from referrals.queue.filters import Wanted
from referrals.queue.reading import entries
from referrals.queue.today import Person, people
from referrals.queue.view import QueueEntry
from referrals.referral.reference import normal_reference
from referrals.referral.tables import ReferralRow
from referrals.staff.roles import Staff, municipality_of
from referrals.storage.database import Database
from referrals.vault.vault import Vault

MOST_FOUND = 50
MOST_READ = 2_000
"""So many names are read at most: the open referrals with the nearest deadline."""
MOST_SHOWN = 25
_BETWEEN = re.compile(r"[\s-]+")


class SearchKind(StrEnum):
    """What was searched for."""

    REFERENCE = "reference"
    PHONE = "phone"
    NAME = "name"


class CannotSearch(ValueError):
    """The words are neither a reference nor a phone number nor a name."""


@dataclass(frozen=True)
class Sought:
    """What to look for, as it is looked up. Shows nothing of it."""

    kind: SearchKind
    value: str

    def __repr__(self) -> str:
        """Show the kind only."""
        return f"Sought({self.kind})"

    def condition(self, session: Session, vault: Vault) -> ColumnElement[bool]:
        """Give the condition along an index."""
        if self.kind is SearchKind.REFERENCE:
            return ReferralRow.reference == self.value
        index = ReferralRow.phone_index if self.kind is SearchKind.PHONE else ReferralRow.name_index
        return index.in_(vault.blind_indexes(session, self.kind, self.value))


def read(words: str) -> Sought:
    """Tell what was typed. Raises CannotSearch."""
    reference = normal_reference(words)
    if reference is not None:
        return Sought(SearchKind.REFERENCE, reference)
    try:
        return Sought(SearchKind.PHONE, normal_phone(words))
    except BadValue:
        pass
    if any(sign.isdigit() for sign in words):
        raise CannotSearch
    try:
        return Sought(SearchKind.NAME, normal_name(words))
    except BadValue:
        raise CannotSearch from None


def find(session: Session, vault: Vault, code: str, sought: Sought) -> list[ReferralRow]:
    """Give up to fifty referrals that a municipality works or owns, the newest first."""
    ours = or_(
        ReferralRow.municipality_code == code,
        ReferralRow.home_municipality_code == code,
    )
    found = select(ReferralRow).where(sought.condition(session, vault), ours)
    return list(session.scalars(found.order_by(ReferralRow.id.desc()).limit(MOST_FOUND)))


@dataclass(frozen=True)
class NamesFound:
    """Who may be meant, with name and phone by reference.

    ``read_all`` is False where more referrals are open than were read, ``more`` True where more
    people fit than are shown.
    """

    entries: list[QueueEntry]
    people: dict[str, Person]
    read_all: bool
    more: bool


def search_names(
    database: Database, vault: Vault, staff: Staff, words: str, now: datetime
) -> NamesFound:
    """Find open referrals that the municipality works, whose name has words that begin so.

    Raises NotAllowed for whoever has no municipality.
    """
    code = municipality_of(staff)
    with database.write() as session:
        rows = [*_open(session, code, now)]
        rows += _ended(session, code, MOST_READ + 1 - len(rows))
        read = rows[:MOST_READ]
        fitting = _fitting(session, vault, read, words)
        shown = fitting[:MOST_SHOWN]
        record = f"queue:{code}:{len(shown)}"
        chain.append(session, now, staff.name, "search_names", record)
        found = entries(session, shown, now)
        return NamesFound(
            found,
            people(session, vault, [each.reference for each in found]),
            read_all=len(rows) == len(read),
            more=len(fitting) > len(shown),
        )


def _open(session: Session, code: str, now: datetime) -> Sequence[ReferralRow]:
    wanted = Wanted()
    query = wanted.query(code, now).where(ReferralRow.purged_at.is_(None))
    return session.scalars(query.order_by(*wanted.order).limit(MOST_READ + 1)).all()


def _ended(session: Session, code: str, most: int) -> Sequence[ReferralRow]:
    """Give at most so many that ended and still have something to be done about them."""
    found: list[ReferralRow] = []
    for task in (Task.FOLLOW_UP, Task.REDIRECT, Task.WRITE, Task.CLOSE):
        query = select(ReferralRow).where(
            ReferralRow.municipality_code == code,
            ReferralRow.next_action == task.value,
            ReferralRow.open.is_(False),
            ReferralRow.purged_at.is_(None),
        )
        by_time = query.order_by(ReferralRow.next_action_at, ReferralRow.id)
        found += session.scalars(by_time.limit(most - len(found))).all()
    return found


def fits(name: str, words: str) -> bool:
    """Tell whether each of ``words`` begins a word of ``name``, however both are spelt."""
    own = _words(name)
    return all(any(each.startswith(sought) for each in own) for sought in _words(words))


def _words(name: str) -> list[str]:
    return [each for each in _BETWEEN.split(folded(name)) if each]


def _fitting(
    session: Session, vault: Vault, rows: Sequence[ReferralRow], words: str
) -> list[ReferralRow]:
    tokens = {row.id: (row.encounter_id, row.details.get(Step.NAME, "")) for row in rows}
    names = vault.unseal_all(session, tokens.values())
    return [row for row in rows if fits(names.get(tokens[row.id], ""), words)]
