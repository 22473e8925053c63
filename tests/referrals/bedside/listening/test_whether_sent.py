"""Whether it was sent is told of this patient: not yet and what is missing, or where it is."""

from __future__ import annotations

import pytest

from referrals.advice.encounter import Step
from referrals.turns.saying import Say
from tests.conftest import World
from tests.nlu.reading.saying import words
from tests.referrals.playing import Play, names

ASKS = [
    *(("er den sendt?", "undo_referral"), ("har du sendt den?", "ask_referral_status")),
    *(("er det sendt", "ask_what_happens_next"), ("er den afsted", "nlu_fallback")),
    *(("did it go through?", "ask_referral_status"), ("is it sent", "ask_privacy")),
    ("er den sendt eller skal jeg trykke", "undo_referral"),
]


def type_in(play: Play, text: str, intent: str) -> list[Say]:
    return play.type(words(text, intent))


@pytest.mark.parametrize(("text", "intent"), ASKS)
def test_at_the_summary_it_is_not_sent_yet(world: World, text: str, intent: str) -> None:
    Play(world).file(name="Xerxes Fugl", phone="21 66 77 88")
    play = Play(world)
    play.to_summary()
    assert names(type_in(play, text, intent)) == ["utter_not_sent_but_ready", "utter_ask_summary"]
    assert play.step is Step.SUMMARY


@pytest.mark.parametrize(("text", "intent"), ASKS)
def test_once_sent_its_own_reference_and_municipality_are_told(
    world: World, text: str, intent: str
) -> None:
    play = Play(world)
    reference = play.file()
    said = type_in(play, text, intent)
    assert names(said) == ["utter_is_sent", "utter_ask_filed"]
    assert said[0].values["reference"] == reference
    assert said[0].values["municipality"] == "Ballerup"


def test_what_is_missing_is_named(world: World) -> None:
    play = Play(world)
    play.to_consent()
    said = type_in(play, "er den sendt?", "ask_referral_status")
    assert said[0].values["missing"] == "samtykke, navn, telefon, postnummer, kommune"
    play.press(Step.CONSENT_CONTACT, "yes")
    play.press(Step.CONSENT_OUTCOME, "no")
    play.details(name="Zebulon Quistgaard", postcode="2750")
    said = type_in(play, "er den sendt?", "ask_referral_status")
    assert said[0].values["missing"] == "telefon, kommune"


def test_where_only_what_may_be_skipped_is_open_that_is_said(world: World) -> None:
    play = Play(world)
    play.to_contact()
    play.details(name="Zebulon Quistgaard", phone="20 66 77 88", postcode="2750")
    play.press(Step.MUNICIPALITY, "0151")
    said = type_in(play, "er den sendt?", "ask_referral_status")
    assert names(said) == ["utter_not_sent_but_asked", "utter_ask_best_time"]


@pytest.mark.parametrize("ends", [False, True], ids=["at the offer", "closed"])
def test_without_a_yes_nothing_is_sent(world: World, *, ends: bool) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    if ends:
        play.press(Step.OFFER, "no")
    assert names(type_in(play, "er den sendt?", "ask_referral_status"))[0] == "utter_nothing_sent"


def test_a_referral_that_was_called_since_is_told_by_its_state(world: World) -> None:
    play = Play(world)
    play.file()
    play.undo()
    play.send()
    assert names(type_in(play, "er den sendt?", "undo_referral"))[0] == "utter_is_sent"
