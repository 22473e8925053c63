"""Who is let in: invited and confirmed on our page, unlocked there, alone in the chat."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from referrals.administration.users import Administration
from referrals.advice.tables import EncounterRow
from referrals.contact.links import NoContactLink
from referrals.staff.roles import NotAllowed, Role
from referrals.telegram import chats, enrolment
from referrals.telegram.enrolment import CannotBind, Claim, NoTelegramInvite
from tests.bot.telegram.chatroom import Room
from tests.bot.telegram.conftest import Play

NURSE, STRANGER, GROUP = 1001, 4444, -5000
WARD = "herlev-onk-1"


def invite(room: Room, by: str = "demo-lead", ward: str | None = None, days: int = 7) -> str:
    lead = room.staff(by)
    with room.parts.store.database.write() as session:
        where = ward or lead.ward_id or WARD
        return enrolment.invite(session, lead, Role.NURSE, where, days, room.clock())


def bind(room: Room, claim: Claim, name: str = "demo-nurse") -> int:
    with room.parts.store.database.write() as session:
        return enrolment.bind(session, room.staff(name), claim.confirm, claim.code, room.clock())


async def confirm_secret(room: Room, invitation: str, telegram_id: int = NURSE) -> Claim:
    said = await room.write(telegram_id, f"/start {invitation}")
    [code] = re.findall(r"koden (\d{3} \d{3})", said)
    url: str = room.key(telegram_id, "Bekræft på Henvis")[1]["url"]
    return Claim(url.rpartition("/")[2], code)


def test_an_invited_nurse_is_let_in_once_she_has_confirmed(play: Play) -> None:
    async def scene(room: Room) -> None:
        invitation = invite(room, "demo-admin", room.staff().ward_id)
        confirm = await confirm_secret(room, invitation)
        assert "kun for inviteret" in await room.write(NURSE, "hej")
        assert bind(room, confirm) == NURSE
        assert "SPØRG" in await room.write(NURSE, "/ny")

    play(scene)


def test_an_invitation_is_used_once(play: Play) -> None:
    async def scene(room: Room) -> None:
        invitation = invite(room, "demo-admin", room.staff().ward_id)
        first, second = (
            await confirm_secret(room, invitation),
            await confirm_secret(room, invitation, STRANGER),
        )
        bind(room, first)
        with pytest.raises(NoTelegramInvite):
            bind(room, second)
        last = await room.write(STRANGER, f"/start {invitation}")
        assert last == "Invitationen gælder ikke længere. Bed om en ny."

    play(scene)


def test_an_invitation_runs_out_and_so_does_its_confirmation(play: Play) -> None:
    async def scene(room: Room) -> None:
        invitation = invite(room, "demo-admin", room.staff().ward_id, days=1)
        confirm = await confirm_secret(room, invitation)
        room.clock.forward(minutes=11)
        with pytest.raises(NoTelegramInvite):
            bind(room, confirm)
        room.clock.forward(days=1)
        last = await room.write(NURSE, f"/start {invitation}")
        assert last == "Invitationen gælder ikke længere. Bed om en ny."

    play(scene)


def test_an_invitation_for_another_ward_or_role_is_no_use(play: Play) -> None:
    async def scene(room: Room) -> None:
        elsewhere = room.staff("demo-nurse-gentofte").ward_id
        confirm = await confirm_secret(room, invite(room, "demo-admin", elsewhere))
        with pytest.raises(CannotBind):
            bind(room, confirm)
        with pytest.raises(CannotBind):
            bind(room, confirm, "demo-adviser-0151")

    play(scene)


def test_a_telegram_that_is_taken_stays_with_its_owner(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE, "demo-nurse-2")
        invitation = invite(room, "demo-admin", room.staff().ward_id)
        with pytest.raises(CannotBind):
            bind(room, await confirm_secret(room, invitation))

    play(scene)


def test_a_link_that_somebody_else_sends_binds_nobody_without_the_code_of_that_chat(
    play: Play,
) -> None:
    """The stranger follows the nurse's invitation and sends her the link to confirm."""

    async def scene(room: Room) -> None:
        invitation = invite(room, "demo-admin", room.staff().ward_id)
        stranger_s = await confirm_secret(room, invitation, STRANGER)
        hers = await confirm_secret(room, invitation)
        for code in ("", "000 000", hers.code):
            with pytest.raises(CannotBind) as refused:
                bind(room, replace(stranger_s, code=code))
            assert refused.value.why == "code"
        assert bind(room, hers) == NURSE

    play(scene)


def test_the_page_is_told_which_telegram_it_would_bind(play: Play) -> None:
    async def scene(room: Room) -> None:
        invitation = invite(room, "demo-admin", room.staff().ward_id)
        update = room.typed(STRANGER, f"/start {invitation}")
        update["message"]["from"] |= {
            "first_name": "Eve", "last_name": "Sdropper\n", "username": "eve"
        }  # fmt: skip
        await room.send(update)
        await room.quiet(STRANGER)
        confirm = room.key(STRANGER, "Bekræft på Henvis")[1]["url"].rpartition("/")[2]
        with room.parts.store.database.read() as session:
            shown = enrolment.look(session, confirm, room.clock())
        assert shown.account == "Eve Sdropper (@eve)"

    play(scene)


