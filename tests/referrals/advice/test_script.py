"""The script: every step with every choice, what may be filed, and that no case is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.advice import script
from referrals.advice.encounter import Encounter, Outcome, Step
from tests.referrals.advice.script_steps import BEFORE, PARTNERS, TO_LANGUAGE, TO_SUMMARY, TOKEN

TABLE = {
    (Step.STATUS, "daily"): Step.OFFER,
    (Step.STATUS, "occasional"): Step.OFFER,
    (Step.STATUS, "other_product"): Step.PRODUCT,
    (Step.STATUS, "ex"): Step.EX_SMOKER,
    (Step.STATUS, "never"): Outcome.NEVER_USED,
    (Step.STATUS, "no_use"): Step.EVER_SMOKED,
    (Step.STATUS, "not_answered"): Outcome.NOT_ANSWERED,
    (Step.STATUS, "unable"): Step.DEFER_REASON,
    (Step.PRODUCT, "cigarettes"): Step.OFFER,
    (Step.PRODUCT, "snus"): Step.OFFER,
    (Step.PRODUCT, "pouches"): Step.OFFER,
    (Step.PRODUCT, "ecigarette"): Step.OFFER,
    (Step.PRODUCT, "other"): Step.OFFER,
    (Step.EVER_SMOKED, "never"): Outcome.NEVER_USED,
    (Step.EVER_SMOKED, "stopped"): Step.EX_SMOKER,
    (Step.EX_SMOKER, "well"): Outcome.EX_SMOKER,
    (Step.EX_SMOKER, "relapsed"): Step.OFFER,
    (Step.DEFER_REASON, "confused"): Outcome.DEFERRED,
    (Step.DEFER_REASON, "too_ill"): Outcome.DEFERRED,
    (Step.DEFER_REASON, "asleep"): Outcome.DEFERRED,
    (Step.DEFER_REASON, "away"): Outcome.DEFERRED,
    (Step.DEFER_REASON, "discharged"): Outcome.DEFERRED,
    (Step.DEFER_REASON, "other"): Outcome.DEFERRED,
    (Step.OFFER, "yes"): Step.CONSENT_CONTACT,
    (Step.OFFER, "no"): Outcome.DECLINED,
    (Step.OFFER, "not_now"): Outcome.NOT_NOW,
    (Step.OFFER, "tried_before"): Step.OFFER,
    (Step.OFFER, "unable"): Step.DEFER_REASON,
    (Step.CONSENT_CONTACT, "yes"): Step.CONSENT_OUTCOME,
    (Step.CONSENT_CONTACT, "no"): Outcome.CONSENT_REFUSED,
    (Step.CONSENT_OUTCOME, "yes"): Step.NAME,
    (Step.CONSENT_OUTCOME, "no"): Step.NAME,
    (Step.CONSENT_SHARING, "yes"): Step.BEST_TIME,
    (Step.CONSENT_SHARING, "no"): Step.BEST_TIME,
    (Step.NAME, TOKEN): Step.PHONE,
    (Step.PHONE, TOKEN): Step.POSTCODE,
    (Step.POSTCODE, "2730"): Step.MUNICIPALITY,
    (Step.MUNICIPALITY, "0151"): Step.BEST_TIME,
    (Step.MUNICIPALITY, "0101"): Outcome.OUTSIDE_AREA,
    (Step.MUNICIPALITY, "other"): Outcome.OUTSIDE_AREA,
    (Step.BEST_TIME, "morning"): Step.LEAVE_MESSAGE,
    (Step.BEST_TIME, "afternoon"): Step.LEAVE_MESSAGE,
    (Step.BEST_TIME, "evening"): Step.LEAVE_MESSAGE,
    (Step.BEST_TIME, "any"): Step.LEAVE_MESSAGE,
    (Step.LEAVE_MESSAGE, "yes"): Step.SPOKEN_LANGUAGE,
    (Step.LEAVE_MESSAGE, "no"): Step.SPOKEN_LANGUAGE,
    (Step.SPOKEN_LANGUAGE, "da"): Step.SUMMARY,
    (Step.SPOKEN_LANGUAGE, "ar"): Step.INTERPRETER,
    (Step.SPOKEN_LANGUAGE, "other"): Step.INTERPRETER,
    (Step.INTERPRETER, "yes"): Step.SUMMARY,
    (Step.INTERPRETER, "no"): Step.SUMMARY,
    (Step.SECOND_CONTACT, TOKEN): Step.SUMMARY,
    (Step.DISCHARGE_DATE, TOKEN): Step.SUMMARY,
    (Step.PROTECTED_ADDRESS, "yes"): Step.SUMMARY,
    (Step.PROTECTED_ADDRESS, "no"): Step.SUMMARY,
    (Step.DUPLICATE, "stop"): Outcome.ALREADY_REFERRED,
    (Step.DUPLICATE, "add"): Step.SUMMARY,
    (Step.SUMMARY, "send"): Step.SUMMARY,  # filing ends the encounter, not the answer
}


@pytest.mark.parametrize(("step", "encounter"), BEFORE.items(), ids=list(BEFORE))
def test_every_step_has_an_encounter_that_waits_for_it(step: Step, encounter: Encounter) -> None:
    assert script.next_step(encounter) is step


def test_no_step_is_missing_from_this_file() -> None:
    assert set(BEFORE) == set(Step)


def test_the_steps_whose_answer_is_a_token_are_name_phone_and_second_contact() -> None:
    assert script.SEALED == {
        Step.NAME: "name",
        Step.PHONE: "phone",
        Step.SECOND_CONTACT: "name",
        Step.DISCHARGE_DATE: "word",
    }


TO_REACH_THE_PATIENT = {
    Step.NAME,
    Step.PHONE,
    Step.POSTCODE,
    Step.MUNICIPALITY,
    Step.BEST_TIME,
    Step.LEAVE_MESSAGE,
    Step.SPOKEN_LANGUAGE,
    Step.INTERPRETER,
}
ADDED_FROM_THE_SUMMARY = {Step.SECOND_CONTACT, Step.DISCHARGE_DATE, Step.PROTECTED_ADDRESS}


def test_what_some_front_ends_may_not_carry_is_this_and_no_more() -> None:
    assert set(script.PAGE_STEPS) == TO_REACH_THE_PATIENT | ADDED_FROM_THE_SUMMARY


def test_what_is_added_from_the_summary_only_is_this_and_no_more() -> None:
    assert set(script.EXTRA_STEPS) == ADDED_FROM_THE_SUMMARY


def test_what_can_be_corrected_is_this_and_no_more() -> None:
    assert set(script.CORRECTABLE) == {
        Step.STATUS,
        Step.PRODUCT,
        Step.CONSENT_OUTCOME,
        Step.CONSENT_SHARING,
        *TO_REACH_THE_PATIENT,
        *ADDED_FROM_THE_SUMMARY,
    }


def test_what_takes_free_values_is_this_and_no_more() -> None:
    assert {
        Step.NAME,
        Step.PHONE,
        Step.POSTCODE,
        Step.MUNICIPALITY,
        Step.SPOKEN_LANGUAGE,
        Step.SECOND_CONTACT,
        Step.DISCHARGE_DATE,
    } == script.FREE_STEPS


def test_the_table_holds_every_choice_of_every_step() -> None:
    known = {(step, value) for step, values in script.CHOICES.items() for value in values}
    assert known <= set(TABLE)
    assert {step for step, _ in TABLE} == set(script.CHOICES) | script.FREE_STEPS


@pytest.mark.parametrize(
    ("step", "value", "then"),
    [(step, value, then) for (step, value), then in TABLE.items()],
    ids=[f"{step}-{value}" for step, value in TABLE],
)
def test_an_answer_leads_where_the_table_says(step: Step, value: str, then: Step | Outcome) -> None:
    after = script.record(BEFORE[step], step, value)
    reached = script.outcome(after) or script.next_step(after)
    assert reached is then


@pytest.mark.parametrize("step", Step)
def test_a_value_that_no_step_knows_is_refused(step: Step) -> None:
    bad = "" if step in script.FREE_STEPS else "no such code"
    with pytest.raises(ValueError, match="does not accept"):
        script.record(BEFORE[step], step, bad)


@pytest.mark.parametrize("outcome", Outcome)
def test_an_ended_encounter_is_closed_or_filed_whatever_was_answered(outcome: Outcome) -> None:
    ended = replace(BEFORE[Step.PHONE], ended=outcome, revisiting=Step.NAME)
    expected = Step.FILED if outcome is Outcome.REFERRED else Step.CLOSED
    assert script.next_step(ended) is expected


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({Step.STATUS: "daily", Step.OFFER: "yes"}, Step.CONSENT_CONTACT),
        ({Step.STATUS: "daily", Step.OFFER: "not_now"}, Outcome.NOT_NOW),
        ({Step.STATUS: "daily", Step.OFFER: "no"}, Outcome.DECLINED),
        ({Step.STATUS: "other_product", Step.PRODUCT: "ecigarette"}, Step.OFFER),
        ({Step.STATUS: "other_product", Step.PRODUCT: "snus"}, Step.OFFER),
        ({Step.STATUS: "other_product", Step.PRODUCT: "pouches"}, Step.OFFER),
        ({Step.STATUS: "ex"}, Step.EX_SMOKER),
        ({Step.STATUS: "ex", Step.EX_SMOKER: "relapsed"}, Step.OFFER),
        ({Step.STATUS: "never"}, Outcome.NEVER_USED),
        ({Step.STATUS: "not_answered"}, Outcome.NOT_ANSWERED),
        ({Step.STATUS: "unable", Step.DEFER_REASON: "asleep"}, Outcome.DEFERRED),
        (
            {Step.STATUS: "daily", Step.OFFER: "unable", Step.DEFER_REASON: "too_ill"},
            Outcome.DEFERRED,
        ),
    ],
    ids=lambda case: str(case) if isinstance(case, str) else "-".join(case.values()),
)
def test_each_branch_of_brief_advice_ends_as_the_domain_says(
    answers: dict[Step, str], expected: Step | Outcome
) -> None:
    encounter = Encounter(answers)
    assert (script.outcome(encounter) or script.next_step(encounter)) is expected


@pytest.mark.parametrize("status", ["daily", "occasional"])
def test_the_offer_goes_to_everybody_who_smokes_without_another_question(status: str) -> None:
    assert script.next_step(Encounter({Step.STATUS: status})) is Step.OFFER


def test_the_offer_is_made_once_more_to_who_tried_before() -> None:
    again = script.record(BEFORE[Step.OFFER], Step.OFFER, "tried_before")
    assert again.tried_before


def test_having_tried_before_is_no_answer_to_the_offer() -> None:
    again = script.record(BEFORE[Step.OFFER], Step.OFFER, "tried_before")
    assert not again.answered(Step.OFFER)


def test_a_danish_speaker_is_not_asked_about_an_interpreter() -> None:
    danish = Encounter(TO_LANGUAGE | {Step.SPOKEN_LANGUAGE: "da"}, partner_codes=PARTNERS)
    assert script.next_step(danish) is Step.SUMMARY


# Filing


@pytest.mark.parametrize("step", [s for s in BEFORE if s is not Step.SUMMARY])
def test_nothing_may_be_filed_before_the_summary(step: Step) -> None:
    assert not script.may_file(BEFORE[step])


def test_a_complete_and_consented_encounter_may_be_filed() -> None:
    assert script.may_file(BEFORE[Step.SUMMARY])


@pytest.mark.parametrize("step", [Step.OFFER, Step.CONSENT_CONTACT])
@pytest.mark.parametrize("value", ["no", None], ids=["no", "unanswered"])
def test_nothing_may_be_filed_without_a_yes(step: Step, value: str | None) -> None:
    answers = {k: v for k, v in TO_SUMMARY.items() if k is not step}
    answers |= {step: value} if value else {}
    assert not script.may_file(Encounter(answers, partner_codes=PARTNERS))


# Totality

ANSWERS = st.dictionaries(
    st.sampled_from(Step),
    st.one_of(
        st.sampled_from(sorted({v for values in script.CHOICES.values() for v in values})),
        st.sampled_from(["0151", "0101", "2750", TOKEN]),
    ),
)
ENCOUNTERS = st.builds(
    Encounter,
    ANSWERS,
    st.none() | st.sampled_from(sorted(script.CORRECTABLE)),
    st.booleans(),
    st.just(PARTNERS),
    st.booleans(),
    st.none() | st.sampled_from(Outcome),
)


@given(ENCOUNTERS)
def test_every_encounter_whatever_its_answers_has_a_next_step(encounter: Encounter) -> None:
    assert script.next_step(encounter) in set(Step)


@given(ENCOUNTERS)
def test_a_close_always_has_an_outcome_to_speak_of(encounter: Encounter) -> None:
    closed = script.next_step(encounter) is Step.CLOSED
    assert not closed or script.outcome(encounter) is not None


@given(ENCOUNTERS, st.sampled_from(Step))
def test_correcting_never_changes_an_answer(encounter: Encounter, step: Step) -> None:
    assert script.correct(encounter, step).answers == encounter.answers


@given(ENCOUNTERS)
def test_skipping_never_takes_an_answer_away(encounter: Encounter) -> None:
    assert set(encounter.answers) <= set(script.skip(encounter, rest=True).answers)
