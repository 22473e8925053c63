"""The encounter that benchmarks hold is one that files a referral, by the real wording."""

from __future__ import annotations

from typing import Any

import pytest

from bench.driving.encounter import Patient, Unexpected, messages
from bot.showing import TurnReplies
from tests.bot.engine.test_stand_in import Talk
from tests.conftest import World


def as_json(answer: TurnReplies) -> list[dict[str, Any]]:
    return [
        {
            "text": reply.text,
            "awaits": reply.awaits,
            "buttons": [{"title": b.title, "payload": b.payload} for b in reply.buttons],
        }
        for reply in answer.replies
    ]


def hold(talk: Talk) -> str:
    """Hold the whole encounter; give its reference."""
    encounter = messages(Patient(1))
    message = next(encounter)
    while True:
        try:
            message = encounter.send(as_json(talk.say(**message)))
        except StopIteration as done:
            return str(done.value)


def test_a_benchmark_files_a_referral(world: World) -> None:
    talk = Talk(world)
    assert hold(talk).startswith("H-")
    talk.order.close()


def test_another_way_than_expected_is_told() -> None:
    encounter = messages(Patient(1))
    next(encounter)
    with pytest.raises(Unexpected, match="Ryger dagligt"):
        encounter.send([{"text": "", "awaits": "offer", "buttons": []}])
