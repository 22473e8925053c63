"""Filing: exactly once, with consent, in one transaction; and taking it back."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, event, select

from referrals.advice.encounter import Outcome, Step
from referrals.audit.tables import AuditRow
from referrals.bedside import answering
from referrals.consent.receipt import Receipts
from referrals.consent.tables import ConsentRow
from referrals.housekeeping import keep_house
from referrals.outbox.tables import OutboxRow
from referrals.referral.moves import IllegalMove, Move, State
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.storage.table_base import Base
from referrals.vault.tables import VaultValueRow
from referrals.vault.vault import TOKEN
from tests.conftest import World
from tests.referrals.playing import NAME, PHONE, Play, how_many, kept, names, referral

WRITTEN = (ConsentRow, ReferralRow, ReferralEventRow, OutboxRow)


def test_a_filed_referral_stands_in_the_queue_of_the_municipality(world: World) -> None:
    reference = Play(world).file()
    assert [e.reference for e in world.queue("0151").page(world.clock()).entries] == [reference]


def test_a_filed_referral_stands_in_no_other_queue(world: World) -> None:
    Play(world).file()
    assert world.queue("0163").page(world.clock()).entries == []


def test_filing_says_the_reference_the_journal_line_and_what_comes_next(world: World) -> None:
    play = Play(world)
    play.to_summary()
    assert names(play.send()) == ["utter_filed", "utter_journal_line", "utter_ask_filed"]


@pytest.mark.parametrize(
    ("status", "product", "said"),
    [
        ("daily", None, "Ryger dagligt"),
        ("other_product", "snus", "Bruger snus"),
        ("other_product", "other", "Bruger andet nikotinprodukt"),
    ],
)
def test_the_line_for_the_record_says_in_a_sentence_what_the_patient_uses(
    world: World, status: str, product: str | None, said: str
) -> None:
    play = Play(world)
    play.to_summary()
    play.correct("status")
    play.press(Step.STATUS, status)
    if product:
        play.press(Step.PRODUCT, product)
    assert play.send()[1].values["use"] == said


def test_the_adviser_sees_what_was_typed(world: World) -> None:
    reference = Play(world).file()
    details = world.queue().open(reference, world.clock()).details
    assert (details["name"], details["phone"]) == (NAME, "+4520667788")


def test_filing_tells_the_municipality_without_identity(world: World) -> None:
    reference = Play(world).file()
    notice = kept(world, OutboxRow)
    assert notice.payload == {"reference": reference, "municipality": "0151"}


def test_filing_writes_the_consent_that_was_read_aloud(world: World) -> None:
    play = Play(world)
    play.file()
    texts = world.around.consent_texts
    consent = kept(world, ConsentRow)
    assert (consent.contact, consent.outcome, consent.contact_text_hash, consent.method) == (
        True,
        False,
        texts[("contact", "da")].hash,  # type: ignore[index]
        "read_aloud",
    )


def test_a_consent_button_for_an_older_text_is_refused(world: World) -> None:
    play = Play(world)
    play.to_consent()
    old = answering.Pressed(Step.CONSENT_CONTACT, "yes", "0" * 64)
    play.say(lambda bedside: answering.press(bedside, old))
    assert play.step is Step.CONSENT_CONTACT


def test_a_typed_yes_is_no_consent(world: World) -> None:
    play = Play(world)
    play.to_consent()
    assert names(play.tell("affirm"))[0] == "utter_press_consent_button"


def test_a_typed_yes_at_the_summary_sends(world: World) -> None:
    play = Play(world)
    play.to_summary()
    assert names(play.tell("affirm"))[0] == "utter_filed"


def test_the_same_message_again_says_the_same_and_files_once(world: World) -> None:
    play = Play(world)
    play.to_summary()
    first = play.press(Step.SUMMARY, "send", message_id="send")
    again = play.press(Step.SUMMARY, "send", message_id="send")
    assert (first, how_many(world, ReferralRow)) == (again, 1)


def test_the_send_button_pressed_twice_files_once(world: World) -> None:
    play = Play(world)
    play.file()
    assert names(play.send())[0] == "utter_stale_button"
    assert how_many(world, ReferralRow) == 1


def _at_once(*jobs: Callable[[], object]) -> None:
    """Run jobs in threads that set off together; an error in one of them is raised."""
    gate, errors = threading.Barrier(len(jobs)), list[BaseException]()

    def run(job: Callable[[], object]) -> None:
        gate.wait()
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - raised again below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_two_threads_that_send_at_once_file_one_referral(world: World) -> None:
    play = Play(world)
    play.to_summary()
    _at_once(play.send, play.send)
    assert how_many(world, ReferralRow) == 1


def test_two_threads_that_carry_one_message_file_one_referral(world: World) -> None:
    play = Play(world)
    play.to_summary()
    play.receive("send")
    pressed = play.pressed(Step.SUMMARY, "send")

    def apply() -> None:
        world.encounters.apply(play.id, "send", lambda b: answering.press(b, pressed))

    _at_once(apply, apply)
    assert how_many(world, ReferralRow) == 1


def test_two_nurses_that_send_the_same_person_at_once_do_not_both_file(world: World) -> None:
    one, other = Play(world), Play(world, "demo-nurse-2")
    one.to_summary()
    other.to_summary(name="Zebulon Q.")
    _at_once(one.send, other.send)
    assert how_many(world, ReferralRow) == 1


class PowerCut(Exception):
    """Stands for a crash at one line."""


@pytest.mark.parametrize("table", [*WRITTEN, AuditRow], ids=lambda t: t.__tablename__)
def test_a_crash_while_one_table_is_written_leaves_nothing_behind(
    world: World, table: type[Base]
) -> None:
    play = Play(world)
    play.to_summary()
    play.receive("send")
    before = {each: how_many(world, each) for each in (*WRITTEN, AuditRow)}
    pressed = play.pressed(Step.SUMMARY, "send")

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(f"INSERT INTO {table.__tablename__} "):
            raise PowerCut

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        with pytest.raises(PowerCut):
            world.encounters.apply(play.id, "send", lambda b: answering.press(b, pressed))
    finally:
        event.remove(Engine, "before_cursor_execute", fail)
    assert {each: how_many(world, each) for each in (*WRITTEN, AuditRow)} == before


def test_a_crash_at_the_commit_leaves_nothing_behind_and_a_retry_files(world: World) -> None:
    play = Play(world)
    play.to_summary()

    def fail(connection: Connection) -> None:
        if connection.scalar(select(ReferralRow.id)) is not None:
            raise PowerCut

    event.listen(Engine, "commit", fail)
    try:
        with pytest.raises(PowerCut):
            play.press(Step.SUMMARY, "send", message_id="send")
    finally:
        event.remove(Engine, "commit", fail)
    assert how_many(world, ReferralRow) == 0
    assert names(play.press(Step.SUMMARY, "send", message_id="send"))[0] == "utter_filed"


def test_nothing_is_filed_before_the_summary(world: World) -> None:
    play = Play(world)
    play.to_contact()
    play.send()
    assert how_many(world, ReferralRow) == 0


@pytest.mark.parametrize("code", ["0101", "other"], ids=["a neighbour", "any other"])
def test_outside_the_nine_nothing_is_filed_and_the_encounter_is_recorded(
    world: World, code: str
) -> None:
    play = Play(world)
    play.to_contact()
    play.details(name=NAME, phone=PHONE, postcode="2610")
    said = play.press(Step.MUNICIPALITY, code)
    assert (names(said), play.row.outcome) == (["utter_closed_outside_area"], "outside_area")


# Duplicates


def test_an_open_referral_with_the_same_phone_is_found_before_filing(world: World) -> None:
    Play(world).file()
    other = Play(world, "demo-nurse-2")
    other.to_summary(name="Somebody Else", phone="+45 20667788")
    assert other.step is Step.DUPLICATE


def test_the_duplicate_is_shown_by_its_state_without_identity(world: World) -> None:
    reference = Play(world).file()
    world.queue().move(reference, Move.RECEIVE, world.clock())
    other = Play(world)
    other.to_contact()
    other.details(name="Somebody Else", phone=PHONE, postcode="2750")
    other.press(Step.MUNICIPALITY, "0151")
    said = other.skip(answering.SKIP_REST)
    assert said[0].values == {"state": "modtaget", "filed": "23. november"}


def test_another_phone_is_no_duplicate(world: World) -> None:
    Play(world).file()
    other = Play(world)
    other.to_summary(phone="20 66 77 89")
    assert other.step is Step.SUMMARY


def test_an_ended_referral_is_no_duplicate(world: World) -> None:
    reference = Play(world).file()
    world.queue().move(reference, Move.WRONG_MUNICIPALITY, world.clock(), reason="moved")
    other = Play(world)
    other.to_summary()
    assert other.step is Step.SUMMARY


def test_stopping_at_a_duplicate_files_nothing(world: World) -> None:
    Play(world).file()
    other = Play(world)
    other.to_summary()
    other.press(Step.DUPLICATE, "stop")
    assert (other.row.outcome, how_many(world, ReferralRow)) == ("already_referred", 1)


def test_adding_at_a_duplicate_files_another(world: World) -> None:
    Play(world).file()
    other = Play(world)
    other.to_summary()
    other.press(Step.DUPLICATE, "add")
    other.send()
    assert how_many(world, ReferralRow) == 2


def test_a_duplicate_that_appears_after_the_summary_is_found_when_sending(world: World) -> None:
    late = Play(world)
    late.to_summary()
    Play(world, "demo-nurse-2").file()
    assert names(late.send()) == ["utter_ask_duplicate"]


def test_a_corrected_phone_asks_about_duplicates_again(world: World) -> None:
    Play(world).file()
    Play(world).file(phone="20 66 77 99")
    other = Play(world)
    other.to_summary()
    other.press(Step.DUPLICATE, "add")
    other.correct("phone")
    other.details(phone="20 66 77 99")
    assert other.step is Step.DUPLICATE


# Undoing


def test_a_referral_can_be_undone_within_ten_minutes(world: World) -> None:
    play = Play(world)
    reference = play.file()
    world.clock.forward(minutes=9, seconds=59)
    play.undo()
    assert referral(world, reference).state == State.WITHDRAWN


def test_a_referral_cannot_be_undone_after_ten_minutes(world: World) -> None:
    play = Play(world)
    reference = play.file()
    world.clock.forward(minutes=5)
    play.back()  # keeps the conversation going, not the window
    world.clock.forward(minutes=5)
    said = play.undo()
    assert (names(said)[0], referral(world, reference).state) == ("utter_too_late_to_undo", "filed")


def test_an_undone_referral_keeps_no_identity(world: World) -> None:
    play = Play(world)
    reference = play.file()
    play.undo()
    row = referral(world, reference)
    assert (row.details, row.phone_index, row.name_index) == ({"status": "daily"}, None, None)


def test_the_municipality_is_told_of_an_undone_referral(world: World) -> None:
    play = Play(world)
    play.file()
    play.undo()
    with world.database.read() as session:
        kinds = session.scalars(select(OutboxRow.kind).order_by(OutboxRow.id)).all()
    assert kinds == ["new_referral", "referral_withdrawn"]


def test_undoing_keeps_the_answers(world: World) -> None:
    play = Play(world)
    play.to_summary()
    before = play.encounter.answers
    play.send()
    play.undo()
    assert play.encounter.answers == before


def test_an_undone_referral_can_be_sent_again_under_a_new_reference(world: World) -> None:
    play = Play(world)
    first = play.file()
    play.undo()
    second = str(play.send()[0].values["reference"])
    assert (first != second, referral(world, second).state) == (True, "filed")


def test_a_second_filing_rests_on_the_same_consent(world: World) -> None:
    play = Play(world)
    play.file()
    play.undo()
    play.send()
    assert how_many(world, ConsentRow) == 1


def test_undoing_twice_says_that_there_is_nothing_left(world: World) -> None:
    play = Play(world)
    play.file()
    play.undo()
    assert names(play.undo())[0] == "utter_nothing_to_undo"


def test_nothing_can_be_undone_before_filing(world: World) -> None:
    assert names(Play(world).undo())[0] == "utter_nothing_to_undo"


def test_a_closed_referral_can_still_be_undone_in_time(world: World) -> None:
    play = Play(world)
    reference = play.file()
    world.queue().move(reference, Move.WRONG_MUNICIPALITY, world.clock(), reason="moved")
    world.queue().move(reference, Move.CLOSE, world.clock())
    play.undo()
    assert referral(world, reference).state == State.WITHDRAWN


def test_after_a_withdrawal_an_undone_referral_cannot_be_sent_again(world: World) -> None:
    play = Play(world)
    reference = play.file()
    play.undo()
    secret = world.vault.link_secret("receipt", reference)
    Receipts(world.database, world.vault).withdraw(reference, secret, world.clock())
    play.send()
    assert (play.encounter.ended, how_many(world, ReferralRow)) == (Outcome.CANCELLED, 1)


def test_an_undo_and_an_adviser_at_once_leave_one_truth(world: World) -> None:
    play = Play(world)
    reference = play.file()
    queue = world.queue()

    def receive() -> None:
        with contextlib.suppress(IllegalMove):
            queue.move(reference, Move.RECEIVE, world.clock())

    _at_once(play.undo, receive)
    assert referral(world, reference).state == State.WITHDRAWN


def test_a_cancelled_encounter_leaves_no_value_in_the_vault(world: World) -> None:
    play = Play(world)
    play.to_summary()
    play.cancel()
    assert how_many(world, VaultValueRow, VaultValueRow.encounter_id == play.id) == 0


def test_a_cancelled_encounter_keeps_no_token_whatever_was_told(world: World) -> None:
    play = Play(world)
    play.to_summary()
    play.add_extras()
    play.cancel()
    assert not [v for v in play.encounter.answers.values() if TOKEN.search(v)]


def test_a_filed_encounter_is_not_cancelled(world: World) -> None:
    play = Play(world)
    reference = play.file()
    assert names(play.cancel())[0] == "utter_already_filed"
    assert referral(world, reference).state == "filed"


def test_a_filed_encounter_that_expires_keeps_what_the_adviser_needs(world: World) -> None:
    reference = Play(world).file()
    keep_house(world.database, world.clock.forward(hours=1))
    assert world.queue().open(reference, world.clock()).details["name"] == NAME
