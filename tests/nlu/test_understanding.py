"""What the trained engine makes of phrases that it never saw, held to ``measuring.GOALS``."""

from __future__ import annotations

import pytest

from tests.nlu.measuring import GOALS, OF_COURSES, Exam, Goal, by_intent, figures, mistakes
from tests.nlu.reading.saying import reader
from tests.nlu.understanding import Understood

LOWEST_INTENT_RECALL = 0.6


@pytest.fixture(scope="module")
def measured(asked: Exam, understood: dict[str, Understood]) -> dict[str, float]:
    """Give every figure once."""
    return figures(asked, understood)


@pytest.mark.parametrize("goal", GOALS, ids=lambda goal: goal.name.replace(" ", "-"))
def test_every_figure_meets_its_goal(
    asked: Exam,
    understood: dict[str, Understood],
    measured: dict[str, float],
    goal: Goal,
) -> None:
    wrong = [
        (case.phrase.text, case.phrase.intent, understood[case.sent].intent)
        for case in mistakes(asked.plain, understood)
    ]
    assert goal.is_met(measured[goal.name]), (measured[goal.name], wrong)


def test_no_intent_is_lost_altogether(asked: Exam, understood: dict[str, Understood]) -> None:
    scores = by_intent([one for one in asked.plain if not one.phrase.kind], understood)
    low = {name: one.recall for name, one in scores.items() if one.recall < LOWEST_INTENT_RECALL}
    assert low == {}


def test_entities_are_found_with_their_values(
    asked: Exam, understood: dict[str, Understood]
) -> None:
    wrong = [
        (text, found, entities)
        for text, entities in asked.entities
        for found in [[pair for pair in understood[text].entities if pair[0] not in OF_COURSES]]
        if found != entities
    ]
    assert wrong == []


def test_a_button_payload_keeps_its_intent_and_entities(
    understood: dict[str, Understood],
) -> None:
    button = understood['/answer{"step":"offer","value":"yes"}']
    assert button.intent == "answer"
    assert button.entities == [("step", "offer"), ("value", "yes")]
    assert understood["/go_back"].intent == "go_back"
    assert button.reading is None


def test_the_reading_travels_with_the_message(
    understood: dict[str, Understood], asked: Exam
) -> None:
    for text in sorted(asked.texts())[:50]:
        assert understood[text].reading == reader().read(text).to_json()


@pytest.mark.parametrize("payload", ["/no_such_command", "/"])
def test_an_unreadable_payload_is_not_understood(
    understood: dict[str, Understood], payload: str
) -> None:
    assert understood[payload].intent == "nlu_fallback"
