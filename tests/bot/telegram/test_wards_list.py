"""The ward's list in Telegram: a count, taken up by when and why, and never who it is."""

from __future__ import annotations

import asyncio
from typing import Any

from referrals.advice.tables import EncounterRow
from referrals.deferred.tables import DeferredRow
from referrals.deferred.wards_list import WardsList
from referrals.telegram.chats import unlock
from tests.bot.telegram.chatroom import Room
from tests.bot.telegram.conftest import Play
from tests.bot.telegram.test_encounter import rows

NURSE, COLLEAGUE = 1001, 1002
BED = "stue 4711"


async def defer_one(room: Room) -> DeferredRow:
    """Defer a patient in the chat; the nurse then writes the room on our page."""
    room.bind(NURSE)
    room.bind(COLLEAGUE, "demo-nurse-2")
    await room.write(NURSE, "/ny")
    await room.press(NURSE, "Ryger dagligt")
    await room.press(NURSE, "Kan ikke svare nu")
    await room.press(NURSE, "Sover")
    [place] = rows(room, DeferredRow, DeferredRow.ended.is_(None))
    parts = room.parts.store
    wards_list = WardsList(parts.database, parts.vault, room.staff())
    await asyncio.to_thread(wards_list.note, place.encounter_id, BED, None, room.clock())
    return place


async def status(room: Room, telegram_id: int) -> str:
    return await room.write(telegram_id, "/status")


def take_up_key(room: Room, telegram_id: int) -> str:
    """Give the title of the key that takes the patient up."""
    for shown in reversed(room.api.messages(telegram_id)):
        for row in shown.keyboard:
            for key in row:
                if key["text"].startswith("Spørg den fra"):
                    return str(key["text"])
    raise AssertionError(room.texts(telegram_id))


def test_next_day_a_colleague_takes_the_patient_up_in_the_chat(play: Play) -> None:
    async def scene(room: Room) -> None:
        place = await defer_one(room)
        assert "står på afsnittets liste" in room.texts(NURSE)[-1]
        assert "/chat#afsnittets-liste" in room.texts(NURSE)[-1]
        room.clock.forward(days=1)
        with room.parts.store.database.write() as session:
            unlock(session, room.staff("demo-nurse-2"), room.clock())
        assert "Udskudte patienter på afsnittets liste: 1." in await status(room, COLLEAGUE)
        key = take_up_key(room, COLLEAGUE)
        assert key.endswith("(sov)")
        said = await room.press(COLLEAGUE, key)
        assert "Fra sidst: ryger dagligt." in said
        assert "RÅDGIV" in said
        [taken] = rows(room, EncounterRow, EncounterRow.takes_up == place.encounter_id)
        await room.press(COLLEAGUE, "Nej tak")
        [place] = rows(room, DeferredRow, DeferredRow.encounter_id == place.encounter_id)
        assert (place.ended, place.taken_up_as) == ("asked", taken.id)
        assert BED.encode() not in room.api.everything

    play(scene)


def test_of_two_who_press_at_once_one_is_told_that_a_colleague_was_quicker(play: Play) -> None:
    async def scene(room: Room) -> None:
        await defer_one(room)
        for each in (NURSE, COLLEAGUE):
            await status(room, each)
        presses = [room.pressed(each, take_up_key(room, each)) for each in (NURSE, COLLEAGUE)]
        await room.send(*presses)
        await room.quiet(NURSE)
        await room.quiet(COLLEAGUE)
        last = [room.texts(each)[-1] for each in (NURSE, COLLEAGUE)]
        assert sum("Fra sidst" in text for text in last) == 1
        assert "En kollega har netop taget patienten op." in last
        assert len(rows(room, EncounterRow, EncounterRow.takes_up.is_not(None))) == 1

    play(scene)


def test_another_wards_nurse_sees_no_count(play: Play) -> None:
    async def scene(room: Room) -> Any:
        await defer_one(room)
        room.bind(1003, "demo-nurse-gentofte")
        assert "afsnittets liste" not in await status(room, 1003)

    play(scene)
