"""The script: every step with every choice, every typed answer, and every way back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from referrals import script
from referrals.encounter import Encounter, Outcome, Step

DOMAIN = yaml.safe_load(Path("domain.yml").read_text("utf-8"))
INTENTS = DOMAIN["intents"]
TOKEN = "[[name:0123456789ab]]"
PARTNERS = frozenset({"0151", "0163"})

TO_OFFER = {Step.STATUS: "daily"}
TO_CONSENT = TO_OFFER | {Step.OFFER: "yes"}
TO_OUTCOME = TO_CONSENT | {Step.CONSENT_CONTACT: "yes"}
TO_NAME = TO_OUTCOME | {Step.CONSENT_OUTCOME: "no"}
TO_PHONE = TO_NAME | {Step.NAME: TOKEN}
TO_POSTCODE = TO_PHONE | {Step.PHONE: "[[phone:0123456789ab]]"}
TO_MUNICIPALITY = TO_POSTCODE | {Step.POSTCODE: "2750"}
TO_BEST_TIME = TO_MUNICIPALITY | {Step.MUNICIPALITY: "0151"}
TO_MESSAGE = TO_BEST_TIME | {Step.BEST_TIME: "any"}
TO_LANGUAGE = TO_MESSAGE | {Step.LEAVE_MESSAGE: "no"}
TO_INTERPRETER = TO_LANGUAGE | {Step.SPOKEN_LANGUAGE: "ar"}
TO_SUMMARY = TO_INTERPRETER | {Step.INTERPRETER: "yes"}

BEFORE: dict[Step, Encounter] = {
    step: Encounter(answers, partner_codes=PARTNERS)
    for step, answers in {
        Step.STATUS: {},
        Step.PRODUCT: {Step.STATUS: "other_product"},
        Step.EVER_SMOKED: {Step.STATUS: "no_use"},
        Step.EX_SMOKER: {Step.STATUS: "ex"},
        Step.DEFER_REASON: {Step.STATUS: "unable"},
        Step.OFFER: TO_OFFER,
        Step.CONSENT_CONTACT: TO_CONSENT,
        Step.CONSENT_OUTCOME: TO_OUTCOME,
        Step.NAME: TO_NAME,
        Step.PHONE: TO_PHONE,
        Step.POSTCODE: TO_POSTCODE,
        Step.MUNICIPALITY: TO_MUNICIPALITY,
        Step.BEST_TIME: TO_BEST_TIME,
        Step.LEAVE_MESSAGE: TO_MESSAGE,
        Step.SPOKEN_LANGUAGE: TO_LANGUAGE,
        Step.INTERPRETER: TO_INTERPRETER,
        Step.SUMMARY: TO_SUMMARY,
    }.items()
} | {
    Step.DUPLICATE: Encounter(TO_SUMMARY, duplicate_open=True, partner_codes=PARTNERS),
    Step.SECOND_CONTACT: Encounter(TO_SUMMARY, Step.SECOND_CONTACT, partner_codes=PARTNERS),
    Step.DISCHARGE_DATE: Encounter(TO_SUMMARY, Step.DISCHARGE_DATE, partner_codes=PARTNERS),
    Step.PROTECTED_ADDRESS: Encounter(TO_SUMMARY, Step.PROTECTED_ADDRESS, partner_codes=PARTNERS),
    Step.FILED: Encounter(TO_SUMMARY, ended=Outcome.REFERRED, partner_codes=PARTNERS),
    Step.CLOSED: Encounter({Step.STATUS: "never"}, partner_codes=PARTNERS),
}
"""One encounter that waits at each step."""

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


# Typed answers

BUTTONS_ONLY = (Step.CONSENT_CONTACT, Step.CONSENT_OUTCOME, Step.DUPLICATE)


@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("step", BUTTONS_ONLY)
def test_consent_and_duplicates_are_never_answered_by_text(step: Step, intent: str) -> None:
    entities = {"product": "yes", "value": "yes", "reason": "yes", "detail": "yes"}
    assert script.interpret(step, intent, entities) is None


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("intent", INTENTS)
def test_whatever_is_typed_means_an_answer_that_the_step_takes(step: Step, intent: str) -> None:
    value = script.interpret(step, intent, {})
    assert value is None or script.accepts(step, value)


MEANINGS = {
    (Step.STATUS, "smokes_daily"): "daily",
    (Step.STATUS, "smokes_occasionally"): "occasional",
    (Step.STATUS, "uses_other_product"): "other_product",
    (Step.STATUS, "stopped_smoking"): "ex",
    (Step.STATUS, "never_smoked"): "never",
    (Step.STATUS, "does_not_use"): "no_use",
    (Step.STATUS, "deny"): "no_use",
    (Step.STATUS, "will_not_answer"): "not_answered",
    (Step.STATUS, "cannot_answer_now"): "unable",
    (Step.STATUS, "not_now"): "unable",
    (Step.EVER_SMOKED, "never_smoked"): "never",
    (Step.EVER_SMOKED, "deny"): "never",
    (Step.EVER_SMOKED, "does_not_use"): "never",
    (Step.EVER_SMOKED, "stopped_smoking"): "stopped",
    (Step.EVER_SMOKED, "affirm"): "stopped",
    (Step.EX_SMOKER, "doing_well"): "well",
    (Step.EX_SMOKER, "deny"): "well",
    (Step.EX_SMOKER, "relapsed"): "relapsed",
    (Step.EX_SMOKER, "smokes_daily"): "relapsed",
    (Step.EX_SMOKER, "smokes_occasionally"): "relapsed",
    (Step.OFFER, "affirm"): "yes",
    (Step.OFFER, "deny"): "no",
    (Step.OFFER, "not_now"): "not_now",
    (Step.OFFER, "tried_before"): "tried_before",
    (Step.OFFER, "cannot_answer_now"): "unable",
    (Step.LEAVE_MESSAGE, "affirm"): "yes",
    (Step.LEAVE_MESSAGE, "deny"): "no",
    (Step.INTERPRETER, "affirm"): "yes",
    (Step.INTERPRETER, "deny"): "no",
    (Step.PROTECTED_ADDRESS, "affirm"): "yes",
    (Step.PROTECTED_ADDRESS, "deny"): "no",
    (Step.SUMMARY, "affirm"): "send",
}


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("intent", INTENTS)
def test_an_intent_means_what_the_table_says_and_nothing_else(step: Step, intent: str) -> None:
    assert script.interpret(step, intent, {}) == MEANINGS.get((step, intent))


@pytest.mark.parametrize(
    ("step", "entity", "value"),
    [
        (Step.PRODUCT, "product", "snus"),
        (Step.DEFER_REASON, "reason", "asleep"),
        (Step.BEST_TIME, "time_of_day", "morning"),
        (Step.SPOKEN_LANGUAGE, "spoken_language", "ar"),
        (Step.MUNICIPALITY, "municipality", "0151"),
    ],
    ids=str,
)
def test_an_entity_answers_the_step_it_belongs_to(step: Step, entity: str, value: str) -> None:
    assert script.interpret(step, "out_of_scope", {entity: value}) == value


def test_an_entity_of_another_step_is_no_answer() -> None:
    assert script.interpret(Step.BEST_TIME, "out_of_scope", {"product": "snus"}) is None


def test_an_entity_with_a_code_that_the_step_refuses_is_no_answer() -> None:
    assert script.interpret(Step.PRODUCT, "out_of_scope", {"product": "cigars"}) is None


@pytest.mark.parametrize(
    ("step", "intent", "status"),
    [
        (Step.OFFER, "does_not_use", "no_use"),
        (Step.PRODUCT, "smokes_daily", "daily"),
        (Step.EX_SMOKER, "never_smoked", "never"),
        (Step.OFFER, "deny", None),
        (Step.OFFER, "not_now", None),
        (Step.CONSENT_CONTACT, "does_not_use", None),
        (Step.NAME, "smokes_daily", None),
        (Step.SUMMARY, "never_smoked", None),
    ],
    ids=str,
)
def test_a_status_told_late_counts_until_the_patient_said_yes(
    step: Step, intent: str, status: str | None
) -> None:
    assert script.corrected_status(step, intent) == status


@pytest.mark.parametrize(
    ("step", "value", "entities", "also"),
    [
        (Step.STATUS, "other_product", {"product": "snus"}, (Step.PRODUCT, "snus")),
        (Step.STATUS, "daily", {"product": "cigarettes"}, (Step.PRODUCT, "cigarettes")),
        (Step.STATUS, "unable", {"reason": "asleep"}, (Step.DEFER_REASON, "asleep")),
        (Step.OFFER, "unable", {"reason": "too_ill"}, (Step.DEFER_REASON, "too_ill")),
        (Step.STATUS, "never", {"product": "snus"}, None),
        (Step.STATUS, "other_product", {"product": "cigars"}, None),
        (Step.STATUS, "other_product", {}, None),
    ],
    ids=str,
)
def test_one_sentence_can_hold_two_answers(
    step: Step, value: str, entities: dict[str, str], also: tuple[Step, str] | None
) -> None:
    assert script.also_told(step, value, entities) == also


# Skipping


@pytest.mark.parametrize("step", script.OPTIONAL_DEFAULTS)
def test_a_skipped_step_gets_its_default(step: Step) -> None:
    assert script.skip(BEFORE[step]).get(step) == script.OPTIONAL_DEFAULTS[step]


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


@pytest.mark.parametrize("step", [s for s in script.CORRECTABLE if s is not Step.PRODUCT])
def test_a_detail_that_was_reached_can_be_corrected(step: Step) -> None:
    assert script.next_step(script.correct(BEFORE[Step.SUMMARY], step)) is step


@pytest.mark.parametrize("step", sorted(set(Step) - set(script.CORRECTABLE)))
def test_other_steps_cannot_be_corrected(step: Step) -> None:
    assert script.correct(BEFORE[Step.SUMMARY], step) is BEFORE[Step.SUMMARY]


@pytest.mark.parametrize("step", [s for s in script.CORRECTABLE if s is not Step.STATUS])
def test_a_detail_that_was_not_reached_cannot_be_corrected(step: Step) -> None:
    assert script.correct(BEFORE[Step.OFFER], step) is BEFORE[Step.OFFER]


def test_an_ended_encounter_cannot_be_corrected() -> None:
    assert script.correct(BEFORE[Step.FILED], Step.PHONE) is BEFORE[Step.FILED]


def test_the_old_answer_stands_until_the_new_one_comes() -> None:
    correcting = script.correct(BEFORE[Step.SUMMARY], Step.PHONE)
    assert correcting.get(Step.PHONE) == TO_SUMMARY[Step.PHONE]


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
    }
    return Encounter(TO_SUMMARY | follow, partner_codes=PARTNERS)


def _other_value(step: Step) -> str:
    values = script.CHOICES.get(step, ("changed",))
    return next(v for v in values if v != _full().get(step) and v != "tried_before")


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
