"""The stream of a conversation: a sign for each turn, and none once the log-in has ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.web import following
from bot.web.following import signs_of

LISTENING, TURN = ": listening\n\n", "event: turn\ndata:\n\n"


class LogIn:
    """A log-in that ends after it was looked at so many times."""

    def __init__(self, looks: int) -> None:
        self._left = looks

    async def __call__(self) -> bool:
        self._left -= 1
        return self._left >= 0


async def three_turns_and_silence() -> AsyncIterator[None]:
    for _ in range(3):
        yield
    await asyncio.Event().wait()


async def silence() -> AsyncIterator[None]:
    await asyncio.Event().wait()
    yield


async def heard(turns: AsyncIterator[None], log_in: LogIn) -> list[str]:
    return [sign async for sign in signs_of(turns, log_in)]


@pytest.fixture(autouse=True)
def _looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LOOK_S", 0.001)


def test_a_turn_after_the_log_in_has_ended_is_not_told() -> None:
    told = asyncio.run(heard(three_turns_and_silence(), LogIn(2)))
    assert told == [LISTENING, TURN, TURN]


def test_a_stream_in_which_nothing_is_said_ends_with_the_log_in() -> None:
    assert asyncio.run(heard(silence(), LogIn(3))) == [LISTENING]
