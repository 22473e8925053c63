"""Rasa component: puts the entities of ``entities.EntityFinder`` on each message.

Adds ``wording_language`` from the message's metadata, so that the slot is filled before any
response is rendered. Does not touch button payloads: their entities come with the payload.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.entities.entities import EntityFinder, FoundEntity

WORDING_LANGUAGES = ("da", "en")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class WardEntityExtractor(GraphComponent):
    """Finds entities by lookup files and patterns; learns nothing."""

    def __init__(self) -> None:
        self._finder = EntityFinder()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003 - Rasa's signature
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> WardEntityExtractor:
        """Make the component; it takes no configuration."""
        return cls()

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Refuse any setting, since none has an effect; raises ValueError."""
        unknown = sorted(set(config) - {"name"})
        if unknown:
            raise ValueError(f"WardEntityExtractor takes no settings, got {', '.join(unknown)}")

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the entities of each free-text message and return the messages."""
        for message in messages:
            text = message.get(TEXT) or ""
            if text.startswith(INTENT_MESSAGE_PREFIX):
                continue
            entities = [_as_rasa_entity(found) for found in self._finder.find(text)]
            language = (message.get("metadata") or {}).get("language")
            if language in WORDING_LANGUAGES:
                entities.append(_as_rasa_entity(FoundEntity("wording_language", language, 0, 0)))
            message.set(ENTITIES, entities, add_to_output=True)
        return messages


def _as_rasa_entity(found: FoundEntity) -> dict[str, Any]:
    return {
        "entity": found.entity,
        "value": found.value,
        "start": found.start,
        "end": found.end,
        "extractor": WardEntityExtractor.__name__,
    }
