"""The one conversation service that all front ends share.

A message is sealed and kept, then understood and decided upon, then answered; each message id once.
Messages of one conversation are served in order, of different ones side by side.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

from bot.buttons import engine_payload, read_beside, with_language
from bot.engine.rasa import Engines, EngineUnavailable
from bot.following import Followers
from bot.sealing.personal import looks_personal
from bot.sealing.sealing import seal_text
from bot.sealing.vocabulary import Vocabulary
from bot.showing import Exchange, Showing, TurnReplies
from referrals.advice.encounter import Step
from referrals.advice.tapping import TapGuard
from referrals.quotas.nurse import TOO_MUCH, QuotaReached
from referrals.staff.roles import Staff
from referrals.storage.outage import AWAY, DatabaseAway
from referrals.turns.encounters import Awaiting, Encounters, OpenEncounter, Turn
from referrals.turns.order import TurnOrder
from referrals.turns.practice import Patient
from referrals.vault.vault import Sealed

MAX_TEXT = 1_000
MAX_MESSAGE_ID = 64
_MESSAGE_ID = re.compile(rf"[A-Za-z0-9_.:-]{{1,{MAX_MESSAGE_ID}}}")


class TooLong(ValueError):
    """The text is longer than anybody says at a bedside."""


class BadMessage(ValueError):
    """The message has not just one of text, payload and command, or an id that cannot be kept."""


class Conversations:
    """Holds conversations for nurses. Never logs or raises what a person typed."""

    def __init__(
        self,
        encounters: Encounters,
        engine: Engines,
        vocabulary: Vocabulary,
        base_url: str,
        order: TurnOrder,
    ) -> None:
        self._encounters = encounters
        self._engine = engine
        self._vocabulary = vocabulary
        self._order = order
        self._showing = Showing(encounters, base_url)
        self.followers = Followers(order)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def start(
        self,
        nurse: Staff,
        language: str | None = None,
        once: str = "",
        patient: Patient | None = None,
    ) -> str:
        """Begin a conversation about one patient and give its id, once for the same ``once``.

        With a made-up ``patient`` it is practice.
        """
        return await self._encounters.run(self._encounters.start, nurse, language, once, patient)

    @property
    def taps(self) -> TapGuard:
        """How long what has just appeared takes no tap."""
        return self._encounters.around.taps

    async def take_up(self, nurse: Staff, deferred_id: str) -> str:
        """Begin a conversation with a patient of the ward's list and give its id.

        Raises NotAllowed, NotListed or TakenUp.
        """
        return await self._encounters.run(self._encounters.take_up, nurse, deferred_id)

    def open_ones(self, nurse: Staff) -> list[OpenEncounter]:
        """List the conversations that this nurse can go on with."""
        return self._encounters.open_ones(nurse)

    async def say(
        self,
        nurse: Staff,
        conversation_id: str,
        message_id: str,
        *,
        text: str | None = None,
        payload: str | None = None,
        command: str | None = None,
        tapped_at: datetime | None = None,
        by_page: bool = False,
    ) -> TurnReplies:
        """Take one message, typed or a button, and give the replies.

        ``payload`` is that of a button, tapped now or at ``tapped_at``; ``command`` is one that
        nobody tapped. A tap on what has just appeared is no answer: nothing is kept of it.

        The same ``message_id`` again gives the same answer and does nothing twice. With ``by_page``
        the front end may not carry who the patient is: that is written on a page of its own, and
        what is replied holds none of it. Raises UnknownEncounter, EngineUnavailable, or
        one of ``outage.NOT_KEPT`` (say it again with the same id), TooSoon, TooLong, BadMessage,
        QuotaReached or BadPayload.
        """
        button = command if payload is None else payload
        _check(message_id, text, payload, command)
        tapped_at = None if payload is None else tapped_at or self._now()
        message_id = self._kept_id(conversation_id, message_id)
        async with self._lock(conversation_id), self._order.hold(conversation_id):
            turn = await self._encounters.run(
                self._receive, nurse, conversation_id, message_id, text, button, tapped_at
            )
            said = None
            if turn.replies is None:
                said = await self._ask(conversation_id, message_id, turn, by_page=by_page)
            answer = await self._encounters.run(
                self._finish, conversation_id, message_id, turn, said, by_page=by_page
            )
        if said is not None and not self._order.is_shared:
            self.followers.tell(conversation_id)
        return answer

    async def awaiting(self, nurse: Staff, conversation_id: str) -> Awaiting:
        """Tell what a conversation waits for. Raises UnknownEncounter."""
        return await self._encounters.run(self._encounters.awaiting, nurse, conversation_id)

    def looks_personal(self, text: str, step: Step) -> bool:
        """Tell whether a text seems to hold who a patient is. Keeps nothing."""
        return looks_personal(text, step, self._vocabulary)

    async def transcript(self, nurse: Staff, conversation_id: str) -> list[Exchange]:
        """Give what was said so far, unsealed for its nurse."""
        return await self._encounters.run(self._showing.transcript, nurse, conversation_id)

    async def listen(self, nurse: Staff, conversation_id: str) -> AsyncIterator[None]:
        """Give a sign for each turn of this conversation, from whatever device."""
        await self._encounters.run(self._encounters.awaiting, nurse, conversation_id)
        async with aclosing(self.followers.listen(conversation_id)) as signs:
            async for sign in signs:
                yield sign

    def _lock(self, conversation_id: str) -> asyncio.Lock:
        lock = self._locks.get(conversation_id)
        if lock is None:
            lock = self._locks[conversation_id] = asyncio.Lock()
        return lock

    def _kept_id(self, conversation_id: str, message_id: str) -> str:
        """Give what stands for the sender's id elsewhere: anything may be written in that one."""
        vault = self._encounters.around.vault
        return vault.lasting_secret("message", f"{conversation_id}:{message_id}")

    def _receive(
        self,
        nurse: Staff,
        conversation_id: str,
        message_id: str,
        text: str | None,
        payload: str | None,
        tapped_at: datetime | None,
    ) -> Turn:
        def seal(awaiting: Awaiting) -> tuple[str, Sequence[Sealed]]:
            if payload is not None:
                return engine_payload(payload, awaiting.language), ()
            sealed = seal_text(text or "", awaiting.step, self._vocabulary)
            return sealed.text, sealed.values

        return self._encounters.take(nurse, conversation_id, message_id, seal, tapped_at)

    async def _ask(
        self, conversation_id: str, message_id: str, turn: Turn, *, by_page: bool
    ) -> list[dict[str, Any]]:
        message, details = read_beside(turn.sealed_text)
        if message.startswith("/"):
            message = with_language(message, turn.language)
        metadata = {
            "message_id": message_id,
            "language": turn.language,
            "awaits": turn.step.value,
            "by_page": "yes" if by_page else "",
            "details": details,
        }
        try:
            said = await self._engine.send(conversation_id, message, metadata)
        except EngineUnavailable as error:
            error.language = turn.language
            raise
        kinds = {part.get("custom", {}).get("kind") for part in said}
        if AWAY in kinds:
            raise DatabaseAway
        if TOO_MUCH in kinds:
            raise QuotaReached
        return said

    def _finish(
        self,
        conversation_id: str,
        message_id: str,
        turn: Turn,
        said: list[dict[str, Any]] | None,
        *,
        by_page: bool,
    ) -> TurnReplies:
        if said is not None:
            turn = self._encounters.finish(conversation_id, message_id, _replies(said))
        return self._showing.replies(conversation_id, turn, by_page=by_page)

    def _now(self) -> datetime:
        return self._encounters.around.now()


def _check(message_id: str, text: str | None, *buttons: str | None) -> None:
    if not _MESSAGE_ID.fullmatch(message_id):
        raise BadMessage
    given = [each for each in (text, *buttons) if each is not None]
    if len(given) != 1:
        raise BadMessage
    if len(given[0]) > MAX_TEXT:
        raise TooLong
    if text is not None and not text.strip():
        raise BadMessage


def _replies(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turn what the engine said into replies; a ``custom`` part belongs to the one before it."""
    replies: list[dict[str, Any]] = []
    for part in said:
        if "text" in part:
            buttons = [
                {"title": b["title"], "payload": b["payload"]} for b in part.get("buttons", [])
            ]
            replies.append({"text": part["text"], "buttons": buttons, "copy": False})
        elif replies and part.get("custom", {}).get("kind") == "journal_line":
            replies[-1]["copy"] = True
    return replies
