"""A whole encounter, from the first question to the filed referral, as a nurse's fingers do it.

Standard library only: the load test runs it in an environment of its own.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

REFERENCE = re.compile(r"\bH-[0-9A-Z]{4,6}-[0-9A-Z]\b")
PLACES = (("2750", "Ballerup", "0151"), ("2730", "Herlev", "0163"), ("2900", "Gentofte", "0157"))

TYPED = {
    "Ryger dagligt": "hun ryger hver dag",
    "Ja tak": "ja tak, det vil hun gerne",
    **{name: f"ja, hun bor i {name}" for _, name, _ in PLACES},
    "Spring resten": "spring resten over",
    "Send henvisning": "send den",
}
"""What a nurse types instead of pressing the button of this title."""

Replies = Sequence[dict[str, Any]]


class Unexpected(Exception):
    """Henvis went another way than a nurse would expect."""


@dataclass(frozen=True)
class Patient:
    """A made-up patient; no two of different numbers share a name or a phone."""

    number: int

    @property
    def typed(self) -> str:
        """Name, phone and postcode as they are typed."""
        name = "".join("bdfghjkmnp"[int(digit)] for digit in f"{self.number:06}").capitalize()
        return f"Maja {name}, 26{self.number:06}, {self._place[0]}"

    @property
    def municipality(self) -> str:
        """Its code."""
        return self._place[2]

    @property
    def place(self) -> str:
        """Its name, as it stands on the button."""
        return self._place[1]

    @property
    def _place(self) -> tuple[str, str, str]:
        return PLACES[self.number % len(PLACES)]


def messages(patient: Patient, *, typing: bool = False) -> Generator[dict[str, str], Replies, str]:
    """Give each message to send, be given its replies, return the reference.

    With ``typing`` all is typed that may be: a consent is pressed, under the text that was read.
    Raises Unexpected if a button is missing, or if there is no reference at the end.
    """
    replies = yield {"payload": "/resume"}
    for title in ("Ryger dagligt", "Ja tak", "Ja, patienten", "Ja"):
        replies = yield _answer(replies, title, typing=typing)
    replies = yield {"text": patient.typed}
    for title in (patient.place, "Spring resten", "Send henvisning"):
        replies = yield _answer(replies, title, typing=typing)
    found = REFERENCE.search("\n".join(reply["text"] for reply in replies))
    if found is None or replies[-1]["awaits"] != "filed":
        raise Unexpected(f"no referral; the conversation awaits {replies[-1]['awaits']}")
    return found[0]


def _answer(replies: Replies, title: str, *, typing: bool) -> dict[str, str]:
    if typing and title in TYPED:
        return {"text": TYPED[title]}
    return {"payload": _button(replies, title)}


def _button(replies: Replies, title: str) -> str:
    for reply in replies:
        for button in reply["buttons"]:
            if button["title"].startswith(title):
                return str(button["payload"])
    raise Unexpected(f"no button {title}; the conversation awaits {replies[-1]['awaits']}")
