"""When to call, how a language is spoken, when somebody goes home: what turns it, and what not."""

from __future__ import annotations

import pytest

from tests.nlu.reading.saying import asserted, reader


@pytest.mark.parametrize(
    "text",
    [
        *("aften er umulig", "aften er umuligt", "aftenen er værst", "arbejder om aftenen"),
        *("evening is bad", "evening is poor", "evening is impossible", "på nær om aftenen"),
        *("any time except evening", "any time other than evening", "alt andet undtagen aften"),
    ],
)
def test_a_time_that_is_bad_or_excepted_is_denied(text: str) -> None:
    assert "best_time=evening-" in asserted(text)


@pytest.mark.parametrize(
    "text",
    [
        *("efter job om aftenen", "fra arbejde om aftenen", "inden arbejde, helst om aftenen"),
        *("inden arbejde om aftenen", "før arbejde om aftenen", "after job in the evening"),
        *("from work in the evening", "before work in the evening"),
    ],
)
def test_a_time_around_work_is_a_good_one(text: str) -> None:
    assert "best_time=evening" in asserted(text)


@pytest.mark.parametrize(
    "text",
    [
        "taler dansk, men hun kan det ikke",
        *(
            "taler dansk, men aldrig godt",
            "taler dansk, men ikke rigtigt",
            "speaks danish but not well",
        ),
        *("taler dansk, men ikke gerne", "taler dansk, det går ikke godt"),
    ],
)
def test_words_about_how_it_is_spoken_leave_a_language_in_doubt(text: str) -> None:
    language = {fact for fact in asserted(text) if fact.startswith("language=")}
    assert language == {"language=da~hedge"}


@pytest.mark.parametrize(
    "text", ["taler dansk, ryger ikke", "taler dansk, men ikke fjellet", "taler dansk og er glad"]
)
def test_other_words_leave_it_as_it_is(text: str) -> None:
    assert "language=da" in asserted(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("hun udskrives på fredag", "fredag"),
        ("udskrives her nu den 12", "her nu den 12"),
        ("udskrives 12/1", "12/1"),
    ],
    ids=lambda text: text,
)
def test_a_day_to_go_home_is_told_with_the_words_of_the_day(text: str, told: str) -> None:
    (found,) = [fact for fact in reader().read(text).facts if fact.kind == "discharge"]
    assert text[found.start : found.end] == told


@pytest.mark.parametrize(
    "text",
    [
        *("blev udskrevet fredag", "er blevet udskrevet fredag", "was discharged friday"),
        *("has been discharged friday", "udskrives her nu endelig den 12", "udskrives ikke fredag"),
    ],
)
def test_a_day_that_is_over_far_off_or_denied_is_none(text: str) -> None:
    assert "discharge=" not in asserted(text)


def test_going_without_an_interpreter_that_does_not_go_is_in_doubt() -> None:
    assert "interpreter=~hedge" in asserted("uden tolk går det ikke")


@pytest.mark.parametrize("text", ["hun ryger ikke", "aldrig snus"])
def test_each_word_that_denies_is_told(text: str) -> None:
    assert "denial=" in asserted(text)


def test_any_time_stays_one_whatever_is_said_beside() -> None:
    assert "best_time=any" in asserted("han er altid fjellet")
    assert "best_time=evening" in asserted("aften")


@pytest.mark.parametrize("text", ["bor 2730", "hun arbejder 2730", "hendes datter arbejder 2730"])
def test_a_postcode_is_told_only_of_where_another_lives(text: str) -> None:
    assert not any(fact.startswith("place_") for fact in asserted(text))
    assert "place_lives=@relative" in asserted("konen bor 2730")


def test_a_day_that_was_sealed_is_a_day_to_go_home() -> None:
    assert "discharge=" in asserted("udskrives [[word:0123456789ab]]")


@pytest.mark.parametrize("text", ["slet nummeret", "nummeret er forkert"])
def test_to_delete_a_detail_or_call_it_wrong_is_to_correct_it(text: str) -> None:
    facts = asserted(text)
    assert "correction=phone" in facts
    assert "steering=cancel" not in facts
