"""What typed words may do where a mistake cannot be taken back: only what a closed list holds."""

from __future__ import annotations

import pytest

from referrals.advice.closed_lists import (
    acts,
    cancels_something_else,
    goes_on,
    is_bare_no,
    leaves,
    leaves_check,
    names_feedback,
    names_next,
    names_undoing,
    says_again,
    sends,
    speaks_of_going_on,
    takes_back,
)
from tests.nlu.reading.saying import words


@pytest.mark.parametrize(
    "text",
    [
        "ja",
        "Ja.",
        "ja, send den!",
        "send",
        "Send den",
        "yes",
        "yes, please send it",
        "YES",
        "det passer, send den",
        "ok send",
        "send den nu",
        "den må gerne sendes",
        "looks right send it",
    ],
)
def test_a_yes_or_an_order_to_send_sends(text: str) -> None:
    assert sends(words(text, "affirm"))


@pytest.mark.parametrize(
    "text",
    [
        *("ja det er rigtigt", "det er rigtigt", "korrekt", "det passer", "alt stemmer", "jep"),
        *("that's correct", "all correct", "yes that's right", "jo", "ok", "fint", "super"),
        *("ja [[word:000000000000]]", "send den til Ballerup", "ja ja", "ja men", "", "…"),
        *(
            "looks right",
            "looks right send it to",
            "submit",
            "nej send den",
            *("ja...", "ja…", "ja ..", "ja,", "ja?", "/send", "(send)", "ja 👍", "»ja«", "ja/send"),
            "ja 2",
            "send den om 2 timer",
        ),
    ],
)
def test_what_confirms_that_the_data_are_right_does_not_send(text: str) -> None:
    assert not sends(words(text, "affirm"))


@pytest.mark.parametrize(
    "text",
    [
        *("annullér", "annuller det hele", "slet alt", "slet patienten", "stop", "ja, annuller"),
        *("annuller henvisningen", "vi dropper det", "afbryd venligst", "forkert patient, slet"),
        *("cancel", "cancel the referral", "delete everything", "drop it", "I want to cancel"),
        *("close without saving", "wrong patient, delete everything", "slet det jeg har skrevet"),
        *("tilbagekald henvisningen", "withdraw the referral", "fortryd det hele"),
    ],
)
def test_a_command_to_cancel_is_about_the_whole_where_it_names_nothing_else(text: str) -> None:
    assert not cancels_something_else(words(text, "cancel"))


@pytest.mark.parametrize(
    "text",
    [
        *("annullér kaffen", "slet kaffen", "aflys mødet", "stop medicinen", "luk døren"),
        *("cancel the coffee", "cancel her lunch", "close the door", "aflys samtalen"),
        *("annuller [[word:000000000000]]", "slet tiden", "annuller kurset", "cancel 2 of them x"),
        *("annuller, vent lige", "fortryd kaffen"),
    ],
)
def test_beside_any_other_object_it_may_be_about_that(text: str) -> None:
    assert cancels_something_else(words(text, "cancel"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("hun vil ikke have tilbagemelding", True),
        ("træk samtykket til tilbagemeldingen tilbage", True),
        ("no feedback to the ward", True),
        ("hvad er tilbagemelding?", False),
        ("ring tilbage om aftenen", False),
        ("hun trækker sit samtykke tilbage", False),
    ],
)
def test_the_other_consent_is_known_by_its_name(text: str, named: bool) -> None:  # noqa: FBT001
    assert names_feedback(words(text, "deny")) is named


@pytest.mark.parametrize(
    ("text", "named"),
    [
        *(("næste patient", True), ("jeg har en ny", True), ("der er en til", True)),
        *(("next one please", True), ("hvem har den nu", False), ("hvad nu", False)),
    ],
)
def test_the_next_patient_is_named(text: str, named: bool) -> None:  # noqa: FBT001
    assert names_next(words(text, "new_patient")) is named


@pytest.mark.parametrize(
    ("text", "said"),
    [
        *(("fortsæt", True), ("ja videre", True), ("gå videre med patienten", True)),
        *(("go on with the same patient", True), ("send", False), ("nej", False)),
        ("videre til næste patient", False),
    ],
)
def test_going_on_is_said_and_nothing_else(text: str, said: bool) -> None:  # noqa: FBT001
    assert goes_on(words(text, "resume")) is said


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("fortryd", True),
        ("Det var en fejl!", True),
        ("jeg kom til at taste forkert", True),
        ("sorry, wrong patient", True),
        ("nej", False),
        ("hov", False),
        ("fortryd tolken", False),
        ("forkert, hun ryger", False),
        ("hun ryger", False),
    ],
)
def test_what_was_noted_is_taken_back_by_words_that_name_nothing_else(
    text: str,
    meant: bool,  # noqa: FBT001
) -> None:
    assert takes_back(words(text, "deny")) is meant


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Fortryd, hun ryger kun til fest", True),
        ("undo, she only smokes at parties", True),
        ("forkert, hun ryger kun til fest", False),
        ("hun fortryder sit samtykke", False),
    ],
)
def test_two_words_take_back_whatever_is_told_beside_them(text: str, named: bool) -> None:  # noqa: FBT001
    assert names_undoing(words(text, "deny")) is named


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Behold den", True),
        ("nej, lad det stå", True),
        ("keep the old number", True),
        ("nej", False),
        ("lad os tage kaffe", False),
        ("behold hende natten over", False),
    ],
)
def test_what_is_asked_aside_is_left_by_words_that_name_nothing_else(
    text: str,
    meant: bool,  # noqa: FBT001
) -> None:
    assert leaves(words(text, "deny")) is meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Start forfra", True),
        ("vi prøver lige igen", True),
        ("try again", True),
        ("start", False),
        ("start forfra med hans kone", False),
        ("igen, hun ryger", False),
    ],
)
def test_to_begin_again_names_nobody(text: str, meant: bool) -> None:  # noqa: FBT001
    assert says_again(words(text, "new_patient")) is meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Noget andet", True),
        ("ingen af dem", True),
        ("none of them", True),
        ("ingen af dem ryger", False),
        ("ja", False),
    ],
)
def test_only_a_whole_message_takes_none_of_what_was_offered(text: str, meant: bool) -> None:  # noqa: FBT001
    assert leaves_check(words(text, "deny")) is meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Ja, annullér", True),
        ("ja, træk samtykket tilbage", True),
        ("yes, undo it", True),
        ("ja", False),
        ("ja slet kaffen", False),
        ("ja, annullér mødet", False),
    ],
)
def test_the_words_of_a_button_are_known_by_the_whole_message(text: str, meant: bool) -> None:  # noqa: FBT001
    assert acts(words(text, "affirm")) is meant


@pytest.mark.parametrize(
    ("text", "bare"),
    [("Nej.", True), ("nej tak", True), ("no", True), ("hun siger nej", False), ("ja", False)],
)
def test_a_bare_no_does_not_say_whose_it_is(text: str, bare: bool) -> None:  # noqa: FBT001
    assert is_bare_no(words(text, "deny")) is bare


@pytest.mark.parametrize(
    ("text", "spoken_of"),
    [
        ("Hun er vågen nu", True),
        ("hun har ombestemt sig", True),
        ("she changed her mind", True),
        ("hun sover", False),
        ("ja", False),
    ],
)
def test_going_on_with_whoever_was_talked_to_is_heard_in_one_word(
    text: str,
    spoken_of: bool,  # noqa: FBT001
) -> None:
    assert speaks_of_going_on(words(text, "resume")) is spoken_of
