"""Withdrawing a consent: one step, and the whole cascade."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.advice.encounter import Step
from referrals.advice.tables import TurnRow
from referrals.audit.tables import AuditRow
from referrals.bedside import own_referrals, steering
from referrals.booking import calls, reserved
from referrals.consent.receipt import Receipts
from referrals.consent.tables import ConsentRow
from referrals.consent.withdrawal import withdraw
from referrals.outbox.tables import OutboxRow
from referrals.outcomes.tables import OutcomeRow
from referrals.referral.moves import Actor, IllegalMove, Move, State
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.vault.tables import VaultValueRow
from tests.conftest import World
from tests.locking import ENCOUNTERS, ROWS, WHOLE, locks_asked_for
from tests.referrals.playing import Play, how_many, keep_house, kept, names, referral

WAYS = ["patient", "nurse", "municipality"]


def _withdraw(world: World, reference: str, way: str) -> None:
    if way == "patient":
        secret = world.vault.link_secret("receipt", reference)
        Receipts(world.database, world.vault).withdraw(reference, secret, world.clock())
    elif way == "nurse":
        Play(world, "demo-nurse-2").say(lambda b: steering.withdraw_consent(b, reference))
    else:
        world.queue().move(reference, Move.WITHDRAW, world.clock())


@pytest.fixture
def reference(world: World) -> str:
    """File one referral, and another one that must stay as it is."""
    Play(world, "demo-nurse-gentofte").file(name="Noise Noisesen", phone="20 66 77 11")
    return Play(world).file()


@pytest.mark.parametrize("way", WAYS)
def test_a_withdrawal_ends_the_case(world: World, reference: str, way: str) -> None:
    _withdraw(world, reference, way)
    row = referral(world, reference)
    assert (row.state, row.open, row.ended_at) == (State.WITHDRAWN, False, world.clock())


@pytest.mark.parametrize("way", WAYS)
def test_a_withdrawal_purges_identity(world: World, reference: str, way: str) -> None:
    _withdraw(world, reference, way)
    row = referral(world, reference)
    assert (set(row.details), row.phone_index, row.name_index) == ({"status"}, None, None)
    assert how_many(world, VaultValueRow, VaultValueRow.encounter_id == row.encounter_id) == 0


def test_a_withdrawal_purges_what_was_added_from_the_summary(world: World) -> None:
    play = Play(world)
    play.to_summary()
    play.add_extras()
    reference = str(play.send()[0].values["reference"])
    assert {"second_contact", "discharge_date"} <= set(referral(world, reference).details)
    _withdraw(world, reference, "patient")
    assert set(referral(world, reference).details) == {"status"}
    assert how_many(world, VaultValueRow) == 0


@pytest.mark.parametrize(
    ("way", "how", "by"),
    [
        ("patient", "own_page", "patient:own_page"),
        ("nurse", "told_ward", "nurse:demo-nurse-2"),
        ("municipality", "told_municipality", "adviser:demo-adviser-0151"),
    ],
)
def test_who_withdrew_when_and_how_is_written_down(
    world: World, reference: str, way: str, how: str, by: str
) -> None:
    _withdraw(world, reference, way)
    consent_id = referral(world, reference).consent_id
    consent = kept(world, ConsentRow, ConsentRow.id == consent_id)
    found = (consent.withdrawn_how, consent.withdrawn_by, consent.withdrawn_at)
    assert found == (how, by, world.clock())


@pytest.mark.parametrize("way", WAYS)
def test_the_municipality_is_told(world: World, reference: str, way: str) -> None:
    _withdraw(world, reference, way)
    notice = kept(world, OutboxRow, OutboxRow.kind == "referral_withdrawn")
    assert notice.payload["reference"] == reference


@pytest.mark.parametrize("way", WAYS)
def test_a_withdrawal_is_in_the_audit_log(world: World, reference: str, way: str) -> None:
    _withdraw(world, reference, way)
    written = kept(world, AuditRow, AuditRow.action == "withdraw_consent")
    assert written.record == f"referral:{reference}"


def test_a_withdrawal_frees_the_call_that_was_booked(world: World, reference: str) -> None:
    encounter_id = referral(world, reference).encounter_id
    with world.database.write() as session:
        slot = calls.free_slots(session, "0151", world.clock(), 1)[0]
        calls.book(session, slot, encounter_id, world.clock(), "demo-nurse")
    _withdraw(world, reference, "patient")
    with world.database.read() as session:
        assert reserved.show(session, encounter_id).call is None


def test_after_a_withdrawal_nobody_asks_how_it_went(world: World, reference: str) -> None:
    for move in (Move.REACH, Move.ACCEPT, Move.ENROL, Move.START, Move.COMPLETE):
        world.queue().move(reference, move, world.clock())
    assert how_many(world, OutcomeRow, OutcomeRow.state == "due")
    _withdraw(world, reference, "patient")
    assert how_many(world, OutcomeRow, OutcomeRow.state == "due") == 0


def test_a_withdrawal_ends_the_conversation_of_a_referral_that_was_undone(world: World) -> None:
    play = Play(world)
    reference = play.file()
    play.undo()
    _withdraw(world, reference, "patient")
    assert (play.row.outcome, play.step) == ("cancelled", Step.CLOSED)


def test_a_withdrawal_leaves_other_referrals_alone(world: World, reference: str) -> None:
    _withdraw(world, reference, "patient")
    other = kept(world, ReferralRow, ReferralRow.reference != reference)
    opened = world.queue().open(other.reference, world.clock())
    assert (opened.entry.state, opened.details["name"]) == (State.FILED, "Noise Noisesen")


def test_the_history_stays(world: World, reference: str) -> None:
    world.queue().move(reference, Move.RECEIVE, world.clock())
    _withdraw(world, reference, "patient")
    history = world.queue().open(reference, world.clock()).history
    assert [(h.event, h.reason) for h in history] == [
        ("file", None),
        ("receive", None),
        ("withdraw", "consent_withdrawn"),
    ]


def test_notes_are_purged_with_the_rest(world: World, reference: str) -> None:
    world.queue().move(reference, Move.RECEIVE, world.clock(), note="Taler helst med sin søn")
    _withdraw(world, reference, "patient")
    history = world.queue().open(reference, world.clock()).history
    assert [h.note for h in history] == [None, None, None]


@pytest.mark.parametrize("way", ["patient", "nurse"])
def test_a_second_withdrawal_changes_nothing(world: World, reference: str, way: str) -> None:
    _withdraw(world, reference, way)
    world.clock.forward(hours=1)
    before = how_many(world, ReferralEventRow)
    _withdraw(world, reference, way)
    assert how_many(world, ReferralEventRow) == before


def test_a_closed_case_can_still_be_withdrawn(world: World, reference: str) -> None:
    for move, reason in ((Move.WRONG_MUNICIPALITY, "moved"), (Move.CLOSE, None)):
        world.queue().move(reference, move, world.clock(), reason=reason)
    _withdraw(world, reference, "municipality")
    assert referral(world, reference).state == State.WITHDRAWN


def test_nothing_can_be_done_with_a_withdrawn_case(world: World, reference: str) -> None:
    _withdraw(world, reference, "patient")
    with pytest.raises(IllegalMove) as refused:
        world.queue().move(reference, Move.RECEIVE, world.clock())
    assert refused.value.legal == []


def test_after_a_withdrawal_the_person_can_be_referred_anew(world: World, reference: str) -> None:
    _withdraw(world, reference, "patient")
    assert Play(world).file() != reference


def test_an_undone_and_a_sent_referral_of_one_consent_are_withdrawn_together(world: World) -> None:
    play = Play(world)
    play.file()
    play.undo()
    _withdraw(world, str(play.send()[0].values["reference"]), "patient")
    with world.database.read() as session:
        assert set(session.scalars(select(ReferralRow.state))) == {"withdrawn"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("which", [0, 1], ids=["the one that goes on", "the merged one"])
def test_who_was_referred_twice_and_merged_is_withdrawn_whole(
    world: World, reference: str, way: str, which: int
) -> None:
    play = Play(world)
    play.to_summary()
    play.press(Step.DUPLICATE, "add")
    again = str(play.send()[0].values["reference"])
    world.queue().move(
        again, Move.MERGE, world.clock(), about=reference, reason="same_person_referred_twice"
    )
    _withdraw(world, (reference, again)[which], way)
    rows = [referral(world, each) for each in (reference, again)]
    assert [row.state for row in rows] == [State.WITHDRAWN, State.WITHDRAWN]
    with world.database.read() as session:
        whose = set(session.scalars(select(VaultValueRow.encounter_id)))
    assert whose.isdisjoint(row.encounter_id for row in rows)


@pytest.mark.parametrize("way", WAYS)
def test_a_withdrawal_long_after_the_talk_takes_what_was_said_with_it(
    world: World, way: str
) -> None:
    play = Play(world)
    reference = play.file()
    keep_house(world, hours=3)
    _withdraw(world, reference, way)
    keep_house(world, hours=3)
    assert how_many(world, TurnRow, TurnRow.encounter_id == play.id) == 0


def _take_back(world: World, session: Session, row: ReferralRow) -> bool:
    return withdraw(
        session, row, by=Actor.PATIENT, name="own_page", how="own_page", now=world.clock()
    )


def test_it_tells_whether_there_was_anything_to_withdraw(world: World, reference: str) -> None:
    done = []
    for _ in range(2):
        with world.database.write() as session:
            row = session.get_one(ReferralRow, referral(world, reference).id)
            done.append(_take_back(world, session, row))
    assert done == [True, False]


# At the bedside


def test_a_nurse_is_asked_to_confirm_by_a_button(world: World, reference: str) -> None:
    said = Play(world).say(lambda b: steering.ask_withdrawal(b, reference.lower()))
    assert (said[0].response, said[0].values) == (
        "utter_confirm_withdrawal",
        {"reference": reference},
    )
    assert referral(world, reference).state == State.FILED


def test_the_referral_of_another_ward_cannot_be_withdrawn(world: World, reference: str) -> None:
    said = Play(world, "demo-nurse-gentofte").say(lambda b: steering.withdraw_consent(b, reference))
    assert names(said)[0] == "utter_referral_not_found"
    assert referral(world, reference).state == State.FILED


@pytest.mark.parametrize("typed", [None, ""], ids=repr)
def test_without_a_reference_the_nurse_is_asked_which(world: World, typed: str | None) -> None:
    said = Play(world).say(lambda b: steering.ask_withdrawal(b, typed))
    assert names(said)[0] == "utter_withdraw_which"


@pytest.mark.parametrize("typed", ["H-XXXX-X", "nonsense", "\x00"], ids=repr)
def test_an_unknown_reference_is_not_found(world: World, typed: str) -> None:
    said = Play(world).say(lambda b: steering.ask_withdrawal(b, typed))
    assert names(said)[0] == "utter_referral_not_found"


@pytest.mark.parametrize(
    ("moves", "shown"),
    [
        ([], "sendt"),
        ([Move.RECEIVE], "modtaget"),
        ([Move.REACH], "i kontakt"),
        ([Move.REACH, Move.ACCEPT], "i kontakt"),
        ([Move.REACH, Move.ACCEPT, Move.ENROL, Move.START], "i kontakt"),
    ],
    ids=lambda moves: "-".join(moves) if isinstance(moves, list) else None,
)
def test_a_nurse_sees_how_far_a_referral_is_but_not_what_came_of_the_talk(
    world: World, reference: str, moves: list[Move], shown: str
) -> None:
    for move in moves:
        world.queue().move(reference, move, world.clock())
    said = Play(world).say(lambda b: own_referrals.show_referral(b, reference))
    assert said[0].values["state"] == shown


def test_a_referral_that_was_only_sent_is_not_said_to_be_sent_twice(
    world: World, reference: str
) -> None:
    play = Play(world)
    sent = play.say(lambda b: own_referrals.show_referral(b, reference))
    world.queue().move(reference, Move.RECEIVE, world.clock())
    received = play.say(lambda b: own_referrals.show_referral(b, reference))
    assert (sent[0].response, received[0].response) == (
        "utter_referral_state_sent",
        "utter_referral_state",
    )


def test_a_nurse_sees_the_state_of_own_referrals_only(world: World, reference: str) -> None:
    said = Play(world, "demo-nurse-2").say(lambda b: own_referrals.show_referral(b, reference))
    assert names(said)[0] == "utter_referral_not_found"


# At the same time


def test_a_withdrawal_and_a_move_at_once_end_withdrawn_with_a_whole_history(
    world: World, reference: str
) -> None:
    gate, errors = threading.Barrier(2), list[BaseException]()

    def run(way: str) -> None:
        gate.wait()
        try:
            if way == "move":
                world.queue().move(reference, Move.RECEIVE, world.clock())
            else:
                _withdraw(world, reference, way)
        except IllegalMove:
            return  # the withdrawal was first
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(way,)) for way in ("patient", "move")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (errors, referral(world, reference).state) == ([], State.WITHDRAWN)


def test_two_withdrawals_at_once_are_one(world: World, reference: str) -> None:
    gate, errors = threading.Barrier(2), list[BaseException]()

    def run() -> None:
        gate.wait()
        try:
            _withdraw(world, reference, "patient")
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    withdrawals = how_many(world, ReferralEventRow, ReferralEventRow.move == "withdraw")
    assert (errors, withdrawals) == ([], 1)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
def test_encounters_are_locked_first_then_the_audit_log_then_referrals(
    world: World, reference: str
) -> None:
    with locks_asked_for(world.database) as asked:
        _withdraw(world, reference, "patient")
    assert asked[:3] == [ENCOUNTERS, WHOLE, ROWS]


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
def test_a_withdrawal_since_somebody_read_the_consent_is_seen(world: World, reference: str) -> None:
    with world.database.write() as session:
        row = session.get_one(ReferralRow, referral(world, reference).id)
        consent = session.get_one(ConsentRow, row.consent_id)
        _withdraw(world, reference, "patient")
        assert not _take_back(world, session, row)
        assert consent.withdrawn_at is not None


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
def test_a_move_since_somebody_read_the_referral_is_what_a_withdrawal_goes_on_from(
    world: World, reference: str
) -> None:
    with world.database.write() as session:
        row = session.get_one(ReferralRow, referral(world, reference).id)
        world.queue().move(reference, Move.RECEIVE, world.clock())
        _take_back(world, session, row)
    withdrawn = kept(world, ReferralEventRow, ReferralEventRow.move == "withdraw")
    assert withdrawn.from_state == State.RECEIVED
