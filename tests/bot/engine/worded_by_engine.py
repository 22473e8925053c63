"""Runs in the engine's environment: words responses as Rasa does, prints them as JSON.

Usage: python worded_by_engine.py DOMAIN < calls.json > parts.json, the parts on the last line.
A call is [response, wording language, what the action said besides]; its parts are what Rasa's
REST channel sends.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from nlu.without_tensorflow import leave_out

leave_out()

from rasa.core.actions.action import RemoteAction  # noqa: E402
from rasa.core.channels.channel import CollectingOutputChannel  # noqa: E402
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator  # noqa: E402
from rasa.shared.core.slots import TextSlot  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402


async def worded(nlg: TemplatedNaturalLanguageGenerator, call: list[Any]) -> list[dict[str, Any]]:
    """Word one response."""
    response, language, more = call
    channel = CollectingOutputChannel()
    slot = TextSlot("wording_language", mappings=[], initial_value=language)
    tracker = DialogueStateTracker("one", [slot])
    said = [{"response": response, **more}]
    for event in await RemoteAction._utter_responses(said, channel, nlg, tracker):
        await channel.send_response("one", event.message())
    for part in channel.messages:
        del part["recipient_id"]
    return channel.messages


async def main(domain: str) -> None:
    """Word every call by the responses of a domain file."""
    nlg = TemplatedNaturalLanguageGenerator(yaml.safe_load(domain)["responses"])
    print(json.dumps([await worded(nlg, call) for call in json.load(sys.stdin)]))


asyncio.run(main(Path(sys.argv[1]).read_text("utf-8")))
