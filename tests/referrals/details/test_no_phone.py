"""Figures that are nobody's phone number: days, numbers of registers, services."""

from __future__ import annotations

import pytest

from referrals.advice.encounter import Step
from tests.conftest import World
from tests.referrals.details.test_whose_number import at
from tests.referrals.details.typed import type_text, value_of, vault_values
from tests.referrals.playing import names


@pytest.mark.parametrize("typed", ["23 12 20 26", "24.12.20.26"])
def test_a_day_in_pairs_is_asked_about(world: World, typed: str) -> None:
    play = at(world, Step.PHONE)
    said = type_text(play, typed)
    assert value_of(play, Step.PHONE) is None
    assert names(said) == ["utter_whose_number"]


@pytest.mark.parametrize(
    "label",
    ["ptnr", "pt.nr.", "ref.nr", "kontonr", "reg 2030 konto", "jnr", "ordrenummer", "cvr", "EAN"],
)
def test_a_number_of_a_register_is_no_phone(world: World, label: str) -> None:
    play = at(world, Step.PHONE)
    said = type_text(play, f"{label} 20304050")
    assert value_of(play, Step.PHONE) is None
    assert "utter_detail_not_kept" in names(said)
    assert not any("2030" in value for value in vault_values(play))


@pytest.mark.parametrize("typed", ["ring 1813", "lægevagten 1813", "112", "Stoplinien 80313131"])
@pytest.mark.parametrize("step", [Step.PHONE, Step.SECOND_CONTACT])
def test_the_number_of_a_service_is_nobodys(world: World, step: Step, typed: str) -> None:
    play = at(world, Step.SUMMARY if step is Step.SECOND_CONTACT else step)
    if step is Step.SECOND_CONTACT:
        play.correct(step)
    said = type_text(play, typed)
    assert play.encounter.get(step) is None or value_of(play, step) in (None, "")
    assert "utter_phone_of_a_service" in names(said)


def test_the_doctor_on_call_is_no_postcode(world: World) -> None:
    play = at(world, Step.POSTCODE)
    type_text(play, "ring 1813")
    assert play.encounter.get(Step.POSTCODE) is None
