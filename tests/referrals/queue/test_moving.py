"""What moves do beside the state: transfers, offers, merges, corrections, plans, two at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.audit.tables import AuditRow
from referrals.consent.tables import ConsentRow
from referrals.outbox.tables import OutboxRow
from referrals.queue.filters import Wanted, Whose
from referrals.queue.moving import Unsuitable
from referrals.queue.municipal_queue import ChangedMeanwhile, MunicipalQueue, NotFound
from referrals.queue.search import CannotSearch
from referrals.referral.moves import IllegalMove, Move, Side, State
from referrals.referral.tables import ReferralRow
from tests.conftest import World
from tests.referrals.playing import NAME, Play, referral

HOME, PARTNER = "0151", "0163"
ADVISER = "demo-adviser-0151"


@pytest.fixture
def reference(world: World) -> str:
    return Play(world).file()


def do(world: World, reference: str, move: Move, code: str = HOME, **wish: object) -> State:
    opened = world.queue(code).move(reference, move, world.clock(), **wish)  # type: ignore[arg-type]
    return opened.entry.state


def legal(world: World, reference: str, code: str = HOME) -> set[Move]:
    return set(world.queue(code).open(reference, world.clock()).legal)


# Transfer


def transfer(world: World, reference: str) -> None:
    do(world, reference, Move.TRANSFER, about=PARTNER, reason="near_work", agreed=True)


def test_a_partner_works_what_is_transferred_and_the_home_municipality_sees_it(
    world: World, reference: str
) -> None:
    transfer(world, reference)
    now = world.clock()
    assert [e.reference for e in world.queue(PARTNER).page(now).entries] == [reference]
    lent = world.queue().page(now, Wanted(whose=Whose.LENT)).entries
    assert [(e.reference, e.municipality, e.home_municipality) for e in lent] == [
        (reference, PARTNER, HOME)
    ]
    opened = world.queue().open(reference, now)
    assert (opened.side, opened.details["name"]) == (Side.HOME, NAME)
    assert set(opened.legal) == {Move.WITHDRAW, Move.TAKE_BACK}
    assert do(world, reference, Move.REACH, PARTNER) == State.REACHED


def test_a_transfer_needs_the_patient_s_yes_to_that_municipality(
    world: World, reference: str
) -> None:
    with pytest.raises(Unsuitable, match="consent"):
        do(world, reference, Move.TRANSFER, about=PARTNER, reason="near_work")
    assert referral(world, reference).municipality_code == HOME
    with world.database.write() as session:
        session.scalars(select(ConsentRow)).one().partner_municipality_code = PARTNER
    do(world, reference, Move.TRANSFER, about=PARTNER, reason="near_work")
    assert referral(world, reference).municipality_code == PARTNER


@pytest.mark.parametrize("about", [None, "", HOME, "9999", "x" * 90])
def test_what_is_no_other_municipality_is_refused(
    world: World, reference: str, about: str | None
) -> None:
    with pytest.raises(Unsuitable, match="municipality"):
        do(world, reference, Move.TRANSFER, about=about, reason="near_work", agreed=True)


@pytest.mark.parametrize(
    ("move", "by", "reason"),
    [(Move.TAKE_BACK, HOME, None), (Move.GIVE_BACK, PARTNER, "no_room")],
    ids=["taken back", "given back"],
)
def test_what_was_transferred_comes_home(
    world: World, reference: str, move: Move, by: str, reason: str | None
) -> None:
    transfer(world, reference)
    do(world, reference, move, by, reason=reason)
    row = referral(world, reference)
    assert (row.municipality_code, row.home_municipality_code) == (HOME, None)
    with pytest.raises(NotFound):
        world.queue(PARTNER).open(reference, world.clock())


# The wrong municipality


def test_what_came_to_the_wrong_municipality_is_sent_on_and_the_clock_goes_on(
    world: World, reference: str
) -> None:
    due = referral(world, reference).due_at
    do(world, reference, Move.ATTEMPT, reason="busy")
    world.clock.forward(days=3)
    opened = world.queue().move(
        reference, Move.SEND_ON, world.clock(), reason="moved", about=PARTNER
    )
    assert (opened.side, opened.details, opened.legal) == (None, {}, [])
    row = referral(world, reference)
    assert (row.state, row.due_at, row.clock_stopped) == (State.FILED, due, False)
    assert row.details["municipality"] == PARTNER
    assert [e.reference for e in world.queue(PARTNER).page(world.clock()).entries] == [reference]
    with pytest.raises(NotFound):
        world.queue().open(reference, world.clock())


def test_where_it_is_sent_on_to_is_told_of_a_new_referral(world: World, reference: str) -> None:
    do(world, reference, Move.SEND_ON, reason="moved", about=PARTNER)
    with world.database.read() as session:
        newest = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc())).first()
    assert newest is not None
    assert (newest.kind, newest.payload["municipality"]) == ("new_referral", PARTNER)


# Offers


def test_an_offer_shows_no_identity_until_it_is_taken(world: World, reference: str) -> None:
    do(world, reference, Move.OFFER, about=PARTNER, agreed=True)
    theirs = world.queue(PARTNER)
    assert [
        e.reference for e in theirs.page(world.clock(), Wanted(whose=Whose.OFFERED)).entries
    ] == [reference]
    opened = theirs.open(reference, world.clock())
    assert (opened.details, opened.history) == ({}, [])
    assert set(opened.legal) == {Move.TAKE_OFFER, Move.REFUSE_OFFER}
    taken = theirs.move(reference, Move.TAKE_OFFER, world.clock())
    assert taken.details["name"] == NAME
    row = referral(world, reference)
    assert (row.municipality_code, row.home_municipality_code, row.offered_to) == (
        PARTNER,
        HOME,
        None,
    )


@pytest.mark.parametrize(
    ("move", "by", "reason"),
    [(Move.REFUSE_OFFER, PARTNER, "no_room"), (Move.RETRACT_OFFER, HOME, None)],
    ids=["refused", "taken back"],
)
def test_an_offer_can_be_ended_by_either(
    world: World, reference: str, move: Move, by: str, reason: str | None
) -> None:
    do(world, reference, Move.OFFER, about=PARTNER, agreed=True)
    do(world, reference, move, by, reason=reason)
    assert referral(world, reference).offered_to is None
    with pytest.raises(NotFound):
        world.queue(PARTNER).open(reference, world.clock())


def test_an_offer_goes_to_a_partner_that_has_room_only(world: World, reference: str) -> None:
    from referrals.booking.adviser_calls import AdviserCalls

    advisers = AdviserCalls(world.database, world.staff(f"demo-adviser-{PARTNER}"))
    advisers.set_week([], world.clock())
    with pytest.raises(Unsuitable, match="room"):
        do(world, reference, Move.OFFER, about=PARTNER, agreed=True)
    room = {each.code: each.free_calls for each in world.queue().partners(reference, world.clock())}
    assert room[PARTNER] == 0
    assert room["0157"] > 0


def test_a_reached_patient_is_offered_to_nobody_any_more(world: World, reference: str) -> None:
    do(world, reference, Move.OFFER, about=PARTNER, agreed=True)
    do(world, reference, Move.REACH)
    assert referral(world, reference).offered_to is None


# Merging


def twice(world: World) -> tuple[str, str]:
    first = Play(world).file()
    play = Play(world)
    play.to_summary()
    play.press("duplicate", "add")
    return first, str(play.send()[0].values["reference"])


def test_two_referrals_of_one_person_are_merged_and_parted_again(world: World) -> None:
    first, second = twice(world)
    queue, now = world.queue(), world.clock()
    assert [e.reference for e in queue.open(first, now).duplicates] == [second]
    merged = queue.move(second, Move.MERGE, now, about=first, reason="same_person_referred_twice")
    assert (merged.entry.state, merged.merged_into) == (State.CLOSED, first)
    assert [e.reference for e in queue.page(now).entries] == [first]
    assert [h.event for h in queue.open(first, now).history] == ["file", "absorb"]
    parted = queue.move(second, Move.PUT_RIGHT, now, reason="wrong_choice")
    assert (parted.entry.state, parted.merged_into) == (State.FILED, None)
    assert referral(world, second).ended_at is None
    assert len(queue.page(now).entries) == 2


def test_only_referrals_of_one_person_are_merged(world: World, reference: str) -> None:
    other = Play(world).file(name="Anna Anden", phone="20 66 77 01")
    for about in (other, reference, "H-2222-2", None):
        with pytest.raises(Unsuitable, match="reference"):
            do(world, reference, Move.MERGE, about=about, reason="same_person_referred_twice")


def test_whoever_withdraws_one_of_two_merged_referrals_withdraws_both(world: World) -> None:
    first, second = twice(world)
    do(world, second, Move.MERGE, about=first, reason="same_person_referred_twice")
    do(world, first, Move.WITHDRAW)
    for each in (first, second):
        row = referral(world, each)
        assert (row.state, row.purged_at) == (State.WITHDRAWN, world.clock())


# Putting right


def test_a_mistake_is_put_right_by_a_new_row_and_the_facts_are_reckoned_anew(
    world: World, reference: str
) -> None:
    do(world, reference, Move.ATTEMPT, reason="busy")
    tried = world.clock()
    world.clock.forward(hours=1)
    do(world, reference, Move.REACH)
    do(world, reference, Move.DECLINE, reason="not_now")
    queue = world.queue()
    queue.move(reference, Move.PUT_RIGHT, world.clock(), reason="wrong_referral")
    opened = queue.move(reference, Move.PUT_RIGHT, world.clock(), reason="wrong_referral")
    entry = opened.entry
    assert (entry.state, entry.first_attempt_at, entry.first_reached_at) == (
        State.CONTACT_ATTEMPTED,
        tried,
        None,
    )
    assert [(h.event, h.corrected, h.corrects) for h in opened.history[1:]] == [
        ("attempt_contact", False, None),
        ("reach", True, None),
        ("decline", True, None),
        ("put_right", False, 4),
        ("put_right", False, 3),
    ]


def test_what_was_begun_by_mistake_plans_no_follow_ups(world: World, reference: str) -> None:
    for move in (Move.REACH, Move.ACCEPT, Move.ENROL, Move.START):
        do(world, reference, move)
    assert do(world, reference, Move.PUT_RIGHT, reason="wrong_choice") == State.ENROLLED
    assert do(world, reference, Move.START) == State.STARTED


def test_nothing_is_put_right_before_something_was_done(world: World, reference: str) -> None:
    assert Move.PUT_RIGHT not in legal(world, reference)
    do(world, reference, Move.ASSIGN, about=ADVISER)
    assert Move.PUT_RIGHT not in legal(world, reference)


def test_a_case_whose_identity_is_gone_is_not_opened_again(world: World, reference: str) -> None:
    for move, reason in ((Move.WRONG_MUNICIPALITY, "moved"), (Move.CLOSE, None)):
        do(world, reference, move, reason=reason)
    with world.database.write() as session:
        session.scalars(select(ReferralRow)).one().purged_at = world.clock()
    with pytest.raises(IllegalMove):
        do(world, reference, Move.PUT_RIGHT, reason="wrong_choice")


# Planning and assigning


def test_an_attempt_is_logged_with_when_to_try_again(world: World, reference: str) -> None:
    at = world.clock() + timedelta(days=1)
    do(world, reference, Move.ATTEMPT, reason="no_answer", about=at.isoformat())
    assert referral(world, reference).next_attempt_at == at
    do(world, reference, Move.PLAN)
    assert referral(world, reference).next_attempt_at is None


@pytest.mark.parametrize(
    "about", ["i morgen", "2026-11-24T10:00", "2026-11-22T10:00+00:00", "2099"]
)
def test_a_time_that_cannot_be_planned_is_refused(world: World, reference: str, about: str) -> None:
    with pytest.raises(Unsuitable, match="time"):
        do(world, reference, Move.PLAN, about=about)


def test_many_are_assigned_at_once_and_what_changed_meanwhile_is_left(world: World) -> None:
    first = Play(world).file()
    second = Play(world).file(phone="20 66 77 02", name="Anna Anden")
    do(world, second, Move.RECEIVE)
    given = world.queue().assign([(first, 1), (second, 1)], ADVISER, world.clock())
    assert (given.done, given.left) == ([first], [second])
    mine = Wanted(assigned_to=world.staff(ADVISER).id)
    [entry] = world.queue().page(world.clock(), mine).entries
    assert (entry.reference, entry.assigned_to) == (first, ADVISER)


@pytest.mark.parametrize("name", ["demo-adviser-0163", "demo-nurse", "nobody"])
def test_nobody_but_a_colleague_is_given_referrals(world: World, reference: str, name: str) -> None:
    with pytest.raises(Unsuitable, match="colleague"):
        world.queue().assign([(reference, None)], name, world.clock())


# Two at once


def test_the_second_is_told_who_has_it_and_what_changed(world: World, reference: str) -> None:
    manager = MunicipalQueue(world.database, world.vault, world.staff("demo-manager-0151"))
    manager.move(reference, Move.ASSIGN, world.clock(), about="demo-manager-0151", version=1)
    manager.move(reference, Move.RECEIVE, world.clock(), note="Ring til Frederik")
    with pytest.raises(ChangedMeanwhile) as told:
        world.queue().move(reference, Move.REACH, world.clock(), version=1)
    error = told.value
    assert (error.state, error.holder) == (State.RECEIVED, "Demo Kursusleder Ballerup")
    assert [(c.event, c.actor, c.note) for c in error.changes] == [
        ("assign", "course_manager:demo-manager-0151", None),
        ("receive", "course_manager:demo-manager-0151", None),
    ]
    assert referral(world, reference).state == State.RECEIVED


def test_whoever_opened_it_a_moment_ago_is_named(world: World, reference: str) -> None:
    manager = MunicipalQueue(world.database, world.vault, world.staff("demo-manager-0151"))
    manager.open(reference, world.clock())
    opened = world.queue().open(reference, world.clock.forward(minutes=5))
    assert opened.also_open_with == ["Demo Kursusleder Ballerup"]
    assert world.queue().open(reference, world.clock.forward(minutes=6)).also_open_with == []


# Comments and search


def test_a_comment_is_read_by_colleagues_and_by_no_other_municipality(
    world: World, reference: str
) -> None:
    world.queue().comment(reference, " Ring til Frederik ", world.clock())
    transfer(world, reference)
    assert [c.text for c in world.queue().open(reference, world.clock()).comments] == [
        "Ring til Frederik"
    ]
    assert world.queue(PARTNER).open(reference, world.clock()).comments == []
    for text in ("", "  ", "x" * 2001):
        with pytest.raises(ValueError, match="comment"):
            world.queue().comment(reference, text, world.clock())


def test_a_second_press_writes_a_comment_once(world: World, reference: str) -> None:
    queue = world.queue()
    for _ in range(2):
        queue.comment(reference, "Ring efter kl. 15", world.clock())
    world.clock.forward(minutes=2)
    queue.comment(reference, "Ring efter kl. 15", world.clock())
    assert len(queue.open(reference, world.clock()).comments) == 2


@pytest.mark.parametrize("words", ["20667788", "+45 20 66 77 88", "zebulon  QUISTGAARD"])
def test_a_search_is_exact_scoped_and_audited(world: World, reference: str, words: str) -> None:
    assert [e.reference for e in world.queue().search(words, world.clock())] == [reference]
    assert world.queue(PARTNER).search(words, world.clock()) == []
    with world.database.read() as session:
        logged = session.execute(
            select(AuditRow.action, AuditRow.record)
            .where(AuditRow.action.startswith("search_"))
            .order_by(AuditRow.number)
        ).all()
    kind = "name" if "z" in words else "phone"
    assert logged == [(f"search_{kind}", "queue:0151:1"), (f"search_{kind}", "queue:0163:0")]


def test_a_search_by_reference_finds_it_however_it_is_typed(world: World, reference: str) -> None:
    typed = reference.lower().replace("-", "")
    assert [e.reference for e in world.queue().search(typed, world.clock())] == [reference]
    assert world.queue().search("Zebulon", world.clock()) == []
    for words in ("", "  ", "12", "H-7KF3-Q2"):
        with pytest.raises(CannotSearch):
            world.queue().search(words, world.clock())
