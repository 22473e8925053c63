"""Whose a name is, and which of several stands: read back, or asked for again."""

from __future__ import annotations

import pytest

from referrals.advice.encounter import Step
from tests.conftest import World
from tests.referrals.details.typed import shown, type_text, value_of, vault_values
from tests.referrals.playing import Play, names


def at_name(world: World) -> Play:
    play = Play(world)
    play.to_contact()
    return play


@pytest.mark.parametrize(
    "text", ["ikke Torben, men Jens Holm", "Torben Holm - nej vent Jens Holm", "Jens Holm"]
)
def test_the_name_that_stands_is_read_back(world: World, text: str) -> None:
    play = at_name(world)
    said = type_text(play, text)
    assert names(said) == ["utter_noted", "utter_ask_phone"]
    assert shown(play, said) == "navn Jens Holm"
    assert vault_values(play) == ["Jens Holm"]


@pytest.mark.parametrize(
    "text",
    [
        "Måske Jens",
        "Sygeplejersken hedder Lone Dahl",
        "det er mandens nummer, han hedder Kaj",
        "the nurse is called Lone Dahl",
    ],
)
def test_another_name_is_not_noted_and_asked_for_again(world: World, text: str) -> None:
    play = at_name(world)
    assert names(type_text(play, text)) == ["utter_not_understood", "utter_ask_name"]
    assert vault_values(play) == []


@pytest.mark.parametrize(
    "text", ["det er mandens nummer, han hedder Kaj Lund", "sygeplejersken hedder Lone Dahl"]
)
def test_the_name_that_stands_is_not_replaced_by_somebody_elses(world: World, text: str) -> None:
    play = Play(world)
    play.to_summary(name="Jens Holm")
    type_text(play, text)
    assert value_of(play, Step.NAME) == "Jens Holm"


def test_the_name_behind_a_relatives_number_becomes_the_second_contacts(world: World) -> None:
    play = Play(world)
    play.to_summary(name="Jens Holm")
    type_text(play, "66778899 det er konens nummer, hun hedder Lise")
    assert value_of(play, Step.NAME) == "Jens Holm"
    assert value_of(play, Step.SECOND_CONTACT) == "Lise, kone, 66778899"
