"""The wording in ``domain.yml``: complete, in both languages, with buttons that we understand."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.buttons import engine_payload
from referrals.advice.encounter import Outcome, Step
from referrals.advice.script import CONSENT_STEPS, accepts
from service.settings import ROOT

RESPONSES: dict[str, list[dict[str, Any]]] = yaml.safe_load((ROOT / "domain.yml").read_text())[
    "responses"
]
ENGLISH = [{"type": "slot", "name": "wording_language", "value": "en"}]
TEXT_HASH = "0123456789abcdef" * 4
RESPONSE_NAME = re.compile(r"utter(?:_[a-z]+)+")


def said_in_code() -> list[str]:
    """Find every response that our code names in full."""
    files = [*(ROOT / "referrals").rglob("*.py"), *(ROOT / "actions").rglob("*.py")]
    return sorted({name for file in files for name in names_in(file)})


def names_in(file: Path) -> list[str]:
    nodes = ast.walk(ast.parse(file.read_text("utf-8")))
    texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return [text for text in texts if RESPONSE_NAME.fullmatch(text)]


def payloads() -> list[str]:
    """Give every payload as the engine writes it, its gaps filled."""
    written = {
        button["payload"]
        for variations in RESPONSES.values()
        for variation in variations
        for button in variation.get("buttons", [])
    }
    gaps = {"course": "12", "text_hash": TEXT_HASH, "reference": "H-7KF3-Q"}
    return sorted(one.format(**gaps) for one in written)


def entities(payload: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(payload[payload.index("{") :])
    return found


def test_our_code_says_something() -> None:
    assert "utter_no_encounter" in said_in_code()


@pytest.mark.parametrize("name", said_in_code())
def test_every_response_that_our_code_names_has_a_wording(name: str) -> None:
    assert name in RESPONSES


@pytest.mark.parametrize("step", list(Step))
def test_every_step_has_a_question(step: Step) -> None:
    assert f"utter_ask_{step}" in RESPONSES


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.REFERRED}))
def test_every_end_has_a_wording(outcome: Outcome) -> None:
    assert f"utter_closed_{outcome}" in RESPONSES


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_every_response_has_a_danish_default_and_an_english_variation(name: str) -> None:
    assert [each.get("condition") for each in RESPONSES[name]] == [ENGLISH, None]


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_both_languages_have_the_same_gaps_and_buttons(name: str) -> None:
    english, danish = RESPONSES[name]
    assert gaps(english["text"]) == gaps(danish["text"])
    assert pressed(english) == pressed(danish)


def gaps(text: str) -> set[str]:
    return set(re.findall(r"\{([a-z_]+)\}", text))


def pressed(variation: dict[str, Any]) -> list[str]:
    return [button["payload"] for button in variation.get("buttons", [])]


@pytest.mark.parametrize("payload", payloads())
def test_every_button_goes_on_to_the_engine(payload: str) -> None:
    assert entities(engine_payload(payload, "da"))["wording_language"] == "da"


@pytest.mark.parametrize("payload", [p for p in payloads() if p.startswith("/answer")])
def test_every_answer_button_gives_a_value_that_its_step_accepts(payload: str) -> None:
    told = entities(payload)
    assert accepts(Step(told["step"]), told["value"])


@pytest.mark.parametrize("step", CONSENT_STEPS)
def test_a_consent_button_names_the_text_that_was_read(step: Step) -> None:
    told = [entities(p) for p in payloads() if p.startswith("/answer")]
    consents = [each for each in told if each["step"] == step]
    assert {each["value"] for each in consents} == {"yes", "no"}
    assert all(each.get("text_hash") == TEXT_HASH for each in consents)


def test_the_button_that_withdraws_says_so_and_names_the_referral() -> None:
    for variation in RESPONSES["utter_confirm_withdrawal"]:
        button = variation["buttons"][0]
        assert "{reference}" in button["payload"]
        assert button["payload"].startswith("/withdraw_consent")
        assert "withdraw" in button["title"] or "træk" in button["title"]


def test_a_button_about_a_partner_names_the_text_that_was_read() -> None:
    told = [entities(p) for p in payloads() if p.startswith("/consent_partner")]
    assert {each["value"] for each in told} == {"yes", "no"}
    assert all(each.get("text_hash") == TEXT_HASH for each in told)
