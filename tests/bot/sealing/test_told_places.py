"""Where somebody lives or lies is hidden, though no word says that it is a street."""

from __future__ import annotations

import pytest

from bot.sealing.told_places import hidden_places


def hidden(text: str) -> list[str]:
    return [text[start:end] for start, end, _ in hidden_places(text)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("bor Kvisten 12", "Kvisten 12"),
        ("Bor kvisten 12", "kvisten 12"),
        ("ADRESSE: KVISTEN 12 B", "KVISTEN 12 B"),
        ("bopæl Kvist Have 4 b", "Kvist Have 4 b"),
        ("bor Kvisten 12, 2. tv", "Kvisten 12, 2. tv"),
        ("Kvistgårdens Plejehjem Solhøj", "Solhøj"),
        ("plejehjemmet Solhøj Syd", "Solhøj Syd"),
        ("Plejehjemmet Solhøj", "Solhøj"),
        ("care home Green Hill", "Green Hill"),
        ("stue 4", "4"),
        ("Seng 12b", "12b"),
        ("værelse nr. 7", "7"),
        ("5 senge på stue 4", "4"),
    ],
)
def test_where_somebody_lives_or_lies_is_hidden(text: str, place: str) -> None:
    assert hidden(text) == [place]


@pytest.mark.parametrize("link", ["på", "i", "ved", "hos", "er", "is", "at", "in", "on"])
def test_a_small_word_before_a_street_is_none_of_its_four(link: str) -> None:
    assert hidden(f"bor {link} Den Lange Hvide Kvist 12") == ["Den Lange Hvide Kvist 12"]


def test_a_house_and_a_room_are_hidden_each() -> None:
    assert hidden("stue 4, bor på kollegiet Kvisten 12, værelse 9") == [
        "4",
        "kollegiet Kvisten 12",
        "9",
    ]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("bor Kvisten 12", "address"), ("plejehjemmet Solhøj", "address"), ("stue 4", "word")],
)
def test_a_room_is_no_address(text: str, kind: str) -> None:
    assert [found for _, _, found in hidden_places(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        *("bor med 4 andre mennesker", "bor hjemme om 3 nætter", "bor et af 5 steder"),
        *("bor der til 12 februar", "bor her kl 12", "bor der uge 12", "bor alene 2 steder"),
        *("bor sammen 4 mennesker", "lives with 2 cats", "lives alone 2 miles out"),
        *("address number 12", "bor der 12 år", "bor byen 3 km væk", "bor hjemme 2 børn"),
        *("plejehjemmet i Herlev", "plejehjemmet på bakken", "nursing home in town"),
        *("seng 4:30", "stue 4.30", "bor Kvisten 27 27 27 27", "bor ved en bager"),
        "bor Kvisten 20-30-40-50",
    ],
)
def test_what_is_counted_or_said_of_a_place_names_none(text: str) -> None:
    assert hidden(text) == []
