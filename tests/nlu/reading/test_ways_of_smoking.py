"""How a clause about smoking is read to the last fact: nothing more is told than it says."""

from __future__ import annotations

import pytest

from tests.nlu.reading.saying import asserted, reader

BESIDE = {"plain=", "denial="}


def rows(*pairs: tuple[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("text", "expected"), pairs, ids=[text for text, _ in pairs])


@rows(
    ("hun er småryger", "smoking=occasional"),
    ("smoker yes", "smoking=use"),
    ("cigaretter dagligt", "product=cigarettes smoking=daily"),
    ("ikke kun cigaretter", "product=cigarettes smoking=use"),
    ("ikke kun snus", "product=snus smoking=other"),
    ("snus: nej", "product=snus- answer=no"),
    ("hun røg ikke", "smoking=none"),
    ("she has not smoked ever", "smoking=never"),
    ("har nogensinde røget", "smoking=has_smoked"),
    ("ikke prøvet at ryge", "smoking=never"),
    ("har aldrig begyndt", "smoking=never"),
    ("aldrig nogensinde", "smoking=never_bare referral=wants- whole=no"),
    ("ja dagligt", "smoking=daily answer=yes"),
    ("kun dagligt", "smoking=daily"),
)
def test_one_way_of_smoking_is_told_as_it_is(text: str, expected: str) -> None:
    assert asserted(text) - BESIDE == set(expected.split())


@rows(
    ("hun ryger passivt", "smoking=use@relative"),
    ("ryger kun passivt", "smoking=use@relative"),
    ("hun er gift med en ryger", "smoking=use@relative"),
    ("hun ryger bor med en ryger", "smoking=use"),
)
def test_smoke_of_others_is_theirs(text: str, expected: str) -> None:
    assert asserted(text) - BESIDE == {expected}


@rows(
    ("hvis hun drikker ryger hun", "smoking=use~condition"),
    ("ryger hvis hun drikker hver dag", "smoking=daily~condition"),
    ("hun ryger hvis hun drikker", "smoking=use"),
)
def test_a_condition_before_what_is_told_makes_it_one(text: str, expected: str) -> None:
    assert asserted(text) - BESIDE == {expected}


@pytest.mark.parametrize(
    "text",
    [
        *("det smager ikke", "kemoen er ikke begyndt", "not started", "2 plaster dagligt"),
        *("dagligt polsk", "dagligt fjellet", "dagligt [[word:0123456789ab]]", "morfin dagligt"),
        *(
            "inhalerer ikke",
            "arbejder hver aften",
            "ring hver dag",
            "tolk hver dag",
            "bor hjemme hver dag",
        ),
        *("hviler hver dag", "stuegang hver dag", "kaffe hver dag", "20 dagligt medicin"),
    ],
)
def test_what_may_be_about_anything_is_no_smoking(text: str) -> None:
    assert not any(fact.startswith("smoking=") for fact in asserted(text))


@pytest.mark.parametrize(
    "text",
    [
        *("damper ikke nej", "bruger ikke snus nej", "røg ikke nej", "ryger ikke nej"),
        *("bruger ikke plaster nej", "bruger ikke nej", "har ikke prøvet at ryge nej"),
        "festryger ikke nej",
    ],
)
def test_the_no_behind_a_denial_of_use_is_an_answer(text: str) -> None:
    facts = asserted(text)
    assert "answer=no" in facts
    assert "referral=wants~hedge" not in facts


@rows(
    ("konen siger at han kæmper", "course=badly reported="),
    ("konen siger at han klarer sig fint", "course=well reported="),
    ("hun klarer det ikke", "course=well-"),
    ("hun kæmper ikke", "course=badly"),
)
def test_how_it_goes_is_told_with_who_says_it_and_never_turned_to_well(
    text: str, expected: str
) -> None:
    assert asserted(text) - BESIDE == set(expected.split())


@rows(
    ("she uses pouches called velo", "smoking=other"),
    ("vape hedder katten", "smoking=other~hedge"),
    ("tobak ryger sild", "smoking=use~hedge"),
)
def test_a_name_or_food_leaves_doubt_unless_something_is_used(text: str, expected: str) -> None:
    assert expected in asserted(text)


@pytest.mark.parametrize(
    "text",
    ["hendes mand ryger 20 om dagen", "jeg tror hun ryger hver dag", "konen damper ude i haven"],
)
def test_what_is_not_the_patients_or_not_sure_stands_at_its_whole_clause(text: str) -> None:
    found = [fact for fact in reader().read(text).facts if fact.kind == "smoking"]
    assert {(fact.start, fact.end) for fact in found} == {(0, len(text))}
