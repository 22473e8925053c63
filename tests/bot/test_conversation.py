"""The conversation service: each message once and in order, and nothing personal in an error."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.buttons import BadPayload
from bot.conversation import (
    MAX_MESSAGE_ID,
    MAX_TEXT,
    BadMessage,
    Conversations,
    TooLong,
)
from bot.engine.rasa import EngineUnavailable
from bot.sealing.vocabulary import Vocabulary
from bot.showing import HIDDEN, TurnReplies
from referrals.advice.encounter import Step
from referrals.staff.roles import Staff
from referrals.turns.encounters import UnknownEncounter
from referrals.turns.order import TurnOrder
from referrals.vault.vault import seal
from tests.conftest import World
from tests.referrals.playing import NAME, PHONE, Play

BUTTON = {"title": "Ryger dagligt", "payload": '/answer{"step":"status","value":"daily"}'}
PRESSED = BUTTON["payload"]
VOCABULARY = Vocabulary(frozenset({"hej", "ja", "nej", "tak", "hun", "hedder"}), frozenset())


@dataclass
class FakeEngine:
    """An engine that repeats what it hears, with a button; it fails as often as ``fails``."""

    fails: int = 0
    adds: str = ""
    heard: list[str] = field(default_factory=list)
    metadata: list[dict[str, str]] = field(default_factory=list)
    at_work: int = 0
    most_at_work: int = 0
    gate: asyncio.Barrier | None = None

    async def send(
        self, conversation_id: str, message: str, metadata: dict[str, str]
    ) -> list[dict[str, Any]]:
        self.heard.append(message)
        self.metadata.append(metadata)
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            if self.gate is not None:
                await self.gate.wait()
            if self.fails:
                self.fails -= 1
                raise EngineUnavailable("no answer")
            return [{"text": f"heard {message}{self.adds}", "buttons": [BUTTON]}]
        finally:
            self.at_work -= 1


@dataclass
class Talk:
    """One conversation of a nurse over an engine of ours."""

    world: World
    engine: FakeEngine = field(default_factory=FakeEngine)

    def __post_init__(self) -> None:
        engine: Any = self.engine
        self.order = TurnOrder(self.world.database)
        self.conversations = Conversations(
            self.world.encounters, engine, VOCABULARY, "http://henvis.example", self.order
        )
        self.nurse = self.world.staff("demo-nurse")
        self.id = asyncio.run(self.conversations.start(self.nurse))

    def another_in(self, language: str) -> str:
        return asyncio.run(self.conversations.start(self.nurse, language))

    def saying(
        self, message_id: str, text: str | None = None, payload: str | None = None
    ) -> Coroutine[Any, Any, TurnReplies]:
        return self.conversations.say(self.nurse, self.id, message_id, text=text, payload=payload)

    def say(
        self, message_id: str, text: str | None = None, payload: str | None = None
    ) -> TurnReplies:
        return asyncio.run(self.saying(message_id, text, payload))

    def transcript(self, nurse: Staff | None = None) -> list[str]:
        found = self.conversations.transcript(nurse or self.nurse, self.id)
        return [exchange.said for exchange in asyncio.run(found)]

    def to_contact(self) -> None:
        play = Play(self.world, id=self.id)
        play.to_contact()


@pytest.fixture
def talk(world: World) -> Iterator[Talk]:
    """Give a conversation that has just begun."""
    talk = Talk(world)
    yield talk
    talk.order.close()


def test_a_message_is_answered_with_what_the_engine_says(talk: Talk) -> None:
    answer = talk.say("m", "hej")
    assert answer.conversation_id == talk.id
    assert [(r.text, r.awaits) for r in answer.replies] == [("heard hej", "status")]
    assert [b.title for b in answer.replies[0].buttons] == ["Ryger dagligt"]


def test_the_engine_is_told_the_step_and_the_language(talk: Talk) -> None:
    talk.say("m", "hej")
    assert talk.engine.metadata[0]["awaits"] == Step.STATUS
    assert talk.engine.metadata[0]["language"] == "da"


def test_the_same_message_twice_is_one_call_of_the_engine(talk: Talk) -> None:
    first = talk.say("same", "hej")
    assert talk.say("same", "hej") == first
    assert talk.engine.heard == ["hej"]


def test_the_same_message_twice_at_once_is_one_call_of_the_engine(talk: Talk) -> None:
    async def both() -> list[TurnReplies]:
        return await asyncio.gather(talk.saying("same", "hej"), talk.saying("same", "hej"))

    first, second = asyncio.run(both())
    assert first == second
    assert talk.engine.heard == ["hej"]


def test_another_text_under_a_known_id_changes_nothing(talk: Talk) -> None:
    first = talk.say("same", "hej")
    assert talk.say("same", "nej tak") == first


def test_a_message_that_the_engine_missed_can_be_sent_again(talk: Talk) -> None:
    talk.engine.fails = 1
    with pytest.raises(EngineUnavailable):
        talk.say("same", "hej")
    assert talk.say("same", "hej").replies[0].text == "heard hej"
    assert talk.transcript() == ["hej"]


def test_both_tries_of_a_message_are_one_message_to_the_engine(talk: Talk) -> None:
    talk.engine.fails = 1
    with pytest.raises(EngineUnavailable):
        talk.say("same", "hej")
    talk.say("same", "hej")
    assert talk.engine.metadata[0] == talk.engine.metadata[1]


def test_a_message_without_an_answer_does_not_stand_in_the_transcript(talk: Talk) -> None:
    talk.engine.fails = 1
    with pytest.raises(EngineUnavailable):
        talk.say("m", "hej")
    assert talk.transcript() == []


def test_messages_of_one_conversation_are_served_in_order(talk: Talk) -> None:
    words = ["hej", "ja", "nej", "tak"]

    async def all_at_once() -> None:
        await asyncio.gather(*(talk.saying(f"m-{word}", word) for word in words))

    asyncio.run(all_at_once())
    assert talk.engine.heard == words
    assert talk.engine.most_at_work == 1
    assert talk.transcript() == words


def test_a_failure_does_not_hold_up_the_message_behind_it(talk: Talk) -> None:
    talk.engine.fails = 1

    async def both() -> list[TurnReplies | BaseException]:
        return await asyncio.gather(
            talk.saying("m-1", "hej"), talk.saying("m-2", "tak"), return_exceptions=True
        )

    first, second = asyncio.run(both())
    assert isinstance(first, EngineUnavailable)
    assert isinstance(second, TurnReplies)


def test_conversations_are_served_side_by_side(talk: Talk) -> None:
    async def both() -> None:
        other = await talk.conversations.start(talk.nurse)
        talk.engine.gate = asyncio.Barrier(2)
        async with asyncio.timeout(30):
            await asyncio.gather(
                talk.saying("m", "hej"),
                talk.conversations.say(talk.nurse, other, "m", text="hej"),
            )

    asyncio.run(both())
    assert talk.engine.most_at_work == 2


@pytest.mark.parametrize("size", [MAX_TEXT + 1, 100_000])
def test_a_text_that_nobody_says_is_too_long(talk: Talk, size: int) -> None:
    with pytest.raises(TooLong):
        talk.say("m", "a" * size)
    with pytest.raises(TooLong):
        talk.say("m", payload="/" + "a" * size)
    assert talk.engine.heard == []


def test_a_text_of_the_greatest_length_is_taken(talk: Talk) -> None:
    assert talk.say("m", ("ja " * MAX_TEXT)[:MAX_TEXT]).replies


@pytest.mark.parametrize(
    ("message_id", "text", "payload"),
    [
        pytest.param("m", None, None, id="neither text nor payload"),
        pytest.param("m", "hej", "/resume", id="both"),
        pytest.param("m", "", None, id="empty text"),
        pytest.param("m", " \n\t", None, id="blank text"),
        pytest.param("", "hej", None, id="no id"),
        pytest.param("m" * (MAX_MESSAGE_ID + 1), "hej", None, id="long id"),
        pytest.param("m\n", "hej", None, id="line end in the id"),
        pytest.param("hun hedder", "hej", None, id="words as id"),
        pytest.param("æ", "hej", None, id="letter in the id"),
        pytest.param("\x00", "hej", None, id="zero in the id"),
    ],
)
def test_a_message_that_cannot_be_kept_is_refused(
    talk: Talk, message_id: str, text: str | None, payload: str | None
) -> None:
    with pytest.raises(BadMessage):
        talk.say(message_id, text, payload)
    assert talk.engine.heard == []


def test_a_payload_that_no_button_has_is_refused(talk: Talk) -> None:
    with pytest.raises(BadPayload):
        talk.say("m", payload="/restart")
    assert talk.engine.heard == []


def test_a_conversation_of_somebody_else_does_not_exist(talk: Talk) -> None:
    talk.nurse = talk.world.staff("demo-nurse-2")
    with pytest.raises(UnknownEncounter):
        talk.say("m", "hej")
    with pytest.raises(UnknownEncounter):
        talk.transcript()


@pytest.mark.parametrize(
    ("message_id", "text", "payload"),
    [
        pytest.param("m", f"{NAME} {PHONE} " * 100, None, id="too long"),
        pytest.param(NAME, "hej", None, id="bad id"),
        pytest.param("m", NAME, PHONE, id="both"),
        pytest.param("m", None, f'/answer{{"value":"{NAME}"}}', id="bad payload"),
        pytest.param("m", None, f'/answer{{"value":"{NAME}', id="bad JSON"),
        pytest.param("m", f"{NAME}, {PHONE}", None, id="engine failure"),
    ],
)
def test_nothing_personal_stands_in_an_error(
    talk: Talk, message_id: str, text: str | None, payload: str | None
) -> None:
    talk.engine.fails = 1
    with pytest.raises((ValueError, EngineUnavailable)) as raised:
        talk.say(message_id, text, payload)
    error: BaseException | None = raised.value
    while error is not None:
        assert "Zebulon" not in repr(error)
        assert PHONE not in repr(error)
        error = error.__cause__


def test_the_engine_hears_no_name_and_its_nurse_reads_it(talk: Talk) -> None:
    talk.to_contact()
    answer = talk.say("m", f"{NAME}, {PHONE}")
    assert "Zebulon" not in talk.engine.heard[0]
    assert PHONE not in talk.engine.heard[0]
    assert NAME in answer.replies[0].text
    assert NAME in talk.transcript()[-1]
    assert PHONE in talk.transcript()[-1]


@pytest.mark.parametrize(
    ("language", "said"), [("da", "fredag 4. december"), ("en", "Friday 4 December")]
)
def test_a_day_is_read_by_its_name_in_the_language_of_the_talk(
    talk: Talk, language: str, said: str
) -> None:
    talk.id = talk.another_in(language)
    play = Play(talk.world, id=talk.id)
    kept = seal("word", "2026-12-04")
    play.say(lambda _: [], kept)
    talk.engine.adds = kept.token
    assert said in talk.say("m", "hej").replies[0].text
    typed = talk.say("m-2", "udskrives 2026-12-04")
    assert talk.transcript()[-1].endswith(("2026-12-04", HIDDEN)), typed


def test_a_name_that_came_too_early_is_kept_from_everybody(talk: Talk) -> None:
    answer = talk.say("m", f"hun hedder {NAME}")
    assert answer.replies[0].text == f"heard hun hedder {HIDDEN}"
    assert talk.transcript() == [f"hun hedder {HIDDEN}"]


def test_the_transcript_gives_the_titles_of_pressed_buttons(talk: Talk) -> None:
    talk.say("m-1", "hej")
    talk.say("m-2", payload=PRESSED)
    assert talk.transcript() == ["hej", "Ryger dagligt"]


def test_a_button_that_was_not_shown_has_no_title(talk: Talk) -> None:
    talk.say("m", payload="/resume")
    assert talk.transcript() == [""]


def test_a_receipt_is_shown_to_the_encounter_that_sent_it_and_to_no_other(
    talk: Talk, world: World
) -> None:
    reference = Play(world, id=talk.id).file()
    talk.engine.adds = f" [[receipt:{reference}]]"
    assert f"/kvittering/{reference}/" in talk.say("own", "hej").replies[0].text
    stranger = Talk(world, talk.engine)
    answer = stranger.say("other", "hej").replies[0].text
    stranger.order.close()
    assert "/kvittering/" not in answer
    assert answer.endswith(HIDDEN)


@pytest.mark.parametrize("mark", ["[[wards_list]]", "[[receipt:{own}]]"])
def test_what_a_sealed_value_holds_is_shown_and_not_read_again(
    talk: Talk, world: World, mark: str
) -> None:
    play = Play(world, id=talk.id)
    kept = seal("word", mark.format(own=play.file()))
    play.say(lambda _: [], kept)
    talk.engine.adds = f" {kept.token}"
    assert talk.say("m", "hej").replies[0].text == f"heard hej {kept.value}"
