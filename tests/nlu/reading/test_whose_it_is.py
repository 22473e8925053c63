"""What is told of another patient, of a relative, of staff or of people is never the patient's."""

from __future__ import annotations

import pytest

from referrals.advice.encounter import Step
from referrals.advice.hearing import hear
from tests.nlu.reading.saying import asserted, words

OF_USE = [
    *("den forrige patient var aldrig-ryger", "den næste ryger dagligt"),
    *("den sidste patient røg 20 om dagen", "patienten før var storryger"),
    *("ham før hende ryger hver dag", "hans chef ryger 20 om dagen", "overlægen ryger dagligt"),
    *("the previous patient never smoked", "last patient smoked daily"),
    *("the next one is an ex-smoker", "she quit smoking, no wait, that was the patient before"),
    *("ryger 20 om dagen, nej det er konen", "nogle ryger hver dag"),
]
OF_THE_OFFER = [
    *("sidste patient sagde ja tak", "den næste vil gerne henvises", "nogle siger ja"),
    *("de fleste siger ja tak", "some people say yes", "he says his brother wants it"),
    *("ja overlægen vil have ham henvist", "mange siger ja", "hans chef siger ja"),
]
TO_ANOTHER = [
    *("ja til hans kone", "yes for his brother", "har sagt ja til naboen"),
    *("ja (fra sygeplejerske)", "ja tak til pjecen", "ja til plaster", "ja tak til en folder"),
    *("yes to the leaflet", "yes to patches", "ja tak til kaffe", "nej tak til pjecen"),
]


@pytest.mark.parametrize("text", [*OF_USE, *OF_THE_OFFER])
def test_what_another_does_or_wants_is_told_of_that_one(text: str) -> None:
    told = [
        fact
        for fact in asserted(text)
        if fact.startswith(("smoking=", "referral=wants", "answer="))
    ]
    assert all("@" in fact for fact in told)


@pytest.mark.parametrize("text", OF_USE)
@pytest.mark.parametrize("intent", ["smokes_daily", "never_smoked", "stopped_smoking"])
def test_it_is_no_status(text: str, intent: str) -> None:
    assert hear(Step.STATUS, words(text, intent, sure=True)).answers == ()


@pytest.mark.parametrize("text", [*OF_THE_OFFER, *TO_ANOTHER])
@pytest.mark.parametrize("intent", ["affirm", "deny"])
def test_it_is_no_answer_to_the_offer(text: str, intent: str) -> None:
    assert hear(Step.OFFER, words(text, intent, sure=True)).answers == ()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "ja til henvisning",
            "ja tak til kommunen",
            "ja tak til tilbuddet",
            "ja tak til det hele",
        ),
        *("han siger ja", "ja siger han", "hun siger at hun gerne vil henvises"),
    ],
)
def test_a_yes_to_the_offer_stays_one(text: str) -> None:
    assert hear(Step.OFFER, words(text, "affirm", sure=True)).answers == ((Step.OFFER, "yes"),)


@pytest.mark.parametrize(
    "text",
    ["det går godt med konen", "it is going well for his wife", "den forrige klarede sig fint"],
)
def test_how_it_goes_for_another_is_theirs(text: str) -> None:
    assert hear(Step.EX_SMOKER, words(text, "doing_well", sure=True)).answers == ()


@pytest.mark.parametrize(
    "text", ["tolk til manden", "tolk til konen", "interpreter for her husband"]
)
def test_another_needs_the_interpreter(text: str) -> None:
    assert "interpreter=@relative" in asserted(text)


@pytest.mark.parametrize(
    "text", ["tolken kommer kl 14", "tolken er her nu", "the interpreter comes at 2"]
)
def test_an_interpreter_who_comes_tells_of_no_need(text: str) -> None:
    assert "interpreter=" not in asserted(text)


@pytest.mark.parametrize(
    "text", ["tolk", "skal have tolk", "brug for tolk", "needs an interpreter"]
)
def test_a_need_of_the_patient_stays_one(text: str) -> None:
    assert "interpreter=" in asserted(text)


@pytest.mark.parametrize(
    "text",
    ["den forrige patient var 2730", "han er indlagt i 2730", "arbejder i 2730", "konen var 2730"],
)
def test_a_postcode_of_elsewhere_is_told_as_such(text: str) -> None:
    assert any(fact.startswith(("place_lived=", "place_lives=@")) for fact in asserted(text))
