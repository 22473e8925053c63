"""What answers while no engine does: buttons and plain details, by the real actions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from rasa_sdk.executor import ActionExecutor
from sqlalchemy import func, select

from actions import all_actions
from bot.buttons import INTENTS
from bot.conversation import Conversations
from bot.engine.rasa import EngineAway, Engines
from bot.engine.stand_in import StandIn, load_actions
from bot.engine.wording import load_wording
from bot.sealing.vocabulary import Vocabulary
from bot.showing import TurnReplies
from referrals.referral.tables import ReferralRow
from referrals.turns.order import TurnOrder
from service.settings import ROOT
from tests.conftest import World
from tests.referrals.playing import NAME, PHONE, Play

RULES = ROOT / "nlu" / "rules.yml"


class Talk:
    """A conversation of the demo nurse with no engine anywhere."""

    def __init__(self, world: World) -> None:
        executor = ActionExecutor()
        for action in all_actions(world.encounters):
            executor.register_action(action)
        stand_in = StandIn(load_actions(RULES), executor.run, load_wording(ROOT / "domain.yml"))
        engines = Engines([], 1, stand_in)
        vocabulary = Vocabulary(frozenset({"hun", "ryger", "dagligt"}), frozenset())
        self.order = TurnOrder(world.database)
        self.conversations = Conversations(
            world.encounters, engines, vocabulary, "http://h", self.order
        )
        self.world = world
        self.nurse = world.staff("demo-nurse")
        self.id = asyncio.run(self.conversations.start(self.nurse))
        self.number = 0

    def say(self, **message: str) -> TurnReplies:
        self.number += 1
        return asyncio.run(
            self.conversations.say(self.nurse, self.id, f"m{self.number}", **message)
        )

    def press(self, answer: TurnReplies, title: str) -> TurnReplies:
        buttons = [button for reply in answer.replies for button in reply.buttons]
        return self.say(payload=next(b.payload for b in buttons if b.title.startswith(title)))


@pytest.fixture
def talk(world: World) -> Iterator[Talk]:
    """Give a conversation that has just begun."""
    talk = Talk(world)
    yield talk
    talk.order.close()


def test_a_whole_referral_is_filed_without_an_engine(talk: Talk) -> None:
    answer = talk.say(payload="/resume")
    for title in ("Ryger dagligt", "Ja tak", "Ja, patienten", "Ja"):
        answer = talk.press(answer, title)
    answer = talk.say(text=f"{NAME}, {PHONE}, 2750")
    for title in ("Ballerup", "Spring resten", "Send henvisning"):
        answer = talk.press(answer, title)
    assert answer.replies[-1].awaits == "filed"
    assert any(reply.copy for reply in answer.replies)
    with talk.world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ReferralRow)) == 1


def test_it_speaks_the_language_of_the_conversation(talk: Talk) -> None:
    talk.say(payload="/change_wording_language")
    assert "ASK – say:" in talk.say(payload="/resume").replies[0].text


def test_the_same_button_twice_is_applied_once(talk: Talk) -> None:
    async def twice() -> list[TurnReplies]:
        say = talk.conversations.say
        press: dict[str, Any] = {"payload": '/answer{"step":"status","value":"daily"}'}
        return [await say(talk.nurse, talk.id, "same", **press) for _ in range(2)]

    first, second = asyncio.run(twice())
    assert first == second
    assert first.replies[-1].awaits == "offer"


def test_free_text_is_kept_but_not_guessed_at(talk: Talk) -> None:
    with pytest.raises(EngineAway):
        talk.say(text="hun ryger dagligt")
    assert talk.say(payload="/resume").replies[0].awaits == "status"


@pytest.mark.parametrize("text", ["2750", NAME, f"{NAME} bor hos hendes mor", "ring 4 gange"])
def test_no_details_are_taken_where_none_are_asked_for(talk: Talk, text: str) -> None:
    with pytest.raises(EngineAway):
        talk.say(text=text)


@pytest.mark.parametrize("text", ["hun ryger dagligt", "", f"{PHONE} hun ryger"])
def test_words_beside_details_have_to_be_understood(talk: Talk, text: str) -> None:
    Play(talk.world, id=talk.id).to_contact()
    with pytest.raises(EngineAway):
        talk.say(text=text or "dagligt")


def test_every_button_has_an_action() -> None:
    assert set(load_actions(RULES)) >= INTENTS


def test_the_rules_are_read_as_they_stand() -> None:
    rules = yaml.safe_load(RULES.read_text("utf-8"))["rules"]
    assert len(load_actions(RULES)) == len(rules)
