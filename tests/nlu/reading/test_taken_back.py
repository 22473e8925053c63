"""What a later word takes back within a message: all that is read of it, to the last fact."""

from __future__ import annotations

import pytest

from tests.nlu.reading.saying import asserted

BACK = "best_time=morning~hedge best_time=afternoon"


def rows(*pairs: tuple[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("text", "expected"), pairs, ids=[text for text, _ in pairs])


@rows(
    ("ryger stadig, nej vent, ikkeryger", "smoking=use~hedge smoking=none"),
    ("storryger nej vent lejlighedsvist", "smoking=daily~hedge smoking=occasional"),
    ("festryger nej vent storryger", "smoking=occasional~hedge smoking=daily"),
    ("rygning ja nej vent er stoppet", "smoking=use~hedge smoking=ex"),
    ("ikkeryger nej vent er stoppet", "smoking=none~hedge smoking=ex"),
    ("livslang ikkeryger nej vent er stoppet", "smoking=never~hedge smoking=ex"),
    ("aldrig, nej vent, er stoppet", "smoking=never_bare~hedge smoking=ex denial=~hedge"),
    ("røg som ung nej vent ryger dagligt", "smoking=past~hedge smoking=daily"),
    (
        "snus nej vent nikotinposer",
        "product=snus~hedge smoking=other~hedge product=pouches smoking=other",
    ),
)
def test_one_way_of_smoking_is_taken_back_for_any_other(text: str, expected: str) -> None:
    assert asserted(text) - {"denial="} == {*expected.split(), "plain="} - {"denial=~hedge"}


@rows(
    ("formiddag nej, vent, eftermiddag", BACK),
    ("formiddag nej. vent. eftermiddag", BACK),
    ("formiddag nej; vent; eftermiddag", BACK),
    ("formiddag nej! vent! eftermiddag", BACK),
    ("formiddag vent lige eftermiddag", BACK),
    ("formiddag jeg mener altså det er eftermiddag", BACK),
    ("morning, no, afternoon", BACK),
    ("morning no, wait, afternoon", BACK),
)
def test_signs_and_several_words_may_take_back_and_are_no_answer(text: str, expected: str) -> None:
    assert asserted(text) == {*expected.split(), "plain="}


@rows(
    ("formiddag nej nej eftermiddag", BACK),
    ("formiddag for ham her nej vent eftermiddag", BACK),
    ("formiddag nej vent det er da eftermiddag", BACK),
)
def test_three_words_may_stand_between(text: str, expected: str) -> None:
    assert set(expected.split()) <= asserted(text)


@pytest.mark.parametrize(
    "text",
    [
        "formiddag for ham her nu nej vent eftermiddag",
        "formiddag nej vent det er da nok eftermiddag",
        "formiddag nej vent ikke eftermiddag",
        "formiddag? nej, eftermiddag",
        "formiddag nej vent polsk",
        "formiddag nej tak eftermiddag",
        "formiddag nej det passer ikke eftermiddag",
        "formiddag nej",
        "nej formiddag",
        "morning, no afternoon",
        "morning; no afternoon",
        "morning. no afternoon",
        "morning! no afternoon",
    ],
)
def test_what_stands_far_off_is_denied_asked_or_something_else_takes_nothing_back(
    text: str,
) -> None:
    assert "best_time=morning~hedge" not in asserted(text)


def test_a_no_between_two_kinds_of_facts_stays_an_answer() -> None:
    assert {"answer=no", "language=pl~partial", "best_time=morning"} <= asserted(
        "polsk nej vent formiddag"
    )
