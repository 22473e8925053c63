"""Actions: those of ``domain.yml``, run as the engine runs them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor

from actions import ALL, all_actions
from referrals.advice.encounter import Step
from referrals.consent.texts import ConsentPart
from service.settings import ROOT
from tests.conftest import World
from tests.nlu.reading.saying import reader
from tests.referrals.playing import USUAL_WORDS, Play

OVER = [{"event": "followup", "timestamp": None, "name": "action_listen"}]


def run(
    world: World, action: str, encounter_id: str, message_id: str, intent: str, **told: object
) -> Any:
    """Call an action as the engine does, with a tracker made by hand."""
    executor = ActionExecutor()
    for each in all_actions(world.encounters):
        executor.register_action(each)
    text = "/answer" if intent == "answer" else USUAL_WORDS.get(intent, "made by hand")
    latest = {
        "text": text,
        "reading": reader().read(text).to_json(),
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in told.items()],
        "metadata": {"message_id": message_id},
    }
    call = {
        "next_action": action,
        "sender_id": encounter_id,
        "tracker": {"sender_id": encounter_id, "slots": {}, "latest_message": latest, "events": []},
        "domain": {},
    }
    return asyncio.run(executor.run(call)).model_dump()


def responses(result: Any) -> list[str]:
    return [said["response"] for said in result["responses"]]


def received(world: World, message_id: str = "m") -> Play:
    play = Play(world)
    play.receive(message_id)
    return play


def test_the_domain_names_exactly_the_actions_that_there_are() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text())
    assert [action.action_name for action in ALL] == domain["actions"]


def test_a_button_moves_the_script_and_ends_the_turn(world: World) -> None:
    play = received(world)
    result = run(world, "action_answer", play.id, "m", "answer", step="status", value="daily")
    assert responses(result) == ["utter_ask_offer"]
    assert result["events"] == OVER
    assert play.encounter.get(Step.STATUS) == "daily"


def test_a_typed_answer_moves_the_script(world: World) -> None:
    play = received(world)
    run(world, "action_answer", play.id, "m", "smokes_daily")
    assert play.step is Step.OFFER


def test_a_repeated_call_says_the_same_and_does_nothing(world: World) -> None:
    play = received(world)
    first = run(world, "action_answer", play.id, "m", "answer", step="status", value="daily")
    again = run(world, "action_answer", play.id, "m", "answer", step="status", value="never")
    assert again == first
    assert play.encounter.get(Step.STATUS) == "daily"


def test_the_gaps_of_a_response_travel_with_it(world: World) -> None:
    play = Play(world)
    play.to_consent()
    play.receive("m")
    result = run(world, "action_resume", play.id, "m", "resume")
    text = world.around.consent_texts[(ConsentPart.CONTACT, play.row.language)]
    assert result["responses"][-1]["text_hash"] == text.hash


def test_a_value_that_is_no_text_is_not_heard(world: World) -> None:
    play = received(world)
    run(world, "action_answer", play.id, "m", "answer", step=1, value=["daily"])
    assert play.step is Step.STATUS


@pytest.mark.parametrize("action", [action.action_name for action in ALL])
def test_every_action_says_something_at_the_first_step_and_ends_the_turn(
    world: World, action: str
) -> None:
    play = received(world)
    result = run(world, action, play.id, "m", "nlu_fallback")
    assert responses(result)
    assert result["events"] == OVER


@pytest.mark.parametrize("action", ["action_answer", "action_new_patient"])
def test_an_unknown_conversation_is_told_so(world: World, action: str) -> None:
    result = run(world, action, "unknown", "m", "answer")
    assert responses(result) == ["utter_no_encounter"]
    assert result["events"] == OVER


def test_a_message_that_was_never_received_is_told_so(world: World) -> None:
    result = run(world, "action_answer", Play(world).id, "", "answer")
    assert responses(result) == ["utter_no_encounter"]
