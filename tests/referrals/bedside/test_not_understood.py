"""What was not understood: kept without anything personal, counted, reviewed, forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import yaml

from bot.sealing.sealing import seal_text
from bot.sealing.vocabulary import load_vocabulary
from referrals.advice.encounter import Step
from referrals.bedside.not_understood import KEPT_FOR, Review, blurred, forget_old, note
from referrals.staff.roles import NotAllowed
from referrals.storage.database import Database
from service.settings import ROOT
from tests.conftest import World
from tests.system.markers import Person, Search

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def noted(database: Database, *texts: str, at: datetime = NOW, language: str = "da") -> None:
    for text in texts:
        with database.write() as session:
            note(session, text, language, at)


@pytest.fixture
def review(world: World) -> Review:
    return Review(world.database, world.staff("demo-admin"))


@pytest.mark.parametrize(
    ("sealed", "kept"),
    [
        ("Kan de ringe kl. 17?", "kan de ringe kl. 0?"),
        ("hvad med 2730", "hvad med 0000"),
        ("H-7KF3-Q er væk", "h-0000-0 er væk"),
        ("[[name:0a1b2c3d4e5f]] vil ikke", "[[name:000000000000]] vil ikke"),
        ("  mange   blanke ", "mange blanke"),
        ("hun ryger to, femogtyve eller tredive", "hun ryger 0, 0 eller 0"),
        ("hun har KOL og apopleksi", "hun har [[word:000000000000]] og [[word:000000000000]]"),
        ("kan en med skizofreni", "kan en med [[word:000000000000]]"),
    ],
)
def test_only_the_form_of_a_text_is_kept(sealed: str, kept: str) -> None:
    assert blurred(sealed) == kept


def test_a_number_in_words_is_blurred_in_the_language_of_the_talk() -> None:
    assert blurred("she wants to stop at forty-two", "en") == "she wants to stop at 0"
    assert blurred("a text of four words", "da") == "a text of four words"


@pytest.mark.parametrize(
    "sealed", ["/go_back", "[[word:0a1b2c3d4e5f]]", "[[name:0a1b2c3d4e5f]] 12", "?", "a" * 301]
)
def test_what_teaches_nothing_or_is_too_long_is_not_kept(sealed: str) -> None:
    assert blurred(sealed) is None


def test_the_same_text_is_counted_once_for_each_time(world: World, review: Review) -> None:
    noted(world.database, "Hvad er klokken 9", "hvad er klokken 10", "noget andet")
    waiting, total = review.waiting()
    assert [(one.text, one.times) for one in waiting] == [
        ("hvad er klokken 0", 2),
        ("noget andet", 1),
    ]
    assert total == 2


def test_a_text_is_forgotten_ninety_days_after_it_was_last_typed(
    world: World, review: Review
) -> None:
    noted(world.database, "før", "begge")
    noted(world.database, "begge", at=NOW + timedelta(days=1))
    assert forget_old(world.database, NOW + KEPT_FOR) == 1
    assert [one.text for one in review.waiting()[0]] == ["begge"]


def test_a_text_with_a_meaning_becomes_training_data(world: World, review: Review) -> None:
    noted(world.database, "hun orker det ikke, siger hun", "vrøvl")
    noted(world.database, "she is out for a smoke", language="en")
    for one in review.waiting()[0]:
        if one.text != "vrøvl":
            assert review.give_intent(one.id, "not_now", NOW)
    content = yaml.safe_load(review.training_file())
    assert content["version"] == "3.1"
    assert content["nlu"] == [
        {
            "intent": "not_now",
            "metadata": {"language": "da"},
            "examples": "- hun orker det ikke, siger hun\n",
        },
        {
            "intent": "not_now",
            "metadata": {"language": "en"},
            "examples": "- she is out for a smoke\n",
        },
    ]
    assert [one.text for one in review.waiting()[0]] == ["vrøvl"]


def test_a_meaning_can_be_taken_back_and_a_text_forgotten(world: World, review: Review) -> None:
    noted(world.database, "vrøvl")
    [text] = review.waiting()[0]
    review.give_intent(text.id, "greet", NOW)
    review.give_intent(text.id, None, NOW)
    assert review.given() == []
    assert review.forget(text.id, NOW)
    assert review.waiting() == ([], 0)
    assert not review.forget(text.id, NOW)
    assert not review.give_intent(text.id, "greet", NOW)


@pytest.mark.parametrize("name", ["demo-nurse", "demo-lead", "demo-adviser-0151"])
def test_nobody_but_an_administrator_reviews(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        Review(world.database, world.staff(name))


def test_no_personal_data_of_whatever_was_typed_gets_there(world: World, review: Review) -> None:
    vocabulary = load_vocabulary(ROOT / "nlu")
    people = [Person.number(seed) for seed in range(20)]
    for person in people:
        for step in (Step.STATUS, Step.OFFER, Step.POSTCODE):
            noted(world.database, seal_text(person.sentence, step, vocabulary).text)
            noted(world.database, seal_text(f"hvad med {person.name}?", step, vocabulary).text)
    kept = "\n".join(one.text for one in review.waiting()[0])
    assert "hvad med [[" in kept
    assert Search(people).found_in(kept.encode()) == set()
