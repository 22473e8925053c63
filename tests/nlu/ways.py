"""Ways of reading intents, trained without Rasa: the configured one, and others to compare."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nlu.components.cascade import OUT_OF_SCOPE, Cascade
from nlu.components.decision import Decision, IntentDecider
from nlu.components.sentence_classifier import SentenceClassifier, some_of_each
from nlu.components.tfidf_classifier import VIEWS, TfidfClassifier
from nlu.components.training_copies import training_copies
from nlu.entities.entities import EntityFinder
from nlu.text.normalise import as_written, normalise
from nlu.text.spelling import SpellingRepair
from tests.nlu import phrases

Decide = Callable[[str], Decision]

_SURE_FROM = "sure_from"


def configured() -> dict[str, Any]:
    """Return the settings of the classifier in ``config.yml``."""
    pipeline = phrases.read(phrases.PROJECT / "config.yml")["pipeline"]
    settings: dict[str, Any] = next(each for each in pipeline if "sure_from" in each)
    return settings


def as_configured(seed: int) -> Decide:
    """Train on all examples as ``config.yml`` says, but by this seed, and give the decision."""
    examples = [(one.text, one.intent) for one in phrases.training_phrases()]
    return decision_of(train(examples, seed), configured())


def save(cascade: Cascade, sure_from: float, directory: Path) -> None:
    """Write a trained way for ``saved_in``."""
    cascade.save(directory)
    (directory / _SURE_FROM).write_text(str(sure_from), encoding="utf-8")


def saved_in(directory: Path) -> Decide:
    """Give the decision of a way that ``save`` wrote."""
    settings = configured()
    cascade = Cascade.load(
        directory,
        sure_from=float((directory / _SURE_FROM).read_text(encoding="utf-8")),
        weight_of_meaning=float(settings["weight_of_meaning"]),
    )
    return decision_of(cascade, settings)


def train(
    examples: Sequence[tuple[str, str]],
    seed: int,
    *,
    views: Sequence[str] = VIEWS,
    copied: bool = True,
    repaired: bool = True,
    strength: float = 10.0,
    sentences: bool = True,
    sure_from: float | None = None,
) -> Cascade:
    """Train on examples (text, label); what is not said is as in ``config.yml``."""
    settings = configured()
    messages, intents = [text for text, _ in examples], [intent for _, intent in examples]
    spelling = SpellingRepair.from_texts(messages) if repaired else SpellingRepair({})
    plain = list(map(normalise, messages)), intents
    copies = training_copies(examples, seed) if copied else plain
    first = TfidfClassifier.train(*copies, spelling, strength, seed, only=views)
    second = None
    if sentences:
        of_each = {OUT_OF_SCOPE: int(settings["sentences_out_of_scope"])}
        most = int(settings["sentences_an_intent"])
        texts, labels = some_of_each(messages, intents, of_each, most, seed)
        written = [spelling.rewrite(as_written(text)) for text in texts]
        second = SentenceClassifier.train(written, labels)
    return Cascade(
        first,
        second,
        sure_from=float(settings["sure_from"]) if sure_from is None else sure_from,
        weight_of_meaning=float(settings["weight_of_meaning"]),
    )


def decision_of(cascade: Cascade, settings: dict[str, Any]) -> Decide:
    """Return the decision with rules, guards and thresholds around a trained cascade."""
    decider = IntentDecider(
        cascade,
        lowest_confidence=float(settings["lowest_confidence"]),
        lowest_yes_confidence=float(settings["lowest_yes_confidence"]),
        fallback_intent="nlu_fallback",
    )
    finder = EntityFinder()

    def decide(text: str) -> Decision:
        places = (one for one in finder.find(text) if one.entity == "municipality")
        return decider.decide(text, tuple(text[one.start : one.end] for one in places))

    return decide
