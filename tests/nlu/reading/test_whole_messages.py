"""What is told of a message as a whole, and which of its places are told to be unread."""

from __future__ import annotations

import pytest

from tests.nlu.reading.saying import asserted, reader


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(("send den", "send"), ("Ja, det passer!", "send"), ("ja tak", "send")),
        *(("hov", "take_back"), ("nej, det var forkert.", "take_back"), ("undo that", "take_back")),
        *(("fortryd henvisningen", "undo"), ("undo the referral", "undo")),
        *(("ingen af dem", "leaves_list"), ("none of those.", "leaves_list")),
    ],
    ids=lambda text: text,
)
def test_a_message_on_a_closed_list_is_told_with_all_of_its_text(text: str, kind: str) -> None:
    (found,) = [fact for fact in reader().read(text).facts if fact.kind == kind]
    assert (found.start, found.end) == (0, len(text))
    assert found.polarity


@pytest.mark.parametrize("text", ["send den ikke", "hov hun ryger", "fortryd", "ingen", "ja"])
def test_nothing_else_undoes_a_referral(text: str) -> None:
    assert not asserted(text) & {"undo="}


@pytest.mark.parametrize(
    "text", ["ja tak", "nej tak", "hun ryger ikke", "han ryger ikke men det gør hans kone"]
)
def test_a_plain_message_is_plain_in_all_of_its_text(text: str) -> None:
    spans = {(f.start, f.end) for f in reader().read(text).facts if f.kind in ("plain", "whole")}
    assert spans == {(0, len(text))}


@pytest.mark.parametrize(
    "text",
    ["det gør hendes mand", "hendes mand ryger", "hun ryger. fjellet kalder", "hun ryger fjell"],
)
def test_what_says_nothing_of_the_patient_or_something_unknown_is_not_plain(text: str) -> None:
    assert "plain=" not in asserted(text)


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("hun ryger, 44556677", ["44556677"]),
        ("ring om aftenen [[phone:000000000000]]", ["[[phone:000000000000]]"]),
        ("ryger 20 om dagen", []),
        ("udskrives den 12", []),
    ],
    ids=lambda each: each if isinstance(each, str) else None,
)
def test_a_number_or_a_sealed_word_that_no_fact_holds_is_told_as_unread(
    text: str, unread: list[str]
) -> None:
    assert [text[start:end] for start, end in reader().read(text).unread] == unread


def test_a_word_of_the_machine_is_told_and_means_nothing() -> None:
    assert "code=@unknown~instruction" in asserted("smokes_daily")
    assert not any(fact.startswith("code") for fact in asserted("hun ryger"))


def test_a_turn_stays_short_however_much_is_pasted() -> None:
    assert "smoking=use" in asserted("hm " * 399 + "ryger")
    assert "smoking=use" not in asserted("hm " * 400 + "ryger")
