"""What nurses type on a whole Henvis with the real engine, held to the report's goals."""

from __future__ import annotations

import pytest

from tests.nlu.typed.cases import Case, Wanted, own_cases
from tests.nlu.typed.judging import ASKED, HARM, RECORD, REPLY, RIGHT, Became, judge
from tests.nlu.typed.report import Played, figures, play, told
from tests.running import RunningHenvis

FEWEST = 250


@pytest.fixture(scope="module")
def played(running_henvis: RunningHenvis) -> list[Played]:
    """Type every sentence once."""
    return play(running_henvis, own_cases())


def test_every_goal_is_met(played: list[Played]) -> None:
    missed = [f"{one.name}: {one.value:.3g}" for one in figures(played) if not one.is_met]
    assert missed == [], "\n".join(told(one) for one in played if one[2] != RIGHT)


def test_there_are_enough_sentences_of_each_language_and_each_only_once() -> None:
    cases = own_cases()
    assert len(cases) >= FEWEST
    assert len({(case.step, case.text) for case in cases}) == len(cases)
    assert {case.language for case in cases} == {"da", "en"}


YES = Wanted(frozenset({("offer", "yes")}), frozenset({("product", "cigarettes")}))


@pytest.mark.parametrize(
    ("recorded", "said", "verdict"),
    [
        ({"offer": "yes"}, ("utter_noted",), RIGHT),
        ({"offer": "yes", "product": "cigarettes"}, ("utter_noted",), RIGHT),
        ({}, ("utter_check",), ASKED),
        ({}, ("utter_answer_price",), REPLY),
        ({"offer": "yes", "best_time": "morning"}, ("utter_noted",), RECORD),
        ({"offer": "no"}, ("utter_noted",), HARM),
    ],
    ids=["all", "what may stand", "asked", "another reply", "more than was said", "the opposite"],
)
def test_a_sentence_is_judged_by_what_stands_in_the_rows(
    recorded: dict[str, str], said: tuple[str, ...], verdict: str
) -> None:
    case = Case("offer_yes", "da", "offer", "ja", (YES,))
    assert judge(case, Became(recorded, frozenset(), said)) == verdict
