"""The patient's own receipt: what it shows of the call, and what may be changed through it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from referrals.advice.encounter import Step
from referrals.audit.tables import AuditRow
from referrals.booking import calls
from referrals.consent.receipt import NoReceipt, Receipt, Receipts, TooLate
from referrals.consent.tables import ConsentRow
from referrals.consent.texts import ConsentPart, ConsentText, partner_text, published_texts
from referrals.referral.moves import Move, State
from referrals.referral.tables import ReferralEventRow, ReferralRow
from tests.conftest import World
from tests.locking import ROWS, WHOLE, locks_asked_for
from tests.referrals.playing import Play, how_many, kept, referral


@pytest.fixture
def reference(world: World) -> str:
    """File one referral, and another one that must stay as it is."""
    Play(world, "demo-nurse-gentofte").file(name="Noise Noisesen", phone="20 66 77 11")
    return Play(world).file()


def _secret(world: World, reference: str) -> str:
    return world.vault.link_secret("receipt", reference)


def shown(world: World, reference: str) -> Receipt:
    receipts = Receipts(world.database, world.vault)
    return receipts.show(reference, _secret(world, reference))


def _change(world: World, reference: str, best_time: str) -> None:
    receipts, secret = Receipts(world.database, world.vault), _secret(world, reference)
    receipts.change_best_time(reference, secret, best_time, world.clock())


def _consent(world: World, reference: str, **columns: object) -> None:
    with world.database.write() as session:
        consent = session.get_one(ConsentRow, referral(world, reference).consent_id)
        for name, value in columns.items():
            setattr(consent, name, value)


def _text(part: ConsentPart) -> ConsentText:
    """Give a published text, read with Herlev as the other municipality."""
    text = next(each for each in published_texts() if (each.part, each.language) == (part, "da"))
    return partner_text(text, "Herlev") if part is ConsentPart.PARTNER else text


@pytest.mark.parametrize("wrong", ["", "0" * 32, "ü" * 32], ids=ascii)
def test_a_receipt_with_a_wrong_secret_does_not_exist(
    world: World, reference: str, wrong: str
) -> None:
    with pytest.raises(NoReceipt):
        Receipts(world.database, world.vault).show(reference, wrong)


def test_the_receipt_shows_the_words_that_were_agreed_to(world: World, reference: str) -> None:
    receipt = shown(world, reference)
    text = world.around.consent_texts[("contact", "da")].text  # type: ignore[index]
    assert (receipt.agreed, receipt.withdrawn, receipt.waiting) == ((text,), False, True)


def test_the_receipt_shows_the_words_that_were_read_though_newer_ones_are_in_force(
    world: World, reference: str
) -> None:
    older = [
        text for text in published_texts() if (text.version, text.language) == ("2026-11", "da")
    ]
    read = {text.part: text for text in older}
    with world.database.write() as session:
        consent = session.get_one(ConsentRow, referral(world, reference).consent_id)
        consent.contact_text_hash = read[ConsentPart.CONTACT].hash
        consent.outcome, consent.outcome_text_hash = True, read[ConsentPart.OUTCOME].hash
    receipt = shown(world, reference)
    assert receipt.agreed == (read[ConsentPart.CONTACT].text, read[ConsentPart.OUTCOME].text)
    assert receipt.agreed[0] != world.around.consent_texts[(ConsentPart.CONTACT, "da")].text


def test_the_receipt_tells_that_the_consent_is_withdrawn(world: World, reference: str) -> None:
    world.queue().move(reference, Move.WITHDRAW, world.clock())
    assert shown(world, reference).withdrawn


# What it shows of the call


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        ([], {"waiting"}),
        ([(Move.RECEIVE, None)], {"waiting"}),
        ([(Move.ATTEMPT, "no_answer")], {"waiting", "called"}),
        ([(Move.REACH, None)], {"reached"}),
        ([(Move.ATTEMPT, "no_answer"), (Move.REACH, None)], {"reached"}),
        ([(Move.WRONG_MUNICIPALITY, "moved")], set()),
    ],
    ids=["filed", "received", "nobody answered", "reached", "reached at last", "not called"],
)
def test_the_receipt_tells_how_far_the_call_is(
    world: World, reference: str, moves: list[tuple[Move, str | None]], told: set[str]
) -> None:
    for move, reason in moves:
        world.queue().move(reference, move, world.clock(), reason=reason)
    receipt = shown(world, reference)
    found = {
        "waiting": receipt.waiting,
        "reached": receipt.reached,
        "called": receipt.called_at == world.clock(),
        "withdrawn": receipt.withdrawn,
    }
    assert {each for each, so in found.items() if so} == told


def test_the_receipt_tells_when_a_booked_call_is(world: World, reference: str) -> None:
    assert shown(world, reference).call_at is None
    with world.database.write() as session:
        slot = calls.free_slots(session, "0151", world.clock(), 1)[0]
        encounter_id = referral(world, reference).encounter_id
        calls.book(session, slot, encounter_id, world.clock(), "demo-nurse")
    assert shown(world, reference).call_at == slot.starts_at


def test_a_referral_of_before_its_consent_was_withdrawn_is_shown_as_withdrawn(
    world: World, reference: str
) -> None:
    _consent(world, reference, withdrawn_at=world.clock())
    assert shown(world, reference).withdrawn


@pytest.mark.parametrize(
    ("answer", "yes", "words", "part"),
    [
        ("outcome", True, "outcome_text_hash", ConsentPart.OUTCOME),
        ("sharing", True, "sharing_text_hash", ConsentPart.SHARING),
        ("partner_municipality_code", "0163", "partner_text_hash", ConsentPart.PARTNER),
    ],
    ids=["outcome", "sharing", "partner"],
)
def test_words_are_shown_as_agreed_to_only_where_they_were_read_and_answered_with_yes(
    world: World, reference: str, answer: str, yes: object, words: str, part: ConsentPart
) -> None:
    contact, text = shown(world, reference).agreed, _text(part)
    _consent(world, reference, **{answer: None, words: text.hash})
    assert shown(world, reference).agreed == contact
    _consent(world, reference, **{answer: yes, words: None})
    assert shown(world, reference).agreed == contact
    _consent(world, reference, **{answer: yes, words: text.hash})
    assert shown(world, reference).agreed == (*contact, text.text)


# What may be changed through it


def test_the_patient_changes_when_to_be_called_and_it_is_in_the_history(
    world: World, reference: str
) -> None:
    _change(world, reference, "evening")
    assert shown(world, reference).best_time == "evening"
    changed = kept(world, ReferralEventRow, ReferralEventRow.move == "change_best_time")
    assert (changed.actor, changed.about) == ("patient:own_page", "evening")


def test_a_change_of_time_is_in_the_audit_log(world: World, reference: str) -> None:
    _change(world, reference, "evening")
    changed = kept(world, AuditRow, AuditRow.action == "change_best_time")
    assert (changed.actor, changed.record) == ("patient:own_page", f"referral:{reference}")


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
def test_who_changes_the_time_locks_as_everybody_does_and_who_reads_locks_nothing(
    world: World, reference: str
) -> None:
    with locks_asked_for(world.database) as asked:
        shown(world, reference)
    assert asked == []
    with locks_asked_for(world.database) as asked:
        _change(world, reference, "evening")
    assert asked[:2] == [WHOLE, ROWS]


def test_the_same_time_again_is_no_change(world: World, reference: str) -> None:
    for _ in range(2):
        _change(world, reference, "evening")
    assert how_many(world, ReferralEventRow, ReferralEventRow.move == "change_best_time") == 1


def test_a_planned_try_moves_into_the_new_part_of_its_day(world: World, reference: str) -> None:
    tomorrow = datetime(2026, 11, 24, 8, 0, tzinfo=world.clock().tzinfo)
    with world.database.write() as session:
        session.get_one(ReferralRow, referral(world, reference).id).next_attempt_at = tomorrow
    _change(world, reference, "evening")
    at = referral(world, reference).next_attempt_at
    assert at is not None
    assert timedelta(hours=6) < at - tomorrow < timedelta(hours=16)


@pytest.mark.parametrize("best_time", ["", "midnat", "anyway"])
def test_a_time_that_is_none_is_refused(world: World, reference: str, best_time: str) -> None:
    with pytest.raises(ValueError, match="no such time of day"):
        _change(world, reference, best_time)


def test_once_reached_the_time_cannot_be_changed(world: World, reference: str) -> None:
    world.queue().move(reference, Move.REACH, world.clock())
    with pytest.raises(TooLate):
        _change(world, reference, "evening")


def test_once_identity_is_gone_the_time_cannot_be_changed(world: World, reference: str) -> None:
    with world.database.write() as session:
        session.get_one(ReferralRow, referral(world, reference).id).purged_at = world.clock()
    with pytest.raises(TooLate):
        _change(world, reference, "evening")


def test_a_link_of_a_referral_that_is_not_there_opens_nothing(world: World) -> None:
    with pytest.raises(NoReceipt):
        shown(world, "H-2222-2")


def test_the_patient_withdraws_by_the_link(world: World, reference: str) -> None:
    receipts = Receipts(world.database, world.vault)
    receipts.withdraw(reference, _secret(world, reference), world.clock())
    assert referral(world, reference).state == State.WITHDRAWN


def test_a_wrong_secret_withdraws_and_changes_nothing(world: World, reference: str) -> None:
    receipts, now = Receipts(world.database, world.vault), world.clock()
    with pytest.raises(NoReceipt):
        receipts.withdraw(reference, "0" * 32, now)
    with pytest.raises(NoReceipt):
        receipts.change_best_time(reference, "0" * 32, "evening", now)
    row = referral(world, reference)
    assert (row.state, row.details.get(Step.BEST_TIME)) == (State.FILED, "skipped")
