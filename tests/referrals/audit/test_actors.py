"""Who acts, by kind: nobody who is a person can look like the machine, and the log says which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from referrals.audit import chain
from referrals.audit.actors import RESERVED, Kind, Machine, kind_of, typed
from referrals.audit.tables import AuditRow
from referrals.staff.invites import NAME
from referrals.storage.database import Database
from tests.conftest import FORENOON


@pytest.mark.parametrize(
    ("actor", "written", "kind"),
    [
        ("anna.nørby", "anna.nørby", Kind.PERSON),
        ("service:fagsystem", "service:fagsystem", Kind.SERVICE),
        ("own_page", "patient:own_page", Kind.PATIENT),
        (Machine.CLOCK, "machine:clock", Kind.MACHINE),
        ("housekeeping", "machine:housekeeping", Kind.MACHINE),
        ("machine:clock", "machine:clock", Kind.MACHINE),
    ],
)
def test_the_log_says_of_which_kind_an_actor_is(
    database: Database, actor: str, written: str, kind: Kind
) -> None:
    with database.write() as session:
        chain.append(session, FORENOON, actor, "log_in", "user:1")
        kept = session.scalars(select(AuditRow.actor)).one()
        assert (kept, kind_of(kept), chain.verify(session).broken_at) == (written, kind, None)


@pytest.mark.parametrize("actor", ["", ":", "machine:", "robot:x", ":clock"])
def test_nobody_and_what_is_of_no_known_kind_is_refused(actor: str) -> None:
    with pytest.raises(ValueError, match="known kind"):
        typed(actor)


@given(st.from_regex(NAME, fullmatch=True).filter(lambda name: name not in RESERVED))
def test_whatever_a_user_may_be_called_is_a_person_and_stands_as_it_is(name: str) -> None:
    assert (typed(name), kind_of(name)) == (name, Kind.PERSON)
