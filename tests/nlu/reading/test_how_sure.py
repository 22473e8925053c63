"""A wish, a duty, a claim, an order, a condition and a contradiction are asked about."""

from __future__ import annotations

import pytest

from referrals.advice.encounter import Step
from referrals.advice.hearing import hear
from tests.nlu.reading.saying import asserted, words


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *((t, "stopped_smoking") for t in ("he wants to quit", "she should quit", "must quit")),
        *((t, "stopped_smoking") for t in ("he would like to quit", "quit asking")),
        *((t, "stopped_smoking") for t in ("røgfri siden i morgen", "holdt op i morgen")),
        *((t, "stopped_smoking") for t in ("er røgfri fra på mandag", "vil gerne være røgfri")),
        ("han er holdt op med at holde op", "stopped_smoking"),
        ("hun skulle være holdt op", "stopped_smoking"),
        ("han hævder at være holdt op", "stopped_smoking"),
        *(
            (t, "never_smoked")
            for t in ("sig at han aldrig har røget", "he claims he never smoked")
        ),
        *((t, "never_smoked") for t in ("say that she never smoked", "han påstår han aldrig røg")),
        ("hvis han ryger, så nok kun til fest", "smokes_occasionally"),
        ("ryger 20 cigaretter dagligt men kun i weekenden", "smokes_daily"),
        ("smokes daily but only on weekends", "smokes_occasionally"),
        ("dagligt nej", "smokes_daily"),
        ("han vil ikke svare på om konen ryger", "will_not_answer"),
        ("patienten på stue 4 ryger dagligt", "smokes_daily"),
        ("patienten på stue [[word:123456789012]] ryger dagligt", "smokes_daily"),
    ],
)
def test_a_status_in_doubt_is_asked_for(text: str, intent: str) -> None:
    heard = hear(Step.STATUS, words(text, intent, sure=True))
    assert heard.answers == ()
    assert heard.asks


@pytest.mark.parametrize(
    ("text", "intent", "status"),
    [
        *(
            (t, "stopped_smoking", "ex")
            for t in ("quit", "has quit", "quit in 2010", "er holdt op")
        ),
        ("stoppet med at ryge", "stopped_smoking", "ex"),
        ("he says he never smoked", "never_smoked", "never"),
        ("ryger dagligt, snus: nej", "smokes_daily", "daily"),
        ("nej, hun ryger dagligt", "smokes_daily", "daily"),
    ],
)
def test_a_status_that_is_told_stands(text: str, intent: str, status: str) -> None:
    assert (Step.STATUS, status) in hear(Step.STATUS, words(text, intent, sure=True)).answers


def test_an_order_not_to_delete_tells_no_status() -> None:
    assert hear(Step.STATUS, words("slet ham ikke", "does_not_use", sure=True)).answers == ()


@pytest.mark.parametrize(
    "text",
    [
        "ja men er begyndt igen",
        "he has not stopped",
        "yes but started again",
        "nej aldrig holdt op",
    ],
)
def test_who_smokes_now_has_not_stopped(text: str) -> None:
    heard = hear(Step.EVER_SMOKED, words(text, "stopped_smoking", sure=True))
    assert heard.answers == ()
    assert {step for step, _ in heard.asks} == {Step.STATUS}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        *((t, "affirm") for t in ("jaja", "ja ja", "ja det vil hun sikkert", "ja det vil hun nok")),
        *((t, "affirm") for t in ("ja i 2027", "yes in 2 years", "yes probably")),
        *((t, "not_now") for t in ("måske", "ved ikke", "ved det ikke", "maybe", "don't know")),
        *((t, "not_now") for t in ("hun er i tvivl", "tja", "not sure", "det ved hun ikke")),
    ],
)
def test_an_answer_in_doubt_closes_nothing(text: str, intent: str) -> None:
    heard = hear(Step.OFFER, words(text, intent, sure=True))
    assert heard.answers == ()
    assert (Step.OFFER, "yes") in heard.asks


@pytest.mark.parametrize("text", ["ikke nu", "senere", "måske senere", "vil tænke over det"])
def test_what_is_put_off_is_put_off(text: str) -> None:
    heard = hear(Step.OFFER, words(text, "not_now", sure=True))
    assert heard.answers == ((Step.OFFER, "not_now"),)


@pytest.mark.parametrize("text", ["nej tak hun er glad nok", "helt sikkert"])
def test_a_word_that_says_enough_leaves_an_answer_sure(text: str) -> None:
    assert not any(fact.endswith("~hedge") for fact in asserted(text))


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("Ja, og han ryger 20 om dagen", ((Step.STATUS, "daily"), (Step.OFFER, "yes"))),
        ("nej, og hun ryger hver dag", ((Step.STATUS, "daily"), (Step.OFFER, "no"))),
    ],
)
def test_a_yes_and_a_status_are_both_heard(text: str, answers: tuple[object, ...]) -> None:
    assert hear(Step.OFFER, words(text, "smokes_daily", sure=True)).answers == answers


def test_the_yes_that_may_be_to_smoking_is_asked_about() -> None:
    heard = hear(Step.OFFER, words("ja, ryger 20 om dagen", "smokes_daily", sure=True))
    assert heard.asks == ((Step.OFFER, "yes"),)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("kan ikke svare, sover", "asleep"),
        ("can't answer, asleep", "asleep"),
        ("kan ikke svare, er forvirret", "confused"),
    ],
)
def test_who_cannot_answer_has_the_reason_that_is_told(text: str, why: str) -> None:
    heard = hear(Step.OFFER, words(text, "cannot_answer_now", sure=True))
    assert heard.answers == ((Step.OFFER, "unable"), (Step.DEFER_REASON, why))


@pytest.mark.parametrize("text", ["eftermiddagskaffe", "eftermiddag skaffe", "formiddagskaffe"])
def test_a_word_that_a_time_begins_is_no_time(text: str) -> None:
    assert not any(f.startswith("best_time") and "~" not in f for f in asserted(text))


def test_a_time_in_two_words_stays_one() -> None:
    assert "best_time=morning" in asserted("helst i formiddags timer")


@pytest.mark.parametrize("text", ["faldt i trappen", "er faldet i badet"])
def test_falling_into_something_is_no_relapse(text: str) -> None:
    assert "course=relapsed" not in asserted(text)


def test_a_flat_is_no_amount() -> None:
    assert {f for f in asserted("lejl 12") if f.startswith("smoking")} == set()
    assert "smoking=occasional" in asserted("lejl")
