"""Who follows a conversation hears of each of its turns, and of no other's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Any

from bot.following import Followers


@dataclass
class FakeOrder:
    """The turns of other processes, as they come."""

    told: tuple[str, ...] = ()

    async def turns(self) -> AsyncIterator[str]:
        for each in self.told:
            yield each


def followers(*told: str) -> Followers:
    order: Any = FakeOrder(told)
    return Followers(order)


async def listening(those: Followers, conversation_id: str) -> AsyncGenerator[None]:
    """Give somebody who listens already; their first sign was drawn."""
    listener = those.listen(conversation_id)
    first = asyncio.ensure_future(anext(listener))
    await asyncio.sleep(0)
    those.tell(conversation_id)
    await first
    return listener


async def hears(listener: AsyncGenerator[None]) -> bool:
    """Tell whether a sign is there already."""
    sign = asyncio.ensure_future(anext(listener))
    for _ in range(3):
        await asyncio.sleep(0)
    if not sign.done():
        sign.cancel()
        return False
    return True


def test_a_turn_is_heard_by_who_follows_it_and_by_nobody_else() -> None:
    async def play() -> list[bool]:
        those = followers()
        ours, others = await listening(those, "c-1"), await listening(those, "c-2")
        those.tell("c-1")
        return [await hears(ours), await hears(others)]

    assert asyncio.run(play()) == [True, False]


def test_two_who_follow_the_same_hear_each_turn_both() -> None:
    async def play() -> list[bool]:
        those = followers()
        one = await listening(those, "c-1")
        other = await listening(those, "c-1")
        return [await hears(one), await hears(one), await hears(other)]

    assert asyncio.run(play()) == [True, False, False], "the first heard what let the other in"


def test_turns_of_other_processes_are_heard_too() -> None:
    async def play() -> list[bool]:
        those = followers("c-2", "c-1")
        ours = await listening(those, "c-1")
        await those.follow_others()
        return [await hears(ours), await hears(await listening(those, "c-3"))]

    assert asyncio.run(play()) == [True, False]


def test_who_listens_no_more_is_forgotten_and_the_rest_are_not() -> None:
    async def play() -> tuple[int, bool]:
        those = followers()
        stays, leaves = await listening(those, "c-1"), await listening(those, "c-1")
        await hears(stays)
        await leaves.aclose()
        those.tell("c-1")
        heard = await hears(stays)
        return len(those._signs["c-1"]), heard

    assert asyncio.run(play()) == (1, True)


def test_a_conversation_that_nobody_follows_leaves_nothing() -> None:
    async def play() -> dict[str, Any]:
        those = followers()
        leaves = await listening(those, "c-1")
        await leaves.aclose()
        those.tell("c-1")
        return dict(those._signs)

    assert asyncio.run(play()) == {}


def test_who_hears_nothing_for_long_misses_turns_and_holds_nobody_up() -> None:
    async def play() -> int:
        those = followers()
        slow = await listening(those, "c-1")
        for _ in range(60):
            those.tell("c-1")
        heard = 0
        while await hears(slow):
            heard += 1
        return heard

    assert asyncio.run(play()) == 50
