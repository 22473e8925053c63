"""An action server that has the engine say what ours had it say, and does nothing besides."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ACTION_LISTEN_NAME

from bench.stock.domain import action_names

FILE = "FLOOR_SAID"
"""Names the file that says, for each message id, what was said."""


def _action(name: str, said: dict[str, list[dict[str, Any]]]) -> type[Action]:
    def run(
        _self: Action, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: object
    ) -> list[dict[str, Any]]:
        for each in said[tracker.latest_message["metadata"]["message_id"]]:
            dispatcher.utter_message(
                response=each["response"], buttons=each["buttons"], **each["values"]
            )
        return [FollowupAction(ACTION_LISTEN_NAME)]

    return type(f"Floor_{name}", (Action,), {"name": lambda _self: name, "run": run})


if FILE in os.environ:
    _SAID = json.loads(Path(os.environ[FILE]).read_text())
    globals().update({name: _action(name, _SAID) for name in action_names()})
