"""Rasa component: puts what ``Reader`` reads on each message, for the action that answers it.

Does not touch button payloads, intents or entities, and learns nothing.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.reading.reader import Reader

READING = "reading"
"""The name under which the reading stands in what the engine parsed of a message."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ReadingComponent(GraphComponent):
    """Reads what a message asserts, by lookup files and rules."""

    def __init__(self) -> None:
        self._reader = Reader()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003 - Rasa's signature
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> ReadingComponent:
        """Make the component; it takes no configuration."""
        return cls()

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse any setting, since none has an effect; raises ValueError."""
        unknown = sorted(set(config) - {"name"})
        if unknown:
            raise ValueError(f"ReadingComponent takes no settings, got {', '.join(unknown)}")

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the reading of each free-text message and return the messages."""
        for message in messages:
            text = message.get(TEXT) or ""
            if not text.startswith(INTENT_MESSAGE_PREFIX):
                reading = self._reader.read(text)
                message.set(READING, reading.to_json(), add_to_output=True)
        return messages
