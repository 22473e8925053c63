"""Which of several numbers is whose: asked by buttons, never guessed, nothing dropped unsaid."""

from __future__ import annotations

import pytest

from bot.buttons import engine_payload
from referrals.advice.encounter import Step
from referrals.bedside import steering
from referrals.bedside.answering import Pressed, press
from referrals.bedside.listening import messages
from referrals.turns.saying import Say
from tests.conftest import World
from tests.referrals.details.typed import shown, type_text, value_of, vault_values
from tests.referrals.playing import Play, names

ONE, OTHER = "22334455", "66778899"
FULL_ONE, FULL_OTHER = "+4522334455", "+4566778899"


def at_phone(world: World) -> Play:
    play = Play(world)
    play.to_contact()
    type_text(play, "Zebulon Quistgaard, 2760")
    assert play.step is Step.PHONE
    return play


def at_summary(world: World, phone: str = ONE) -> Play:
    play = Play(world)
    play.to_summary(phone=phone)
    return play


def press_button(play: Play, step: Step, value: str) -> list[Say]:
    pressed = Pressed(step, value)
    return play.say(lambda b: messages.press(b, lambda c: press(c, pressed)))


def titles(said: list[Say]) -> list[str]:
    return [button.title for button in said[-1].buttons]


@pytest.mark.parametrize("text", [f"{ONE}, {OTHER}", f"{ONE} nej vent {OTHER}", f"{ONE} {OTHER}"])
def test_of_two_numbers_none_is_taken_and_the_nurse_chooses(world: World, text: str) -> None:
    play = at_phone(world)
    said = type_text(play, text)
    assert names(said) == ["utter_which_number"]
    assert value_of(play, Step.PHONE) is None
    assert ONE in shown(play, said)
    assert OTHER in shown(play, said)


@pytest.mark.parametrize(("which", "number"), [("1", FULL_ONE), ("2", FULL_OTHER)])
def test_the_button_takes_the_number_and_the_other_one_is_forgotten(
    world: World, which: str, number: str
) -> None:
    play = at_phone(world)
    type_text(play, f"{ONE}, {OTHER}")
    said = press_button(play, Step.PHONE, which)
    assert names(said) == ["utter_noted", "utter_ask_municipality_one"]
    assert value_of(play, Step.PHONE) == number
    type_text(play, "hjælp")
    assert set(vault_values(play)) == {"Zebulon Quistgaard", number}


def test_a_number_travels_as_its_token_and_a_button_says_only_which(world: World) -> None:
    play = at_phone(world)
    said = type_text(play, f"{ONE}, {OTHER}")
    assert all(title.startswith("[[phone:") for title in titles(said)[:2])
    payloads = [button.payload for button in said[-1].buttons]
    assert [engine_payload(payload, "da")[:5] for payload in payloads] == [
        "/answ",
        "/answ",
        "/resu",
    ]


def test_the_rest_of_the_line_is_kept_while_the_number_is_asked(world: World) -> None:
    play = Play(world)
    play.to_contact()
    said = type_text(play, f"Zebulon Quistgaard, {ONE}, {OTHER}, 2760")
    assert names(said) == ["utter_noted", "utter_which_number"]
    assert value_of(play, Step.NAME) == "Zebulon Quistgaard"
    press_button(play, Step.PHONE, "2")
    assert value_of(play, Step.PHONE) == FULL_OTHER
    assert play.step is Step.MUNICIPALITY


def test_one_number_twice_is_one_number(world: World) -> None:
    play = at_phone(world)
    type_text(play, "22334455, +45 22 33 44 55")
    assert value_of(play, Step.PHONE) == FULL_ONE


@pytest.mark.parametrize(("word", "number"), [("1", FULL_ONE), ("last", FULL_OTHER)])
def test_the_first_or_the_last_may_be_said(world: World, word: str, number: str) -> None:
    play = at_phone(world)
    type_text(play, f"{ONE}, {OTHER}")
    type_text(play, "den", "show_course", position=word)
    assert value_of(play, Step.PHONE) == number


