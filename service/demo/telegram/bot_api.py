"""The stand-in Bot API: somebody else's emulator, taught what of Telegram it does not model.

It remembers what stands in each chat, so that an edit that changes nothing or comes too late is
refused as Telegram would refuse it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lo_bot_api_emulator import ApiRefusal, LoBotApiEmulator

USERNAME = "henvis_proeve_bot"
_KNOWN_TO_TELEGRAM = frozenset({"protect_content", "link_preview_options"})
"""Parameters of the real Bot API that the emulator refuses."""
MAX_MESSAGES = 200


@dataclass
class Shown:
    """A message as it stands in a chat."""

    id: int
    by_bot: bool
    text: str
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list)


class StandInApi(LoBotApiEmulator):
    """The Bot API for one bot and its chats."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_insecure_loopback_webhooks=True, **options)
        self.chats: dict[int, dict[int, Shown]] = {}

    def messages(self, chat_id: int) -> list[Shown]:
        """Give what stands in a chat, oldest first."""
        return sorted(self.chats.get(chat_id, {}).values(), key=lambda each: each.id)

    def add_own(self, chat_id: int, text: str) -> Shown:
        """Put what a person wrote into a chat."""
        shown = Shown(self.next_id, by_bot=False, text=text)
        self.next_id += 1
        self._put(chat_id, shown)
        return shown

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        """Check a call as the emulator does, and note what it does to the chat."""
        for name in _KNOWN_TO_TELEGRAM & fields.keys():
            del fields[name]
        if method == "leaveChat":
            self.chats.pop(int(fields["chat_id"]), None)
            return True
        result = super().validate(method, fields, uploads)
        if method == "getMe":
            return {**result, "first_name": "Henvis", "username": USERNAME}
        if method in ("sendMessage", "editMessageText", "editMessageReplyMarkup", "deleteMessage"):
            self._note(method, int(fields["chat_id"]), fields, result)
        return result

    def _note(
        self, method: str, chat_id: int, fields: Mapping[str, Any], result: Mapping[str, Any]
    ) -> None:
        keyboard = _keyboard(fields.get("reply_markup"))
        if method == "sendMessage":
            self._put(chat_id, Shown(result["message_id"], True, fields["text"], keyboard))
            return
        shown = self.chats.get(chat_id, {}).get(int(fields["message_id"]))
        if shown is None:
            what = "delete" if method == "deleteMessage" else "edit"
            raise ApiRefusal(f"Bad Request: message to {what} not found")
        if method == "deleteMessage":
            del self.chats[chat_id][shown.id]
            return
        text = fields.get("text", shown.text)
        if (text, keyboard) == (shown.text, shown.keyboard):
            raise ApiRefusal("Bad Request: message is not modified: same content and markup")
        shown.text, shown.keyboard = text, keyboard

    def _put(self, chat_id: int, shown: Shown) -> None:
        chat = self.chats.setdefault(chat_id, {})
        chat[shown.id] = shown
        while len(chat) > MAX_MESSAGES:
            del chat[min(chat)]


def _keyboard(markup: Any) -> list[list[dict[str, Any]]]:
    if isinstance(markup, str):
        markup = json.loads(markup)
    return list(markup.get("inline_keyboard", [])) if isinstance(markup, dict) else []
