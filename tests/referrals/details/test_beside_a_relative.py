"""What is told of a relative beside an answer: kept as theirs, or said not to be used."""

from __future__ import annotations

import pytest

from referrals.advice.encounter import Step
from tests.conftest import World
from tests.nlu.typed.reaching import reach
from tests.referrals.details.typed import type_text, value_of
from tests.referrals.playing import Play


def at(world: World, step: Step) -> Play:
    play = Play(world)
    play.id = reach(world, play.staff, step.value, "da", 1)
    return play


@pytest.mark.parametrize(
    ("step", "typed", "unused"),
    [
        (Step.LEAVE_MESSAGE, "nej, sønnen tager den", "sønnen tager den"),
        (Step.PROTECTED_ADDRESS, "nej, konen har", "konen har"),
        (Step.PROTECTED_ADDRESS, "nej, men hendes datter har det", "hendes datter har det"),
        (Step.INTERPRETER, "nej, konen taler dansk", "konen taler dansk"),
        (Step.OFFER, "nej tak, konen ryger ikke", "konen ryger ikke"),
        (Step.BEST_TIME, "om aftenen, konen er på arbejde", "konen er på arbejde"),
    ],
)
def test_what_a_relative_does_beside_a_plain_answer_is_said_not_to_be_used(
    world: World, step: Step, typed: str, unused: str
) -> None:
    play = at(world, step)
    said = type_text(play, typed)
    assert play.encounter.answered(step)
    assert unused in [each.values.get("words") for each in said]


@pytest.mark.parametrize(
    ("step", "typed", "answer", "noted"),
    [
        (Step.LEAVE_MESSAGE, "nej", "no", "må ikke lægge besked"),
        (Step.LEAVE_MESSAGE, "ja", "yes", "må lægge besked"),
        (Step.PROTECTED_ADDRESS, "nej", "no", "har ikke beskyttet adresse"),
        (Step.PROTECTED_ADDRESS, "ja", "yes", "har beskyttet adresse"),
    ],
)
def test_a_plain_answer_beside_a_relatives_number_is_noted_and_not_told_as_unused(
    world: World, step: Step, typed: str, answer: str, noted: str
) -> None:
    play = at(world, step)
    said = type_text(play, f"{typed}, datter Lise 22334455")
    assert value_of(play, Step.SECOND_CONTACT) == "Lise, datter, 22334455"
    assert play.encounter.get(step) == answer
    assert str(said[0].values["noted"]).startswith(f"{noted} · anden kontakt")
    assert "utter_not_used" not in [each.response for each in said]


def test_a_yes_beside_a_relatives_number_sends_nothing_and_is_said_not_to_be_used(
    world: World,
) -> None:
    play = at(world, Step.SUMMARY)
    said = type_text(play, "ja, datter Lise 22334455")
    assert play.step is Step.SUMMARY
    assert "ja" in [each.values.get("words") for each in said]


def test_a_relatives_number_beside_the_day_of_discharge_is_kept_as_theirs(world: World) -> None:
    play = at(world, Step.DISCHARGE_DATE)
    type_text(play, "24/12, datter Lise 22334455")
    assert value_of(play, Step.SECOND_CONTACT) == "Lise, datter, 22334455"
    assert (value_of(play, Step.DISCHARGE_DATE) or "").endswith("-12-24")


@pytest.mark.parametrize("typed", ["fredag, datteren henter, ring 22334455", "24/12 tlf 22334455"])
def test_another_number_beside_the_day_of_discharge_is_said_not_to_be_used(
    world: World, typed: str
) -> None:
    play = at(world, Step.DISCHARGE_DATE)
    phone = value_of(play, Step.PHONE)
    said = type_text(play, typed)
    assert "…" in [each.values.get("words") for each in said]
    assert value_of(play, Step.PHONE) == phone


@pytest.mark.parametrize("verb", ["tolker", "henter", "hjælper"])
def test_what_a_relative_does_is_not_their_name(world: World, verb: str) -> None:
    play = at(world, Step.INTERPRETER)
    type_text(play, f"nej, sønnen {verb} 22334455")
    assert verb not in (value_of(play, Step.SECOND_CONTACT) or "")
