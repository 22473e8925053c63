"""Figures that stand together, cut where one number ends and the next begins."""

from __future__ import annotations

import pytest

from bot.sealing.told_numbers import (
    HOUR_OR_YEAR,
    PROTECTED,
    as_hour,
    is_phone,
    may_be_birth,
    parts_of,
)


def cut(run: str) -> list[str]:
    """Give kind and figures of each part; 2730 and 2750 are the postcodes of the area."""
    parts = parts_of(run, lambda digits: digits in ("2730", "2750"))
    assert "".join(part.text for part in parts) == run
    return [f"{part.kind.value} {part.text.strip()}" for part in parts]


@pytest.mark.parametrize(
    ("run", "parts"),
    [
        ("20667788", ["phone 20667788"]),
        ("2066 7788", ["phone 2066 7788"]),
        ("20 66 77 88", ["phone 20 66 77 88"]),
        ("20667788 20667799", ["phone 20667788", "phone 20667799"]),
        ("20667788 30405060 2750", ["phone 20667788", "phone 30405060", "postcode 2750"]),
        ("20 66 77 88 30 40 50 60", ["phone 20 66 77 88", "phone 30 40 50 60"]),
        ("2066 7788 2066 7799", ["phone 2066 7788", "phone 2066 7799"]),
        ("2750 2066 7788", ["postcode 2750", "phone 2066 7788"]),
        ("2066 7788 2750", ["phone 2066 7788", "postcode 2750"]),
        ("2750 2730 20667788", ["postcode 2750", "postcode 2730", "phone 20667788"]),
        ("2730 2750", ["postcode 2730", "postcode 2750"]),
        ("20667788 9999", ["phone 20667788", "postcode 9999"]),
        ("9999 20667788", ["postcode 9999", "phone 20667788"]),
        ("40 50 60 70 2750 12", ["phone 40 50 60 70", "postcode 2750", "plain 12"]),
    ],
)
def test_numbers_in_use_and_postcodes_are_told_apart(run: str, parts: list[str]) -> None:
    assert cut(run) == parts


@pytest.mark.parametrize(
    ("run", "parts"),
    [
        ("20 66 77 88 12", ["no_phone 20 66 77 88 12"]),
        ("12 20 66 77 88", ["no_phone 12 20 66 77 88"]),
        ("20667788 12", ["no_phone 20667788 12"]),
        ("20667788-1", ["no_phone 20667788-1"]),
        ("20304050 60 70", ["no_phone 20304050 60 70"]),
        ("8 16 20-66-77-88", ["no_phone 8 16 20-66-77-88"]),
        ("20 66 77 88 99 00 11 22", ["no_phone 20 66 77 88 99 00 11 22"]),
        ("20 30 40 50 60 70 80 90 10", ["no_phone 20 30 40 50 60 70 80 90 10"]),
        ("16.30 20 66 77 88", ["no_phone 16.30 20 66 77 88"]),
        ("20 66 77 8", ["no_phone 20 66 77 8"]),
        ("123456789", ["no_phone 123456789"]),
    ],
)
def test_a_number_whose_figures_go_on_or_that_may_be_two_is_none(
    run: str, parts: list[str]
) -> None:
    assert cut(run) == parts


@pytest.mark.parametrize(
    ("run", "parts"),
    [
        ("82 20667788", ["plain 82", "phone 20667788"]),
        ("1 20667788", ["plain 1", "phone 20667788"]),
        ("12 +4520667788", ["plain 12", "phone +4520667788"]),
        ("12 +45 20 66 77 88", ["plain 12", "phone +45 20 66 77 88"]),
        ("12 0045 20667788", ["plain 12", "phone 0045 20667788"]),
        ("20667788 16.30", ["phone 20667788", "plain 16.30"]),
        ("20667788 8-16", ["phone 20667788", "plain 8-16"]),
        ("20-66-77-88 8-16", ["phone 20-66-77-88", "plain 8-16"]),
        ("8-16 20-66-77-88", ["plain 8-16", "phone 20-66-77-88"]),
        ("16.30 20667788", ["plain 16.30", "phone 20667788"]),
        ("2 2750", ["plain 2", "postcode 2750"]),
        ("2750 2", ["postcode 2750", "plain 2"]),
    ],
)
def test_an_age_an_hour_or_a_day_beside_a_number_stands_for_itself(
    run: str, parts: list[str]
) -> None:
    assert cut(run) == parts


@pytest.mark.parametrize(
    ("run", "parts"),
    [
        ("+4520667788", ["phone +4520667788"]),
        ("+45 20667788 2750", ["phone +45 20667788", "postcode 2750"]),
        ("0045 20667788", ["phone 0045 20667788"]),
        ("+48 512 345 678", ["phone +48 512 345 678"]),
        ("+48 512 345 678 2750", ["phone +48 512 345 678", "postcode 2750"]),
        ("20667788 +4520667799", ["phone 20667788", "phone +4520667799"]),
        ("+48 51", ["no_phone +48 51"]),
        ("+48 51 2750", ["no_phone +48 51 2750"]),
        ("+48 51 20667788", ["no_phone +48 51 20667788"]),
        ("0048 51 20667788", ["no_phone 0048 51 20667788"]),
        ("00452066", ["no_phone 00452066"]),
        ("20667788 +48 51", ["phone 20667788", "no_phone +48 51"]),
    ],
)
def test_the_rest_of_a_foreign_number_never_becomes_a_danish_one(
    run: str, parts: list[str]
) -> None:
    assert cut(run) == parts


