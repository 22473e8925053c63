"""A part of a name finds people of the own open queue; the reading is bounded and written down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from referrals.audit.tables import AuditRow
from referrals.queue import search as queue_search
from referrals.queue.search import NamesFound, fits, search_names
from referrals.referral.moves import DECLINE_REASONS, Move
from referrals.staff.roles import NotAllowed
from tests.conftest import World
from tests.referrals.playing import Play

ADVISER = "demo-adviser-0151"
NAMES = ["Hanne Prøvesen", "Anne-Lise Prøve Hansen", "Sinéad O’Brien", "H.C. Åbo Æbelø"]


def search(world: World, words: str, name: str = ADVISER) -> NamesFound:
    return search_names(world.database, world.vault, world.staff(name), words, world.clock())


def found(world: World, words: str, name: str = ADVISER) -> list[str]:
    return [each.reference for each in search(world, words, name).entries]


@given(name=st.sampled_from(NAMES), data=st.data())
def test_beginnings_of_any_words_of_a_name_fit_it_in_any_order(
    name: str, data: st.DataObject
) -> None:
    words = name.replace("-", " ").replace(".", " ").split()
    chosen = data.draw(st.lists(st.sampled_from(words), min_size=1, unique=True))
    begun = [word[: data.draw(st.integers(1, len(word)))] for word in chosen]
    spelt = data.draw(st.sampled_from([str.upper, str.lower, str.title]))
    assert fits(name, spelt(" ".join(begun)))


@pytest.mark.parametrize("words", ["anne prøvesen", "esen", "hanne prøvesen junior", "hannep"])
def test_what_begins_no_word_of_a_name_does_not_fit_it(words: str) -> None:
    assert not fits("Hanne Prøvesen", words)


def test_a_first_name_finds_with_name_and_phone_and_is_one_audited_reading(world: World) -> None:
    reference = Play(world).file(name="Hanne Prøvesen", phone="20 66 77 88")
    Play(world).file(name="Jens Holm", phone="20 66 77 89")
    seen = search(world, "hanne")
    assert [each.reference for each in seen.entries] == [reference]
    assert seen.people[reference].name == "Hanne Prøvesen"
    assert seen.people[reference].phone == "+4520667788"
    assert "Hanne" not in repr(seen.people)
    with world.database.read() as session:
        last = session.scalars(select(AuditRow).order_by(AuditRow.number.desc()).limit(2)).all()
    assert (last[0].action, last[0].record) == ("search_names", "queue:0151:1")
    assert last[1].action != "search_names"


def test_nobody_is_found_elsewhere_or_after_the_end(world: World) -> None:
    reference = Play(world).file(name="Hanne Prøvesen")
    assert found(world, "hanne", "demo-adviser-0157") == []
    world.queue().move(reference, Move.WITHDRAW, world.clock())
    assert found(world, "hanne") == []


def test_whoever_has_said_no_is_found_until_the_case_is_closed(world: World) -> None:
    reference = Play(world).file(name="Hanne Prøvesen")
    for move, reason in ((Move.REACH, None), (Move.DECLINE, DECLINE_REASONS[0])):
        world.queue().move(reference, move, world.clock(), reason=reason)
    assert found(world, "hanne") == [reference]
    world.queue().move(reference, Move.CLOSE, world.clock())
    assert found(world, "hanne") == []


def test_whoever_is_of_no_municipality_searches_nothing(world: World) -> None:
    with pytest.raises(NotAllowed):
        search(world, "hanne", "demo-nurse")


def test_where_more_is_open_than_is_read_that_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Play(world).file(name="Hanne Prøvesen", phone="20 66 77 88")
    world.clock.forward(hours=1)
    Play(world).file(name="Hanne Holm", phone="20 66 77 89")
    monkeypatch.setattr(queue_search, "MOST_READ", 1)
    seen = search(world, "hanne")
    assert [each.reference for each in seen.entries] == [first]
    assert not seen.read_all


def test_where_more_people_fit_than_are_shown_that_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    Play(world).file(name="Hanne Prøvesen", phone="20 66 77 88")
    Play(world).file(name="Hanne Holm", phone="20 66 77 89")
    monkeypatch.setattr(queue_search, "MOST_SHOWN", 1)
    seen = search(world, "hanne")
    assert len(seen.entries) == 1
    assert seen.more
    assert seen.read_all