def test_a_number_typed_again_is_the_answer(world: World) -> None:
    play = at_phone(world)
    type_text(play, f"{ONE}, {OTHER}")
    type_text(play, OTHER)
    assert value_of(play, Step.PHONE) == FULL_OTHER


def test_a_typed_yes_is_told_to_press_and_the_question_stands(world: World) -> None:
    play = at_phone(world)
    type_text(play, f"{ONE}, {OTHER}")
    said = type_text(play, "ja", "affirm")
    assert names(said) == ["utter_press_a_button", "utter_which_number"]
    press_button(play, Step.PHONE, "1")
    assert value_of(play, Step.PHONE) == FULL_ONE


def test_other_words_leave_the_question_where_the_number_is_still_missing(world: World) -> None:
    play = at_phone(world)
    type_text(play, f"{ONE}, {OTHER}")
    said = type_text(play, "ring om aftenen", "give_best_time")
    assert names(said)[-1] == "utter_which_number"
    press_button(play, Step.PHONE, "2")
    assert value_of(play, Step.PHONE) == FULL_OTHER


def test_none_of_them_forgets_both_and_asks_for_the_number(world: World) -> None:
    play = at_phone(world)
    type_text(play, f"{ONE}, {OTHER}")
    said = play.say(lambda b: messages.press(b, steering.resume))
    assert names(said) == ["utter_ask_phone"]
    type_text(play, "hjælp")
    assert vault_values(play) == ["Zebulon Quistgaard"]


@pytest.mark.parametrize("which", ["3", "9", "x", ""])
def test_a_button_that_is_none_of_the_question_changes_nothing(world: World, which: str) -> None:
    play = at_phone(world)
    type_text(play, f"{ONE}, {OTHER}")
    assert names(press_button(play, Step.PHONE, which))[0] == "utter_stale_button"
    assert value_of(play, Step.PHONE) is None


def test_a_button_of_a_question_that_is_over_changes_nothing(world: World) -> None:
    play = at_phone(world)
    type_text(play, f"{ONE}, {OTHER}")
    press_button(play, Step.PHONE, "1")
    said = press_button(play, Step.PHONE, "2")
    assert names(said)[0] == "utter_stale_button"
    assert value_of(play, Step.PHONE) == FULL_ONE


def test_a_number_that_stands_is_not_replaced_by_another_without_being_asked(world: World) -> None:
    play = at_summary(world)
    said = type_text(play, OTHER)
    assert names(said) == ["utter_which_number"]
    assert value_of(play, Step.PHONE) == FULL_ONE
    said = press_button(play, Step.PHONE, "1")
    assert said[0].response == "utter_noted"
    assert shown(play, said[:1]) == f"telefon {FULL_OTHER} (før: telefon {FULL_ONE})"


def test_the_number_that_stands_may_be_kept(world: World) -> None:
    play = at_summary(world)
    type_text(play, OTHER)
    press_button(play, Step.PHONE, "2")
    assert value_of(play, Step.PHONE) == FULL_ONE
    type_text(play, "hjælp")
    assert FULL_OTHER not in vault_values(play)
    assert OTHER not in vault_values(play)


def test_the_new_number_may_be_a_relatives(world: World) -> None:
    play = at_summary(world)
    type_text(play, OTHER)
    press_button(play, Step.SECOND_CONTACT, "1")
    assert value_of(play, Step.PHONE) == FULL_ONE
    assert value_of(play, Step.SECOND_CONTACT) == f"pårørende, {OTHER}"


