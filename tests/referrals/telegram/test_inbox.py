"""The inbox of Telegram on both databases: kept once, given out in order, then forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.telegram.inbox import GAP, KEEP_HANDLED, Incoming, Kept, TelegramInbox
from referrals.telegram.tables import TelegramUpdateRow
from tests.conftest import World

CHAT, OTHER = 77, 78


@pytest.fixture
def inbox(world: World) -> TelegramInbox:
    return TelegramInbox(world.database, world.vault)


def said(number: int, chat: int = CHAT) -> Incoming:
    return Incoming(number, chat, {"text": f"message {number}"})


def first(world: World, inbox: TelegramInbox, chat: int = CHAT) -> Kept | None:
    return inbox.first_of(chat, world.clock())


def handle(world: World, inbox: TelegramInbox, chat: int = CHAT) -> str:
    kept = first(world, inbox, chat)
    assert kept is not None
    with world.database.write() as session:
        assert inbox.done(session, kept, world.clock())
    return str(kept.body.get("text", kept.kind))


def test_the_same_update_is_kept_once(world: World, inbox: TelegramInbox) -> None:
    assert inbox.keep([said(1), said(1)], world.clock()) == 1
    assert inbox.keep([said(1), said(2)], world.clock()) == 1
    assert [handle(world, inbox) for _ in range(2)] == ["message 1", "message 2"]
    assert inbox.keep([said(1), said(2)], world.clock()) == 0
    assert first(world, inbox) is None


def test_numbers_of_another_bot_are_other_numbers(world: World, inbox: TelegramInbox) -> None:
    inbox.keep([said(7)], world.clock())
    other = TelegramInbox(world.database, world.vault, bot_id=700000002)
    assert other.keep([said(7), said(8)], world.clock()) == 2
    assert other.keep([said(7)], world.clock()) == 0
    assert inbox.keep([said(7), said(8)], world.clock()) == 1


def test_a_new_bot_with_lower_numbers_is_told_of_a_page_in_its_turn(world: World) -> None:
    before = TelegramInbox(world.database, world.vault, bot_id=700000002)
    before.keep([said(9)], world.clock())
    handle(world, before)
    inbox = TelegramInbox(world.database, world.vault, bot_id=1)
    inbox.keep([said(1)], world.clock())
    with world.database.write() as session:
        inbox.tell(session, CHAT, "page_done", {}, world.clock())
    inbox.keep([said(2)], world.clock())
    assert [handle(world, inbox) for _ in range(3)] == ["message 1", "page_done", "message 2"]


def test_a_chat_is_handled_in_the_order_of_the_numbers(world: World, inbox: TelegramInbox) -> None:
    inbox.keep([said(1)], world.clock())
    inbox.keep([said(4)], world.clock())
    inbox.keep([said(3)], world.clock())
    inbox.keep([said(2, OTHER)], world.clock())
    world.clock.forward(seconds=GAP.total_seconds())
    assert [handle(world, inbox) for _ in range(3)] == ["message 1", "message 3", "message 4"]
    assert handle(world, inbox, OTHER) == "message 2"


def test_after_a_gap_an_update_waits_a_moment_for_the_one_it_overtook(
    world: World, inbox: TelegramInbox
) -> None:
    inbox.keep([said(1)], world.clock())
    handle(world, inbox)
    inbox.keep([said(3)], world.clock())
    assert first(world, inbox) is None
    world.clock.forward(seconds=GAP.total_seconds())
    assert handle(world, inbox) == "message 3"


def test_what_a_page_tells_comes_after_what_was_said_before(
    world: World, inbox: TelegramInbox
) -> None:
    inbox.keep([said(1), said(2)], world.clock())
    with world.database.write() as session:
        inbox.tell(session, CHAT, "page_done", {"encounter": "e"}, world.clock())
    inbox.keep([said(3)], world.clock())
    order = [handle(world, inbox) for _ in range(4)]
    assert order == ["message 1", "message 2", "page_done", "message 3"]


def test_it_lies_there_as_ciphertext_and_is_forgotten_once_handled(
    world: World, inbox: TelegramInbox
) -> None:
    inbox.keep([Incoming(1, CHAT, {"text": "hun hedder Zebulon"})], world.clock())
    with world.database.read() as session:
        body = session.scalars(select(TelegramUpdateRow.body)).one()
    assert body is not None
    assert b"Zebulon" not in body
    handle(world, inbox)
    with world.database.read() as session:
        assert session.scalars(select(TelegramUpdateRow.body)).one() is None


def test_who_waits_keeps_the_place_in_front(world: World, inbox: TelegramInbox) -> None:
    inbox.keep([said(1), said(2)], world.clock())
    kept = first(world, inbox)
    assert kept is not None
    inbox.put_off(kept, world.clock() + timedelta(seconds=5))
    assert first(world, inbox) is None
    world.clock.forward(seconds=5)
    again = first(world, inbox)
    assert again is not None
    assert (again.id, again.attempts, again.key) == (kept.id, 1, kept.key)


def test_a_thing_is_done_once(world: World, inbox: TelegramInbox) -> None:
    inbox.keep([said(1)], world.clock())
    kept = first(world, inbox)
    assert kept is not None
    for expected in (True, False):
        with world.database.write() as session:
            assert inbox.done(session, kept, world.clock()) is expected


def test_old_numbers_are_forgotten_after_telegram_has_stopped_repeating_them(
    world: World, inbox: TelegramInbox
) -> None:
    inbox.keep([said(1)], world.clock())
    handle(world, inbox)
    inbox.forget_old(world.clock.forward(hours=47))
    assert inbox.keep([said(1)], world.clock()) == 0
    inbox.forget_old(world.clock.forward(seconds=KEEP_HANDLED.total_seconds()))
    assert inbox.keep([said(1)], world.clock()) == 1


def test_what_is_kept_does_not_show_what_was_said(world: World, inbox: TelegramInbox) -> None:
    inbox.keep([said(1)], world.clock())
    assert "message" not in repr(first(world, inbox))
