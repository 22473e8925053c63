"""The terminal front end: a conversation over the JSON API, by hand or from a pipe.

A line is a message. A number presses the button of that number, and its title is told: the number
may have been meant for an amount. A payload as shown with ``--json`` presses it too. A pipe is no
second tap: it takes the time that a button asks for. Keeps nothing and writes no log.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TextIO

import httpx

RETRY_AFTER_S = (0.5, 1.0, 2.0, 4.0)
TIMEOUT_S = 40.0


class CannotTalk(Exception):
    """The service cannot be reached or refuses; the text says what to do."""


@dataclass
class Terminal:
    """One conversation with the service behind ``client``; replies are written to ``out``."""

    client: httpx.Client
    out: TextIO
    as_json: bool = False
    conversation: str | None = None
    waits: bool = False
    """Whether a press is sent when its button takes it, not before; by hand one is told so."""
    buttons: list[dict[str, Any]] = field(default_factory=list)
    shown_at: float = 0.0

    def hold(self, lines: Iterable[str]) -> None:
        """Begin or go on, then send each line until there are no more."""
        if self.conversation is None:
            self.conversation = self._post("/api/conversations", {})["id"]
        self._say({"payload": "/resume"})
        for line in lines:
            if line.strip():
                self._say(self._message(line.strip()))

    def _message(self, line: str) -> dict[str, str]:
        number = int(line) if line.isdecimal() else 0
        for each, button in enumerate(self.buttons, start=1):
            if each == number or line == button["payload"]:
                if self.waits:
                    opens_at = self.shown_at + button["after_ms"] / 1000
                    time.sleep(max(0.0, opens_at - time.monotonic()))
                if each == number and not self.as_json:
                    print(f"  → {button['title']}", file=self.out, flush=True)
                return {"payload": button["payload"]}
        return {"text": line}

    def _say(self, message: dict[str, str]) -> None:
        path = f"/api/conversations/{self.conversation}/messages"
        answer = self._post(path, {"message_id": uuid.uuid4().hex, **message})
        if "conversation" in answer:
            self.conversation = answer["conversation"]
        self._show(answer["replies"])

    def _post(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        """Send once, and again with the same message id while the service is not there."""
        for wait in (*RETRY_AFTER_S, None):
            try:
                answer = self.client.post(path, json=body, timeout=TIMEOUT_S)
            except httpx.TransportError:
                if wait is None:
                    raise CannotTalk(
                        f"Henvis does not answer at {self.client.base_url}; is ./henvis up running?"
                    ) from None
            else:
                if answer.is_success:
                    given: dict[str, Any] = answer.json()
                    return given
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or wait is None:
                    return self._refused(answer)
            time.sleep(wait)
        raise CannotTalk("Henvis does not answer")

    def _refused(self, answer: httpx.Response) -> dict[str, Any]:
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise CannotTalk("the token is not valid; make one with ./henvis token NAME")
        try:
            detail = answer.json()["detail"]
        except (ValueError, KeyError):
            detail = f"HTTP {answer.status_code}"
        if answer.status_code not in (httpx.codes.UNPROCESSABLE_ENTITY, httpx.codes.CONFLICT):
            raise CannotTalk(detail)
        return {"replies": [{"text": detail, "buttons": self.buttons, "awaits": "", "copy": False}]}

    def _show(self, replies: list[dict[str, Any]]) -> None:
        for reply in replies:
            if self.as_json:
                print(json.dumps(reply, ensure_ascii=False), file=self.out, flush=True)
            else:
                print(f"\n{reply['text']}", file=self.out)
        self.buttons = replies[-1]["buttons"] if replies else []
        self.shown_at = time.monotonic()
        if not self.as_json:
            for number, button in enumerate(self.buttons, start=1):
                print(f"  {number}  {button['title']}", file=self.out)
            self.out.flush()