def test_a_correction_replaces_the_number_and_says_the_old_one(world: World) -> None:
    play = at_summary(world)
    said = type_text(play, f"nummeret er {OTHER}", "correct_detail", detail="phone")
    assert value_of(play, Step.PHONE) == FULL_OTHER
    assert shown(play, said[:1]) == f"telefon {FULL_OTHER} (før: telefon {FULL_ONE})"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("ring til konen i stedet, 66778899", "kone, 66778899"),
        ("datteren Lise bor i Ballerup, 66778899", "datter, 66778899"),
    ],
)
@pytest.mark.parametrize("intent", ["correct_detail", "give_contact_details", "deny"])
def test_whose_a_number_is_beside_a_relative_is_asked(
    world: World, text: str, kept: str, intent: str
) -> None:
    play = at_summary(world)
    said = type_text(play, text, intent)
    assert "utter_which_number" in names(said)
    assert value_of(play, Step.PHONE) == FULL_ONE
    press_button(play, Step.SECOND_CONTACT, "1")
    assert value_of(play, Step.PHONE) == FULL_ONE
    assert value_of(play, Step.SECOND_CONTACT) == kept


@pytest.mark.parametrize(
    ("answer", "step", "value"),
    [
        ("konens", Step.SECOND_CONTACT, "kone, 66778899"),
        ("patientens", Step.PHONE, FULL_OTHER),
    ],
)
def test_whose_number_it_is_may_be_said(world: World, answer: str, step: Step, value: str) -> None:
    play = at_phone(world)
    said = type_text(play, "ring til konen i stedet, 66778899")
    assert names(said)[-1] == "utter_whose_number"
    type_text(play, answer)
    assert value_of(play, step) == value


def test_a_second_contact_without_a_number_gets_it(world: World) -> None:
    play = at_summary(world)
    play.correct("second_contact")
    type_text(play, "Lise Prøve (datter)")
    type_text(play, OTHER)
    press_button(play, Step.SECOND_CONTACT, "1")
    assert value_of(play, Step.SECOND_CONTACT) == f"Lise Prøve, datter, {OTHER}"


@pytest.mark.parametrize("step", ["phone", "summary"])
@pytest.mark.parametrize(
    "text", ["datteren Lise på 66778899", "konens nummer er 66778899", "66778899 er sønnens"]
)
def test_somebody_elses_number_never_becomes_the_patients(
    world: World, step: str, text: str
) -> None:
    play = at_phone(world) if step == "phone" else at_summary(world)
    before = value_of(play, Step.PHONE)
    type_text(play, text)
    assert value_of(play, Step.PHONE) == before
    assert str(value_of(play, Step.SECOND_CONTACT)).endswith(OTHER)


def test_before_the_consent_nothing_is_asked_or_kept(world: World) -> None:
    play = Play(world)
    play.to_consent()
    said = type_text(play, f"{ONE}, {OTHER}")
    assert "utter_which_number" not in names(said)
    assert vault_values(play) == []


def test_a_number_that_cannot_be_called_is_told_beside_the_one_that_can(world: World) -> None:
    play = at_phone(world)
    said = type_text(play, f"{ONE}, 10000000")
    assert names(said)[1] == "utter_number_not_used"
    assert value_of(play, Step.PHONE) == FULL_ONE
    type_text(play, "hjælp")
    assert len(vault_values(play)) == 2


def test_where_the_patient_has_no_number_the_second_contact_may_be_called_by_button(
    world: World,
) -> None:
    play = at_phone(world)
    said = type_text(play, "datteren Lise på 66778899")
    assert titles(said) == ["Ring til den anden kontakt"]
    assert engine_payload(said[-1].buttons[0].payload, "da")
    press_button(play, Step.PHONE, Step.SECOND_CONTACT)
    assert value_of(play, Step.PHONE) == FULL_OTHER
    assert value_of(play, Step.SECOND_CONTACT) == "Lise, datter, 66778899"


def test_without_a_second_contact_that_button_does_nothing(world: World) -> None:
    play = at_phone(world)
    assert names(press_button(play, Step.PHONE, Step.SECOND_CONTACT))[0] == "utter_stale_button"
    assert value_of(play, Step.PHONE) is None


