"""The way out to Telegram: a channel of the outbox, and signals that may be lost.

An edit that Telegram refuses becomes a new message. A message sent twice is a nuisance; its keys
work once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
)
from telegram.constants import ChatAction
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.telegram.showing import rows_of
from bot.telegram.words import words
from referrals.notices.kinds import NoticeKind
from referrals.notices.texts import NoticeTexts
from referrals.outbox.delivery import DeliveryRefused, NotSent, Patience, TooFast
from referrals.outbox.letters import UNREADABLE, Letter
from referrals.storage.database import Database
from referrals.telegram.addresses import reader
from referrals.telegram.replies import CHANNEL, TelegramReplies

_UNCHANGED = "message is not modified"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_SIGNAL_S = 5.0
_LOG = logging.getLogger("henvis")


class TelegramNotices:
    """Writes a notice for a phone: one line, and a key to our own page. Knows no patient."""

    def __init__(self, database: Database, texts: NoticeTexts) -> None:
        self._database = database
        self._texts = texts

    def read(self, letter: Letter) -> tuple[int, dict[str, Any]]:
        """Give the chat of a notice and what it says. Raises Refused if there is none any more."""
        with self._database.read() as session:
            to = reader(session, int(letter.recipient))
        if to is None:
            raise DeliveryRefused("no_chat")
        written = self._texts.write(letter.kind, to.language, letter.payload)
        key = {"title": words(to.language)["open_button"], "url": written.link}
        return to.telegram_id, {"text": written.short, "keys": [key]}


class TelegramChannel:
    """Sends one letter by the Bot API. Who blocked us is suspended."""

    def __init__(
        self,
        bot: Bot,
        replies: TelegramReplies,
        notices: TelegramNotices,
        now: Callable[[], datetime],
    ) -> None:
        self._bot = bot
        self._replies = replies
        self._notices = notices
        self._now = now

    @property
    def name(self) -> str:
        """What the outbox calls it."""
        return CHANNEL

    @property
    def patience(self) -> Patience:
        """A nurse waits: try again soon, and keep up with a ward full of them."""
        return Patience(
            tries=12,
            first=timedelta(seconds=1),
            longest=timedelta(minutes=5),
            at_once=30,
            time_out=timedelta(seconds=15),
            poll=timedelta(milliseconds=500),
            keeps_for=timedelta(hours=6),
        )

    async def send(self, letter: Letter) -> Mapping[str, Any] | None:
        """Do what a letter says; gives the id of the message that now stands in the chat."""
        try:
            chat_id, kind, body = await asyncio.to_thread(self._opened, letter)
        except (RuntimeError, ValueError, KeyError, TypeError) as error:
            _LOG.error(
                "telegram: set_aside=letter row=%d error=%s", letter.id, type(error).__name__
            )
            raise DeliveryRefused(UNREADABLE) from None
        try:
            return await getattr(self, f"_{kind}")(chat_id, body)  # type: ignore[no-any-return]
        except RetryAfter as error:
            raise TooFast(span(error.retry_after)) from None
        except Forbidden:
            await asyncio.to_thread(self._replies.suspend, chat_id, self._now())
            raise DeliveryRefused("blocked") from None
        except BadRequest:
            raise DeliveryRefused("bad_request") from None
        except TimedOut:
            raise  # it may have arrived
        except (NetworkError, InvalidToken) as error:
            raise NotSent(type(error).__name__) from None

    def _opened(self, letter: Letter) -> tuple[int, str, Mapping[str, Any]]:
        if letter.kind in set(NoticeKind):
            chat_id, body = self._notices.read(letter)
            return chat_id, "send", body
        return int(letter.recipient), letter.kind, self._replies.opened(letter.payload)

    async def _send(self, chat_id: int, body: Mapping[str, Any]) -> Mapping[str, Any]:
        message = await self._bot.send_message(
            chat_id,
            body["text"],
            reply_markup=_keyboard(body["keys"]),
            protect_content=True,
            link_preview_options=_NO_PREVIEW,
        )
        return {"message_id": message.message_id}

    async def _edit(self, chat_id: int, body: Mapping[str, Any]) -> Mapping[str, Any]:
        try:
            await self._bot.edit_message_text(
                body["text"],
                chat_id,
                body["message_id"],
                reply_markup=_keyboard(body["keys"]),
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as error:
            if _UNCHANGED not in error.message.casefold():
                return await self._send(chat_id, body)
        return {"message_id": body["message_id"]}

    async def _strip(self, chat_id: int, body: Mapping[str, Any]) -> None:
        """Take the keys from a message; one that cannot be changed keeps them, they are used up."""
        message_id = body.get("message_id")
        if message_id is None:
            message_id = await asyncio.to_thread(self._replies.message_id_of, body["card"])
        if message_id is not None:
            with suppress(BadRequest):
                await self._bot.edit_message_reply_markup(chat_id, message_id)

    async def _delete(self, chat_id: int, body: Mapping[str, Any]) -> None:
        try:
            await self._bot.delete_message(chat_id, body["message_id"])
        except BadRequest as error:
            if "not found" not in error.message.casefold():
                raise

    async def _leave(self, chat_id: int, _body: Mapping[str, Any]) -> None:
        await self._bot.leave_chat(chat_id)


class TelegramSignals:
    """Typing indications and pressed keys put to rest; sent at once, and lost if they fail."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._under_way: set[asyncio.Task[None]] = set()

    def typing(self, chat_id: int) -> None:
        """Show that Henvis writes."""
        self._begin(self._bot.send_chat_action(chat_id, ChatAction.TYPING))

    def pressed(self, press_id: str, text: str = "") -> None:
        """Let a pressed key rest."""
        self._begin(self._bot.answer_callback_query(press_id, text or None))

    def _begin(self, signal: Coroutine[Any, Any, object]) -> None:
        task = asyncio.create_task(_quietly(signal))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


async def _quietly(signal: Coroutine[Any, Any, object]) -> None:
    with suppress(TelegramError, TimeoutError):
        async with asyncio.timeout(_SIGNAL_S):
            await signal


def _keyboard(keys: list[dict[str, str]]) -> InlineKeyboardMarkup | None:
    if not keys:
        return None
    return InlineKeyboardMarkup([[_button(key) for key in row] for row in rows_of(keys)])


def _button(key: Mapping[str, str]) -> InlineKeyboardButton:
    if key.get("data"):
        return InlineKeyboardButton(key["title"], callback_data=key["data"])
    if key.get("copy"):
        return InlineKeyboardButton(key["title"], copy_text=CopyTextButton(key["copy"]))
    return InlineKeyboardButton(key["title"], url=key["url"])


def span(seconds: float | timedelta) -> timedelta:
    """Read how long Telegram wants us to wait."""
    return seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
