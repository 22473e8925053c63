"""The one conversation service that all front ends share.

A message is sealed and kept, then understood and decided upon, then answered; each message id once.
Messages of one conversation are served in order, of different ones side by side.
"""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

from bot.buttons import engine_payload, with_language
from bot.engine.rasa import Engines, EngineUnavailable
from bot.sealing.personal import looks_personal
from bot.sealing.sealing import seal_text
from bot.sealing.vocabulary import Vocabulary
from referrals.advice.encounter import Step
from referrals.advice.tapping import TapGuard, opens_at
from referrals.bedside.asking import CONTACT_PAGE
from referrals.denmark.contact_details import BadValue, normal_phone, shown_phone
from referrals.denmark.dates import named_day
from referrals.quotas.nurse import TOO_MUCH, QuotaReached
from referrals.staff.roles import Staff
from referrals.storage.outage import AWAY, DatabaseAway
from referrals.turns.encounters import Awaiting, Encounters, OpenEncounter, Turn
from referrals.turns.order import TurnOrder
from referrals.turns.practice import Patient
from referrals.turns.saying import PUT_APART, agrees_to
from referrals.vault.vault import TOKEN, Sealed

MAX_TEXT = 1_000
MAX_MESSAGE_ID = 64
HIDDEN = "•••"
WARDS_LIST = "/chat#afsnittets-liste"
"""Where the ward's list stands: on the first page of its nurses."""
_MARK = re.compile(
    rf"(?P<token>{TOKEN.pattern})|\[\[receipt:(?P<receipt>H-[0-9A-Z]+-[0-9A-Z])\]\]"
    rf"|(?P<wards_list>\[\[wards_list\]\])|{re.escape(PUT_APART)}(?=\[)"
)
"""What stands in a reply for something else: a value, a receipt's link, that of the ward's list,
which only its nurses can open; and what was put apart because it only looks like one of these."""
_ALL_BUT_THE_END = re.compile(r"\d(?=(?:\D*\d){2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
"""How a day of discharge is kept."""
_MESSAGE_ID = re.compile(rf"[A-Za-z0-9_.:-]{{1,{MAX_MESSAGE_ID}}}")


class TooLong(ValueError):
    """The text is longer than anybody says at a bedside."""


class BadMessage(ValueError):
    """The message has not just one of text, payload and command, or an id that cannot be kept."""


@dataclass(frozen=True)
class Button:
    """A button as a front end shows it. It takes no tap until it was there for ``after_ms``."""

    title: str
    payload: str
    after_ms: int = 0


@dataclass(frozen=True)
class Reply:
    """One reply, for display to its nurse only. ``copy`` marks a line to copy into the journal."""

    text: str
    buttons: tuple[Button, ...]
    awaits: str
    copy: bool = False


@dataclass(frozen=True)
class TurnReplies:
    """The replies to one message, and the conversation that goes on: the next patient's perhaps.

    ``practice`` tells that the patient is made up.
    """

    conversation_id: str
    replies: tuple[Reply, ...]
    practice: bool = False


@dataclass(frozen=True)
class Exchange:
    """What the nurse said (the title of a button; empty for a command) and what was replied."""

    said: str
    replies: tuple[Reply, ...]


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
        self._base_url = base_url
        self._order = order
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._listeners: defaultdict[str, set[asyncio.Queue[None]]] = defaultdict(set)

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
            self.tell_listeners(conversation_id)
        return answer

    async def awaiting(self, nurse: Staff, conversation_id: str) -> Awaiting:
        """Tell what a conversation waits for. Raises UnknownEncounter."""
        return await self._encounters.run(self._encounters.awaiting, nurse, conversation_id)

    def looks_personal(self, text: str, step: Step) -> bool:
        """Tell whether a text seems to hold who a patient is. Keeps nothing."""
        return looks_personal(text, step, self._vocabulary)

    async def transcript(self, nurse: Staff, conversation_id: str) -> list[Exchange]:
        """Give what was said so far, unsealed for its nurse."""
        return await self._encounters.run(self._exchanges, nurse, conversation_id)

    async def listen(self, nurse: Staff, conversation_id: str) -> AsyncIterator[None]:
        """Give a sign for each turn of this conversation, from whatever device."""
        await self._encounters.run(self._encounters.awaiting, nurse, conversation_id)
        signs: asyncio.Queue[None] = asyncio.Queue(maxsize=50)
        listeners = self._listeners[conversation_id]
        listeners.add(signs)
        try:
            while True:
                await signs.get()
                yield
        finally:
            listeners.discard(signs)
            if not listeners:
                self._listeners.pop(conversation_id, None)

    def tell_listeners(self, conversation_id: str) -> None:
        """Let those who listen know that there was a turn."""
        for signs in self._listeners.get(conversation_id, ()):
            if not signs.full():
                signs.put_nowait(None)

    async def follow_others(self) -> None:
        """Tell listeners of the turns of all processes, where there may be others."""
        async for conversation_id in self._order.turns():
            self.tell_listeners(conversation_id)

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
        message = turn.sealed_text
        if message.startswith("/"):
            message = with_language(message, turn.language)
        metadata = {
            "message_id": message_id,
            "language": turn.language,
            "awaits": turn.step.value,
            "by_page": "yes" if by_page else "",
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
        return self._shown(conversation_id, turn, by_page=by_page)

    def _now(self) -> datetime:
        return self._encounters.around.now()

    def _after_ms(self, turn: Turn, payload: str) -> int:
        """Tell how long a button takes no tap from when it is shown."""
        opens = opens_at(turn.opens, agrees_to(payload))
        rest = opens - self._now() if opens else timedelta()
        return max(rest, self.taps.seen_after) // timedelta(milliseconds=1)

    def _shown(self, conversation_id: str, turn: Turn, *, by_page: bool = False) -> TurnReplies:
        def show(conversation_id: str, text: str) -> str:
            if by_page:
                return self._hidden(conversation_id, text)
            return self._unsealed(conversation_id, text, turn.language)

        shown = tuple(
            Reply(
                text=show(conversation_id, reply["text"]),
                buttons=tuple(
                    Button(
                        show(conversation_id, b["title"]),
                        b["payload"],
                        self._after_ms(turn, b["payload"]),
                    )
                    for b in reply["buttons"]
                    if by_page or b["payload"] != CONTACT_PAGE
                ),
                awaits=turn.step.value,
                copy=reply["copy"],
            )
            for reply in turn.replies or ()
        )
        return TurnReplies(turn.next_encounter_id or conversation_id, shown, turn.practice)

    def _exchanges(self, nurse: Staff, conversation_id: str) -> list[Exchange]:
        exchanges: list[Exchange] = []
        titles: dict[str, str] = {}
        for turn in self._encounters.transcript(nurse, conversation_id):
            said = titles.get(_pressed(turn.sealed_text)) or self._said(conversation_id, turn)
            shown = self._shown(conversation_id, turn).replies
            exchanges.append(Exchange(said, shown))
            titles = {_pressed(b.payload): b.title for reply in shown for b in reply.buttons}
        return exchanges

    def _said(self, conversation_id: str, turn: Turn) -> str:
        text = turn.sealed_text
        if text.startswith("/give_contact_details"):
            return ", ".join(
                self._value(conversation_id, token[0]) for token in TOKEN.finditer(text)
            )
        return "" if text.startswith("/") else self._unsealed(conversation_id, text)

    def _unsealed(self, conversation_id: str, text: str, language: str = "") -> str:
        """Put the values in; in a ``language`` a day reads as it is said, else as it was typed."""
        return self._exchanged(
            text,
            lambda token: _as_said(self._value(conversation_id, token), language),
            lambda reference: self._receipt(conversation_id, reference),
        )

    def _hidden(self, conversation_id: str, text: str) -> str:
        """Leave out who it is about; the receipt is found where its nurse is signed in.

        Of a phone number the last two figures stand, so that it can be read back.
        """

        def hide(token: str) -> str:
            phone = token.startswith("[[phone:")
            return self._end(conversation_id, token) if phone else HIDDEN

        page = f"{self._base_url}/chat/{conversation_id}"
        return self._exchanged(text, hide, lambda _: page)

    def _exchanged(
        self, text: str, value: Callable[[str], str], receipt: Callable[[str], str]
    ) -> str:
        """Exchange each mark once: what takes its place is not read again, whatever it holds."""

        def exchange(mark: re.Match[str]) -> str:
            if mark["token"]:
                return value(mark["token"])
            if mark["receipt"]:
                return receipt(mark["receipt"])
            return f"{self._base_url}{WARDS_LIST}" if mark["wards_list"] else "["

        return _MARK.sub(exchange, text)

    def _end(self, conversation_id: str, token: str) -> str:
        value = self._value(conversation_id, token)
        return _ALL_BUT_THE_END.sub("•", value)

    def _value(self, conversation_id: str, token: str) -> str:
        value = self._encounters.unseal(conversation_id, token)
        if value is None:
            return HIDDEN
        return _as_read(value) if token.startswith("[[phone:") else value

    def _receipt(self, conversation_id: str, reference: str) -> str:
        """Give the link, which is a key: of this encounter only, whoever wrote the mark."""
        if not self._encounters.filed(conversation_id, reference):
            return HIDDEN
        secret = self._encounters.around.vault.link_secret("receipt", reference)
        return f"{self._base_url}/kvittering/{reference}/{secret}"


def _as_read(phone: str) -> str:
    """Write a number in pairs; what is no number keeps its form."""
    try:
        return shown_phone(normal_phone(phone))
    except BadValue:
        return phone


def _as_said(value: str, language: str) -> str:
    """Say a day by its name: "fredag 4. december"."""
    if not language or not _DAY.fullmatch(value):
        return value
    return named_day(date.fromisoformat(value), language)


def _pressed(payload: str) -> str:
    """Give what tells one button of a reply from another: its payload in any wording language."""
    return with_language(payload, "") if payload.startswith("/") else ""


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
