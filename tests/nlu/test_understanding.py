"""What the trained engine makes of phrases that it never saw. Goals stand at the top."""

from __future__ import annotations

import pytest

from tests.nlu import phrases
from tests.nlu.conftest import Understood
from tests.nlu.phrases import Phrase

LOWEST_ACCURACY = 0.90
LOWEST_OUT_OF_SCOPE_RECALL = 0.85
HIGHEST_REFUSAL_OF_IN_SCOPE = 0.04
LOWEST_INTENT_RECALL = 0.6
OF_COURSES = {
    "place", "near", "lives_in", "lives_at", "unknown_place", "weekday", "period", "course_format",
    "audience", "free_seats", "free_of_charge", "clears", "position", "course_noun",
}  # fmt: skip
"""Entities that are read by the questions about courses and have tests of their own."""


def in_scope(language: str) -> list[Phrase]:
    return [
        phrase
        for phrase in phrases.held_out_phrases()
        if phrase.intent != "out_of_scope" and phrase.language == language
    ]


def share(answers: list[bool]) -> float:
    return sum(answers) / len(answers)


@pytest.mark.parametrize("language", ["da", "en"])
def test_intents_are_read_right(understood: dict[str, Understood], language: str) -> None:
    wrong = [
        (phrase.text, phrase.intent, understood[phrase.text].intent)
        for phrase in in_scope(language)
        if understood[phrase.text].intent != phrase.intent
    ]
    assert 1 - len(wrong) / len(in_scope(language)) >= LOWEST_ACCURACY, wrong


def test_no_intent_is_lost_altogether(understood: dict[str, Understood]) -> None:
    held_out = [*in_scope("da"), *in_scope("en")]
    recalls = {
        intent: share([understood[one.text].intent == intent for one in held_out
                       if one.intent == intent])
        for intent in {one.intent for one in held_out}
    }  # fmt: skip
    assert {name: one for name, one in recalls.items() if one < LOWEST_INTENT_RECALL} == {}


def test_out_of_scope_messages_are_not_answered(understood: dict[str, Understood]) -> None:
    outside = [one for one in phrases.held_out_phrases() if one.intent == "out_of_scope"]
    answered = [(one.text, understood[one.text].intent) for one in outside
                if not understood[one.text].refused]  # fmt: skip
    assert 1 - len(answered) / len(outside) >= LOWEST_OUT_OF_SCOPE_RECALL, answered


def test_messages_in_scope_are_seldom_refused(understood: dict[str, Understood]) -> None:
    inside = [*in_scope("da"), *in_scope("en")]
    refused = [one.text for one in inside if understood[one.text].refused]
    assert len(refused) / len(inside) <= HIGHEST_REFUSAL_OF_IN_SCOPE, refused


def test_no_refusal_is_read_as_a_yes(understood: dict[str, Understood]) -> None:
    assert [text for text in phrases.refusals() if understood[text].intent == "affirm"] == []


def test_entities_are_found_with_their_values(understood: dict[str, Understood]) -> None:
    wrong = [
        (text, found, entities)
        for text, entities in phrases.entity_examples()
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


@pytest.mark.parametrize("payload", ["/no_such_command", "/"])
def test_an_unreadable_payload_is_not_understood(
    understood: dict[str, Understood], payload: str
) -> None:
    assert understood[payload].intent == "nlu_fallback"
