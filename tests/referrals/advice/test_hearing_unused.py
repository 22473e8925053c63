"""What of a message is told to be unused, and what of it was no detail in the first place."""

from __future__ import annotations

import pytest

from referrals.advice.encounter import Step
from referrals.advice.hearing import Heard, hear
from tests.nlu.reading.saying import words


def unused(step: Step, text: str, intent: str) -> set[str]:
    return {f"{fact.kind}={fact.value}" for fact in hear(step, words(text, intent)).unused}


@pytest.mark.parametrize(
    ("step", "text", "intent"),
    [
        (Step.STATUS, "ok hun ryger dagligt", "smokes_daily"),
        (Step.STATUS, "hun ryger dagligt, ring om aftenen", "smokes_daily"),
        (Step.STATUS, "hun ryger ikke", "does_not_use"),
        (Step.EX_SMOKER, "er begyndt igen, ryger dagligt", "relapsed"),
        (Step.PRODUCT, "bruger snus", "uses_other_product"),
        (Step.OFFER, "ja tak, hun ryger jo", "affirm"),
        (Step.BEST_TIME, "ring om aftenen", "give_best_time"),
        (Step.LEAVE_MESSAGE, "nej ikke besked", "deny"),
        (Step.OFFER, "fortryd henvisningen", "deny"),
    ],
)
def test_what_is_answered_or_says_nothing_by_itself_is_not_told_as_unused(
    step: Step, text: str, intent: str
) -> None:
    assert unused(step, text, intent) == set()


@pytest.mark.parametrize(
    ("step", "text", "intent", "told"),
    [
        (Step.STATUS, "ryger dagligt men vil ikke ringes op", "smokes_daily", "referral=wants"),
        (Step.OFFER, "nej tak, taler polsk", "deny", "language=pl"),
        (Step.STATUS, "hun ryger dagligt og bor i herlev", "smokes_daily", "place_lives=0163"),
        (Step.STATUS, "hendes mand ryger", "smokes_daily", "smoking=use"),
    ],
)
def test_what_looked_like_a_detail_and_was_not_used_is_told(
    step: Step, text: str, intent: str, told: str
) -> None:
    assert told in unused(step, text, intent)


def test_why_nobody_can_be_asked_stands_beside_and_nothing_goes_on() -> None:
    heard = hear(Step.OFFER, words("hun sover, ring om aftenen", "cannot_answer_now"))
    assert dict(heard.answers) == {Step.OFFER: "unable", Step.DEFER_REASON: "asleep"}


def test_of_two_words_about_one_detail_the_last_one_counts() -> None:
    heard = hear(Step.BEST_TIME, words("om aftenen, læg besked, nej, læg ikke besked", "affirm"))
    assert dict(heard.answers)[Step.LEAVE_MESSAGE] == "no"


@pytest.mark.parametrize("step", [Step.NAME, Step.SUMMARY, Step.STATUS])
def test_a_greeting_is_nothing_heard(step: Step) -> None:
    assert hear(step, words("hej", "greet")) == Heard()
    assert not Heard()


def test_a_question_alone_or_something_unused_alone_is_something_heard() -> None:
    (fact, *_) = words("hun ryger fjellet", "greet").facts
    assert Heard(asks=((Step.STATUS, "daily"),))
    assert Heard(unused=(fact,))