@pytest.mark.parametrize(
    ("run", "parts"),
    [
        ("010190 1234", ["cpr 010190", "postcode 1234"]),
        ("311290", ["cpr 311290"]),
        ("311290 20667788", ["cpr 311290", "phone 20667788"]),
        ("311290 2750", ["cpr 311290", "postcode 2750"]),
        ("321290 1234", ["no_phone 321290 1234"]),
        ("321290-1234", ["no_phone 321290-1234"]),
        ("321290-2750", ["no_phone 321290-2750"]),
        ("321290 2750", ["no_phone 321290", "postcode 2750"]),
        ("32129 2750", ["no_phone 32129", "postcode 2750"]),
        ("32129-1234", ["no_phone 32129", "postcode -1234"]),
        ("2750 321290 1234", ["postcode 2750", "no_phone 321290 1234"]),
        ("3212901234", ["no_phone 3212901234"]),
    ],
)
def test_a_day_of_birth_with_a_slip_in_it_takes_what_stands_behind_it_along(
    run: str, parts: list[str]
) -> None:
    assert cut(run) == parts


@pytest.mark.parametrize(
    ("run", "parts"),
    [
        ("275", ["plain 275"]),
        ("9999", ["postcode 9999"]),
        ("27500", ["no_phone 27500"]),
        ("27500 20667788", ["no_phone 27500", "phone 20667788"]),
        ("20667788 27500", ["phone 20667788", "no_phone 27500"]),
        ("12 34", ["plain 12 34"]),
        ("1 2 3 4", ["plain 1 2 3 4"]),
        ("1 2 3 4 5", ["no_phone 1 2 3 4 5"]),
        ("12 34 56", ["no_phone 12 34 56"]),
        ("12345 6 7", ["no_phone 12345 6 7"]),
        ("6 12345", ["no_phone 6 12345"]),
    ],
)
def test_more_than_four_loose_figures_could_be_a_number(run: str, parts: list[str]) -> None:
    assert cut(run) == parts


def test_of_very_many_groups_nothing_is_made() -> None:
    ones = " ".join("1" * 23)
    assert cut(f"20667788 {ones}")[0] == "phone 20667788"
    assert cut(f"20667788 1 {ones}") == [f"no_phone 20667788 1 {ones}"]


@pytest.mark.parametrize(("typed", "used"), [("20667788", True), ("2066", False), ("112", False)])
def test_a_phone_number_is_one_that_is_in_use(typed: str, used: bool) -> None:  # noqa: FBT001
    assert is_phone(typed) is used


@pytest.mark.parametrize(
    "word",
    [
        *("kl", "kl.", "klokken", "mellem", "efter", "før", "inden", "tidligst", "senest"),
        *("omkring", "indtil", "between", "after", "before", "at", "by", "until", "siden"),
        *("since", "året", "år", "year", "i", "in", "fra", "from", "EFTER"),
    ],
)
def test_four_figures_behind_a_word_of_time_may_be_an_hour_or_a_year(word: str) -> None:
    found = HOUR_OR_YEAR.search(f"ring {word} 1700")
    assert found
    assert (found["before"], found["one"], found["two"]) == (word, "1700", None)


@pytest.mark.parametrize("joint", ["-", " - ", " og ", " til ", " and ", " to ", " OG "])
def test_two_such_times_may_be_joined(joint: str) -> None:
    found = HOUR_OR_YEAR.search(f"mellem 0800{joint}1630")
    assert found
    assert (found["one"], found["two"]) == ("0800", "1630")


@pytest.mark.parametrize(
    "typed", ["1700", "efter 17001", "efter 1700 5", "efter 1700.5", "seks 1700"]
)
def test_other_figures_are_no_time(typed: str) -> None:
    assert not HOUR_OR_YEAR.search(typed)


@pytest.mark.parametrize(
    ("digits", "hour"),
    [
        ("0500", "5.00"),
        ("0830", "8.30"),
        ("1659", "16.59"),
        ("2400", "24.00"),
        ("0459", None),
        ("2500", None),
        ("1660", None),
    ],
)
def test_an_hour_has_less_than_sixty_minutes_and_is_none_of_the_night(
    digits: str, hour: str | None
) -> None:
    assert as_hour(digits) == hour


@pytest.mark.parametrize("word", ["fra", "Fra", "from", "året", "år", "year"])
def test_a_year_behind_such_a_word_may_be_when_somebody_was_born(word: str) -> None:
    assert may_be_birth(word)


@pytest.mark.parametrize("word", ["siden", "i", "kl", "efter"])
def test_behind_another_word_of_time_nobody_was_born(word: str) -> None:
    assert not may_be_birth(word)


@pytest.mark.parametrize(
    "whole",
    [
        *("klokken 8", "kl 8 og 16", "kl 8 til 16", "kl. 8-16", "KL 8", "Klokken 8.30 til 16.30"),
        *("8:30", "12/1-27", "12.1.27", "12/1-14/1", "12.1 - 14.1", "(82)", "(7)", "30 år"),
        *("30 years", "2 yo", "82 årig", "30 Years", "24:00"),
    ],
)
def test_the_figures_of_a_day_an_hour_or_an_age_belong_to_nothing_else(whole: str) -> None:
    assert [kept[0] for kept in PROTECTED.finditer(f"ring {whole} tak")] == [whole]


@pytest.mark.parametrize(
    "figures", ["8:75", "112:30", "25:00", "12.1.2750", "kl 8.30.5", "(2066)", "2066 år", "32/1-27"]
)
def test_other_figures_are_not_spared(figures: str) -> None:
    assert not PROTECTED.search(f"ring {figures} tak")
