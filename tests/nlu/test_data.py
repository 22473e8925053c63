"""The linter of the training and test data."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from nlu.text.lookups import read_values
from nlu.text.normalise import SEALED_KINDS, normalise
from tests.nlu import phrases
from tests.nlu.phrases import BLIND, HERE, INTENT_FILES, PROJECT, VALIDATION

FEWEST_EXAMPLES = 40
FEWEST_OUT_OF_SCOPE_EXAMPLES = 500
FEWEST_HELD_OUT = 1200
FEWEST_HELD_OUT_OF_INTENT = 15
FEWEST_HELD_OUT_MIXED = 50
FEWEST_HELD_OUT_OUT_OF_SCOPE = 300
FEWEST_REFUSALS = 430
LIKEST_ALLOWED = 0.85
WITHOUT_EXAMPLES = {"answer", "consent_partner", "nlu_fallback"}
PLACEHOLDERS = {*(f"x{kind}" for kind in SEALED_KINDS), "xreference", "xpostcode"}
LOOKUP_OF = {
    "product": "products",
    "reason": "reasons",
    "time_of_day": "times_of_day",
    "spoken_language": "spoken_languages",
    "detail": "details",
    "value": "skipped",
    "municipality": "municipalities",
}


def intents_of_domain() -> set[str]:
    return set(phrases.read(PROJECT / "domain.yml")["intents"])


def names_of(directory: str) -> set[str]:
    folder = {
        "training": INTENT_FILES,
        "held out": HERE,
        "validation": VALIDATION,
        "blind": BLIND,
    }
    return {
        path.stem
        for path in folder[directory].glob("*.yml")
        if "intent" in path.read_text(encoding="utf-8").partition("\n")[0]
        or directory == "training"
    }


def is_decided_by_rule(text: str) -> bool:
    return bool(set(normalise(text).split()) & PLACEHOLDERS)


@pytest.mark.parametrize("directory", ["training", "held out", "validation", "blind"])
def test_every_intent_of_the_domain_has_its_file_and_every_file_its_intent(directory: str) -> None:
    assert names_of(directory) == intents_of_domain() - WITHOUT_EXAMPLES


def test_every_file_holds_the_intent_that_it_is_named_after() -> None:
    for path in INTENT_FILES.glob("*.yml"):
        blocks = phrases.read(path)["nlu"]
        assert [(block["intent"], block["metadata"]["language"]) for block in blocks] == [
            (path.stem, language) for language in phrases.LANGUAGES
        ]
    for path in [*HERE.glob("*.yml"), *VALIDATION.rglob("*.yml")]:
        content = phrases.read(path)
        if isinstance(content, dict) and "intent" in content:
            assert content["intent"] == path.stem


@pytest.mark.parametrize("language", phrases.LANGUAGES)
def test_every_intent_has_enough_training_examples(language: str) -> None:
    counts = Counter(
        phrase.intent for phrase in phrases.training_phrases() if phrase.language == language
    )
    assert counts.pop("out_of_scope") >= FEWEST_OUT_OF_SCOPE_EXAMPLES
    assert set(counts) == intents_of_domain() - WITHOUT_EXAMPLES - {"out_of_scope"}
    assert {intent for intent, count in counts.items() if count < FEWEST_EXAMPLES} == set()


def test_enough_is_held_out_in_both_languages_mixed_and_out_of_scope() -> None:
    held_out = phrases.held_out_phrases()
    assert len({phrase.text for phrase in held_out}) == len(held_out) >= FEWEST_HELD_OUT
    languages = Counter(phrase.language for phrase in held_out)
    assert languages["mixed"] >= FEWEST_HELD_OUT_MIXED
    intents = Counter(phrase.intent for phrase in held_out)
    assert intents.pop("out_of_scope") >= FEWEST_HELD_OUT_OUT_OF_SCOPE
    assert {intent for intent, n in intents.items() if n < FEWEST_HELD_OUT_OF_INTENT} == set()
    for intent in intents:
        assert {"da", "en"} <= {phrase.language for phrase in held_out if phrase.intent == intent}


def test_there_are_enough_refusals_and_none_twice() -> None:
    refusals = phrases.refusals()
    assert len(set(refusals)) == len(refusals) >= FEWEST_REFUSALS


def test_no_training_example_stands_under_two_intents() -> None:
    intents: dict[str, set[str]] = defaultdict(set)
    for phrase in phrases.training_phrases():
        intents[normalise(phrase.text) or phrase.text].add(phrase.intent)
    assert {text: found for text, found in intents.items() if len(found) > 1} == {}


def test_no_training_example_stands_twice_under_its_intent() -> None:
    counts = Counter((phrase.text.lower(), phrase.intent) for phrase in phrases.training_phrases())
    assert {key for key, count in counts.items() if count > 1} == set()


def test_no_phrase_stands_twice_in_validation() -> None:
    counts = Counter(phrase.text.lower() for phrase in phrases.validation_phrases())
    assert {text for text, count in counts.items() if count > 1} == set()


@pytest.mark.parametrize("kind", ["held out", "validation"])
def test_no_test_phrase_or_near_duplicate_of_it_is_trained_on(kind: str) -> None:
    tested = phrases.held_out_phrases() if kind == "held out" else phrases.validation_phrases()
    texts = [one.text for one in tested if not is_decided_by_rule(one.text)]
    trained = [one.text for one in phrases.training_phrases()]
    assert phrases.too_like(texts, trained, LIKEST_ALLOWED) == []


def test_no_held_out_phrase_or_near_duplicate_of_it_is_tuned_on() -> None:
    texts = [one.text for one in phrases.held_out_phrases() if not is_decided_by_rule(one.text)]
    tuned = [one.text for one in phrases.validation_phrases()]
    assert phrases.too_like(texts, tuned, LIKEST_ALLOWED) == []


def test_every_entity_value_has_an_example() -> None:
    shown = {pair for _, entities in phrases.entity_examples() for pair in entities}
    wanted = {
        (entity, value) for entity, lookup in LOOKUP_OF.items() for value in read_values(lookup)
    }
    assert wanted - shown == set()


def test_every_kind_of_sealed_value_has_an_example() -> None:
    shown = {name for _, entities in phrases.entity_examples() for name, _ in entities}
    assert {*SEALED_KINDS, "reference", "postcode"} <= shown


def test_every_entity_found_is_declared_in_the_domain() -> None:
    declared = set(phrases.read(PROJECT / "domain.yml")["entities"])
    shown = {name for _, entities in phrases.entity_examples() for name, _ in entities}
    assert shown <= declared


def test_every_intent_has_exactly_one_rule_with_one_action_of_the_domain() -> None:
    actions = set(phrases.read(PROJECT / "domain.yml")["actions"])
    rules = phrases.read(PROJECT / "nlu" / "rules.yml")["rules"]
    steps = [(rule["steps"][0]["intent"], rule["steps"][1]["action"]) for rule in rules]
    assert Counter(intent for intent, _ in steps) == Counter(intents_of_domain())
    assert {action for _, action in steps} == actions
