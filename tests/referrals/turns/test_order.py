"""Two processes, here two orders over one database: one at a time, and both hear of each turn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from referrals.storage.database import Database
from referrals.turns import order as turn_order
from referrals.turns.order import BusyElsewhere, TurnOrder


@pytest.fixture
def both(postgres_url: str) -> Iterator[tuple[TurnOrder, TurnOrder]]:
    database = Database(postgres_url)
    orders = TurnOrder(database), TurnOrder(database)
    yield orders
    for order in orders:
        order.close()
    database.close()


def test_one_waits_until_the_other_is_done(both: tuple[TurnOrder, TurnOrder]) -> None:
    done: list[str] = []

    async def work(order: TurnOrder, name: str) -> None:
        async with order.hold("conversation"):
            done.append(f"{name} begins")
            await asyncio.sleep(0.05)
            done.append(f"{name} ends")

    async def at_once() -> None:
        await asyncio.gather(work(both[0], "one"), work(both[1], "two"))

    asyncio.run(at_once())
    first, second = done[0].split()[0], done[2].split()[0]
    assert done == [f"{first} begins", f"{first} ends", f"{second} begins", f"{second} ends"]


def test_different_conversations_do_not_wait(both: tuple[TurnOrder, TurnOrder]) -> None:
    async def at_once() -> None:
        async with both[0].hold("one"), both[1].hold("two"), both[0].hold("three"):
            pass

    asyncio.run(at_once())


def test_a_conversation_that_is_never_let_go_is_told(
    both: tuple[TurnOrder, TurnOrder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turn_order, "PATIENCE_S", 0.1)

    async def never() -> None:
        async with both[0].hold("conversation"):
            with pytest.raises(BusyElsewhere):
                async with both[1].hold("conversation"):
                    pass

    asyncio.run(never())


def test_every_process_hears_of_a_turn(both: tuple[TurnOrder, TurnOrder]) -> None:
    async def listen_and_speak() -> str:
        turns = both[0].turns()
        heard = asyncio.create_task(anext(turns))
        while not heard.done():
            async with both[1].hold("conversation"):
                pass
            await asyncio.sleep(0.01)
        await turns.aclose()
        return heard.result()

    assert asyncio.run(asyncio.wait_for(listen_and_speak(), 20)) == "conversation"


def test_sqlite_has_one_process_and_needs_no_order(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/henvis.db")
    order = TurnOrder(database)

    async def hold() -> list[str]:
        async with order.hold("conversation"), order.hold("conversation"):
            return [told async for told in order.turns()]

    assert asyncio.run(hold()) == []
    assert not order.is_shared
    database.close()
