"""Whatever the wording offers to write is understood where it is offered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from referrals.words.yaml_files import read_yaml
from service.settings import ROOT
from tests.dialogue.talking import Nurse

_QUOTED = re.compile(
    r"\b(?:fx|e\.g\.|skriv|skrives|write|written|eller|or) [»“]([^«”{]+)[«”]", re.IGNORECASE
)
_BEHIND_COLON = re.compile(r"\b(?:fx|e\.g\.|for instance):\s*([^•\n]+)")
_IN_A_LIST = re.compile(r"• ([^–\n{]+) – ")
_FIGURES = re.compile(r"\b(?:fx|e\.g\.) (H-7KF3-Q|\d+(?:/\d+)?)")
_MADE_UP = "H-7KF3-Q"
_REFUSALS = (
    *("utter_not_understood", "utter_out_of_scope", "utter_nothing_new", "utter_offer_help"),
    *("utter_postcode_stands", "utter_bad_date", "utter_bad_postcode", "utter_referral_not_found"),
    *("utter_press_a_button", "utter_cannot_skip", "utter_no_referral_named"),
)


@dataclass(frozen=True)
class Offered:
    """An example that a response offers, in one language."""

    response: str
    language: str
    text: str


def _texts() -> Mapping[str, Mapping[str, str]]:
    """Give the text of each response that has one, by language."""
    responses: Mapping[str, Sequence[Mapping[str, Any]]] = read_yaml(ROOT / "domain.yml")[
        "responses"
    ]
    return {
        name: {("en" if "condition" in one else "da"): one["text"] for one in told if "text" in one}
        for name, told in responses.items()
    }


def offered() -> list[Offered]:
    """Give every example that the wording offers."""
    found = []
    for name, by_language in _texts().items():
        for language, text in by_language.items():
            examples = [
                one.strip()
                for pattern in (_QUOTED, _BEHIND_COLON, _FIGURES)
                for one in pattern.findall(text)
            ]
            if "{" not in text:
                examples += _IN_A_LIST.findall(text)
            found += [Offered(name, language, one) for one in examples if one]
    return found


PHONES = iter(range(27_660_001, 27_669_999))
_TO_NAME = ('"daily"', '"step":"offer","value":"yes"', '"consent_contact"', '"consent_outcome"')
_TO_SUMMARY = (*_TO_NAME, "@patient", '"0151"', '"rest"')
_FILED = (*_TO_SUMMARY, '"send"')
_HELP = {"da": "hjælp", "en": "help"}
WAYS: Mapping[str, Sequence[str | Mapping[str, str]]] = {
    "utter_ask_name": _TO_NAME,
    "utter_family_name_missing": (*_TO_NAME, "@Zebulon, 2760"),
    "utter_postcode_stands": (*_TO_SUMMARY, "@2900"),
    "utter_bad_postcode": (*_TO_NAME, "@Anna Prøvesen, 20123456", "@99"),
    "utter_ask_discharge_date": (*_TO_SUMMARY, "/correct_detail", '"discharge_date"'),
    "utter_bad_date": (*_TO_SUMMARY, "/correct_detail", '"discharge_date"'),
    "utter_write_the_right_one": (
        *_FILED,
        {"da": "ret telefonen", "en": "correct the phone"},
    ),
    "utter_write_the_contact": (
        *_FILED,
        {
            "da": "ring til datteren i stedet 30 31 32 33",
            "en": "call the daughter instead 30 31 32 33",
        },
    ),
    "utter_withdraw_which": (
        *_FILED,
        "/new_patient",
        {"da": "træk samtykke tilbage", "en": "withdraw consent"},
    ),
    "utter_referral_not_found": (*_FILED, "/new_patient"),
    "utter_sends_at_once": (
        *_TO_SUMMARY,
        {"da": "send den efter kl 14", "en": "send it after 2 pm"},
    ),
    "utter_paused": ({"da": "pause", "en": "pause"},),
    "utter_help": (_HELP,),
    "utter_offer_help": (_HELP,),
}
"""How the nurse comes to where it is shown: a button by what its payload holds, or words."""


def go(nurse: Nurse, steps: Sequence[str | Mapping[str, str]], language: str) -> None:
    """Press and type on the way."""
    for step in steps:
        if not isinstance(step, str):
            nurse.says(step[language])
        elif step == "@patient":
            nurse.says(f"Karin Eksempelsen, {next(PHONES)}, 2750")
        elif step.startswith("@"):
            nurse.says(step[1:])
        else:
            titles = [
                button["title"]
                for reply in nurse.replies
                for button in reply["buttons"]
                if step in button["payload"]
            ]
            nurse.presses(titles[0])


def test_there_is_a_way_to_each_response_that_offers_an_example() -> None:
    assert {one.response for one in offered()} == set(WAYS)


@pytest.mark.parametrize(
    "one", offered(), ids=lambda one: f"{one.response}-{one.language}-{one.text[:25]}"
)
def test_an_example_is_understood_where_it_is_offered(
    nurse_speaking: Callable[[str], Nurse], one: Offered
) -> None:
    nurse = nurse_speaking(one.language)
    go(nurse, WAYS[one.response], one.language)
    reference = nurse.references[-1] if nurse.references else ""
    nurse.says(one.text.replace(_MADE_UP, reference))
    refusals = {_texts()[name].get(one.language) for name in _REFUSALS if name in _texts()}
    assert not refusals & {reply["text"] for reply in nurse.replies}
