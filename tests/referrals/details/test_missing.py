"""What is missing is named, what stands is not overwritten, and nothing is asked twice unsaid."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from referrals.advice.encounter import Step
from tests.conftest import World
from tests.referrals.details.typed import shown, type_text, value_of
from tests.referrals.playing import PHONE, Play, names


def at_name(world: World) -> Play:
    play = Play(world)
    play.to_contact()
    assert play.step is Step.NAME
    return play


def test_a_family_name_that_is_missing_is_named_and_may_follow(world: World) -> None:
    play = at_name(world)
    said = type_text(play, "Zebulon, 2760")
    assert names(said) == ["utter_noted", "utter_family_name_missing", "utter_ask_phone"]
    said = type_text(play, "efternavn Quistgaard")
    assert shown(play, said[:1]) == "navn Zebulon Quistgaard (før: navn Zebulon)"
    assert play.step is Step.PHONE


@pytest.mark.parametrize("text", ["efternavn Qvist", "efternavnet er Qvist", "surname Qvist"])
def test_a_family_name_alone_completes_the_name_that_stands(world: World, text: str) -> None:
    play = at_name(world)
    type_text(play, "Anne Marie Quistgaard, 2760")
    type_text(play, text)
    assert value_of(play, Step.NAME) == "Anne Marie Qvist"


@pytest.mark.parametrize(
    ("typed", "missing"),
    [(PHONE, "navn, postnummer"), ("2760", "navn, telefon"), (f"{PHONE}, 2760", "navn")],
)
def test_of_what_is_asked_in_one_line_the_missing_parts_are_named(
    world: World, typed: str, missing: str
) -> None:
    play = at_name(world)
    said = type_text(play, typed)
    assert names(said)[-1] == "utter_ask_missing"
    assert said[-1].values == {"missing": missing}


def test_a_patient_who_lives_far_away_is_told_before_name_and_number(world: World) -> None:
    play = at_name(world)
    type_text(play, "8000")
    assert play.step is Step.MUNICIPALITY
    play.press(Step.MUNICIPALITY, "other")
    assert play.row.outcome == "outside_area"
    assert {Step.NAME, Step.PHONE} & set(play.encounter.answers) == set()


@pytest.mark.parametrize("postcode", ["2760", "2750", "2900"])
def test_a_patient_who_may_live_near_is_asked_for_the_name_first(
    world: World, postcode: str
) -> None:
    play = at_name(world)
    type_text(play, postcode)
    assert play.step is Step.NAME


def test_a_municipality_told_before_the_postcode_is_not_dropped_unsaid(world: World) -> None:
    play = at_name(world)
    said = type_text(play, "Gladsaxe", "give_contact_details", municipality="0159")
    assert names(said) == ["utter_postcode_first", "utter_ask_name"]


def test_details_that_change_nothing_say_so(world: World) -> None:
    play = Play(world)
    play.to_summary()
    assert names(type_text(play, PHONE)) == ["utter_nothing_new", "utter_ask_summary"]


def test_a_postcode_that_stands_is_changed_where_it_was_meant_only(world: World) -> None:
    play = Play(world)
    play.to_summary(postcode="2760")
    said = type_text(play, "2750")
    assert names(said) == ["utter_postcode_stands", "utter_ask_summary"]
    assert play.encounter.get(Step.POSTCODE) == "2760"
    said = type_text(
        play, "postnummeret er 2750", "correct_detail", detail="postcode", postcode="2750"
    )
    assert play.encounter.get(Step.POSTCODE) == "2750"
    assert "2760" in shown(play, said[:1])


def test_a_postcode_that_is_called_one_corrects_whatever_kind_of_message_it_is(
    world: World,
) -> None:
    play = Play(world)
    play.to_summary(postcode="2760")
    said = type_text(
        play, "postnummeret er 2750", "give_contact_details", detail="postcode", postcode="2750"
    )
    assert play.encounter.get(Step.POSTCODE) == "2750"
    assert names(said)[0] == "utter_noted"


def test_the_nurse_may_correct_the_postcode_where_its_municipality_is_asked(world: World) -> None:
    play = at_name(world)
    type_text(play, f"Zebulon Quistgaard, {PHONE}, 2760")
    type_text(play, "2750")
    assert play.encounter.get(Step.POSTCODE) == "2750"


@pytest.mark.parametrize("text", ["2730 2750", "2750 eller 2730", "Zebulon Quistgaard, 2730, 2750"])
def test_of_two_postcodes_none_is_taken_and_that_is_said(world: World, text: str) -> None:
    play = at_name(world)
    said = type_text(play, text)
    assert "utter_two_postcodes" in names(said)
    assert not play.encounter.answered(Step.POSTCODE)


TYPED = st.lists(
    st.sampled_from(
        ["Zebulon Quistgaard", "Bo", PHONE, "66778899", "2760", "8000", "datteren Lise 22334455",
         "010190-1234", "efternavn Qvist", "hun taler arabisk", "ring om aftenen", "123",
         "29123OOO"]
    ),
    min_size=1, max_size=3, unique=True,
)  # fmt: skip


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(lines=st.lists(TYPED.map(", ".join), min_size=1, max_size=4))
def test_whatever_is_typed_the_same_question_never_comes_twice_without_a_word(
    world: World, lines: list[str]
) -> None:
    play = at_name(world)
    asked = "utter_ask_name"
    for line in lines:
        said = type_text(play, line)
        assert said[-1].response != asked or len(said) > 1, line
        asked = said[-1].response


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(lines=st.lists(TYPED.map(", ".join), min_size=1, max_size=4))
def test_whatever_is_typed_a_detail_that_changes_is_said_with_its_old_value(
    world: World, lines: list[str]
) -> None:
    play = at_name(world)
    for line in lines:
        before = {step: value_of(play, step) for step in (Step.NAME, Step.PHONE)}
        old_place = play.encounter.get(Step.POSTCODE)
        said = type_text(play, line)
        told = shown(play, said[:1])
        for step, old in before.items():
            if old and value_of(play, step) != old:
                assert old in told, line
        if old_place and play.encounter.get(Step.POSTCODE) != old_place:
            assert old_place in told, line
