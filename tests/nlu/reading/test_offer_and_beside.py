"""What is said of the offer, and what only sounds like it: all of it, to the last fact."""

from __future__ import annotations

import pytest

from tests.nlu.reading.saying import asserted, reader


@pytest.mark.parametrize(
    "text",
    [
        *("hun vil gerne have besked", "hun vil ikke have tolk", "hun vil gerne have tolk"),
        *("vil gerne tale polsk", "vil gerne have hemmelig adresse", "giver gerne samtykke"),
        "hun vil gerne uden tolk",
    ],
)
def test_a_wish_about_a_detail_is_none_for_the_offer(text: str) -> None:
    assert not any(fact.startswith("referral=wants") for fact in asserted(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("vi tager det senere", "not_now"), ("vi har prøvet før", "tried")),
        *(("vi er allerede henvist", "already"), ("i morgen", "not_now")),
        *(("hun siger måske", "not_now~hedge"), ("måske", "not_now~hedge")),
    ],
    ids=lambda each: each,
)
def test_later_and_before_are_the_patients_whoever_says_we(text: str, expected: str) -> None:
    told = {fact for fact in asserted(text) if fact.startswith("referral=")}
    assert told == {f"referral={expected}"}


@pytest.mark.parametrize("text", ["udskrives i morgen", "hun udskrives næste uge"])
def test_the_day_to_go_home_does_not_put_the_offer_off(text: str) -> None:
    assert not any(fact.startswith("referral=") for fact in asserted(text))


@pytest.mark.parametrize("text", ["ok", "godt", "fint", "super", "ja 2", "ja fjellet", "ja konen"])
def test_a_word_that_may_be_about_anything_is_no_whole_answer(text: str) -> None:
    assert not any(fact.startswith("whole=") for fact in asserted(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(("ja", "yes"), ("ja tak", "yes"), ("det vil hun", "yes"), ("siger ikke nej", "yes")),
        *(("nej", "no"), ("nej tak hun siger det", "no"), ("overhovedet ikke", "no")),
        *(("senere", "not_now"), ("vil gerne", "yes"), ("afslår", "no")),
    ],
    ids=lambda each: each,
)
def test_a_phrase_of_the_offer_alone_is_one(text: str, expected: str) -> None:
    assert f"whole={expected}" in asserted(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [("sønnen vil gerne", "sønnen vil gerne"), ("hun vil gerne henvises", "vil gerne")],
    ids=lambda each: each,
)
def test_a_wish_stands_at_its_words_and_anothers_at_the_whole_clause(text: str, told: str) -> None:
    (found,) = [fact for fact in reader().read(text).facts if fact.kind == "referral"]
    assert text[found.start : found.end] == told
