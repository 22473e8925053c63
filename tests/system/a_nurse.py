"""A nurse who holds whole encounters through the JSON API and does not give up when it breaks."""

from __future__ import annotations

import asyncio
import random
import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

FIRST_PAUSE_S = 0.02
LONGEST_PAUSE_S = 0.5
REFERENCE = re.compile(r"H-[0-9A-Z]{4}-[0-9A-Z]")
_MIDDLES = ("lma", "ins", "opi", "urv", "egw", "yxa", "ozt", "ajk")
_ENDS = ("rqø", "zk", "lvx", "mpfå", "xen", "døx", "gwy", "tzuæ")


@dataclass(frozen=True)
class Patient:
    """A made-up patient. No two made with different seeds share a name or a number."""

    name: str
    phone: str
    postcode: str
    municipality: str

    @classmethod
    def number(cls, seed: int, postcode: str = "2750", municipality: str = "Ballerup") -> Patient:
        """Make the patient of this number (six digits): a name that nobody bears, a mobile."""
        draw = random.Random(seed)
        own = "".join("bdfghjkmnp"[int(digit)] for digit in f"{seed:06}").capitalize()
        name = " ".join(own + draw.choice(_MIDDLES) + draw.choice(_ENDS) for _ in range(2))
        return cls(name, f"26{seed:06}", postcode, municipality)

    @property
    def shown_phone(self) -> str:
        """Write the phone as Henvis shows it: in pairs."""
        return " ".join(self.phone[at : at + 2] for at in range(0, 8, 2))


@dataclass(frozen=True)
class Press:
    """Press the button whose title begins like this."""

    title: str


@dataclass(frozen=True)
class Type:
    """Type a text."""

    text: str


@dataclass(frozen=True)
class Command:
    """Send a payload that needs no button."""

    payload: str


Message = Press | Type | Command


def filing(patient: Patient) -> tuple[Message, ...]:
    """Give the shortest way from the first question to a filed referral, message by message."""
    return (
        Command("/resume"),
        Press("Ryger dagligt"),
        Press("Ja tak"),
        Press("Ja, patienten"),
        Press("Ja"),
        Type(f"{patient.name}, {patient.phone}, {patient.postcode}"),
        Press(patient.municipality),
        Press("Spring resten"),
        Press("Send henvisning"),
    )


WAITS_FOR = (
    "status",
    "offer",
    "consent_contact",
    "consent_outcome",
    "name",
    "municipality",
    "best_time",
    "summary",
    "filed",
)
"""What Henvis waits for after each message of ``filing``."""


class Refused(AssertionError):
    """Henvis answered with a problem that repeating does not cure."""


@dataclass
class Nurse:
    """One conversation. Each message has an id and is repeated with it until it is answered.

    ``patience_s`` is how long one message may take, repeats included. ``repeats`` counts them.
    """

    client: httpx.AsyncClient
    patience_s: float = 90.0
    conversation: str = ""
    replies: list[dict[str, Any]] = field(default_factory=list)
    repeats: int = 0
    statuses: list[int] = field(default_factory=list)

    async def begin(self) -> str:
        """Begin a conversation and give its id."""
        answer = await self._post("/api/conversations", {})
        self.conversation = answer["id"]
        return self.conversation

    async def send(self, message: Message, message_id: str | None = None) -> list[dict[str, Any]]:
        """Send one message until it is answered, and give the replies."""
        body = {"message_id": message_id or uuid.uuid4().hex, **self._body(message)}
        answer = await self._post(f"/api/conversations/{self.conversation}/messages", body)
        self.conversation, self.replies = answer["conversation"], answer["replies"]
        return self.replies

    async def send_all(self, messages: Sequence[Message]) -> None:
        """Send messages one after the other."""
        for message in messages:
            await self.send(message)

    @property
    def text(self) -> str:
        """All that the last answer said."""
        return "\n".join(reply["text"] for reply in self.replies)

    @property
    def awaits(self) -> str:
        """What Henvis waits for."""
        step: str = self.replies[-1]["awaits"]
        return step

    @property
    def reference(self) -> str:
        """The reference of the referral that was just filed."""
        found = REFERENCE.search(self.text)
        assert found, f"no reference in the answer to a nurse at step {self.awaits}"
        return found[0]

    def button(self, title: str) -> str:
        """Give the payload of the button whose title begins like this."""
        buttons = [button for reply in self.replies for button in reply["buttons"]]
        for button in buttons:
            if button["title"].startswith(title):
                payload: str = button["payload"]
                return payload
        raise AssertionError(f"no button {title!r} among {[b['title'] for b in buttons]}")

    def _body(self, message: Message) -> dict[str, str]:
        if isinstance(message, Type):
            return {"text": message.text}
        if isinstance(message, Press):
            return {"payload": self.button(message.title)}
        return {"payload": message.payload}

    async def _post(self, path: str, body: dict[str, str]) -> Any:
        give_up_at = time.monotonic() + self.patience_s
        pause = FIRST_PAUSE_S
        while True:
            try:
                answer = await self.client.post(path, json=body)
            except httpx.TransportError as error:
                why = type(error).__name__
            else:
                self.statuses.append(answer.status_code)
                if answer.is_success:
                    return answer.json()
                why = f"HTTP {answer.status_code}"
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    raise Refused(f"{why}: {answer.text}")
            if time.monotonic() > give_up_at:
                raise Refused(f"no answer within {self.patience_s} s, last {why}")
            self.repeats += 1
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_S)


def a_client(url: str, token: str, timeout_s: float = 30.0) -> httpx.AsyncClient:
    """Give a client that may talk as many conversations at once as it likes."""
    return httpx.AsyncClient(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"},
        timeout=timeout_s,
        limits=httpx.Limits(max_connections=None),
    )
