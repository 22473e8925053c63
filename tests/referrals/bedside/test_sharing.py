"""A municipality that shares: the patient is asked once, and another one can then take over."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from referrals.advice.encounter import Step
from referrals.bedside import answering
from referrals.consent.receipt import Receipts
from referrals.consent.tables import ConsentRow
from referrals.consent.texts import ConsentPart
from referrals.queue.moving import Unsuitable
from referrals.referral.moves import Move
from referrals.staff.tables import MunicipalityRow
from tests.conftest import World
from tests.referrals.playing import Play, kept, names, referral

HOME, PARTNER = "0151", "0157"


@pytest.fixture
def play(world: World) -> Play:
    with world.database.write() as session:
        shares = update(MunicipalityRow).where(MunicipalityRow.code == HOME).values(shares=True)
        session.execute(shares)
    return Play(world)


def to_the_question(play: Play) -> None:
    play.to_contact()
    play.details(name="Zebulon Prøvesen", phone="20667788", postcode="2750")
    play.press(Step.MUNICIPALITY, HOME)


def filed(play: Play, answer: str) -> str:
    to_the_question(play)
    play.press(Step.CONSENT_SHARING, answer)
    play.skip(answering.SKIP_REST)
    return str(play.send()[0].values["reference"])


def transfer(world: World, reference: str) -> None:
    now = world.clock()
    world.queue().move(reference, Move.TRANSFER, now, about=PARTNER, reason="near_work")


def test_who_said_yes_at_the_bedside_is_taken_over_without_a_second_yes(
    world: World, play: Play
) -> None:
    reference = filed(play, "yes")
    assert all(partner.agreed for partner in world.queue().partners(reference, world.clock()))
    transfer(world, reference)
    assert referral(world, reference).municipality_code == PARTNER


def test_who_said_no_is_asked_again_before_anybody_takes_over(world: World, play: Play) -> None:
    reference = filed(play, "no")
    with pytest.raises(Unsuitable, match="consent"):
        transfer(world, reference)


def test_who_lives_where_nothing_is_shared_is_not_asked_and_not_passed_on(world: World) -> None:
    play = Play(world)
    to_the_question(play)
    assert play.step is Step.BEST_TIME
    play.skip(answering.SKIP_REST)
    reference = str(play.send()[0].values["reference"])
    assert kept(world, ConsentRow).sharing is None
    with pytest.raises(Unsuitable, match="consent"):
        transfer(world, reference)


def test_the_record_holds_the_answer_and_the_very_text_that_was_read(
    world: World, play: Play
) -> None:
    filed(play, "yes")
    consent = kept(world, ConsentRow)
    text = world.around.consent_texts[(ConsentPart.SHARING, "da")]
    assert (consent.sharing, consent.sharing_text_hash) == (True, text.hash)


def test_typed_words_do_not_answer_it_and_say_so(play: Play) -> None:
    to_the_question(play)
    assert names(play.tell("affirm")) == ["utter_press_consent_button", "utter_ask_consent_sharing"]
    assert play.step is Step.CONSENT_SHARING


def test_a_detail_that_is_told_meanwhile_is_kept(play: Play) -> None:
    to_the_question(play)
    play.details(time_of_day="evening")
    assert play.encounter.get(Step.BEST_TIME) == "evening"
    assert play.step is Step.CONSENT_SHARING


def test_the_summary_says_what_was_answered(play: Play) -> None:
    to_the_question(play)
    play.press(Step.CONSENT_SHARING, "no")
    [summary] = play.skip(answering.SKIP_REST)
    assert summary.values["sharing"] == "\n• Andre kommuner må overtage: nej"


def test_the_answer_is_put_right_from_the_summary(play: Play) -> None:
    to_the_question(play)
    play.press(Step.CONSENT_SHARING, "no")
    play.skip(answering.SKIP_REST)
    assert names(play.correct("consent_sharing")) == ["utter_ask_consent_sharing"]
    [summary] = play.press(Step.CONSENT_SHARING, "yes")
    assert str(summary.values["sharing"]).endswith("ja")


def test_the_patient_s_receipt_shows_what_was_agreed_to(world: World, play: Play) -> None:
    reference = filed(play, "yes")
    text = world.around.consent_texts[(ConsentPart.SHARING, "da")].text
    vault = world.around.vault
    secret = vault.link_secret("receipt", reference)
    assert text in Receipts(world.database, vault).show(reference, secret).agreed
