"""The municipal queue: one municipality's referrals, due first, and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from referrals.audit.tables import AuditRow
from referrals.consent.tables import ConsentRow
from referrals.queue.filters import Wanted
from referrals.queue.municipal_queue import ChangedMeanwhile, MunicipalQueue, NotFound
from referrals.referral.clock import Urgency
from referrals.referral.history import Entry, begin
from referrals.referral.moves import UNREACHED_STATES, IllegalMove, Move, State
from referrals.referral.reference import new_reference
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.staff.roles import NotAllowed
from referrals.staff.tables import UserRow
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import purge
from tests.conftest import World
from tests.referrals.playing import NAME, Play, kept, referral


class Rows:
    """Puts referrals into the queue without holding a talk about each."""

    def __init__(self, world: World) -> None:
        self._world = world
        Play(world).file(code="0163", postcode="2730", phone="20 66 77 00")  # noise elsewhere
        self._pattern = kept(world, ReferralRow)
        self._filings = 100

    def add(self, count: int = 1, *, code: str = "0151", **values: Any) -> list[str]:
        references = []
        with self._world.database.write() as session:
            for _ in range(count):
                self._filings += 1
                filed = values.get("filed_at", self._world.clock())
                state = values.get("state", State.FILED)
                row = ReferralRow(
                    **{
                        "reference": new_reference(),
                        "encounter_id": self._pattern.encounter_id,
                        "filing": self._filings,
                        "municipality_code": code,
                        "ward_id": self._pattern.ward_id,
                        "nurse_id": self._pattern.nurse_id,
                        "consent_id": self._pattern.consent_id,
                        "state": State.FILED.value,
                        "open": True,
                        "clock_stopped": state not in UNREACHED_STATES,
                        "version": 1,
                        "filed_at": filed,
                        "due_at": filed + timedelta(days=7),
                        "details": {},
                    }
                    | values
                )
                session.add(row)
                session.flush()
                begin(session, row, Entry("nurse:demo-nurse", filed))
                references.append(row.reference)
        return references


@pytest.fixture
def rows(world: World) -> Rows:
    return Rows(world)


def _listed(world: World, after: str | None = None, **wanted: Any) -> list[str]:
    page = world.queue().page(world.clock(), Wanted(**wanted), after=after)
    return [entry.reference for entry in page.entries]


# Scope


@pytest.mark.parametrize("name", ["demo-nurse", "demo-lead", "demo-admin"])
def test_nobody_without_a_municipality_gets_a_queue(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        MunicipalQueue(world.database, world.vault, world.staff(name))


def test_a_queue_lists_its_own_municipality_only(world: World, rows: Rows) -> None:
    own = rows.add()
    assert _listed(world) == own


@pytest.mark.parametrize(
    "reference", ["unknown", "", "H-2222-2", "\x00", "' OR 1=1 --", "x" * 1000], ids=ascii
)
def test_an_unknown_referral_does_not_exist(world: World, reference: str) -> None:
    with pytest.raises(NotFound):
        world.queue().open(reference, world.clock())


def test_the_referral_of_another_municipality_does_not_exist(world: World) -> None:
    reference = Play(world).file(code="0163", postcode="2730")
    queue, now = world.queue("0151"), world.clock()
    for reach in (
        lambda: queue.open(reference, now),
        lambda: queue.move(reference, Move.RECEIVE, now),
        lambda: queue.move(reference, Move.WITHDRAW, now),
        lambda: queue.page(now, after=reference),
    ):
        with pytest.raises(NotFound):
            reach()
    assert referral(world, reference).state == State.FILED


def test_reaching_for_another_municipality_writes_no_read_to_the_log(world: World) -> None:
    reference = Play(world).file(code="0163", postcode="2730")
    with pytest.raises(NotFound):
        world.queue("0151").open(reference, world.clock())
    with world.database.read() as session:
        assert "read_identity" not in set(session.scalars(select(AuditRow.action)))


def test_a_reference_is_found_however_it_is_written(world: World) -> None:
    reference = Play(world).file()
    opened = world.queue().open(f" {reference.lower()} ", world.clock())
    assert opened.entry.reference == reference


# Order, pages and filters


def test_what_is_due_first_stands_first(world: World, rows: Rows) -> None:
    now = world.clock()
    late = rows.add(filed_at=now)
    early = rows.add(filed_at=now - timedelta(days=3))
    assert _listed(world) == early + late


def test_pages_follow_each_other_without_gap_or_repeat_even_among_ties(
    world: World, rows: Rows
) -> None:
    expected, seen, after = rows.add(10), list[str](), None
    while True:
        page = world.queue().page(world.clock(), after=after, limit=3)
        seen += [e.reference for e in page.entries]
        after = page.next_after
        if after is None:
            break
    assert seen == expected


def test_a_full_last_page_has_no_next(world: World, rows: Rows) -> None:
    rows.add(3)
    assert world.queue().page(world.clock(), limit=3).next_after is None


def test_a_page_goes_on_behind_a_referral_that_has_ended_meanwhile(
    world: World, rows: Rows
) -> None:
    first, ended, *others = rows.add(4)
    page = world.queue().page(world.clock(), limit=2)
    assert [each.reference for each in page.entries] == [first, ended]
    world.queue().move(ended, Move.WRONG_MUNICIPALITY, world.clock(), reason="moved")
    assert _listed(world, after=page.next_after) == others


@pytest.mark.parametrize("state", State)
def test_a_queue_can_be_asked_for_one_state(world: World, rows: Rows, state: State) -> None:
    wanted = rows.add(state=state.value, open=False)
    rows.add(state="filed" if state is not State.FILED else "reached")
    assert _listed(world, state=state) == wanted


def test_without_a_filter_the_open_ones_are_listed(world: World, rows: Rows) -> None:
    rows.add(state="closed", open=False)
    started = rows.add(state="started")
    assert _listed(world) == started


def test_everything_holds_the_ended_ones_too(world: World, rows: Rows) -> None:
    both = rows.add(state="withdrawn", open=False) + rows.add()
    assert _listed(world, everything=True) == both


def test_overdue_are_those_that_nobody_reached_in_time(world: World, rows: Rows) -> None:
    week_ago = world.clock() - timedelta(days=7)
    late = rows.add(filed_at=week_ago) + rows.add(filed_at=week_ago, state="contact_attempted")
    rows.add(filed_at=week_ago + timedelta(seconds=1))
    rows.add(filed_at=week_ago, state="reached")
    rows.add(filed_at=week_ago, state="withdrawn", open=False)
    assert _listed(world, urgency=Urgency.BREACHED) == late


def test_the_counts_tell_how_the_clocks_stand(world: World, rows: Rows) -> None:
    now = world.clock()
    rows.add(4, filed_at=now)
    rows.add(3, filed_at=now - timedelta(days=5))
    rows.add(2, filed_at=now - timedelta(days=8))
    rows.add(1, filed_at=now - timedelta(days=8), state="reached")
    rows.add(1, filed_at=now - timedelta(days=8), state="withdrawn", open=False)
    assert world.queue().counts(now) == {
        "on_time": 4,
        "warning": 3,
        "breached": 2,
        "stopped": 1,
    }


def test_the_counts_of_an_empty_queue_are_nought(world: World) -> None:
    assert set(world.queue().counts(world.clock()).values()) == {0}


def test_a_line_of_the_queue_holds_no_identity(world: World) -> None:
    Play(world).file()
    entry = world.queue().page(world.clock()).entries[0]
    assert NAME not in repr(entry)
    assert "20667788" not in repr(entry)


# Opening


def test_reading_identity_is_written_to_the_log(world: World) -> None:
    reference = Play(world).file()
    world.queue().open(reference, world.clock())
    with world.database.read() as session:
        last = session.scalars(select(AuditRow).order_by(AuditRow.number.desc())).first()
        assert last is not None
        assert (last.actor, last.action, last.record) == (
            "demo-adviser-0151",
            "read_identity",
            f"referral:{reference}",
        )


def test_an_opened_referral_is_not_shown_with_identity(world: World) -> None:
    opened = world.queue().open(Play(world).file(), world.clock())
    assert repr(opened) == f"OpenedReferral({opened.entry.reference})"


def test_an_opened_referral_lists_the_moves_that_are_legal(world: World) -> None:
    opened = world.queue().open(Play(world).file(), world.clock())
    assert opened.legal == [
        Move.RECEIVE,
        Move.ATTEMPT,
        Move.REACH,
        Move.WRONG_MUNICIPALITY,
        Move.WITHDRAW,
        Move.SEND_ON,
        Move.NOT_REAL,
        Move.ASSIGN,
        Move.PLAN,
        Move.TRANSFER,
        Move.OFFER,
    ]


# Moving


def test_a_move_is_written_to_the_history_with_who_and_when(world: World) -> None:
    reference = Play(world).file()
    at = world.clock.forward(hours=2)
    opened = world.queue().move(reference, Move.ATTEMPT, at, reason="busy")
    last = opened.history[-1]
    assert (last.event, last.from_state, last.to_state, last.reason, last.actor, last.at) == (
        "attempt_contact",
        "filed",
        "contact_attempted",
        "busy",
        "adviser:demo-adviser-0151",
        at,
    )


def test_the_first_attempt_and_the_first_talk_are_kept_apart(world: World) -> None:
    reference = Play(world).file()
    queue = world.queue()
    first = world.clock.forward(hours=1)
    queue.move(reference, Move.ATTEMPT, first, reason="busy")
    queue.move(reference, Move.ATTEMPT, world.clock.forward(hours=1), reason="busy")
    reached = world.clock.forward(hours=1)
    entry = queue.move(reference, Move.REACH, reached).entry
    assert (entry.first_attempt_at, entry.first_reached_at) == (first, reached)


def test_a_talk_at_the_first_call_is_also_the_first_attempt(world: World) -> None:
    reference = Play(world).file()
    entry = world.queue().move(reference, Move.REACH, world.clock()).entry
    assert entry.first_attempt_at == world.clock()


def test_a_refused_move_changes_nothing(world: World) -> None:
    reference = Play(world).file()
    with pytest.raises(IllegalMove):
        world.queue().move(reference, Move.ENROL, world.clock(), note="not kept")
    row = referral(world, reference)
    assert (row.state, row.version) == (State.FILED, 1)


def test_a_note_is_read_again_and_stored_as_ciphertext(world: World) -> None:
    reference, note = Play(world).file(), "Ring til sønnen Frederik på 20 66 77 55"
    opened = world.queue().move(reference, Move.RECEIVE, world.clock(), note=f" {note} ")
    with world.database.read() as session:
        stored = session.scalars(select(VaultValueRow.ciphertext)).all()
        events = session.scalars(select(ReferralEventRow.note_token)).all()
    assert opened.history[-1].note == note
    assert not [value for value in stored if b"Frederik" in value]
    assert not [token for token in events if token and "Frederik" in token]


@pytest.mark.parametrize("note", [None, "", "   "], ids=repr)
def test_an_empty_note_is_none(world: World, note: str | None) -> None:
    opened = world.queue().move(Play(world).file(), Move.RECEIVE, world.clock(), note=note)
    assert opened.history[-1].note is None


def test_a_note_that_is_too_long_is_refused(world: World) -> None:
    reference = Play(world).file()
    with pytest.raises(ValueError, match="too long"):
        world.queue().move(reference, Move.RECEIVE, world.clock(), note="x" * 2001)
    assert referral(world, reference).state == State.FILED


def test_a_change_by_a_colleague_is_noticed_and_names_who(world: World) -> None:
    reference = Play(world).file()
    world.queue().move(reference, Move.RECEIVE, world.clock(), version=1)
    with pytest.raises(ChangedMeanwhile) as conflict:
        world.queue().move(reference, Move.REACH, world.clock(), version=1)
    assert (conflict.value.by, conflict.value.state) == (
        "adviser:demo-adviser-0151",
        State.RECEIVED,
    )


def test_each_move_makes_a_new_version(world: World) -> None:
    reference = Play(world).file()
    opened = world.queue().move(reference, Move.RECEIVE, world.clock(), version=1)
    assert world.queue().move(reference, Move.REACH, world.clock(), version=2).entry.version == 3
    assert opened.entry.version == 2


def test_a_course_manager_may_make_the_moves_of_the_municipality(world: World) -> None:
    reference = Play(world).file()
    queue = MunicipalQueue(world.database, world.vault, world.staff("demo-manager-0151"))
    last = queue.move(reference, Move.RECEIVE, world.clock()).history[-1]
    assert last.actor == "course_manager:demo-manager-0151"


def test_after_a_purge_a_referral_shows_what_is_left(world: World) -> None:
    play = Play(world)
    reference = play.file()
    with world.database.write() as session:
        purge(session, play.id)
    assert "name" not in world.queue().open(reference, world.clock()).details


def test_a_member_of_staff_may_have_the_longest_name_there_is(world: World) -> None:
    reference, longest = Play(world).file(), "x" * 80
    manager = world.staff("demo-manager-0151")
    with world.database.write() as session:
        session.execute(update(UserRow).where(UserRow.id == manager.id).values(name=longest))
    queue = MunicipalQueue(world.database, world.vault, world.staff(longest))
    last = queue.move(reference, Move.WITHDRAW, world.clock()).history[-1]
    consent = kept(world, ConsentRow)
    assert (last.actor, consent.withdrawn_by) == (f"course_manager:{longest}",) * 2
