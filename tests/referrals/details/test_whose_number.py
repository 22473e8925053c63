"""A name and number of somebody else never become the patient's, wherever they are told."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.advice.encounter import Step
from referrals.denmark.second_contact import contact_words
from tests.conftest import World
from tests.referrals.details.test_choosing import press_button
from tests.referrals.details.typed import type_text, value_of
from tests.referrals.playing import Play, names

RELATIONS = sorted(contact_words()["relations"])
SHAPES = [
    "{relation} {name} på {phone}",
    "{name} ({relation}) {phone}",
    "{relation}: {name}, {phone}",
    "{relation}s nummer er {phone}",
    "{phone} er {relation}s",
    "ring til {relation} {phone}",
    "hendes {relation} hedder {name}, {phone}",
    "ring til {relation} i stedet, {phone}",
    "{relation} {name} bor i Ballerup og har {phone}",
]
STEPS = [Step.NAME, Step.PHONE, Step.POSTCODE, Step.MUNICIPALITY, Step.BEST_TIME, Step.SUMMARY]
ASKED = {"utter_whose_number", "utter_which_number"}


def at(world: World, step: Step) -> Play:
    play = Play(world)
    play.to_contact()
    told = {Step.NAME: "", Step.PHONE: "Zebulon Quistgaard", Step.SUMMARY: ""}
    if step is Step.SUMMARY:
        play = Play(world)
        play.to_summary()
    elif told.get(step, "Zebulon Quistgaard, 20667788"):
        place = ", 2750" if step in (Step.MUNICIPALITY, Step.BEST_TIME) else ""
        type_text(play, told.get(step, "Zebulon Quistgaard, 20667788") + place)
    if step is Step.BEST_TIME:
        play.press(Step.MUNICIPALITY, "0151")
    assert play.step is step
    return play


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    step=st.sampled_from(STEPS),
    relation=st.sampled_from(RELATIONS),
    name=st.sampled_from(["Lise", "Bo", "Åse Prøve", "Anne-Lise"]),
    phone=st.sampled_from(["22334455", "22 33 44 55", "+46 70 123 45 67"]),
    shape=st.sampled_from(SHAPES),
)
def test_the_patient_keeps_name_and_number(
    world: World, step: Step, relation: str, name: str, phone: str, shape: str
) -> None:
    play = at(world, step)
    before = value_of(play, Step.NAME), value_of(play, Step.PHONE)
    said = type_text(play, shape.format(relation=relation, name=name, phone=phone))
    assert (value_of(play, Step.NAME), value_of(play, Step.PHONE)) == before
    second = value_of(play, Step.SECOND_CONTACT) or ""
    assert second.endswith(phone) or ASKED & set(names(said))


OTHERS = [
    "afd tlf {phone}",
    "afdelingens nummer er {phone}",
    "mit nummer er {phone}",
    "ring til mig på {phone}",
    "vagttelefon {phone}",
    "bostedets telefon {phone}",
    "{phone} er afdelingens",
    "{phone} men det er hans bror",
    "it is {phone} but that is his brother",
    "{phone} er hans arbejde",
    "his work {phone}",
    "{phone} men den er hans chefs",
    "hjemmehjælpens {phone}",
    "patienten på stue 4s nummer er {phone}",
    "den forrige patient havde {phone}",
    "fax {phone}",
    "alarmknap {phone}",
    "{phone}?",
    "{phone} tror jeg",
]


@pytest.mark.parametrize("shape", OTHERS)
@pytest.mark.parametrize("step", [Step.NAME, Step.PHONE, Step.POSTCODE, Step.SUMMARY])
def test_a_number_of_ward_or_nurse_is_asked_about(world: World, step: Step, shape: str) -> None:
    play = at(world, step)
    before = value_of(play, Step.PHONE)
    said = type_text(play, shape.format(phone="38 68 12 34"))
    assert value_of(play, Step.PHONE) == before
    assert ASKED & set(names(said))


def test_a_number_of_somebody_in_another_room_is_asked_about(world: World) -> None:
    play = at(world, Step.PHONE)
    assert ASKED & set(names(type_text(play, "Line fra stue 2 har 20667711")))
    assert value_of(play, Step.PHONE) is None


@pytest.mark.parametrize("typed", ["før: 20667711", "tidligere 20667711"])
def test_a_number_of_earlier_is_none_of_use(world: World, typed: str) -> None:
    play = at(world, Step.PHONE)
    assert "utter_number_not_used" in names(type_text(play, typed))
    assert value_of(play, Step.PHONE) is None


@pytest.mark.parametrize(
    "typed", ["20667711 før kl 12", "hans mobil er 20667711", "mobil 20667711"]
)
def test_words_of_when_and_which_leave_it_the_patients(world: World, typed: str) -> None:
    play = at(world, Step.PHONE)
    type_text(play, typed)
    assert value_of(play, Step.PHONE) == "+4520667711"


def test_whose_number_it_is_can_be_answered(world: World) -> None:
    play = at(world, Step.PHONE)
    type_text(play, "afd tlf 38 68 12 34")
    press_button(play, Step.PHONE, "1")
    assert value_of(play, Step.PHONE) == "+4538681234"