@pytest.mark.parametrize("step", ["phone", "summary"])
@pytest.mark.parametrize(
    "text",
    [
        f"ikke {OTHER}",
        "ikke 66 77 88 99",
        f"{OTHER} er forkert",
        f"ring ikke på {OTHER}",
        f"hun har ikke {OTHER} mere",
        f"det gamle nummer er {OTHER}",
    ],
)
def test_a_number_that_is_said_to_be_none_of_use_is_told_as_not_used(
    world: World, step: str, text: str
) -> None:
    play = at_phone(world) if step == "phone" else at_summary(world)
    before = value_of(play, Step.PHONE)
    said = type_text(play, text)
    assert names(said) == ["utter_number_not_used", f"utter_ask_{step}"]
    assert value_of(play, Step.PHONE) == before
    type_text(play, "hjælp")
    assert OTHER not in {value.replace(" ", "") for value in vault_values(play)}


@pytest.mark.parametrize("step", ["phone", "summary"])
@pytest.mark.parametrize(
    "text",
    [
        f"ikke {ONE} men {OTHER}",
        f"nej {ONE} er det gamle nummer, det nye er {OTHER}",
        f"{OTHER}, ikke {ONE}",
    ],
)
def test_the_number_beside_one_that_is_none_of_use_is_the_patients(
    world: World, step: str, text: str
) -> None:
    play = at_phone(world) if step == "phone" else at_summary(world)
    said = type_text(play, text)
    assert "utter_number_not_used" in names(said)
    assert value_of(play, Step.PHONE) == FULL_OTHER


@pytest.mark.parametrize("text", [f"{ONE} er forkert", f"ring ikke på {ONE}"])
def test_where_the_number_that_stands_is_none_of_use_it_is_asked_again(
    world: World, text: str
) -> None:
    play = at_summary(world)
    said = type_text(play, text)
    assert names(said) == ["utter_number_not_used", "utter_ask_phone"]


@pytest.mark.parametrize(
    "text", [f"{OTHER} læg ikke besked", f"{OTHER}, hun taler ikke dansk", f"nej {OTHER}"]
)
def test_a_no_about_something_else_leaves_the_number(world: World, text: str) -> None:
    play = at_phone(world)
    type_text(play, text)
    assert value_of(play, Step.PHONE) == FULL_OTHER


@pytest.mark.parametrize("text", ["24122026", "31121950", f"{OTHER} er ikke forkert"])
def test_figures_that_may_be_a_day_or_denied_are_asked_about(world: World, text: str) -> None:
    play = at_phone(world)
    said = type_text(play, text)
    assert names(said) == ["utter_whose_number"]
    assert value_of(play, Step.PHONE) is None
    press_button(play, Step.PHONE, "1")
    assert value_of(play, Step.PHONE) is not None


@pytest.mark.parametrize("text", ["80 31 31 31", "80313131", "hun har fået 80 31 31 31"])
def test_the_number_of_stoplinien_is_nobodys_own(world: World, text: str) -> None:
    play = at_phone(world)
    said = type_text(play, text)
    assert names(said) == ["utter_phone_of_a_service", "utter_ask_phone"]
    assert value_of(play, Step.PHONE) is None


@pytest.mark.parametrize("text", ["20 12 34 56 7", "20123456 7", "+45 20 12 34 56 78"])
def test_of_a_number_with_too_many_figures_nothing_is_taken(world: World, text: str) -> None:
    play = at_phone(world)
    said = type_text(play, text)
    assert names(said)[0] in ("utter_phone_too_long", "utter_phone_not_a_number")
    assert value_of(play, Step.PHONE) is None


def test_a_relatives_number_that_must_not_be_called_is_not_kept_as_their_contact(
    world: World,
) -> None:
    play = at_phone(world)
    type_text(play, f"ring ikke til datteren {OTHER}")
    assert value_of(play, Step.PHONE) is None
    assert value_of(play, Step.SECOND_CONTACT) is None
