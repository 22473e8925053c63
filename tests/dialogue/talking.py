"""A nurse who talks to a whole Henvis over the JSON API."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

REFERENCE = re.compile(r"\bH-[0-9A-Z]{4,6}-[0-9A-Z]\b")
RECEIPT = re.compile(r"https?://\S+/kvittering/\S+")
LONGEST_REPLY = 620
"""The longest text that still fits a phone's screen: the offer, or the summary."""
_INSIDES = ("[[", "]]", "{", "}", "utter_", "None", "•••")
_NOW_SPEAKS = {"Jeg skriver nu dansk.": "da", "I now write English.": "en"}
_DANISH = re.compile(r"\b(?:ikke|patienten|og|er|kommunen|skriv|tryk|det|jeg|sig)\b", re.IGNORECASE)
_ENGLISH = re.compile(r"\b(?:not|the|and|is|municipality|write|press|say)\b", re.IGNORECASE)


class OutOfTune(AssertionError):
    """A reply that no nurse should be shown, whatever the dialogue."""


@dataclass
class Nurse:
    """One nurse at one bedside. ``client`` is the device in her hand.

    ``replies`` are the latest ones, ``shown`` every button ever shown by its title.
    """

    client: httpx.Client
    language: str = "da"
    conversation: str = ""
    replies: list[dict[str, Any]] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    receipt: str = ""
    practice: bool = False
    last_sent: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Start a conversation and let Henvis speak first, in the nurse's language."""
        self._start()
        if self.language == "en":
            self._send({"payload": "/change_wording_language"}, in_tune=False)
        self._send({"payload": "/resume"})

    def practises(self, patient: str) -> None:
        """Start anew with a made-up patient; nothing but practice is marked as such."""
        assert not self.practice
        self._start(practice=patient)
        self._send({"payload": "/resume"})
        assert self.practice

    def _start(self, **options: str) -> None:
        started = self.client.post("/api/conversations", params=options)
        assert started.status_code == 201, started.text
        self.conversation = started.json()["id"]

    def says(self, text: str) -> None:
        """Type a message."""
        self._send({"text": text})

    def presses(self, title: str) -> None:
        """Press a button of the latest replies."""
        titles = {b["title"]: b["payload"] for r in self.replies for b in r["buttons"]}
        assert title in titles, f"there is no button “{title}”, only {list(titles)}"
        self._send({"payload": titles[title]})

    def presses_again(self, title: str) -> None:
        """Press a button that was shown earlier, as one does on an old message."""
        self._send({"payload": self.shown[title]})

    def sends_again(self) -> None:
        """Send the very same message once more, as a bad network does."""
        before = self.replies
        self._deliver(self.last_sent)
        assert self.replies == before, "the same message got another answer"

    def returns(self) -> None:
        """Go on with the conversation, as the list of unfinished ones offers."""
        self._send({"payload": "/resume"})

    def try_payload(self, payload: str) -> httpx.Response:
        """Send a payload of one's own making and give the bare answer."""
        return self._post({"message_id": uuid.uuid4().hex, "payload": payload})

    def try_text(self, text: str) -> httpx.Response:
        """Send any text and give the bare answer."""
        return self._post({"message_id": uuid.uuid4().hex, "text": text})

    @property
    def awaits(self) -> str:
        """What Henvis waits for."""
        return str(self.replies[-1]["awaits"])

    @property
    def buttons(self) -> list[str]:
        """The titles of the buttons under the last reply."""
        return [button["title"] for button in self.replies[-1]["buttons"]]

    def _send(self, message: dict[str, str], *, in_tune: bool = True) -> None:
        self.last_sent = {"message_id": uuid.uuid4().hex, **message}
        self._deliver(self.last_sent)
        if in_tune:
            self._listen_closely()

    def _deliver(self, message: dict[str, str]) -> None:
        answer = self._post(message)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        self.conversation, self.replies = body["conversation"], body["replies"]
        self.practice = body["practice"]
        for reply in self.replies:
            self.shown |= {b["title"]: b["payload"] for b in reply["buttons"]}
            receipt = RECEIPT.search(reply["text"])
            self.receipt = receipt[0] if receipt else self.receipt
            for reference in REFERENCE.findall(reply["text"]):
                if reference != "H-7KF3-Q" and reference not in self.references:
                    self.references.append(reference)

    def _post(self, message: dict[str, str]) -> httpx.Response:
        return self.client.post(f"/api/conversations/{self.conversation}/messages", json=message)

    def _listen_closely(self) -> None:
        """Refuse what is too long, unclear, in the wrong language or shows the insides."""
        assert self.replies, "Henvis said nothing"
        texts = [reply["text"] for reply in self.replies]
        titles = [b["title"] for reply in self.replies for b in reply["buttons"]]
        if len(set(titles)) != len(titles):
            raise OutOfTune(f"the same button twice: {titles}")
        if len(set(texts)) != len(texts):
            raise OutOfTune(f"the same words twice: {texts}")
        if texts[0] in _NOW_SPEAKS:
            self.language = _NOW_SPEAKS[texts[0]]
        for text in [*texts, *titles]:
            _refuse_insides(text)
            _refuse_other_language(text, self.language)
            if len(text) > LONGEST_REPLY:
                raise OutOfTune(f"{len(text)} characters: {text}")


def _refuse_insides(text: str) -> None:
    found = [inside for inside in _INSIDES if inside in text]
    if found:
        raise OutOfTune(f"{found} in: {text}")


def _refuse_other_language(text: str, language: str) -> None:
    other = _ENGLISH if language == "da" else _DANISH
    own = _DANISH if language == "da" else _ENGLISH
    if len(other.findall(text)) > len(own.findall(text)):
        raise OutOfTune(f"not {language}: {text}")