def test_only_leads_of_the_place_and_administrators_invite(play: Play) -> None:
    async def scene(room: Room) -> None:
        for by in ("demo-nurse", "demo-adviser-0151"):
            with pytest.raises(NotAllowed):
                invite(room, by, WARD)
        elsewhere = room.staff("demo-nurse-gentofte").ward_id
        with pytest.raises(NotAllowed):
            invite(room, "demo-lead", elsewhere)

    play(scene)


@pytest.mark.parametrize("away", [{"minutes": 11}, {"hours": 11}], ids=["idle", "all day"])
def test_a_chat_locks_itself_and_is_unlocked_on_our_page_only(
    play: Play, away: dict[str, float]
) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        room.clock.forward(**away)
        for text in ("/ny", "1234", "lås op"):
            assert "Chatten er låst." in await room.write(NURSE, text)
        assert room.key(NURSE, "Lås op")[1]["url"].endswith("/telegram")
        with room.parts.store.database.write() as session:
            chats.unlock(session, room.staff(), room.clock())
            room.parts.telegram.inbox.tell(session, NURSE, "unlocked", {}, room.clock())
        await room.quiet(NURSE)
        assert "Chatten er låst op." in room.texts(NURSE)

    play(scene)


def test_a_chat_in_use_stays_open_but_never_longer_than_ten_hours(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        for _ in range(4):
            room.clock.forward(minutes=9)
            assert "låst" not in await room.write(NURSE, "/status")
        with room.parts.store.database.write() as session:
            row = chats.row_of(session, room.staff().id)
            assert row is not None
            assert row.unlocked_at is not None
            row.unlocked_at = row.unlocked_at.replace(year=row.unlocked_at.year - 1)
        assert "Chatten er låst." in await room.write(NURSE, "/status")

    play(scene)


def test_a_locked_chat_deletes_what_seems_personal(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        room.clock.forward(hours=1)
        await room.write(NURSE, "hun hedder Karla Jensen, 20304050")
        assert all("Karla" not in each.text for each in room.api.messages(NURSE))

    play(scene)


def test_a_stranger_gets_one_neutral_line_and_then_silence(play: Play) -> None:
    async def scene(room: Room) -> None:
        for text in ("/start", "hej", "hvem er du?"):
            await room.write(STRANGER, text)
        assert room.texts(STRANGER) == ["Denne bot er kun for inviteret personale."]

    play(scene)


def test_a_group_is_told_once_and_left(play: Play) -> None:
    async def scene(room: Room) -> None:
        update = room.typed(GROUP, "hej alle")
        update["message"]["chat"]["type"] = "group"
        await room.send(update)
        await room.quiet(GROUP)
        assert room.api.count("leaveChat") == 1
        assert room.api.count("sendMessage") == 1

    play(scene)


OTHERS: dict[str, dict[str, Any]] = {
    "photo": {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]},
    "voice": {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}},
    "contact": {"contact": {"phone_number": "20304050", "first_name": "Karla"}},
    "file": {"document": {"file_id": "f", "file_unique_id": "u"}},
    "forward": {
        "text": "ja",
        "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Karla"},
    },
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_no_text_is_refused_kindly_and_deleted(play: Play, what: str) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        update = room.typed(NURSE, "x")
        del update["message"]["text"]
        update["message"] |= OTHERS[what]
        await room.send(update)
        last = await room.quiet(NURSE)
        assert last == "Jeg læser kun tekst og knapper. Det, du sendte, er ikke gemt."
        assert room.api.count("deleteMessage") == 1

    play(scene)


def test_a_lead_hears_of_the_ward_but_holds_no_conversations(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE, "demo-lead")
        assert "føres af sygeplejersker" in await room.write(NURSE, "/ny")

    play(scene)


def test_suspension_ends_chat_links_and_drafts_at_once(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        secret = await room.to_contact_page(NURSE)
        store = room.parts.store
        admin = Administration(store.database, room.staff("demo-admin"))
        admin.suspend(room.staff().id, room.clock())
        with pytest.raises(NoContactLink):
            room.parts.telegram.contact_pages.look(secret, room.clock())
        with store.database.read() as session:
            mine = EncounterRow.nurse_id == room.staff().id
            left = session.scalars(
                select(EncounterRow).where(mine, EncounterRow.closed_at.is_(None))
            )
            assert left.all() == []
        assert "kun for inviteret" in await room.write(NURSE, "/ny")

    play(scene)


def test_blocking_the_bot_suspends_the_chat(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        intake = room.parts.telegram.intake
        assert intake is not None
        update = {
            "update_id": next(room.api.update_ids),
            "my_chat_member": {
                "chat": {"id": NURSE, "type": "private"},
                "from": {"id": NURSE, "is_bot": False, "first_name": "x"},
                "date": 1,
                "old_chat_member": {"status": "member"},
                "new_chat_member": {"status": "kicked"},
            },
        }
        await intake.take([update])
        await room.quiet(NURSE)
        assert "kun for inviteret" in await room.write(NURSE, "/ny")

    play(scene)


def test_an_edited_message_with_personal_data_is_deleted(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        intake = room.parts.telegram.intake
        assert intake is not None
        update = room.typed(NURSE, "hun hedder Karla Jensen, 20304050")
        update["edited_message"] = update.pop("message")
        await intake.take([update])
        await room.quiet(NURSE)
        assert room.api.count("deleteMessage") == 1

    play(scene)
