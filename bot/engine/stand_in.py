"""Stands in for the engine while none answers: runs a button's action and words its responses.

A button says by itself what it means, so nothing has to be understood; neither has a message that
is nothing but sealed details where details are asked for. Any other text is beyond it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from bot.engine.rasa import EngineAway
from bot.engine.wording import Part, Wording
from referrals.advice.encounter import Step
from referrals.vault.vault import TOKEN
from referrals.words.yaml_files import read_yaml

RunAction = Callable[[dict[str, Any]], Awaitable[Any]]
"""Takes a call as the engine makes it, gives what the action said (rasa_sdk's ActionExecutor)."""

DETAILS = "give_contact_details"
_ASKED_TOGETHER = (Step.NAME, Step.PHONE, Step.POSTCODE)
_DETAILS = ("name", "phone", "cpr", "email", "address")
"""Kinds of tokens whose value the sealing knew; a mere ``word`` would have to be understood."""
_POSTCODE = re.compile(r"\b[0-9]{4}\b")
_BETWEEN_DETAILS = re.compile(r"[\s,.;:/-]*")


class StandIn:
    """Answers what needs no understanding. Knows which action follows which intent."""

    def __init__(self, actions: Mapping[str, str], run: RunAction, wording: Wording) -> None:
        self._actions = actions
        self._run = run
        self._wording = wording

    async def send(
        self, conversation_id: str, message: str, metadata: Mapping[str, str]
    ) -> list[Part]:
        """Give what the engine would say. Raises EngineAway for what has to be understood."""
        details = metadata.get("details")
        told = f"/{DETAILS}{details}" if details else message
        intent, entities = _read(told, metadata["awaits"])
        if intent not in self._actions:
            raise EngineAway("nobody there to understand it")
        latest = {
            "text": message,
            "intent": {"name": intent, "confidence": 1.0},
            "entities": [{"entity": name, "value": value} for name, value in entities],
            "metadata": dict(metadata),
        }
        slots = {"wording_language": metadata["language"]}
        call = {
            "next_action": self._actions[intent],
            "sender_id": conversation_id,
            "tracker": {
                "sender_id": conversation_id,
                "slots": slots,
                "latest_message": latest,
                "events": [],
                "paused": False,
                "followup_action": None,
                "active_loop": {},
                "latest_action_name": None,
            },
            "domain": {},
        }
        done = await self._run(call)
        said = [self._parts(response, slots) for response in done.responses]
        return [part for parts in said for part in parts]

    def _parts(self, response: Mapping[str, Any], slots: Mapping[str, str]) -> list[Part]:
        return self._wording.parts(response["response"], slots, response)


def load_actions(rules: Path) -> dict[str, str]:
    """Read from the rules which action follows which intent."""
    steps = [rule["steps"] for rule in read_yaml(rules)["rules"]]
    return {heard["intent"]: then["action"] for heard, then in steps}


def _read(message: str, awaits: str) -> tuple[str, list[tuple[str, str]]]:
    """Tell what a message means if it says so itself; else the intent is empty."""
    if message.startswith("/"):
        intent, brace, rest = message[1:].partition("{")
        found = json.loads(brace + rest).items() if brace else ()
        return intent, [
            (name, each)
            for name, value in found
            for each in (value if isinstance(value, list) else [value])
        ]
    tokens = [(found[1], found[0]) for found in TOKEN.finditer(message)]
    rest = TOKEN.sub("", message)
    postcodes = [("postcode", found) for found in _POSTCODE.findall(rest)]
    only_details = _BETWEEN_DETAILS.fullmatch(_POSTCODE.sub("", rest))
    known = all(kind in _DETAILS for kind, _ in tokens) and (tokens or postcodes)
    if only_details and known and awaits in _ASKED_TOGETHER:
        return DETAILS, [*tokens, *postcodes]
    return "", []
