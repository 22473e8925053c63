"""What a kind of message may answer at each step."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from referrals.advice import script
from referrals.advice.encounter import Step
from referrals.advice.kinds import may_answer, meant
from tests.referrals.advice.script_steps import BUTTONS_ONLY

DOMAIN = yaml.safe_load(Path("domain.yml").read_text("utf-8"))
INTENTS = DOMAIN["intents"]


@pytest.mark.parametrize("intent", INTENTS)
@pytest.mark.parametrize("step", BUTTONS_ONLY)
def test_consent_and_duplicates_are_never_answered_by_text(step: Step, intent: str) -> None:
    entities = {"product": "yes", "value": "yes", "reason": "yes", "detail": "yes"}
    assert not may_answer(step, intent, entities)


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("intent", INTENTS)
def test_whatever_is_typed_means_an_answer_that_the_step_takes(step: Step, intent: str) -> None:
    assert all(script.accepts(step, value) for value in meant(step, intent))


@pytest.mark.parametrize(
    ("step", "intent", "values"),
    [
        (Step.STATUS, "smokes_daily", ("daily",)),
        (Step.STATUS, "deny", ("no_use", "never")),
        (Step.EVER_SMOKED, "affirm", ("stopped",)),
        (Step.EX_SMOKER, "deny", ()),
        (Step.OFFER, "cannot_answer_now", ("unable", "not_now")),
        (Step.INTERPRETER, "deny", ("no",)),
        (Step.SUMMARY, "affirm", ("send",)),
        (Step.NAME, "affirm", ()),
    ],
    ids=str,
)
def test_a_kind_means_what_the_question_on_the_screen_makes_of_it(
    step: Step, intent: str, values: tuple[str, ...]
) -> None:
    assert meant(step, intent) == values


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
    assert may_answer(step, "out_of_scope", {entity: value})


def test_an_entity_of_another_step_is_no_answer() -> None:
    assert not may_answer(Step.BEST_TIME, "out_of_scope", {"product": "snus"})


def test_an_entity_with_a_code_that_the_step_refuses_is_no_answer() -> None:
    assert not may_answer(Step.PRODUCT, "out_of_scope", {"product": "cigars"})
