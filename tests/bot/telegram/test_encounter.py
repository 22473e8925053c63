"""A nurse at work in Telegram: what she is asked, and that nothing of the patient goes there."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import select

from referrals.advice.encounter import Step
from referrals.advice.tables import EncounterRow, TurnRow
from referrals.audit.tables import AuditRow
from referrals.consent.tables import ConsentRow
from referrals.consent.texts import ConsentMethod, ConsentPart
from referrals.contact.page import ContactForm, PatientConsent
from referrals.denmark.calendar_days import DAY
from referrals.denmark.dates import DANISH_TIME, local_day
from referrals.notices.daily import tell_daily
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.referral.moves import Move
from referrals.referral.tables import ReferralRow
from referrals.telegram.tables import TelegramUpdateRow
from tests.bot.telegram.chatroom import Room
from tests.bot.telegram.conftest import Play
from tests.system.markers import Person, Search

NURSE = 1001
PERSON = Person.number(860_001)
FORM = ContactForm(name=PERSON.name, phone=PERSON.phone, postcode="2750", municipality="0151")


def rows(room: Room, table: Any, *where: Any) -> list[Any]:
    with room.parts.store.database.read() as session:
        return list(session.scalars(select(table).where(*where)))


async def file_one(room: Room) -> None:
    """Hold a whole encounter: script, the nurse writes on the page, sent."""
    secret = await room.to_contact_page(NURSE)
    pages = room.parts.telegram.contact_pages
    await asyncio.to_thread(pages.write, secret, FORM, room.clock())
    await room.quiet(NURSE)
    await room.press(NURSE, "Send henvisning")


def test_a_whole_encounter_files_one_referral(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        before = len(rows(room, ReferralRow))
        await file_one(room)
        assert len(rows(room, ReferralRow)) == before + 1
        said = "\n".join(room.texts(NURSE))
        assert "Oplysningerne er modtaget." in said
        assert "Sendt. Henvisningen står i kommunens kø." in said
        assert "VBA givet" in said
        assert "Du kan fortryde" in room.texts(NURSE)[-1]

    play(scene)


def test_nothing_of_the_patient_is_in_anything_that_was_sent(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await file_one(room)
        await room.write(NURSE, PERSON.sentence)
        await room.write(NURSE, "/status")
        assert b"henvisning" in room.api.everything
        assert Search([PERSON]).found_in(room.api.everything) == set()
        assert b"Ballerup" not in room.api.everything
        assert b"2750" not in room.api.everything

    play(scene)


def test_the_patient_reads_and_answers_on_the_own_phone(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        await room.press(NURSE, "Ryger dagligt")
        await room.press(NURSE, "Ja tak")
        secret = room.contact_secret(NURSE, "Patienten læser og skriver selv")
        pages = room.parts.telegram.contact_pages
        consent = PatientConsent(
            "en",
            pages.text(ConsentPart.CONTACT, "en").hash,
            pages.text(ConsentPart.OUTCOME, "en").hash,
            True,
        )
        await asyncio.to_thread(pages.answer, secret, consent, FORM, room.clock())
        last = await room.quiet(NURSE)
        assert "Skal henvisningen sendes?" in last
        assert f"Telefon: •• •• •• {PERSON.phone[-2:]}\n" in last
        await room.press(NURSE, "Send henvisning")
        [kept] = rows(room, ConsentRow, ConsentRow.method == ConsentMethod.OWN_PHONE.value)
        assert (kept.language, kept.contact, kept.outcome) == ("en", True, True)

    play(scene)


def test_the_patient_says_no_on_the_own_phone(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        await room.press(NURSE, "Ryger dagligt")
        await room.press(NURSE, "Ja tak")
        secret = room.contact_secret(NURSE, "Patienten læser og skriver selv")
        pages = room.parts.telegram.contact_pages
        await asyncio.to_thread(pages.refuse, secret, "da", room.clock())
        await room.quiet(NURSE)
        assert "Patienten sagde nej tak på siden." in room.texts(NURSE)
        assert rows(room, EncounterRow, EncounterRow.outcome == "consent_refused")

    play(scene)


def test_personal_data_in_the_chat_is_deleted_counted_and_answered_with_the_page(
    play: Play,
) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.to_contact_page(NURSE)
        before = {turn.message_id for turn in rows(room, TurnRow)}
        last = await room.write(NURSE, f"hun hedder {PERSON.name}, {PERSON.phone}")
        assert "vores egen side" in last
        assert room.key(NURSE, "Skriv oplysninger")
        assert "Beskeden er slettet og ikke læst." in "\n".join(room.texts(NURSE))
        assert all(PERSON.phone not in each.text for each in room.api.messages(NURSE))
        noted = rows(room, AuditRow, AuditRow.action == "telegram_personal")
        assert len(noted) == 1
        [said] = (turn for turn in rows(room, TurnRow) if turn.message_id not in before)
        assert said.sealed_text.partition("{")[0] == "/resume"

    play(scene)


def test_what_is_harmless_is_understood_by_the_engine_alone(play: Play) -> None:
    """Words go to the engine; here there is none, so the nurse hears that it will be late."""

    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        update = room.typed(NURSE, "ja tak")
        await room.send(update)
        await room.said(NURSE, "prøver igen")
        assert room.api.count("deleteMessage") == 0

    play(scene)


def test_a_used_button_says_so_and_shows_the_present_step(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        old = room.pressed(NURSE, "Ryger dagligt")
        again = {**room.pressed(NURSE, "Ryger dagligt")}
        await room.send(old)
        await room.quiet(NURSE)
        await room.send(again)
        last = await room.quiet(NURSE)
        assert "Den knap er brugt eller for gammel. Her er vi nu." in room.texts(NURSE)
        assert "RÅDGIV" in last
        [encounter] = rows(room, EncounterRow, EncounterRow.closed_at.is_(None))
        assert encounter.step == Step.OFFER

    play(scene)


def test_another_s_button_and_a_made_up_one_do_nothing(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        room.bind(1002, "demo-nurse-2")
        await room.write(NURSE, "/ny")
        await room.write(1002, "/ny")
        theirs = room.pressed(NURSE, "Ryger dagligt")
        theirs["callback_query"]["from"]["id"] = 1002
        theirs["callback_query"]["message"]["chat"]["id"] = 1002
        await room.send(theirs)
        await room.quiet(1002)
        made_up = room.pressed(1002, "Ryger dagligt")
        made_up["callback_query"]["data"] = '/answer{"step":"status","value":"daily"}'
        await room.send(made_up)
        await room.quiet(1002)
        steps = {each.step for each in rows(room, EncounterRow, EncounterRow.closed_at.is_(None))}
        assert steps == {Step.STATUS}

    play(scene)


def test_buttons_are_opaque_and_used_keyboards_are_taken_away(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await file_one(room)
        await room.write(NURSE, "/ny")
        with_keys = [
            each
            for each in room.api.messages(NURSE)
            if any("callback_data" in key for row in each.keyboard for key in row)
        ]
        assert len(with_keys) == 1
        data = {key["callback_data"] for each in with_keys for row in each.keyboard for key in row}
        assert all(len(each) == 22 and "{" not in each for each in data)

    play(scene)


def test_a_button_changes_its_message_instead_of_adding_one(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        before = len(room.texts(NURSE))
        await room.press(NURSE, "Ryger dagligt")
        await room.press(NURSE, "Ja tak")
        assert len(room.texts(NURSE)) == before
        assert room.api.count("editMessageText") == 2

    play(scene)


def test_commands_are_told_in_both_languages_and_typing_is_shown(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/hjaelp")
        told = b"\n".join(each.body for each in room.api.sent if each.method == "setMyCommands")
        for name in (b"ny", b"kurser", b"status", b"laas", b"hjaelp"):
            assert told.count(name) >= 2
        assert b"language_code" in told
        assert room.api.count("setChatMenuButton") == 1
        assert room.api.count("sendChatAction") == 1

    play(scene)


def test_status_lists_what_waits_and_a_key_goes_on_with_it(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        await room.press(NURSE, "Ryger dagligt")
        room.clock.forward(minutes=5)  # the keys tell the talks apart by their minute
        await room.write(NURSE, "/ny")
        last = await room.write(NURSE, "/status")
        assert "Ikke færdige forløb: 2." in last
        keys = [key["text"] for row in room.api.messages(NURSE)[-1].keyboard for key in row]
        assert len(set(keys)) == 2
        assert "RÅDGIV" in await room.press(NURSE, min(keys))

    play(scene)


def test_the_ward_hears_in_the_evening_that_its_referral_was_called(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.clock.offset = tomorrow_at(12) - datetime.now(UTC)
        room.bind(NURSE)
        await file_one(room)
        store = room.parts.store
        [newest] = rows(room, ReferralRow)[-1:]
        adviser = MunicipalQueue(store.database, store.vault, room.staff("demo-adviser-0151"))
        adviser.move(newest.reference, Move.REACH, room.clock())
        room.clock.offset = tomorrow_at(18) - datetime.now(UTC)
        tell_daily(store.database, room.clock())
        room.parts.sending.spread(room.clock())
        last = await room.quiet(NURSE)
        assert last.endswith(" af jeres henvisninger er kontaktet i dag.")
        assert newest.reference not in last

    play(scene)


def tomorrow_at(hour: int) -> datetime:
    """Give an hour of tomorrow in Denmark, so that it lies ahead whenever this runs."""
    return datetime.combine(local_day(datetime.now(UTC)) + DAY, time(hour), DANISH_TIME)


def test_what_was_said_is_forgotten_once_it_was_handled(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, f"hun hedder {PERSON.name}")
        kept = rows(room, TelegramUpdateRow)
        assert kept
        assert all(row.body is None for row in kept)

    play(scene)


def test_messages_are_protected_and_show_no_previews(play: Play) -> None:
    async def scene(room: Room) -> None:
        room.bind(NURSE)
        await room.write(NURSE, "/ny")
        sent = [each.body for each in room.api.sent if each.method == "sendMessage"]
        assert sent
        assert all(b"protect_content" in body and b"is_disabled" in body for body in sent)

    play(scene)
