"""The script: what is typed, as an answer to each step."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from referrals import script
from referrals.encounter import Step
from tests.referrals.script_steps import (
    BUTTONS_ONLY,
)

DOMAIN = yaml.safe_load(Path("domain.yml").read_text("utf-8"))
INTENTS = DOMAIN["intents"]


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
