"""The action server of the stock bot: an action of each name, which says one response and no more.

It decides nothing, keeps nothing and asks nobody, so the comparison is on the stock bot's side.
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bench.stock.domain import action_names

SAYS = "utter_ask_offer"


def _action(name: str) -> type[Action]:
    def run(
        _self: Action, dispatcher: CollectingDispatcher, _tracker: Tracker, _domain: object
    ) -> list[dict[str, Any]]:
        dispatcher.utter_message(response=SAYS)
        return []

    return type(f"Stock_{name}", (Action,), {"name": lambda _self: name, "run": run})


globals().update({name: _action(name) for name in action_names()})
