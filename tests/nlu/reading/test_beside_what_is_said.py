"""What stands beside an answer and turns nothing: asides, a wish for time, an unknown word."""

from __future__ import annotations

import pytest

from referrals.advice.encounter import Step
from referrals.advice.hearing import hear
from tests.nlu.reading.saying import asserted, words


@pytest.mark.parametrize(
    ("step", "text", "intent", "answer"),
    [
        ("offer", "nej tak, sagde hun, mens vi skiftede forbinding", "deny", "no"),
        ("offer", "ja tak, siger han, mens jeg måler blodtryk", "affirm", "yes"),
        ("status", "hun ryger ikke, siger hun, mens jeg reder sengen", "does_not_use", "no_use"),
        ("offer", "no thank you, while I was changing the dressing", "deny", "no"),
    ],
)
def test_what_happened_meanwhile_turns_no_answer(
    step: str, text: str, intent: str, answer: str
) -> None:
    assert hear(Step(step), words(text, intent, sure=True)).answers == ((Step(step), answer),)


@pytest.mark.parametrize(
    "text", ["mens hun ryger", "ja tak, mens manden siger nej", "mens hun sagde ja"]
)
def test_what_is_asked_about_is_no_aside(text: str) -> None:
    assert asserted(text) != asserted("ja tak")
    assert "plain=" not in asserted("ja tak, mens manden siger nej")


@pytest.mark.parametrize(
    "text",
    [
        *("vil gerne tænke over det", "det vil hun gerne tænke over først", "vil gerne vente"),
        *(
            "lad os tage det en anden dag",
            "she'd like to think about it",
            "vil have betænkningstid",
        ),
    ],
)
def test_a_wish_for_time_is_no_wish_for_the_offer(text: str) -> None:
    assert {fact for fact in asserted(text) if fact.startswith("referral")} == {"referral=not_now"}


@pytest.mark.parametrize("text", ["ja, men han vil gerne vente", "vil gerne henvises, men ikke nu"])
def test_a_yes_beside_a_wish_for_time_is_asked_about(text: str) -> None:
    assert not hear(Step.OFFER, words(text, "not_now", sure=True)).answers


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("manden ryger, det gør hun ikke", "answer=no"),
        ("husband smokes, she does not", "answer=no"),
        ("hendes kone ryger, det gør han ikke", "answer=no"),
        ("datteren ryger, det gør hun ikke", "answer=no@relative"),
        ("sønnen ryger, det gør han ikke", "answer=no@relative"),
    ],
)
def test_who_is_of_the_other_sex_than_the_relative_is_the_patient(text: str, whose: str) -> None:
    assert {fact for fact in asserted(text) if fact.startswith("answer")} == {whose}


@pytest.mark.parametrize(
    ("text", "certain"),
    [
        ("hun er stoppet, den sidste var i vinhaven", True),
        ("hun er stoppet, siden hun var i [[word:0123456789ab]]", True),
        ("hun er stoppet med vinhaven", False),
        ("hun er stoppet [[word:0123456789ab]]", False),
        ("hun er vist stoppet i vinhaven", False),
        ("hun stoppede vinhaven drueklasen rankerne", False),
    ],
)
def test_a_word_that_is_not_known_turns_nothing_where_both_witnesses_are_certain(
    text: str, *, certain: bool
) -> None:
    heard = hear(Step.STATUS, words(text, "stopped_smoking", sure=True))
    assert bool(heard.answers) is certain


def test_it_does_where_the_classifier_is_only_sure() -> None:
    said = words("hun er stoppet, den sidste var i vinhaven", "stopped_smoking")
    assert not hear(Step.STATUS, said).answers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bruger nikotintyggegummi", "smoking=nrt"),
        ("nikotinplaster hver dag", "smoking=nrt"),
        ("tager en hver time", "smoking=use"),
        ("3-4 om dagen, ikke mere", "smoking=daily"),
        ("nægter at kvitte", "smoking=use"),
        ("tidligere forsøgt med plaster", ""),
        ("[[word:0123456789ab]], 8 om dagen", ""),
    ],
)
def test_what_is_used_and_given_up_is_read_by_what_it_is(text: str, expected: str) -> None:
    found = {fact for fact in asserted(text) if fact.startswith("smoking")}
    assert found == ({expected} if expected else set())


def test_medicine_with_nicotine_is_no_relapse() -> None:
    said = words("kører fortsat med nikotintyggegummi", "uses_other_product", sure=True)
    assert not hear(Step.EX_SMOKER, said).answers


def test_good_and_bad_news_of_an_ex_smoker_are_asked_about() -> None:
    said = words("faldet i, men er røgfri igen og det går fint", "doing_well", sure=True)
    assert not hear(Step.EX_SMOKER, said).answers
