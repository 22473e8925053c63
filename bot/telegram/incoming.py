"""One update of Telegram, as far as we look at it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WANTED = ("message", "edited_message", "callback_query", "my_chat_member")
"""What we ask Telegram for; nothing else is sent to us."""
_NUMBERS = 2**32


@dataclass(frozen=True)
class Said:
    """What somebody did in a chat.

    ``kind`` is ``text``, ``other`` (a photo, a voice, a forward, …), ``edited``, ``press``,
    ``blocked``, ``joined`` or ``ignored``. ``button`` is the data of a pressed key, and then
    ``message_id`` the message under which it stood, None if Telegram no longer tells. ``account``
    is how Telegram calls whoever wrote: "Anne Hansen (@anne)".
    """

    kind: str
    chat_id: int
    private: bool
    language: str | None = None
    message_id: int | None = None
    text: str = ""
    button: str = ""
    press_id: str = ""
    account: str = ""


def chat_of(update: Mapping[str, Any]) -> int | None:
    """Give the chat that an update belongs to; None for what belongs to none."""
    return said(update).chat_id or None


def number_of(update: object) -> int | None:
    """Give Telegram's number of an update; None for what is none, or has none that can be kept."""
    number = update.get("update_id") if isinstance(update, Mapping) else None
    fits = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < _NUMBERS
    return number if fits else None


def said(update: Mapping[str, Any]) -> Said:
    """Read an update. What has another shape than it should is ignored."""
    try:
        return _said(update)
    except (AttributeError, KeyError, TypeError, ValueError):
        return Said("ignored", 0, private=False)


def _said(update: Mapping[str, Any]) -> Said:
    if "callback_query" in update:
        return _press(update["callback_query"])
    if "my_chat_member" in update:
        return _membership(update["my_chat_member"])
    message = update.get("message") or update.get("edited_message")
    if message is None:
        return Said("ignored", 0, private=False)
    text = message.get("text")
    forwarded = "forward_origin" in message or "forward_date" in message
    kind = "text" if isinstance(text, str) and text.strip() and not forwarded else "other"
    if "edited_message" in update:
        kind = "edited"
    return Said(
        kind,
        int(message["chat"]["id"]),
        private=message["chat"]["type"] == "private",
        language=(message.get("from") or {}).get("language_code"),
        message_id=int(message["message_id"]),
        text=text if isinstance(text, str) else "",
        account=_account(message.get("from") or {}),
    )


def _account(user: Mapping[str, Any]) -> str:
    name = " ".join(str(user[part]) for part in ("first_name", "last_name") if user.get(part))
    handle = f"(@{user['username']})" if user.get("username") else ""
    told = f"{name} {handle}".strip()
    return "".join(sign for sign in told if sign.isprintable())


def _press(query: Mapping[str, Any]) -> Said:
    message = query.get("message") or {}
    chat = message.get("chat") or {"id": query["from"]["id"], "type": "private"}
    return Said(
        "press",
        int(chat["id"]),
        private=chat["type"] == "private" and int(chat["id"]) == int(query["from"]["id"]),
        language=query["from"].get("language_code"),
        message_id=int(message["message_id"]) if message.get("date") else None,
        button=str(query.get("data", "")),
        press_id=str(query["id"]),
    )


def _membership(member: Mapping[str, Any]) -> Said:
    chat, status = member["chat"], member["new_chat_member"]["status"]
    private = chat["type"] == "private"
    kind = {"kicked": "blocked"}.get(status, "ignored") if private else "joined"
    if not private and status in ("left", "kicked"):
        kind = "ignored"
    return Said(kind, int(chat["id"]), private=private)
