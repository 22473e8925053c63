"""A second tap is not an answer: at every step, over the API and on the page without scripts.

The clock stands still between the taps. No engine: buttons and details need none.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from starlette.testclient import TestClient

from referrals.advice.tables import EncounterRow, TurnRow
from referrals.advice.tapping import SEEN_AFTER
from service.settings import Settings

QUICK = timedelta(milliseconds=30)
TOO_SOON = "For hurtigt – læs, og tryk igen."
DETAILS = "Kabelund Eksempel, 26 86 00 04, 2760"
STEERING = ("/go_back", "/pause", "/resume", "/help", "/new_patient", "/show_summary", "/cancel")
TO_SENT = (
    "Ryger dagligt",
    "Ja tak",
    "Ja, patienten siger ja",
    "Ja",
    None,
    "Ballerup",
    "Formiddag",
    "Ja",
    "Dansk",
    "Send henvisning",
)
"""The titles of a whole encounter; None stands for the typed details."""


@dataclass
class Nurse:
    """One conversation over the API, and a look at what is kept of it."""

    client: TestClient
    clock: time_machine.Traveller
    conversation: str = ""
    answer: dict[str, Any] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def begins(self) -> Nurse:
        self.conversation = self.client.post("/api/conversations").json()["id"]
        self.sends(payload="/resume")
        return self

    def posts(self, **message: str) -> Any:
        message = {"message_id": f"m-{next(self.numbers)}", **message}
        path = f"/api/conversations/{self.conversation}/messages"
        return self.client.post(path, json=message)

    def sends(self, **message: str) -> None:
        answer = self.posts(**message)
        assert answer.status_code == 200, answer.text
        self.answer = answer.json()
        self.conversation = self.answer["conversation"]

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return [each for reply in self.answer["replies"] for each in reply["buttons"]]

    def button(self, title: str) -> dict[str, Any]:
        return next(each for each in self.buttons if each["title"] == title)

    def presses(self, title: str) -> None:
        """Press a button as soon as it takes a press."""
        pressed = self.button(title)
        self.clock.shift(timedelta(milliseconds=pressed["after_ms"]))
        self.sends(payload=pressed["payload"])

    def taps_at_once(self) -> None:
        """Tap everything there is while it has just appeared; nothing of it may count."""
        before = self.kept()
        self.clock.shift(QUICK)
        for payload in [*(each["payload"] for each in self.buttons), *STEERING]:
            answer = self.posts(payload=payload)
            assert answer.status_code == 409, payload
            assert answer.json()["type"] == "urn:problem-type:henvis:too_soon"
            assert answer.json()["detail"] == TOO_SOON
        assert self.kept() == before

    def kept(self) -> tuple[Any, ...]:
        """Give all that is kept of conversations."""
        with self.client.app.state.database.read() as session:  # type: ignore[attr-defined]
            encounters = session.scalars(select(EncounterRow).order_by(EncounterRow.id)).all()
            turns = session.scalars(select(TurnRow.message_id)).all()
            return [
                {name: value for name, value in vars(row).items() if name[0] != "_"}
                for row in encounters
            ], sorted(turns)


@pytest.fixture
def nurse(guarded_client: Callable[..., TestClient], still: time_machine.Traveller) -> Nurse:
    """Give a nurse who was just asked the first question."""
    return Nurse(guarded_client("demo-nurse"), still).begins()


def test_the_second_tap_answers_nothing_at_any_step(nurse: Nurse) -> None:
    for title in TO_SENT:
        nurse.taps_at_once()
        if title is None:
            nurse.sends(text=DETAILS)
        else:
            nurse.presses(title)
    assert nurse.answer["replies"][-1]["awaits"] == "filed"
    nurse.taps_at_once()


WAYS = (
    "occasional, tried_before, not_now",
    "other_product, snus, no",
    "ex, relapsed, unable, asleep",
    "ex, well",
    "no_use, stopped, relapsed, yes",
    "never",
    "not_answered",
    "unable, confused",
    "daily, yes, no",
)
"""Answers by their codes: each step that the whole encounter does not pass, and each end."""


@pytest.mark.parametrize("codes", WAYS)
def test_the_second_tap_answers_nothing_on_any_way(nurse: Nurse, codes: str) -> None:
    if codes.startswith("no_use"):  # which has no button
        nurse.clock.shift(SEEN_AFTER)
        nurse.sends(payload='/answer{"step":"status","value":"no_use"}')
        codes = codes.removeprefix("no_use, ")
    for code in codes.split(", "):
        answers = (each for each in nurse.buttons if f'"value":"{code}"' in each["payload"])
        nurse.presses(next(answers)["title"])
        nurse.taps_at_once()


def test_a_consent_takes_no_yes_before_it_can_have_been_read_but_a_no(nurse: Nurse) -> None:
    nurse.presses("Ryger dagligt")
    nurse.presses("Ja tak")
    yes, no = nurse.buttons[:2]
    words = len(re.findall(r"»([^«]*)«", nurse.answer["replies"][-1]["text"])[0].split())
    assert yes["after_ms"] == words * 1000 // 8
    assert no["after_ms"] == 600
    nurse.clock.shift(timedelta(milliseconds=yes["after_ms"] - 1))
    assert nurse.posts(payload=yes["payload"]).status_code == 409
    nurse.clock.shift(timedelta(milliseconds=1))
    nurse.sends(payload=yes["payload"])
    assert nurse.answer["replies"][-1]["awaits"] == "consent_outcome"


def test_a_question_in_between_does_not_begin_the_reading_anew(nurse: Nurse) -> None:
    nurse.presses("Ryger dagligt")
    nurse.presses("Ja tak")
    whole = nurse.buttons[0]["after_ms"]
    nurse.clock.shift(timedelta(seconds=5))
    nurse.sends(payload="/help")
    assert nurse.buttons[0]["after_ms"] == whole - 5_000
    nurse.taps_at_once()


def test_typed_words_are_no_taps(nurse: Nurse) -> None:
    for title in ("Ryger dagligt", "Ja tak", "Ja, patienten siger ja", "Ja"):
        nurse.presses(title)
    nurse.sends(text=DETAILS)
    assert nurse.answer["replies"][-1]["awaits"] == "municipality"


def test_the_same_tap_again_is_the_same_answer_not_a_second_one(nurse: Nurse) -> None:
    nurse.clock.shift(SEEN_AFTER)
    tap = {"message_id": "the-same", "payload": nurse.button("Ryger dagligt")["payload"]}
    first = nurse.posts(**tap).json()
    assert nurse.posts(**tap).json() == first
    assert first["replies"][-1]["awaits"] == "offer"


def test_a_tap_that_came_too_soon_counts_when_it_is_made_again_under_the_same_id(
    nurse: Nurse,
) -> None:
    tap = {"message_id": "again", "payload": nurse.button("Ryger dagligt")["payload"]}
    assert nurse.posts(**tap).status_code == 409
    nurse.clock.shift(SEEN_AFTER)
    assert nurse.posts(**tap).json()["replies"][-1]["awaits"] == "offer"


def test_the_next_patients_first_question_takes_no_second_tap_either(nurse: Nurse) -> None:
    first = nurse.conversation
    nurse.clock.shift(SEEN_AFTER)
    nurse.sends(payload="/new_patient")
    assert nurse.conversation != first
    nurse.taps_at_once()
    nurse.conversation = first
    assert nurse.posts(payload="/new_patient").status_code == 409


def test_the_page_without_scripts_says_so_and_answers_nothing(nurse: Nurse) -> None:
    nurse.clock.shift(SEEN_AFTER)
    path = f"/chat/{nurse.conversation}"
    form = {"message_id": "form-1", "payload": nurse.button("Ryger dagligt")["payload"]}
    headers = {"Accept": "text/html"}
    assert "RÅDGIV" in nurse.client.post(path, data=form, headers=headers).text
    before = nurse.kept()
    form = {"message_id": "form-2", "payload": '/answer{"step":"offer","value":"yes"}'}
    second = nurse.client.post(path, data=form, headers=headers)
    assert second.status_code == 409
    trouble = second.text.partition('id="trouble"')[2].partition('id="composer"')[0]
    assert TOO_SOON in trouble
    assert "<button" not in trouble  # whatever is pressed next has been seen
    assert nurse.kept() == before


def test_an_english_conversation_is_told_in_english(nurse: Nurse) -> None:
    nurse.clock.shift(SEEN_AFTER)
    nurse.sends(payload="/change_wording_language")
    answer = nurse.posts(payload="/resume")
    assert answer.json()["detail"] == "Too fast – read, and press again."


def test_unless_set_otherwise_taps_are_guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HENVIS_TAP_WAIT_MS")
    assert Settings.load(data_dir=Path()).tap_wait_ms == 600
