"""A message is divided: what stands in one part is not said of the other."""

from __future__ import annotations

import pytest

from tests.nlu.reading.saying import asserted

BESIDE = {"plain=", "denial=", "denial=@relative"}


def rows(*pairs: tuple[str, str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("text", "expected"), pairs, ids=[text for text, _ in pairs])


@rows(
    ("hun ryger ikke; hendes mand ryger", "smoking=none smoking=use@relative"),
    ("ikke cigaretter kun snus", "product=cigarettes- product=snus smoking=none smoking=other"),
    ("hun bor med konen som ryger", "smoking=use@relative"),
    ("hun siger nej og konen siger ja", "referral=wants- referral=wants@relative"),
    ("det er løgn at hun ryger", "smoking=use~hedge"),
    ("hun siger at hun ryger", "smoking=use"),
)
def test_each_part_says_its_own(text: str, expected: str) -> None:
    assert asserted(text) - BESIDE == set(expected.split())


@rows(
    ("taler ikke polsk og dansk", "language=pl- language=da-"),
    ("bor ikke i herlev og ballerup", "place_lives=0163- place_lives=0151-"),
    ("bruger ikke snus og cigaretter", "product=snus- product=cigarettes- smoking=none"),
    ("bruger ikke snus og plaster", "product=snus- smoking=none"),
    ("bruger ikke plaster og snus", "product=snus- smoking=none"),
)
def test_a_denial_holds_for_all_of_a_list(text: str, expected: str) -> None:
    assert asserted(text) - BESIDE == set(expected.split())


@pytest.mark.parametrize(
    "text",
    [
        *("ja, læg besked hvis hun kan", "ja, læg besked hvis hun vil"),
        *("ja, læg besked hvis han må", "yes, leave a message if she can"),
        *("yes, leave a message if she will", "yes, leave a message if she may"),
        *("yes, leave a message if she wants", "ja læg besked hvis hun er ude"),
    ],
)
def test_whether_somebody_can_or_will_is_a_condition_of_all(text: str) -> None:
    assert "answer=yes~condition" in asserted(text)


def test_when_a_message_may_be_left_is_no_condition_of_the_answer() -> None:
    assert "referral=wants" in asserted("hun vil gerne, læg besked hvis hun er ude")
    assert "answer=yes" in asserted("ja, læg besked hvis konen kan tage den")


@pytest.mark.parametrize(
    "text",
    ["“ja tak”", '"ja tak"', "»ja tak«", "konen siger ”ja tak”", 'hun siger "ja tak" til konen'],
)
def test_what_is_quoted_is_not_the_patients_answer(text: str) -> None:
    facts = asserted(text)
    assert not facts & {"referral=wants", "answer=yes"}
    assert any(fact.startswith("referral=wants") for fact in facts)


def test_what_patients_are_quoted_with_is() -> None:
    assert "referral=wants" in asserted("hun siger “ja tak”")


@rows(
    ("ryger hun", "smoking=use~question"),
    ("ja hvem er det", "answer=yes~question"),
    ("vil konen ringe", "call=@relative~question"),
    ("vil jeg ringe", "call=~question"),
    ("ryger hvad hun kan få", "smoking=use"),
)
def test_a_question_is_told_from_a_word_that_only_may_ask(text: str, expected: str) -> None:
    assert asserted(text) - BESIDE == {expected}


@rows(
    ("konen siger hun ryger", "smoking=use reported="),
    ("ifølge [[word:0123456789ab]] ryger hun", "smoking=use reported="),
    ("[[word:0123456789ab]] siger hun ryger", "smoking=use reported="),
    ("til fester siger konen", "smoking=occasional@relative"),
    ("snus siger konen", "product=snus@relative smoking=other@relative"),
    ("ryger ikke siger konen og datteren", "smoking=none@relative"),
    ("ryger ikke siger hun til konen", "smoking=none"),
)
def test_who_tells_it_is_told(text: str, expected: str) -> None:
    assert asserted(text) - BESIDE == set(expected.split())


@rows(
    ("[[word:0123456789ab]] røg før", "smoking=past@unknown"),
    ("[[word:0123456789ab]] ønsker det", "referral=wants@unknown"),
    ("[[word:0123456789ab]] afviser det", "referral=wants-@unknown"),
    ("[[word:0123456789ab]] kæderyger", "smoking=daily@unknown"),
    ("[[word:0123456789ab]] festryger", "smoking=occasional@unknown"),
    ("[[word:0123456789ab]] bruger snus", "product=snus@unknown smoking=other@unknown"),
    ("[[word:0123456789ab]] polsk", "language=pl~partial"),
    ("[[word:0123456789ab]] smokes", "smoking=use@unknown"),
)
def test_a_sealed_word_before_the_verb_may_be_anybody(text: str, expected: str) -> None:
    assert asserted(text) - BESIDE == set(expected.split())


@pytest.mark.parametrize(
    "text",
    [
        *("ryger hun", "jeg tror hun ryger", "hun vil gerne hvis hun kan", "hun sagde ja i går"),
        *("konen siger hun ryger", "hun ryger fjellet", "hun ryger [[word:0123456789ab]]"),
        *("konen vil gerne", "jeg ryger", "vi ryger", "ja hvis det er gratis"),
        *("hun ryger ikke. jeg tror konen ryger", "hun ryger ikke. konen ryger hvis hun drikker"),
    ],
)
def test_what_is_in_doubt_of_others_or_partly_unknown_is_not_plain(text: str) -> None:
    assert "plain=" not in asserted(text)


@pytest.mark.parametrize(
    "text", ["hun ryger", "vi tager det senere", "lægen vil tage det senere", "nej tak"]
)
def test_what_is_known_and_the_patients_or_put_off_by_staff_is_plain(text: str) -> None:
    assert "plain=" in asserted(text)


@rows(
    ("no she has not quit", "smoking=use"),
    ("no patches has not quit", "smoking=use"),
    ("ikke cigaretter ikke snus", "smoking=none"),
    ("er ikke helt rigtigt holdt op", "smoking=use"),
    ("hun er ikke rigtigt stoppet", "smoking=use"),
    ("nu vil hun ikke sove", "unable=asleep-~hedge"),
    ("han er ikke konfus sover bare", "unable=asleep"),
    ("hun er ikke nu her eller da holdt op", "smoking=ex"),
    ("bruger ikke så meget snus", "product=snus"),
    ("hun ryger ikke hjemme om aftenen", "smoking=use"),
)
def test_a_denial_reaches_what_stands_close_behind_it(text: str, expected: str) -> None:
    assert expected in asserted(text)


def test_what_was_asked_is_not_stated_in_the_sentence_behind_it() -> None:
    assert {fact for fact in asserted("hun ryger? nej") if fact.startswith("smoking")} == {
        "smoking=use~question"
    }
