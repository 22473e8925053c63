"""What typed words may do where a mistake cannot be taken back: only what a closed list holds."""

from __future__ import annotations

import pytest

from referrals.advice.closed_lists import (
    cancels_something_else,
    goes_on,
    names_feedback,
    names_next,
    sends,
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
