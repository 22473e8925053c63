"""What comes of what a chat brought: decides who may say it, asks Henvis, plans the reply.

Sends nothing itself and keeps nothing: the plan is committed together with the end of what it
answers, so that a crash at any line leaves one answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from bot.conversation import Conversations, TooLong
from bot.telegram.incoming import Said, said
from bot.telegram.showing import RESUME, TAKE_UP, messages_of
from bot.telegram.words import language_of, words
from referrals.advice.encounter import Step
from referrals.allowances.rate import Allowance, per
from referrals.allowances.spending import Allowances, TooManyAttempts
from referrals.contact.page import DONE, REFUSED
from referrals.deferred.wards_list import NotListed, TakenUp
from referrals.quotas.nurse import QuotaReached
from referrals.staff.roles import Staff
from referrals.storage.database import Database
from referrals.telegram import chats, enrolment
from referrals.telegram.chats import Chat
from referrals.telegram.inbox import Kept
from referrals.telegram.replies import Key, Message, Plan, Pressed, TelegramReplies
from referrals.turns.encounters import Awaiting, TooSoon, UnknownEncounter

UNLOCK_PATH = "/telegram"
CONFIRM_PATH = "/telegram/bekraeft"
_STRANGERS = Allowance("answers to strangers", (per(1, hours=1),))
_INVITATIONS = Allowance("Telegram invitations", (per(10, hours=1),))
_COMMANDS = {"kurser": "/ask_courses", "hjaelp": "/help", "help": "/help"}


class Signals(Protocol):
    """What is shown at once and may be lost: it says nothing that matters."""

    def typing(self, chat_id: int) -> None:
        """Show that Henvis writes."""

    def pressed(self, press_id: str, text: str = "") -> None:
        """Let a pressed key rest, with a short word perhaps."""


class Front:
    """Handles what the inbox gives out."""

    def __init__(
        self,
        database: Database,
        conversations: Conversations,
        replies: TelegramReplies,
        signals: Signals,
        status: Callable[[Session, Staff, str, datetime], tuple[Message, ...]],
        count_personal: Callable[[], None],
        base_url: str,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._conversations = conversations
        self._replies = replies
        self._signals = signals
        self._status = status
        self._count_personal = count_personal
        self._base_url = base_url
        self._now = now
        self._allowances = Allowances(database)

    async def handle(self, kept: Kept) -> None:
        """Handle one thing and commit what comes of it. Raises EngineUnavailable: try again."""
        chat = await asyncio.to_thread(self._chat, kept.chat_id)
        try:
            page = kept.kind != "update"
            plan = await (self._page(kept, chat) if page else self._update(kept, chat))
        except QuotaReached:
            plan = _say(chat, words(chat.staff.language)["quota_reached"]) if chat else Plan()
        if plan.personal:
            self._count_personal()
        await self.commit(kept, chat, plan)

    async def commit(self, kept: Kept, chat: Chat | None, plan: Plan) -> None:
        """Write a plan."""
        staff = chat.staff if chat else None
        await asyncio.to_thread(self._replies.commit, kept, staff, plan, self._now())

    async def say_unavailable(self, kept: Kept) -> None:
        """Say that the answer will be late, where somebody is there to be told."""
        chat = await asyncio.to_thread(self._chat, kept.chat_id)
        if chat is not None:
            text = words(chat.staff.language)["unavailable"]
            await asyncio.to_thread(self._replies.aside, kept, text, self._now())

    async def give_up(self, kept: Kept) -> None:
        """Say that it did not work, where somebody is there to be told."""
        chat = await asyncio.to_thread(self._chat, kept.chat_id)
        plan = Plan()
        if chat is not None:
            text = words(chat.staff.language)["gave_up"]
            plan = Plan((Message(text),), encounter_id=chat.encounter_id)
        await self.commit(kept, chat, plan)

    def _chat(self, chat_id: int) -> Chat | None:
        with self._database.read() as session:
            return chats.chat_of(session, chat_id, self._now())

    async def _update(self, kept: Kept, chat: Chat | None) -> Plan:
        told = said(kept.body)
        if told.kind == "blocked":
            await asyncio.to_thread(self._replies.suspend, told.chat_id, self._now())
            return Plan()
        if told.kind == "ignored":
            return Plan(encounter_id=chat.encounter_id if chat else None)
        if not told.private:
            return await self._group(told)
        if told.text.startswith("/start "):
            return await self._invited(told, chat)
        if chat is None:
            return await self._stranger(told)
        if chat.locked:
            return self._locked(told, chat)
        if not chat.staff.is_nurse:
            return _say(chat, words(chat.staff.language)["nurses_only"])
        if told.kind == "press":
            return await self._press(kept, told, chat)
        return await self._written(kept, told, chat)

    async def _spend(self, allowance: Allowance, chat_id: int) -> None:
        """Count one for a chat. Raises TooManyAttempts."""
        spend = self._allowances.spend
        await self._database.run(spend, allowance, str(chat_id), self._now())

    async def _group(self, told: Said) -> Plan:
        try:
            await self._spend(_STRANGERS, told.chat_id)
        except TooManyAttempts:
            return Plan()
        return Plan((Message(words(language_of(told.language))["private_only"]),), leave=True)

    async def _stranger(self, told: Said) -> Plan:
        if told.press_id:
            self._signals.pressed(told.press_id)
        try:
            await self._spend(_STRANGERS, told.chat_id)
        except TooManyAttempts:
            return Plan()
        return Plan((Message(words(language_of(told.language))["stranger"]),))

    async def _invited(self, told: Said, chat: Chat | None) -> Plan:
        """Answer a deep link: where to confirm, or that it is over. Guessing is slow."""
        try:
            await self._spend(_INVITATIONS, told.chat_id)
        except TooManyAttempts:
            return Plan()
        say = words(chat.staff.language if chat else language_of(told.language))
        secret = told.text.split(maxsplit=1)[1].strip()

        def claim(session: Session, now: datetime) -> tuple[Message, ...]:
            claimed = enrolment.claim(session, secret, told.chat_id, told.account, now)
            if claimed is None:
                return (Message(say["no_invitation"]),)
            key = Key(
                say["confirm_button"], url=f"{self._base_url}{CONFIRM_PATH}/{claimed.confirm}"
            )
            text = say["confirm"].format(code=f"{claimed.code[:3]} {claimed.code[3:]}")
            return (Message(text, (key,)),)

        deletes = (told.message_id,) if told.message_id else ()
        return Plan(deletes=deletes, also=claim, encounter_id=chat.encounter_id if chat else None)

    def _locked(self, told: Said, chat: Chat) -> Plan:
        say = words(chat.staff.language)
        if told.press_id:
            self._signals.pressed(told.press_id)
        unlock = Key(say["unlock_button"], url=f"{self._base_url}{UNLOCK_PATH}")
        plan = _say(chat, say["locked"], unlock)
        if self._holds_personal(told, Step.STATUS):
            plan = replace(plan, deletes=(told.message_id or 0,), personal=True)
        return plan

    def _holds_personal(self, told: Said, step: Step) -> bool:
        """Tell whether a message must go: text that seems personal, and whatever is no text."""
        if told.kind == "press":
            return False
        return told.kind == "other" or self._conversations.looks_personal(told.text, step)

    async def _written(self, kept: Kept, told: Said, chat: Chat) -> Plan:
        awaiting = await self._awaiting(chat)
        step = awaiting.step if awaiting else Step.STATUS
        say = words(awaiting.language if awaiting else chat.staff.language)
        if told.kind == "other":
            plan = _say(chat, say["only_text"])
            return replace(plan, deletes=(told.message_id or 0,))
        command, _, rest = told.text.partition(" ")
        checked = rest if command.startswith("/") else told.text
        if checked.strip() and self._conversations.looks_personal(checked, step):
            return await self._refuse_personal(kept, told, chat, awaiting)
        if told.kind == "edited":
            return Plan(encounter_id=chat.encounter_id)
        self._signals.typing(chat.telegram_id)
        if told.text.startswith("/"):
            name = command[1:].partition("@")[0].casefold()
            return await self._command(kept, name, chat, awaiting)
        return await self._talk(kept, chat, awaiting, text=told.text)

    async def _refuse_personal(
        self, kept: Kept, told: Said, chat: Chat, awaiting: Awaiting | None
    ) -> Plan:
        """Answer personal data with the way to our page; it was not read by anything but a rule."""
        say = words(awaiting.language if awaiting else chat.staff.language)
        warning = Message(say["personal"] + "\n" + say["personal_page"])
        plan = Plan((warning,), encounter_id=chat.encounter_id)
        if awaiting is not None and chat.encounter_id:
            present = await self._talk(kept, chat, awaiting, command=RESUME)
            plan = replace(present, messages=(Message(say["personal"]), *present.messages))
        return replace(plan, deletes=(told.message_id or 0,), personal=True)

    async def _command(self, kept: Kept, name: str, chat: Chat, awaiting: Awaiting | None) -> Plan:
        say = words(awaiting.language if awaiting else chat.staff.language)
        if name in ("laas", "lock"):
            return self._lock_now(chat, say["now_locked"])
        if name == "status":
            now = self._now()
            shown = await asyncio.to_thread(self._shown_status, chat.staff, now)
            return Plan(shown, strip=True, encounter_id=chat.encounter_id, step=Step.STATUS)
        if name in ("ny", "new", "start"):
            if awaiting is None:
                return await self._talk(kept, chat, None, command=RESUME)
            return await self._talk(kept, chat, awaiting, command="/new_patient")
        command = _COMMANDS.get(name, "/help")
        return await self._talk(kept, chat, awaiting, command=command)

    def _shown_status(self, staff: Staff, now: datetime) -> tuple[Message, ...]:
        with self._database.read() as session:
            return self._status(session, staff, staff.language, now)

    def _lock_now(self, chat: Chat, text: str) -> Plan:
        def lock(session: Session, now: datetime) -> tuple[Message, ...]:
            chats.lock(session, chat.staff, now)
            return ()

        plan = _say(chat, text)
        return replace(plan, strip=True, also=lock)

    async def _press(self, kept: Kept, told: Said, chat: Chat) -> Plan:
        button = await asyncio.to_thread(self._replies.button, chat.telegram_id, told.button)
        awaiting = await self._awaiting(chat)
        too_soon = words(awaiting.language if awaiting else chat.staff.language)["too_soon"]
        nothing = Plan(encounter_id=chat.encounter_id)
        guard = self._conversations.taps
        if button is not None and guard.is_double(button.changed_at, kept.received_at):
            self._signals.pressed(told.press_id, too_soon)
            return nothing
        goes_on = button is not None and button.payload == RESUME
        if button is not None and button.payload == TAKE_UP:
            return await self._take_up(kept, told, chat, button)
        if button is not None and goes_on:
            chat = replace(chat, encounter_id=button.encounter_id)
            awaiting = await self._awaiting(chat)
        fits = button is not None and (
            not button.used
            and button.encounter_id == chat.encounter_id
            and awaiting is not None
            and (goes_on or button.step == awaiting.step)
        )
        if button is None or not fits:
            return await self._old_button(kept, told, chat, awaiting)
        told_at_the_key = ""
        try:
            plan = await self._talk(
                kept, chat, awaiting, payload=button.payload, edits=told.message_id
            )
        except TooSoon:
            told_at_the_key = too_soon
            return nothing
        finally:
            self._signals.pressed(told.press_id, told_at_the_key)
        return replace(plan, used_card=button.card, strip=False)

    async def _take_up(self, kept: Kept, told: Said, chat: Chat, button: Pressed) -> Plan:
        """Go on with a patient of the ward's list; handled again, it is the same conversation."""
        self._signals.pressed(told.press_id)
        say = words(chat.staff.language)
        try:
            begun = await self._conversations.take_up(chat.staff, button.encounter_id)
        except TakenUp:
            return replace(_say(chat, say["taken_up"]), strip=True)
        except NotListed:
            return replace(_say(chat, say["not_listed"]), strip=True)
        chat = replace(chat, encounter_id=begun)
        plan = await self._talk(kept, chat, await self._awaiting(chat), command=RESUME)
        return replace(plan, used_card=button.card, strip=True)

    async def _old_button(
        self, kept: Kept, told: Said, chat: Chat, awaiting: Awaiting | None
    ) -> Plan:
        say = words(awaiting.language if awaiting else chat.staff.language)
        self._signals.pressed(told.press_id, say["old_button_short"])
        if awaiting is None:
            plan = _say(chat, say["nothing_open"])
        else:
            plan = await self._talk(kept, chat, awaiting, command=RESUME)
            plan = replace(plan, messages=(Message(say["old_button"]), *plan.messages))
        return replace(plan, strip=told.message_id or True) if told.message_id else plan

    async def _page(self, kept: Kept, chat: Chat | None) -> Plan:
        """Go on where one of our pages stopped."""
        if chat is None:
            return Plan()
        awaiting = await self._awaiting(chat)
        say = words(awaiting.language if awaiting else chat.staff.language)
        if chat.locked:
            unlock = Key(say["unlock_button"], url=f"{self._base_url}{UNLOCK_PATH}")
            return _say(chat, f"{say[kept.kind]} {say['locked']}", unlock)
        other = kept.body.get("encounter", chat.encounter_id)
        if kept.kind in (DONE, REFUSED) and other != chat.encounter_id:
            key = Key(say["continue"], payload=RESUME, encounter_id=other)
            return replace(_say(chat, say["other_patient"], key), step=Step.STATUS)
        if awaiting is None:
            hint = say["nothing_open"] if chat.staff.is_nurse else say["nurses_only"]
            return _say(chat, f"{say[kept.kind]} {hint}")
        plan = await self._talk(kept, chat, awaiting, command=RESUME)
        return replace(plan, messages=(Message(say[kept.kind]), *plan.messages))

    async def _awaiting(self, chat: Chat) -> Awaiting | None:
        if chat.encounter_id is None:
            return None
        try:
            return await self._conversations.awaiting(chat.staff, chat.encounter_id)
        except UnknownEncounter:
            return None

    async def _talk(
        self,
        kept: Kept,
        chat: Chat,
        awaiting: Awaiting | None,
        *,
        text: str | None = None,
        payload: str | None = None,
        command: str | None = None,
        edits: int | None = None,
    ) -> Plan:
        """Say something to Henvis; the same thing twice is done once.

        A ``payload`` was pressed, a ``command`` was not. Raises TooSoon.
        """
        encounter_id = chat.encounter_id
        if awaiting is None or encounter_id is None:
            encounter_id = await self._started(kept, chat.staff)
        language = awaiting.language if awaiting else chat.staff.language
        try:
            answer = await self._conversations.say(
                chat.staff,
                encounter_id,
                kept.key,
                text=text,
                payload=payload,
                command=command,
                tapped_at=kept.received_at,
                by_page=True,
            )
        except TooLong:
            return _say(chat, words(language)["too_long"])
        awaits = answer.replies[-1].awaits if answer.replies else ""
        messages = messages_of(answer, words(language)["copy"], edits)
        return Plan(messages, strip=True, encounter_id=answer.conversation_id, step=awaits)

    async def _started(self, kept: Kept, nurse: Staff) -> str:
        """Begin an encounter for this message, the same one if it is handled again."""
        return await self._conversations.start(nurse, once=kept.key)


def _say(chat: Chat, text: str, *keys: Key) -> Plan:
    return Plan((Message(text, keys),), encounter_id=chat.encounter_id)
