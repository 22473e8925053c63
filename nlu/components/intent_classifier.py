"""Rasa component: decides the intent of a message.

In this order: a question about courses by rule, exact yes/no, contact details by rule, a bare
reference, then the trained classifiers with their guards. What stays uncertain becomes
``nlu_fallback``; a wrong confident answer is worse than a question. A button payload is
left to Rasa's own handler.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME, INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import (
    ENTITIES,
    ENTITY_ATTRIBUTE_END,
    ENTITY_ATTRIBUTE_START,
    ENTITY_ATTRIBUTE_TYPE,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.cascade import OUT_OF_SCOPE, Cascade
from nlu.components.course_rule import CourseRule
from nlu.components.decision import CERTAIN, Decision, IntentDecider
from nlu.components.sentence_classifier import SentenceClassifier, some_of_each
from nlu.components.tfidf_classifier import TfidfClassifier
from nlu.components.training_copies import training_copies
from nlu.text.normalise import as_written
from nlu.text.spelling import SpellingRepair

RANKING_LENGTH = 5
_SHARES = ("lowest_confidence", "lowest_yes_confidence", "sure_from", "weight_of_meaning")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class WardIntentClassifier(GraphComponent):
    """Reads the intent from exact answers, rules and the cascade of two classifiers."""

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        classifier: Cascade | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._courses = CourseRule()
        self._decider = self._decider_for(classifier) if classifier else None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings: of training, of the cascade and the lowest confidences.

        ``sentences_an_intent`` examples of each intent are embedded, 0 for none;
        ``sentences_out_of_scope`` of what is out of scope.
        """
        return {
            "inverse_regularisation": 10.0,
            "seed": 20,
            "sentences_an_intent": 120,
            "sentences_out_of_scope": 900,
            "sure_from": 0.9,
            "weight_of_meaning": 0.45,
            "lowest_confidence": 0.25,
            "lowest_yes_confidence": 0.5,
        }

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse unknown settings and confidences outside 0 to 1; raises ValueError."""
        unknown = sorted(set(config) - set(cls.get_default_config()) - {"name"})
        if unknown:
            raise ValueError(f"WardIntentClassifier does not know {', '.join(unknown)}")
        merged = {**cls.get_default_config(), **config}
        for key in _SHARES:
            if not 0 <= float(merged[key]) <= 1:
                raise ValueError(f"{key} must lie between 0 and 1, is {merged[key]}")

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
    ) -> WardIntentClassifier:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa's signature
        **kwargs: Any,  # noqa: ARG003
    ) -> WardIntentClassifier:
        """Make a component from what ``train`` stored."""
        settings = {**cls.get_default_config(), **config}
        with model_storage.read_from(resource) as directory:
            classifier = Cascade.load(
                directory,
                sure_from=float(settings["sure_from"]),
                weight_of_meaning=float(settings["weight_of_meaning"]),
            )
        return cls(config, model_storage, resource, classifier)

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the examples and their noisy copies, store the result."""
        examples = [
            (str(example.get(TEXT)), str(example.get(INTENT)))
            for example in training_data.intent_examples
            if example.get(TEXT)
        ]
        classifier = self._trained(examples)
        with self._model_storage.write_to(self._resource) as directory:
            classifier.save(directory)
        self._decider = self._decider_for(classifier)
        return self._resource

    def _trained(self, examples: list[tuple[str, str]]) -> Cascade:
        seed = int(self._config["seed"])
        spelling = SpellingRepair.from_texts(text for text, _ in examples)
        first = TfidfClassifier.train(
            *training_copies(examples, seed),
            spelling,
            float(self._config["inverse_regularisation"]),
            seed,
        )
        second = None
        most = int(self._config["sentences_an_intent"])
        if most and SentenceClassifier.available():
            of_each = {OUT_OF_SCOPE: int(self._config["sentences_out_of_scope"])}
            messages, intents = [text for text, _ in examples], [name for _, name in examples]
            texts, labels = some_of_each(messages, intents, of_each, most, seed)
            written = [spelling.rewrite(as_written(text)) for text in texts]
            second = SentenceClassifier.train(written, labels)
        return Cascade(
            first,
            second,
            sure_from=float(self._config["sure_from"]),
            weight_of_meaning=float(self._config["weight_of_meaning"]),
        )

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking of each free-text message and return the messages.

        Raises RuntimeError when the component was neither trained nor loaded.
        """
        if self._decider is None:
            raise RuntimeError("WardIntentClassifier was not trained")
        for message in messages:
            text = message.get(TEXT) or ""
            if text.startswith(INTENT_MESSAGE_PREFIX):
                # Rasa's own handler reads the payload next; one it cannot read is not understood
                decision = Decision(DEFAULT_NLU_FALLBACK_INTENT_NAME, CERTAIN)
            else:
                decision = self._by_rule(text, message) or self._decider.decide(
                    text, _place_names(message, text)
                )
            message.set(INTENT, _as_rasa_intent(decision.intent, decision.confidence), True)
            message.set(INTENT_RANKING_KEY, _ranking(decision), True)
        return messages

    def _by_rule(self, text: str, message: Message) -> Decision | None:
        spans = (
            (
                entity[ENTITY_ATTRIBUTE_TYPE],
                entity[ENTITY_ATTRIBUTE_START],
                entity[ENTITY_ATTRIBUTE_END],
            )
            for entity in message.get(ENTITIES, [])
        )
        return Decision("ask_courses", CERTAIN) if self._courses.asks(text, spans) else None

    def _decider_for(self, classifier: Cascade) -> IntentDecider:
        return IntentDecider(
            classifier,
            lowest_confidence=float(self._config["lowest_confidence"]),
            lowest_yes_confidence=float(self._config["lowest_yes_confidence"]),
            fallback_intent=DEFAULT_NLU_FALLBACK_INTENT_NAME,
        )


def _place_names(message: Message, text: str) -> tuple[str, ...]:
    return tuple(
        text[entity[ENTITY_ATTRIBUTE_START] : entity[ENTITY_ATTRIBUTE_END]]
        for entity in message.get(ENTITIES, [])
        if entity[ENTITY_ATTRIBUTE_TYPE] == "municipality"
    )


def _ranking(decision: Decision) -> list[dict[str, Any]]:
    first = [(decision.intent, decision.confidence)]
    others = [(name, value) for name, value in decision.ranking if name != decision.intent]
    return [_as_rasa_intent(*pair) for pair in (first + others)[:RANKING_LENGTH]]


def _as_rasa_intent(name: str, confidence: float) -> dict[str, Any]:
    return {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence}
