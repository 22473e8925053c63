"""A postcode is the patient's only where it is said to be: not denied, past or a room's."""

from __future__ import annotations

import pytest

from referrals.advice.asserted import Words
from referrals.advice.places import Postcodes, spoken_of


def spoken(text: str, *codes: str, **every: list[str]) -> Postcodes:
    told = list(codes) or [word.strip("?,") for word in text.split() if word[:4].isdigit()]
    return spoken_of(Words("", text=text, every={"postcode": told, **every}))


@pytest.mark.parametrize(
    "text",
    [
        *("2730", "han bor i 2730", "postnummeret er 2730", "postnr. 2730 Herlev", "bor nu i 2730"),
        *("lives in 2730", "2730, han flyttede i går"),
        *("ja 2730", "nej 2730", "nyt postnummer 2730"),
    ],
)
def test_a_postcode_that_is_told_is_meant(text: str) -> None:
    assert spoken(text, "2730").meant == ("2730",)


@pytest.mark.parametrize(
    "text",
    [
        *("ikke 2730", "not 2730", "postnummeret er ikke 2730", "bor ikke i 2730 længere"),
        *("2730 er forkert", "postnummeret var 2730 før", "2730 tidligere", "boede i 2730"),
        *("han er indlagt i 2730", "stue 2730", "ligger på afsnit 2730", "she is admitted in 2730"),
        *("den forrige patient var 2730", "the previous patient was 2730", "arbejder i 2730"),
    ],
)
def test_one_that_is_denied_past_or_of_another_place_is_not(text: str) -> None:
    found = spoken(text, "2730")
    assert (found.meant, found.unmeant, found.left) == ((), ("2730",), (text,))


@pytest.mark.parametrize(
    "text",
    [
        *("2730?", "er det 2730?", "måske 2730", "2730 tror jeg", "2730 hvis han får lejligheden"),
        *("hvis hun flytter er det 2730", "if he moves 2730", "flytter til 2730", "maybe 2730"),
        *("postnummeret var 2730", "skal snart bo i 2730"),
    ],
)
def test_one_that_is_not_sure_is_asked_about(text: str) -> None:
    found = spoken(text, "2730")
    assert (found.meant, found.unmeant, found.doubted) == ((), (), ("2730",))


@pytest.mark.parametrize(
    ("text", "meant", "unmeant"),
    [
        ("postnummer 2730, nej 2750", "2750", "2730"),
        ("2730 - sorry 2750", "2750", "2730"),
        ("ikke 2730 men 2750", "2750", "2730"),
        ("2750 ikke 2730", "2750", "2730"),
        ("bor i 2750 men er indlagt i 2730", "2750", "2730"),
        ("boede i 2730, bor i 2750", "2750", "2730"),
    ],
)
def test_of_two_the_one_that_is_meant_stands(text: str, meant: str, unmeant: str) -> None:
    found = spoken(text, *sorted({meant, unmeant}, key=text.index))
    assert (found.meant, found.unmeant) == ((meant,), (unmeant,))


def test_details_alone_are_meant_unless_a_question_mark_stands_behind_them() -> None:
    assert spoken("/give_contact_details{}", "2730").meant == ("2730",)
    assert spoken("/give_contact_details{}", "2730", doubt=["?"]).doubted == ("2730",)


def test_a_message_without_a_postcode_tells_none() -> None:
    assert spoken_of(Words("", text="ring 2030")) == Postcodes()
