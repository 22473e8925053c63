"""What goes wrong on the way: each thing is handled once, in order, and nothing filed twice."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from referrals.advice.tables import EncounterRow
from referrals.contact.page import ContactForm
from referrals.outbox.tables import OutboxRow
from referrals.referral.tables import ReferralRow
from referrals.telegram.tables import TelegramUserRow
from tests.bot.telegram.chatroom import Room, refused, working
from tests.bot.telegram.conftest import Play

NURSE, OTHER = 1001, 1002
FORM = ContactForm(name="Kabelund Eksempel", phone="26860002", postcode="2750", municipality="0151")


def referrals(room: Room) -> int:
    with room.parts.store.database.read() as session:
        return session.scalar(select(func.count()).select_from(ReferralRow)) or 0


def steps(room: Room) -> list[str]:
    with room.parts.store.database.read() as session:
        open_ones = select(EncounterRow.step).where(EncounterRow.closed_at.is_(None))
        return sorted(session.scalars(open_ones))


def letters(room: Room) -> list[OutboxRow]:
    with room.parts.store.database.read() as session:
        mine = select(OutboxRow).where(OutboxRow.channel == "telegram").order_by(OutboxRow.id)
        return list(session.scalars(mine))


async def to_summary(room: Room) -> None:
    secret = await room.to_contact_page(NURSE)
    pages = room.parts.telegram.contact_pages
    await asyncio.to_thread(pages.write, secret, FORM, room.clock())
    await room.quiet(NURSE)


def test_an_update_that_comes_twice_is_handled_once(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        intake = room.parts.telegram.intake
        assert intake is not None
        update = room.typed(NURSE, "/ny")
        await intake.take([update, update])
        await intake.take([update])
        await room.quiet(NURSE)
        assert steps(room) == ["status"]
        assert len(room.texts(NURSE)) == 1

    play(scene)


def test_updates_that_overtake_each_other_are_handled_in_order(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        intake = room.parts.telegram.intake
        assert intake is not None
        first, second = room.pressed(NURSE, "Ryger dagligt"), room.typed(NURSE, "/laas")
        await intake.take([second])
        await intake.take([first])
        await room.quiet(NURSE)
        assert steps(room) == ["offer"]
        assert room.texts(NURSE)[-1] == "Chatten er låst."

    play(scene)


def test_what_waits_behind_an_unanswered_message_keeps_its_place(play: Play) -> None:
    """Free text needs the engine, which is away: the command behind it waits its turn."""

    async def scene(room: Room) -> None:
        room.bind(NURSE)
        room.bind(OTHER, "demo-nurse-2")
        await room.write(NURSE, "/ny")
        await room.send(room.typed(NURSE, "ja tak"), room.typed(NURSE, "/laas"))
        await room.said(NURSE, "prøver igen")
        assert "Chatten er låst." not in room.texts(NURSE)
        await room.send(room.typed(OTHER, "/ny"))
        await room.said(OTHER, "SPØRG")

    play(scene)


def test_telegram_s_own_limit_is_waited_for(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        slow = refused(429, "Too Many Requests: retry after 1", retry_after=1)
        room.api.faults.append(("sendMessage", slow))
        await room.write(NURSE, "/ny")
        assert len(room.texts(NURSE)) == 1
        [letter] = [each for each in letters(room) if each.kind == "send"]
        assert letter.sent_at is not None
        assert (letter.sent_at - letter.created_at).total_seconds() >= 1
        assert letter.attempts == 1, "a wait that Telegram asks for is no failed try"

    play(scene)


def test_a_bad_gateway_is_tried_again(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        room.api.faults.append(("sendMessage", refused(502, "Bad Gateway")))
        await room.write(NURSE, "/ny")
        assert len(room.texts(NURSE)) == 1
        assert room.api.count("sendMessage") == 2

    play(scene)


def test_an_uncertain_answer_never_sends_a_second_referral(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await to_summary(room)
        before = referrals(room)
        room.api.faults.append(("editMessageText", None))
        room.api.faults.append(("sendMessage", None))
        await room.press(NURSE, "Send henvisning")
        assert referrals(room) == before + 1
        assert "Du kan fortryde" in room.texts(NURSE)[-1]

    play(scene)


def test_a_message_that_can_no_longer_be_changed_is_said_anew(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        late = refused(400, "Bad Request: message can't be edited")
        room.api.faults.append(("editMessageText", late))
        assert "RÅDGIV" in await room.press(NURSE, "Ryger dagligt")
        assert len(room.texts(NURSE)) == 2
        assert "SAMTYKKE" in await room.press(NURSE, "Ja tak")

    play(scene)


def test_a_message_that_stands_already_as_it_should_is_left(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        same = refused(400, "Bad Request: message is not modified")
        room.api.faults.append(("editMessageText", same))
        await room.press(NURSE, "Ryger dagligt")
        assert room.api.count("sendMessage") == 1

    play(scene)


def test_who_blocks_the_bot_is_suspended_with_what_was_under_way(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        blocked = refused(403, "Forbidden: bot was blocked by the user")
        room.api.faults.append(("sendMessage", blocked))
        await room.write(NURSE, "/hjaelp")
        with room.parts.store.database.read() as session:
            assert session.scalars(select(TelegramUserRow)).one().suspended_at is not None
        assert steps(room) == []
        assert "SPØRG" not in await room.write(NURSE, "/ny")

    play(scene)


def test_what_came_before_a_crash_is_handled_after_it(play: Play) -> None:
    """Nothing works at first: what came is in the inbox, acknowledged, and the process ends."""

    async def scene(room: Room) -> None:
        room.bind(NURSE)
        intake = room.parts.telegram.intake
        assert intake is not None
        await intake.take([room.typed(NURSE, "/ny")])
        assert room.texts(NURSE) == []
        async with working(room.parts) as room.tasks:
            assert "SPØRG" in await room.quiet(NURSE)

    play(scene, at_work=False)


def test_a_crash_between_deciding_and_answering_files_once(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        async with working(room.parts) as room.tasks:
            await to_summary(room)
        before = referrals(room)
        press = room.pressed(NURSE, "Send henvisning")
        intake, front = room.parts.telegram.intake, room.parts.telegram.front
        assert intake is not None
        await intake.take([press])
        kept = room.parts.telegram.inbox.first_of(NURSE, room.clock())
        assert kept is not None

        async def crash(*_: object) -> None:
            raise KeyboardInterrupt

        commit, front.commit = front.commit, crash  # type: ignore[method-assign]
        try:
            await front.handle(kept)
        except KeyboardInterrupt:
            front.commit = commit  # type: ignore[method-assign]
        assert referrals(room) == before + 1
        async with working(room.parts) as room.tasks:
            assert "Du kan fortryde" in await room.quiet(NURSE)
        assert referrals(room) == before + 1

    play(scene, at_work=False)


def test_one_bad_message_does_not_stop_a_chat(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        looked = room.parts.conversations.looks_personal

        def fails(text: str, step: object) -> bool:
            if text == "bum":
                raise RuntimeError("a mistake of ours")
            return looked(text, step)  # type: ignore[arg-type]

        room.parts.conversations.looks_personal = fails  # type: ignore[method-assign]
        await room.send(room.typed(NURSE, "bum"), room.typed(NURSE, "/ny"))
        await room.said(NURSE, "SPØRG")
        assert room.texts(NURSE)[0] == "Det lykkedes ikke. Prøv igen."

    play(scene)


def test_many_chats_are_served_side_by_side_each_in_order(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        room.bind(OTHER, "demo-nurse-2")
        for telegram_id in (NURSE, OTHER):
            await room.write(telegram_id, "/ny")
        presses = [room.pressed(each, "Ryger dagligt") for each in (NURSE, OTHER)]
        await room.send(*presses, *(room.typed(each, "/laas") for each in (NURSE, OTHER)))
        await room.quiet(NURSE)
        assert steps(room) == ["offer", "offer"]
        assert all(room.texts(each)[-1] == "Chatten er låst." for each in (NURSE, OTHER))

    play(scene)
