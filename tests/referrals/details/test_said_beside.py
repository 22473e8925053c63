"""What is said beside the details is said not to be used; of half a name the rest is asked."""

from __future__ import annotations

import pytest

from referrals.advice.encounter import Step
from tests.conftest import World
from tests.referrals.details.test_whose_number import at
from tests.referrals.details.typed import type_text, value_of
from tests.referrals.playing import names


@pytest.mark.parametrize(
    ("typed", "said_of_it"),
    [
        ("Anna Hansen dårligt hørende 20667788", "…"),
        ("Anna Hansen kørestolsbruger 20667788", "kørestolsbruger"),
        ("Anna Hansen (meget træt), 20667788", "meget træt"),
        ("Anna Hansen 20667788 tager den sjældent", "tager den sjældent"),
    ],
)
def test_a_remark_beside_the_details_is_said_not_to_be_used(
    world: World, typed: str, said_of_it: str
) -> None:
    play = at(world, Step.NAME)
    said = type_text(play, typed)
    assert value_of(play, Step.NAME) == "Anna Hansen"
    assert value_of(play, Step.PHONE) == "+4520667788"
    assert said_of_it in [each.values.get("words") for each in said]


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ("Anna, 20667788", "utter_family_name_missing"),
        ("Anna H., 20667788", "utter_family_name_missing"),
        ("A. H., 20667788", "utter_family_name_missing"),
        ("A. Hansen, 20667788", "utter_ask_missing"),
    ],
)
def test_of_half_a_name_the_missing_part_is_named(world: World, typed: str, missing: str) -> None:
    play = at(world, Step.NAME)
    assert missing in names(type_text(play, typed))
    assert value_of(play, Step.NAME)


@pytest.mark.parametrize(
    "told",
    [
        *("ryger dagligt", "taler polsk", "ring helst om formiddagen", "speaks Polish"),
        *("taler polsk, ring helst om formiddagen", "læg gerne en besked"),
    ],
)
def test_what_stands_is_not_called_unused_beside_the_details(world: World, told: str) -> None:
    play = at(world, Step.NAME)
    said = type_text(play, f"Anna Hansen, 20667788, {told}")
    assert "utter_not_used" not in names(said)
