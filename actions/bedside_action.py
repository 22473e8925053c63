"""What all actions share: reading the tracker, one call, saying what came back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ACTION_LISTEN_NAME

from referrals.advice.asserted import Fact, Words
from referrals.advice.places import with_towns
from referrals.bedside.listening.messages import listen, press
from referrals.bedside.listening.typed_numbers import keep_details
from referrals.turns.encounters import Encounters, UnknownEncounter
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

_DETAILS = "give_contact_details"
_DAYS = ("weekday", "period", "not_period")
"""Entities that name a day, a date or a week."""
_LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Heard:
    """What the engine understood of one message.

    ``entities`` maps a name to its first value, ``every`` to all of them, in text order.
    ``message_id`` makes the message known. ``by_page`` tells that the front end may not carry who
    the patient is. ``text`` is what the engine read, sealed; ``facts`` are what it asserts, and
    ``days`` tells where in it a day is named. ``details`` is JSON of what was told with it and
    not read, since it says who the patient is.
    """

    encounter_id: str
    message_id: str
    intent: str
    entities: dict[str, str]
    every: dict[str, list[str]]
    by_page: bool = False
    text: str = ""
    facts: tuple[Fact, ...] = ()
    confidence: float = 0.0
    details: str = ""
    days: tuple[tuple[int, int], ...] = ()

    @property
    def typed(self) -> bool:
        """Tell words from a button. Details alone travel like one, but were typed."""
        return not self.text.startswith("/") or self.intent == _DETAILS

    @property
    def only_left_out(self) -> bool:
        """Tell whether what came beside the words only says what was left out of them."""
        return set(json.loads(self.details or "{}")) == {_LEFT_OUT}

    @property
    def words(self) -> Words:
        """Give the typed words as both witnesses tell them."""
        facts = with_towns(self.facts, self.text)
        return Words(
            self.intent, facts, self.entities, self.confidence, self.text, self.every, self.days
        )

    @property
    def told(self) -> Words:
        """Give the details that came with words beside them, as if they had come alone."""
        text = f"/{_DETAILS}{self.details}"
        return Words(_DETAILS, (), self.entities, 1.0, text, self.every)


class BedsideAction(Action):
    """One action: ``decide`` says what happens at the bedside."""

    action_name: str

    def __init__(self, encounters: Encounters) -> None:
        self._encounters = encounters

    def name(self) -> str:
        """Give the name that ``domain.yml`` calls this action by."""
        return self.action_name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: object
    ) -> list[dict[str, Any]]:
        """Apply the message once and hand the responses to the engine.

        The turn is over then: saying so saves the engine the question what comes next.
        """
        heard = hear(tracker)
        apply = self._apply_details if heard.details and not heard.only_left_out else self.apply
        try:
            said = await self._encounters.run(apply, heard)
        except UnknownEncounter:
            said = [Say("utter_no_encounter")]
        for each in said:
            values: dict[str, Any] = dict(each.values)
            buttons = [{"title": b.title, "payload": b.payload} for b in each.buttons]
            dispatcher.utter_message(response=each.response, buttons=buttons, **values)
        return [FollowupAction(ACTION_LISTEN_NAME)]

    def apply(self, heard: Heard) -> list[Say]:
        """Make the one call into ``referrals``."""
        return self._encounters.apply(
            heard.encounter_id,
            heard.message_id,
            lambda bedside: self.answer(bedside, heard),
            by_page=heard.by_page,
        )

    def _apply_details(self, heard: Heard) -> list[Say]:
        """Keep details whatever kind of message the words beside them are."""
        return self._encounters.apply(
            heard.encounter_id,
            heard.message_id,
            lambda bedside: listen(
                bedside, heard.told, lambda b: keep_details(b, heard.told, heard.words)
            ),
            by_page=heard.by_page,
        )

    def answer(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Tell typed words from a button."""
        if heard.typed:
            return listen(bedside, heard.words, lambda b: self.decide(b, heard))
        return press(bedside, lambda b: self.decide(b, heard))

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Say what this action does with what was heard."""
        raise NotImplementedError


def hear(tracker: Tracker) -> Heard:
    """Read the latest message of a tracker. Values that are no text are left out."""
    latest = tracker.latest_message
    every: dict[str, list[str]] = {}
    for found in latest.get("entities", []):
        value = found.get("value")
        if isinstance(value, str):
            every.setdefault(found["entity"], []).append(value)
    metadata = latest.get("metadata") or {}
    told = json.loads(metadata.get("details") or "{}")
    beside = {name: [value] if isinstance(value, str) else value for name, value in told.items()}
    if beside:  # the words that were read stand beside them
        every = every | beside if set(beside) == {_LEFT_OUT} else beside
    return Heard(
        encounter_id=tracker.sender_id,
        message_id=str(metadata.get("message_id", "")),
        intent=(latest.get("intent") or {}).get("name") or "",
        entities={name: values[0] for name, values in every.items()},
        every=every,
        by_page=bool(metadata.get("by_page")),
        text=str(latest.get("text") or ""),
        facts=tuple(Fact(*fact) for fact in (latest.get("reading") or {}).get("facts", ())),
        confidence=float((latest.get("intent") or {}).get("confidence") or 0),
        details=str(metadata.get("details") or ""),
        days=tuple(
            dict.fromkeys(
                (found["start"], found["end"])
                for found in latest.get("entities", [])
                if found.get("entity") in _DAYS and found.get("start") is not None
            )
        ),
    )
