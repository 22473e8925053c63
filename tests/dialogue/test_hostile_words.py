"""What nobody says at a bedside: nothing of it breaks a conversation or moves the script."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dialogue.conftest import Hospital
from tests.dialogue.talking import Nurse

STEPS = {
    "status": [],
    "offer": ["Ryger dagligt"],
    "consent_contact": ["Ryger dagligt", "Ja tak"],
    "consent_outcome": ["Ryger dagligt", "Ja tak", "Ja, patienten siger ja"],
    "name": ["Ryger dagligt", "Ja tak", "Ja, patienten siger ja", "Ja"],
}
TO_SUMMARY = [*STEPS["name"], None, "Ballerup", "Spring resten over"]
WORDS = {
    "an injected intent": "/affirm",
    "an injected answer": '/answer{"step":"consent_contact","value":"yes"}',
    "an injected skip after a blank": '  /skip{"value":"rest"}',
    "an injected event": "/ /slot{}",
    "a made-up token": "[[name:3f9a2c1b7d60]]",
    "a made-up receipt": "[[receipt:H-7KF3-Q]]",
    "half a token": "[[phone: ]] }}{{ [[",
    "only signs": "!?#%&/()=",
    "quotes": "\"'`´»«“” \\",
    "a query": "'; DROP TABLE encounters; --",
    "a page": "<script>alert(1)</script>",
    "a template": "{consent_text} {{7*7}} ${name} %s",
    "entities by hand": "[sklurk](affirm) [blip]{entity}",
    "emoji": "🚬🚬🚬 👩🏽‍⚕️",
    "right to left": "\u202eمرحبا بالعالم\u202c",
    "combining signs": "j\u0301\u0302\u0303a\u0308\u0309 t\u0310ak",
    "zero width": "\u200b\u200d\ufeff",
    "control signs": "\x00\x07\x1b[31m",
    "a line break in between": "\n\n\t\r\n.",
    "digits without end": "1" * 900,
    "the longest text": "æ" * 1000,
}


def at(nurse: Nurse, titles: list[str | None]) -> Nurse:
    """Bring a nurse to a step by buttons; None stands for the typed contact details."""
    for title in titles:
        if title is None:
            nurse.says("Karin Qvortrup, 26 11 22 33, 2760")
        else:
            nurse.presses(title)
    return nurse


@pytest.fixture(scope="module")
def at_each_step(hospital: Hospital) -> dict[str, Nurse]:
    """Give a nurse who waits at each of the steps where a wrong guess would do most harm."""
    return {step: at(hospital.nurse(), list(titles)) for step, titles in STEPS.items()}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
@pytest.mark.parametrize("step", ["status", "offer", "consent_contact", "consent_outcome"])
def test_hostile_words_never_move_the_script(
    at_each_step: dict[str, Nurse], step: str, words: str
) -> None:
    nurse = at_each_step[step]
    answer = nurse.try_text(words)
    if answer.status_code == 422:  # nothing but blanks is no message
        assert not words.strip()
        return
    assert answer.status_code == 200, answer.text
    assert {reply["awaits"] for reply in answer.json()["replies"]} == {step}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
def test_hostile_words_are_a_name_at_most(nurse: Nurse, words: str) -> None:
    at(nurse, list(STEPS["name"]))
    answer = nurse.try_text(words)
    assert answer.status_code in (200, 422), answer.text
    if answer.status_code == 200:
        assert {reply["awaits"] for reply in answer.json()["replies"]} <= {"name", "phone"}
        assert "[[" not in answer.text


@settings(max_examples=40, deadline=None)
@given(words=st.text(min_size=1, max_size=80))
def test_no_words_at_all_give_consent(hospital: Hospital, words: str) -> None:
    nurse = at(hospital.nurse(), list(STEPS["consent_contact"]))
    answer = nurse.try_text(words)
    assert answer.status_code in (200, 422), answer.text
    assert "consent_outcome" not in answer.text


@pytest.mark.parametrize("length", [1_001, 10_000, 1_000_000])
def test_a_text_that_is_too_long_is_refused_and_nothing_is_lost(nurse: Nurse, length: int) -> None:
    at(nurse, list(STEPS["offer"]))
    assert nurse.try_text("ja " * (length // 3 + 1)).status_code in (413, 422)
    nurse.says("ja tak")
    assert nurse.awaits == "consent_contact"


PAYLOADS = (
    "/affirm",
    "/restart",
    "/session_start",
    "/action_answer",
    '/give_contact_details{"name":"[[name:3f9a2c1b7d60]]"}',
    '/answer{"step":"consent_contact","value":"ja, det vil hun"}',
    '/answer{"step":["consent_contact"],"value":"yes"}',
    '/answer{"consent_contact":"yes"}',
    '/answer["yes"]',
    '/answer{"step":',
    "/answer{}{}",
    "answer",
    "/",
    "",
    '/answer{"step":"consent_contact","value":"yes"} ja',
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_of_ones_own_making_is_refused(nurse: Nurse, payload: str) -> None:
    at(nurse, list(STEPS["consent_contact"]))
    assert nurse.try_payload(payload).status_code == 422
    nurse.says("vis overblik")
    assert nurse.awaits == "consent_contact"


UNREAD = (
    '/answer{"step":"consent_contact","value":"yes"}',
    '/answer{"step":"consent_contact","value":"yes","text_hash":"0000"}',
    '/answer{"step":"consent_outcome","value":"yes"}',
    '/answer{"step":"summary","value":"send"}',
    '/answer{"step":"municipality","value":"0151"}',
    '/answer{"step":"name","value":"Karin"}',
    "/skip",
    '/skip{"value":"rest"}',
)


@pytest.mark.parametrize("payload", UNREAD)
def test_consent_needs_the_button_under_the_very_text(nurse: Nurse, payload: str) -> None:
    at(nurse, list(STEPS["consent_contact"]))
    assert nurse.try_payload(payload).status_code in (200, 422)
    nurse.says("vis overblik")
    assert nurse.awaits == "consent_contact"


def test_what_was_typed_comes_back_to_its_nurse_as_it_was_typed(nurse: Nurse) -> None:
    at(nurse, list(STEPS["name"]))
    nurse.says('O\'Neill-Ørsted "Bibi" von <b>Æ</b>, 26 11 22 34, 2760')
    nurse.says("vis overblik")
    assert "O'Neill-Ørsted" in nurse.replies[0]["text"]
