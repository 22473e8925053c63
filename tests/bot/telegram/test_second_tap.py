"""A second tap is not an answer, in Telegram: a toast, and the keys stay."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from sqlalchemy import select

from referrals.advice.tables import EncounterRow, TurnRow
from referrals.consent.texts import ConsentPart
from referrals.contact.page import BadContact, ContactForm, PatientConsent
from referrals.outbox.tables import OutboxRow
from tests.bot.telegram.chatroom import Moving, Room
from tests.bot.telegram.conftest import Play
from tests.conftest import FORENOON

NURSE = 1001
FORM = ContactForm(name="Kabelund Eksempel", phone="26860009", postcode="2750", municipality="0151")
GUARDED: dict[str, Any] = {"tap_wait_ms": 600}
TOO_SOON = "For hurtigt – læs, og tryk igen."
MS = timedelta(milliseconds=1)


class Still(Moving):
    """A clock that stands still until it is moved."""

    def __call__(self) -> datetime:
        return FORENOON + self.offset


def kept(room: Room) -> list[Any]:
    with room.parts.store.database.read() as session:
        rows = session.execute(select(EncounterRow.id, EncounterRow.step, EncounterRow.answers))
        turns = session.scalars(select(TurnRow.message_id).order_by(TurnRow.message_id))
        return [*map(tuple, rows), *turns]


def toasts(room: Room) -> list[str]:
    sent = (each.body for each in room.api.sent if each.method == "answerCallbackQuery")
    return [parse_qs(body.decode()).get("text", [""])[0] for body in sent]


async def told_after(room: Room, count: int) -> list[str]:
    """Wait for so many toasts, each of which is sent on its own, and give them all."""
    async with asyncio.timeout(20):
        while len(toasts(room)) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return toasts(room)


def titles(room: Room) -> list[str]:
    """Give the keys under the newest card that are pressed rather than opened."""
    for shown in reversed(room.api.messages(NURSE)):
        if shown.keyboard:
            return [key["text"] for row in shown.keyboard for key in row if "callback_data" in key]
    return []


async def tap_all_at_once(room: Room) -> None:
    """Press each key that has just appeared; nothing of it may count, and all must stay."""
    before, shown = kept(room), room.api.messages(NURSE)
    stands = [(each.id, each.text, each.keyboard) for each in shown]
    for title in titles(room):
        told = len(toasts(room))
        await room.press(NURSE, title)
        assert (await told_after(room, told + 1))[told:] == [TOO_SOON], title
    assert kept(room) == before
    assert [(each.id, each.text, each.keyboard) for each in room.api.messages(NURSE)] == stands


def test_the_second_tap_answers_nothing_at_any_step(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        for title in ("Ryger dagligt", "Ja tak", "Ja, patienten siger ja", "Ja"):
            await tap_all_at_once(room)
            room.clock.forward(seconds=15)
            await room.press(NURSE, title)
        secret = room.contact_secret(NURSE)
        pages = room.parts.telegram.contact_pages
        await asyncio.to_thread(pages.write, secret, FORM, room.clock())
        await room.quiet(NURSE)
        await tap_all_at_once(room)
        room.clock.forward(seconds=1)
        await room.press(NURSE, "Send henvisning")
        assert "Sendt." in "\n".join(room.texts(NURSE))
        assert "Fortryd henvisningen" in titles(room)
        await tap_all_at_once(room)

    play(scene, clock=Still(), **GUARDED)


def test_two_taps_on_the_same_key_are_one_answer_and_no_old_button(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        room.clock.forward(seconds=1)
        twice = [room.pressed(NURSE, "Ryger dagligt") for _ in range(2)]
        said = len(room.texts(NURSE))
        await room.send(*twice)
        await room.quiet(NURSE)
        assert len(room.texts(NURSE)) == said  # the question was replaced by the next one
        assert "RÅDGIV" in room.texts(NURSE)[-1]
        assert TOO_SOON in await told_after(room, 2)

    play(scene, clock=Still(), **GUARDED)


def test_a_consent_takes_no_yes_before_it_can_have_been_read(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        for title in ("Ryger dagligt", "Ja tak"):
            room.clock.forward(seconds=1)
            await room.press(NURSE, title)
        room.clock.forward(seconds=5)
        assert "SAMTYKKE" in await room.press(NURSE, "Ja, patienten siger ja")
        room.clock.forward(seconds=10)
        assert "Læs højt" in await room.press(NURSE, "Ja, patienten siger ja")

    play(scene, clock=Still(), **GUARDED)


def test_keys_that_are_shown_late_are_guarded_from_when_they_are_shown(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        room.clock.forward(seconds=1)
        with room.parts.store.database.write() as session:
            card = session.scalars(
                select(OutboxRow).where(OutboxRow.channel == "telegram").order_by(OutboxRow.id)
            ).all()[-1]
            card.sent_at = room.clock()
        before = kept(room)
        await room.press(NURSE, "Ryger dagligt")
        assert kept(room) == before
        room.clock.forward(seconds=0.6)
        assert "RÅDGIV" in await room.press(NURSE, "Ryger dagligt")

    play(scene, clock=Still(), **GUARDED)


def test_a_press_that_had_to_wait_for_its_turn_counts_from_when_it_was_made(play: Play) -> None:
    """Handled late, it would be long enough after; it was made on what nobody had seen."""

    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        intake = room.parts.telegram.intake
        assert intake is not None
        await intake.take([room.pressed(NURSE, "Ryger dagligt")])
        room.clock.forward(seconds=5)
        before = kept(room)
        await room.quiet(NURSE)
        assert kept(room) == before

    play(scene, clock=Still(), **GUARDED)


def test_typed_commands_are_no_taps(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        assert "trykke på knapperne" in await room.write(NURSE, "/hjaelp")
        before = room.texts(NURSE)
        await room.write(NURSE, "/ny")
        assert len(room.texts(NURSE)) > len(before)
        assert TOO_SOON not in room.texts(NURSE)

    play(scene, clock=Still(), **GUARDED)


def test_a_webhook_that_comes_twice_is_one_tap(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        intake = room.parts.telegram.intake
        assert intake is not None
        room.clock.forward(seconds=1)
        update = room.pressed(NURSE, "Ryger dagligt")
        await intake.take([update, update])
        await room.quiet(NURSE)
        room.clock.forward(seconds=1)
        await intake.take([update])
        assert "RÅDGIV" in await room.quiet(NURSE)
        assert len(room.texts(NURSE)) == 1

    play(scene, clock=Still(), **GUARDED)


@pytest.mark.parametrize("language", ["da", "en"])
def test_on_the_own_phone_a_yes_waits_for_the_reading_and_a_no_for_a_look(
    play: Play, language: str
) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        for title in ("Ryger dagligt", "Ja tak"):
            room.clock.forward(seconds=1)
            await room.press(NURSE, title)
        secret = room.contact_secret(NURSE, "Patienten læser og skriver selv")
        pages = room.parts.telegram.contact_pages
        texts = [pages.text(part, language) for part in (ConsentPart.CONTACT, ConsentPart.OUTCOME)]
        since = pages.since(secret, language, room.clock())
        hashes = [text.hash for text in texts]
        for stamp in (since, "", "1.0", since[:-1], "9" * 40):
            consent = PatientConsent(language, *hashes, outcome=True, since=stamp)
            with pytest.raises(BadContact) as bad:
                pages.answer(secret, consent, FORM, room.clock())
            assert bad.value.errors == {"consent": "too_soon"}
        with pytest.raises(BadContact):
            pages.refuse(secret, language, room.clock(), since)
        before = kept(room)
        words = sum(len(text.text.split()) for text in texts)
        room.clock.forward(seconds=words / 8 - 0.002)
        consent = PatientConsent(language, *hashes, outcome=True, since=since)
        with pytest.raises(BadContact):
            pages.answer(secret, consent, FORM, room.clock())
        assert kept(room) == before
        room.clock.forward(seconds=0.004)
        assert pages.since(secret, language, room.clock(), since) == since
        await asyncio.to_thread(pages.answer, secret, consent, FORM, room.clock())
        assert "Skal henvisningen sendes?" in await room.quiet(NURSE)

    play(scene, clock=Still(), **GUARDED)
