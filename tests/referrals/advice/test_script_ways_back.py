"""The script: leaving out, going back and correcting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referrals.advice import script
from referrals.advice.encounter import Encounter, Outcome, Step
from tests.referrals.advice.script_steps import BEFORE, BUTTONS_ONLY, PARTNERS, TO_SUMMARY

# Skipping


@pytest.mark.parametrize("step", script.OPTIONAL_DEFAULTS)
def test_a_skipped_step_gets_its_default(step: Step) -> None:
    assert script.skip(BEFORE[step]).get(step) == script.OPTIONAL_DEFAULTS[step]


@pytest.mark.parametrize("step", script.OPTIONAL_DEFAULTS)
def test_skipping_one_step_answers_no_other(step: Step) -> None:
    assert set(script.skip(BEFORE[step]).answers) == {*BEFORE[step].answers, step}


def test_where_the_language_was_not_asked_no_interpreter_is() -> None:
    assert script.next_step(script.skip(BEFORE[Step.SPOKEN_LANGUAGE])) is Step.SUMMARY


def test_what_is_skipped_is_noted_as_such_and_never_as_a_no() -> None:
    assert (
        dict.fromkeys(
            (Step.BEST_TIME, Step.LEAVE_MESSAGE, Step.SPOKEN_LANGUAGE, Step.INTERPRETER), "skipped"
        )
        == script.OPTIONAL_DEFAULTS
    )


@pytest.mark.parametrize("step", [*script.REQUIRED_CONTACT, *BUTTONS_ONLY, Step.SUMMARY])
def test_a_required_step_cannot_be_skipped(step: Step) -> None:
    assert script.skip(BEFORE[step]) is BEFORE[step]


@pytest.mark.parametrize("step", script.OPTIONAL_DEFAULTS)
def test_skipping_the_rest_leads_to_the_summary(step: Step) -> None:
    assert script.next_step(script.skip(BEFORE[step], rest=True)) is Step.SUMMARY


def test_skipping_the_rest_keeps_what_was_answered_before() -> None:
    answered = script.record(BEFORE[Step.BEST_TIME], Step.BEST_TIME, "evening")
    assert script.skip(answered, rest=True).get(Step.BEST_TIME) == "evening"


@pytest.mark.parametrize("step", script.EXTRA_STEPS)
def test_an_extra_detail_can_be_left_out_after_all(step: Step) -> None:
    assert script.next_step(script.skip(BEFORE[step])) is Step.SUMMARY


@pytest.mark.parametrize("step", [Step.BEST_TIME, Step.NAME, Step.STATUS])
def test_skipping_a_correction_keeps_the_old_answer(step: Step) -> None:
    correcting = script.correct(BEFORE[Step.SUMMARY], step)
    assert script.skip(correcting, rest=True) == BEFORE[Step.SUMMARY]


# Going back


@pytest.mark.parametrize("step", [s for s in BEFORE if BEFORE[s].revisiting is None])
def test_going_back_takes_the_last_answer_away(step: Step) -> None:
    before = BEFORE[step]
    expected = before.answers if before.ended else dict(list(before.answers.items())[:-1])
    assert script.go_back(before).answers == expected


def test_going_back_at_the_start_changes_nothing() -> None:
    assert script.go_back(BEFORE[Step.STATUS]) == BEFORE[Step.STATUS]


def test_going_back_from_a_correction_keeps_the_old_answer() -> None:
    correcting = script.correct(BEFORE[Step.SUMMARY], Step.PHONE)
    assert script.go_back(correcting) == BEFORE[Step.SUMMARY]


def test_going_back_from_the_second_offer_leads_to_the_first() -> None:
    again = script.record(BEFORE[Step.OFFER], Step.OFFER, "tried_before")
    assert script.go_back(again) == BEFORE[Step.OFFER]


def test_going_back_after_declining_the_second_offer_leads_to_it_again() -> None:
    again = script.record(BEFORE[Step.OFFER], Step.OFFER, "tried_before")
    declined = script.record(again, Step.OFFER, "no")
    assert script.go_back(declined) == again


def test_going_back_from_a_close_opens_the_encounter_again() -> None:
    assert script.next_step(script.go_back(BEFORE[Step.CLOSED])) is Step.STATUS


@pytest.mark.parametrize("outcome", Outcome)
def test_there_is_no_way_back_from_an_ended_encounter(outcome: Outcome) -> None:
    ended = replace(BEFORE[Step.SUMMARY], ended=outcome)
    assert script.go_back(ended) is ended


def test_going_back_after_a_correction_takes_the_last_given_answer_first() -> None:
    corrected = script.record(
        script.correct(BEFORE[Step.SUMMARY], Step.PHONE), Step.PHONE, "[[phone:ffffffffffff]]"
    )
    assert script.next_step(script.go_back(corrected)) is Step.INTERPRETER


# Corrections

SELDOM_ASKED = (Step.PRODUCT, Step.CONSENT_SHARING)


@pytest.mark.parametrize("step", [s for s in script.CORRECTABLE if s not in SELDOM_ASKED])
def test_a_detail_that_was_reached_can_be_corrected(step: Step) -> None:
    assert script.next_step(script.correct(BEFORE[Step.SUMMARY], step)) is step


@pytest.mark.parametrize("step", sorted(set(Step) - set(script.CORRECTABLE)))
def test_other_steps_cannot_be_corrected(step: Step) -> None:
    assert script.correct(BEFORE[Step.SUMMARY], step) is BEFORE[Step.SUMMARY]


@pytest.mark.parametrize("step", [s for s in script.CORRECTABLE if s is not Step.STATUS])
def test_a_detail_that_was_not_reached_cannot_be_corrected(step: Step) -> None:
    assert script.correct(BEFORE[Step.OFFER], step) is BEFORE[Step.OFFER]


@pytest.mark.parametrize("step", [*script.REQUIRED_CONTACT, *script.OPTIONAL_DEFAULTS])
def test_a_detail_that_was_not_told_yet_cannot_be_corrected_after_the_consent(step: Step) -> None:
    assert script.correct(BEFORE[Step.NAME], step) is BEFORE[Step.NAME]


@pytest.mark.parametrize("step", script.EXTRA_STEPS)
def test_an_extra_detail_can_be_added_as_soon_as_there_is_a_consent(step: Step) -> None:
    assert script.correct(BEFORE[Step.NAME], step).revisiting is step


def test_an_ended_encounter_cannot_be_corrected() -> None:
    assert script.correct(BEFORE[Step.FILED], Step.PHONE) is BEFORE[Step.FILED]


def test_the_old_answer_stands_until_the_new_one_comes() -> None:
    correcting = script.correct(BEFORE[Step.SUMMARY], Step.PHONE)
    assert correcting.get(Step.PHONE) == TO_SUMMARY[Step.PHONE]


def test_a_correction_keeps_the_place_of_the_answer() -> None:
    correcting = script.correct(BEFORE[Step.SUMMARY], Step.BEST_TIME)
    corrected = script.record(correcting, Step.BEST_TIME, "evening")
    assert list(corrected.answers) == list(TO_SUMMARY)


def test_an_answer_given_again_without_a_correction_is_the_last_one() -> None:
    again = script.record(BEFORE[Step.SUMMARY], Step.BEST_TIME, "evening")
    assert list(again.answers)[-1] is Step.BEST_TIME


def test_an_answer_to_another_step_leaves_a_correction_open() -> None:
    correcting = script.correct(BEFORE[Step.SUMMARY], Step.PHONE)
    assert script.record(correcting, Step.BEST_TIME, "evening").revisiting is Step.PHONE


def test_what_depends_on_what_is_this_and_no_more() -> None:
    assert {step: set(fall) for step, fall in script.DEPENDENTS.items()} == {
        Step.STATUS: {Step.PRODUCT, Step.EVER_SMOKED, Step.EX_SMOKER, Step.DEFER_REASON},
        Step.OFFER: {Step.DEFER_REASON},
        Step.NAME: {Step.DUPLICATE},
        Step.PHONE: {Step.DUPLICATE},
        Step.POSTCODE: {Step.MUNICIPALITY, Step.CONSENT_SHARING},
        Step.MUNICIPALITY: {Step.CONSENT_SHARING},
        Step.SPOKEN_LANGUAGE: {Step.INTERPRETER},
    }


@pytest.mark.parametrize(
    ("step", "dependent"),
    [(step, dependent) for step, all_ in script.DEPENDENTS.items() for dependent in all_],
    ids=str,
)
def test_a_changed_answer_takes_its_dependents_away(step: Step, dependent: Step) -> None:
    changed = script.record(_full(), step, _other_value(step))
    assert not changed.answered(dependent)


@pytest.mark.parametrize(
    ("step", "dependent"),
    [(step, dependent) for step, all_ in script.DEPENDENTS.items() for dependent in all_],
    ids=str,
)
def test_the_same_answer_again_takes_nothing_away(step: Step, dependent: Step) -> None:
    same = script.record(_full(), step, _full().answers[step])
    assert same.answered(dependent)


def test_a_changed_postcode_asks_for_the_municipality_again_and_nothing_else() -> None:
    changed = script.record(
        script.correct(BEFORE[Step.SUMMARY], Step.POSTCODE), Step.POSTCODE, "2730"
    )
    assert set(BEFORE[Step.SUMMARY].answers) - set(changed.answers) == {Step.MUNICIPALITY}


def _full() -> Encounter:
    """Give an encounter in which every step that something depends on is answered."""
    follow = {
        Step.PRODUCT: "snus",
        Step.EVER_SMOKED: "stopped",
        Step.EX_SMOKER: "relapsed",
        Step.DEFER_REASON: "other",
        Step.DUPLICATE: "add",
        Step.CONSENT_SHARING: "yes",
    }
    return Encounter(TO_SUMMARY | follow, partner_codes=PARTNERS)


def _other_value(step: Step) -> str:
    values = script.CHOICES.get(step, ("changed",))
    return next(v for v in values if v != _full().get(step) and v != "tried_before")
