"""What is wanted of a referral that was sent, by words that do not name it."""

from __future__ import annotations

import pytest

from referrals.advice.after_filing import Wish, place, told, wish
from referrals.advice.encounter import Step
from tests.nlu.reading.saying import words


@pytest.mark.parametrize("text", ["hun har faktisk hemmelig adresse", "tolk er nødvendig"])
def test_what_is_told_plainly_is_a_change_though_it_was_guessed_to_be_a_question(text: str) -> None:
    assert wish(words(text, "ask_privacy")) is Wish.CHANGE


@pytest.mark.parametrize("text", ["er hemmelig adresse noget i kan se?", "hvem ser adressen"])
def test_a_question_changes_nothing(text: str) -> None:
    assert wish(words(text, "ask_privacy")) is Wish.NOTHING
    assert wish(words("hun har hemmelig adresse", "ask_privacy", sure=True)) is Wish.NOTHING


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("han fortryder ikke", "deny"), ("den skal ikke trækkes tilbage", "undo_referral")),
        *(("annuller den ikke", "cancel"), ("do not cancel it", "cancel")),
        *(
            ("samtykket skal ikke trækkes tilbage", "withdraw_consent"),
            ("vil ikke fortryde", "deny"),
        ),
        ("manden skal ikke have besked", "deny"),
    ],
)
def test_what_is_denied_undoes_nothing(text: str, intent: str) -> None:
    assert wish(words(text, intent, sure=True)) is Wish.NOTHING


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *(("ups forkert patient", "go_back"), ("jeg trykkede forkert", "go_back")),
        *(("hun fortryder", "ask_how_to_withdraw"), ("wrong patient", "correct_detail")),
    ],
)
def test_what_is_wrong_as_a_whole_is_undone(text: str, intent: str) -> None:
    assert wish(words(text, intent)) is Wish.UNDO


@pytest.mark.parametrize("text", ["hun udskrives i dag", "kan de ringe efter 17"])
def test_a_day_or_an_hour_told_afterwards_is_a_change(text: str) -> None:
    told = {"time_of_day": "evening"} if "17" in text else {}
    assert wish(words(text, "book_call", told)) is Wish.CHANGE


@pytest.mark.parametrize(
    ("text", "intent", "wanted"),
    [
        ("fortryd", "out_of_scope", Wish.UNDO),
        ("fortryd", "undo_referral", Wish.UNDO),
        ("det var til en anden patient", "undo_referral", Wish.UNDO),
        ("det var til en anden patient", "cancel", Wish.UNDO),
        ("det er forkert", "nlu_fallback", Wish.UNDO),
        ("send den ikke", "out_of_scope", Wish.UNDO),
        ("hun fortryder sit samtykke", "deny", Wish.WITHDRAW),
        ("det må I ikke mere", "withdraw_consent", Wish.WITHDRAW),
        ("nej", "deny", Wish.WITHDRAW),
        ("senere", "not_now", Wish.WITHDRAW),
        ("hun vil ikke ringes op", "out_of_scope", Wish.WITHDRAW),
        ("hun vil ikke alligevel og ingen tolk", "nlu_fallback", Wish.WITHDRAW),
        ("nej, ingen tolk", "deny", Wish.CHANGE),
        ("hun har fået nyt nummer", "give_contact_details", Wish.CHANGE),
        ("ring hellere senere", "give_best_time", Wish.CHANGE),
        ("det er et andet sprog", "give_spoken_language", Wish.CHANGE),
        ("der står noget andet på kortet", "correct_detail", Wish.CHANGE),
        ("hun har mistet sin telefon", "has_no_phone", Wish.CHANGE),
        ("nummeret er forkert", "nlu_fallback", Wish.CHANGE),
        ("nej, det er forkert, gladsaxe", "deny", Wish.CHANGE),
        ("nej hun vil ikke, hun bor i gladsaxe", "deny", Wish.WITHDRAW),
        ("hun bor i gentofte", "out_of_scope", Wish.CHANGE),
        ("vil hun fortryde sit samtykke?", "out_of_scope", Wish.NOTHING),
        ("fortryder hun?", "out_of_scope", Wish.NOTHING),
        ("bor hun i gentofte?", "out_of_scope", Wish.NOTHING),
        ("hun vil gerne", "out_of_scope", Wish.NOTHING),
        ("hun ryger", "out_of_scope", Wish.NOTHING),
    ],
)
def test_the_words_say_what_is_wanted_of_it(text: str, intent: str, wanted: Wish) -> None:
    assert wish(words(text, intent)) is wanted


@pytest.mark.parametrize("kind", ["name", "phone", "second_contact"])
def test_a_new_name_or_number_is_a_change_whatever_kind_of_message_it_is(kind: str) -> None:
    said = words("her er [[word:0123456789ab]]", "out_of_scope", {kind: "x"})
    assert wish(said) is Wish.CHANGE


@pytest.mark.parametrize(
    "intent",
    [
        *("affirm", "thanks", "resume", "new_patient", "greet", "pause", "help"),
        "change_wording_language",
    ],
)
def test_what_only_goes_on_with_the_talk_wants_nothing_whatever_stands_in_it(intent: str) -> None:
    assert wish(words("det er forkert, gladsaxe", intent, sure=True)) is Wish.NOTHING


def test_each_detail_is_told_as_it_should_be() -> None:
    named = {
        "name": "N",
        "phone": "P",
        "second_contact": "S",
        "time_of_day": "evening",
        "spoken_language": "pl",
        "postcode": "2750",
    }
    said = words("hun har ikke hemmelig adresse, og tolk ja, nej ingen tolk", "deny", named)
    assert told(said) == {
        Step.NAME: "N",
        Step.PHONE: "P",
        Step.SECOND_CONTACT: "S",
        Step.BEST_TIME: "evening",
        Step.SPOKEN_LANGUAGE: "pl",
        Step.INTERPRETER: "no",
        Step.PROTECTED_ADDRESS: "no",
    }


def test_the_language_is_told_before_the_interpreter_that_falls_with_it() -> None:
    said = words("taler polsk, tolk ja", "give_spoken_language", {"spoken_language": "pl"})
    assert list(told(said)) == [Step.SPOKEN_LANGUAGE, Step.INTERPRETER]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hun bor i herlev, nej i gladsaxe", "0159"),
        ("bor i herlev, ikke i gladsaxe", "0163"),
        ("ballerup, herlev, gladsaxe", "0159"),
        ("hendes mand bor i herlev", ""),
        ("nummeret er forkert", ""),
    ],
)
def test_of_several_places_the_last_that_is_not_denied_is_the_right_one(
    text: str, code: str
) -> None:
    assert place(words(text, "correct_detail")) == code
