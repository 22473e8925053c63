"""What Telegram, a proxy on the way or a broken row may do: it stops one thing, and is told."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import web
from sqlalchemy import select, update
from starlette.testclient import TestClient

from bot.telegram.answers import is_telegrams
from bot.telegram.intake import LARGEST_UPDATE, SECRET_HEADER, WEBHOOK_PATH
from referrals.outbox.tables import OutboxRow
from referrals.telegram.tables import TelegramUpdateRow, TelegramUserRow
from service.web.app import create_app
from tests.bot.telegram.chatroom import Room, refused, settings_for
from tests.bot.telegram.conftest import Play

NURSE, OTHER = 1001, 1002
CPR = "2512489996"


def letters(room: Room) -> list[OutboxRow]:
    with room.parts.store.database.read() as session:
        mine = select(OutboxRow).where(OutboxRow.channel == "telegram").order_by(OutboxRow.id)
        return list(session.scalars(mine))


def is_suspended(room: Room) -> bool:
    with room.parts.store.database.read() as session:
        return session.scalars(select(TelegramUserRow)).one().suspended_at is not None


BROKEN = {
    "a message without a date": {"message": {"message_id": 1, "chat": {"id": 5, "type": "x"}}},
    "a message that is none": {"message": "hej"},
    "a kind that nobody knows": {"shop_opened": {"chat": {"id": NURSE}}},
    "a chat that is no number": {
        "message": {"message_id": 1, "chat": {"id": [], "type": "private"}}
    },
    "a chat too large to keep": {
        "message": {"message_id": 1, "chat": {"id": 2**80, "type": "private"}, "text": CPR}
    },
}


@pytest.mark.parametrize("what", BROKEN)
def test_an_update_that_cannot_be_read_stops_nothing(
    play: Play, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        number = next(room.api.update_ids)
        room.api.slip_in({"update_id": number, **BROKEN[what]})
        assert "SPØRG" in await room.write(NURSE, "/ny")

    play(scene)
    assert CPR not in caplog.text


def test_commands_that_cannot_be_set_delay_nothing(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.api.never = "setMyCommands"
        room.bind(NURSE)
        assert "SPØRG" in await room.write(NURSE, "/ny")

    play(scene)


FOREIGN = {
    "a refusal": (403, "<html>Forbidden</html>"),
    "no such page": (404, "<html>Not Found</html>"),
    "a log-in": (401, "<html>Unauthorized</html>"),
    "a limit": (429, "<html>Too Many Requests</html>"),
    "a bad request": (400, "<html>Bad Request</html>"),
    "another form": (403, '{"error": "Forbidden"}'),
    "a page that is well": (200, "<html>Welcome</html>"),
    "an answer that is cut": (200, '{"ok": true, "result": {"text": "' + CPR),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_a_proxy_answers_is_no_word_of_telegram(
    play: Play, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    status, body = FOREIGN[what]

    async def scene(room: Room) -> None:
        room.bind(NURSE)
        room.api.faults.append(("sendMessage", web.Response(status=status, text=body)))
        await room.write(NURSE, "/ny")
        assert not is_suspended(room)
        assert "SPØRG" in room.texts(NURSE)[-1]

    play(scene)
    assert CPR not in caplog.text


def test_a_cut_answer_to_a_poll_is_in_no_log(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        cut = web.Response(status=200, text='{"ok": true, "result": [{"text": "' + CPR)
        room.api.faults.append(("getUpdates", cut))
        assert "SPØRG" in await room.write(NURSE, "/ny")

    play(scene)
    assert CPR not in caplog.text


def test_what_is_too_large_for_somebody_on_the_way_does_not_block_what_follows(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        large = web.Response(status=413, text="<html>Request Entity Too Large</html>")
        room.api.faults.append(("sendMessage", large))
        await room.write(NURSE, "/hjaelp")
        assert "SPØRG" in await room.write(NURSE, "/ny")
        assert next(each for each in letters(room) if each.dead_at).last_error == "bad_request"

    play(scene)


def test_a_limit_for_one_chat_delays_that_chat_only(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        room.bind(OTHER, "demo-nurse-2")
        slow = refused(429, "Too Many Requests: retry after 600", retry_after=600)
        room.api.faults.append(("sendMessage", slow))
        await room.send(room.typed(NURSE, "/ny"))
        async with asyncio.timeout(20):
            while room.api.count("sendMessage") == 0:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await room.send(room.typed(OTHER, "/ny"))
        await room.said(OTHER, "SPØRG")
        assert room.texts(NURSE) == []

    play(scene)


def test_a_letter_under_a_key_that_is_gone_is_set_aside_and_the_next_one_leaves(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        slow = refused(429, "Too Many Requests: retry after 1", retry_after=1)
        room.api.faults.append(("sendMessage", slow))
        await room.send(room.typed(NURSE, "/hjaelp"))
        async with asyncio.timeout(20):
            while room.api.count("sendMessage") == 0:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        with room.parts.store.database.write() as session:
            session.execute(update(OutboxRow).values(payload={"sealed": "a2V5Om5vdCBhIGtleQ=="}))
        assert "SPØRG" in await room.write(NURSE, "/ny")
        assert next(each for each in letters(room) if each.dead_at).last_error == "unreadable"

    play(scene)
    assert "set_aside=letter" in caplog.text


def test_a_message_under_a_key_that_is_gone_is_set_aside_and_the_chat_is_told(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        inbox = room.parts.telegram.inbox
        lock_away, inbox._locked = inbox._locked, lambda *_: b"key:not a key"  # type: ignore[method-assign]
        await room.send(room.typed(NURSE, "/ny"))
        await room.said(NURSE, "Det lykkedes ikke")
        inbox._locked = lock_away  # type: ignore[method-assign]
        assert "SPØRG" in await room.write(NURSE, "/ny")
        with room.parts.store.database.read() as session:
            assert session.scalars(select(TelegramUpdateRow.handled_at)).all().count(None) == 0

    play(scene)
    assert "set_aside=inbox" in caplog.text


def test_a_poll_that_nobody_answers_is_told(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    async def scene(room: Room) -> None:
        polling = next(each for each in room.parts.telegram.pieces() if "polling" in each.name)
        assert 0 < polling.longest_s < 120
        room.api.faults.append(("getMe", None))
        room.bind(NURSE)
        assert "SPØRG" in await room.write(NURSE, "/ny")

    play(scene)
    assert "work='telegram polling' failed error=TimedOut" in caplog.text


def test_a_large_update_by_webhook_is_told_and_not_asked_for_again(
    play: Play, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(room: Room) -> None:
        settings = settings_for(
            room.parts.telegram._settings.data_dir, "http://127.0.0.1:9", beside=False
        )
        app = create_app(settings)
        client = TestClient(app, base_url="http://127.0.0.1:8000")
        secret = {SECRET_HEADER: room.parts.telegram.webhook_secret}

        def post(text: str) -> int:
            body = {"update_id": 1, "message": {"text": text}}
            return client.post(WEBHOOK_PATH, content=json.dumps(body), headers=secret).status_code

        with client:
            for size in (100_000, LARGEST_UPDATE + 1):
                assert await asyncio.to_thread(post, "x" * size) == 200

    play(scene, at_work=False)
    assert "set_aside=update error=TooLarge" in caplog.text
    assert "xxx" not in caplog.text


@pytest.mark.parametrize("answer", [b'{"ok": true, "result": []}', b'{"ok": false}'])
def test_telegrams_own_answers_are_known_by_their_form(answer: bytes) -> None:
    assert is_telegrams(answer)


@pytest.mark.parametrize(
    "answer", [b'{"ok": "yes"}', b"[]", b"null", b"", b"<html>", b'{"ok": true', b"\xff\xfe"]
)
def test_anybody_elses_answers_are_known_by_their_form(answer: bytes) -> None:
    assert not is_telegrams(answer)
