"""A person is found again however the name is spelt, and what is kept of them holds no more."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.advice.encounter import Step
from referrals.referral.moves import Move
from referrals.vault.tables import VaultValueRow
from tests.conftest import World
from tests.referrals.playing import Play

CPR = "010190-1234"


@pytest.mark.parametrize(
    ("filed", "sought"),
    [
        ("Sinéad O’Brien", "Sinéad O'Brien"),
        ("Sinéad O'Brien", "SINÉAD O´BRIEN"),
        ("Anne-Lise Prøvesen", "Anne–Lise Prøvesen"),
        ("Åse Prøvesen", "A\u030ase Prøvesen"),
        ("H.C. Prøvesen", "H. C. Prøvesen"),
        ("Hanne P. Prøvesen", "hanne p prøvesen"),
        ("Hanne Prøvesen", "Prøvesen, Hanne"),
        ("Prøvesen, Hanne", "Hanne Prøvesen"),
    ],
)
def test_a_name_is_found_however_it_is_spelt(world: World, filed: str, sought: str) -> None:
    reference = Play(world).file(name=filed)
    found = world.queue().search(sought, world.clock())
    assert [entry.reference for entry in found] == [reference]
    assert world.queue().search(f"{sought} Junior", world.clock()) == []


def test_two_spellings_of_a_name_are_shown_side_by_side(world: World) -> None:
    one = Play(world).file(name="Sinéad O’Brien", phone="20 66 77 88")
    other = Play(world).file(name="Sinead O'Brien", phone="26 86 00 03")
    same = Play(world).file(name="sinéad o'brien", phone="26 86 00 04")
    shown = world.queue().open(one, world.clock()).duplicates
    assert same in {entry.reference for entry in shown}
    assert other not in {entry.reference for entry in shown}


def values(world: World, play: Play) -> list[str]:
    """Give everything that lies in the vault for an encounter."""
    with world.database.read() as session:
        rows = session.scalars(
            select(VaultValueRow).where(VaultValueRow.encounter_id == play.id)
        ).all()
        tokens = [f"[[{row.kind}:{row.id}]]" for row in rows]
        return [world.vault.unseal(session, play.id, token) or "" for token in tokens]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"phone": CPR}, "utter_phone_too_long"),
        ({"phone": "29123OOO"}, "utter_phone_not_a_number"),
        ({"name": f"Hanne {CPR}"}, "utter_name_holds_number"),
        ({"second_contact": CPR}, "utter_bad_name"),
    ],
)
def test_what_cannot_stand_is_not_left_in_the_vault(
    world: World, told: dict[str, str], why: str
) -> None:
    play = Play(world)
    play.to_contact()
    said = play.details(**told)
    assert said[0].response == why
    assert values(world, play) == []


def test_a_second_contact_lies_in_the_vault_without_the_cpr_number(world: World) -> None:
    play = Play(world)
    play.to_summary()
    play.details(second_contact=f"Lise Prøve, cpr {CPR}, lise@prøve.dk, 22334455")
    assert "Lise Prøve, 22334455" in values(world, play)
    assert not any("1234" in value or "@" in value for value in values(world, play))


def test_a_second_contact_that_is_corrected_is_read_as_one(world: World) -> None:
    play = Play(world)
    play.to_summary()
    play.correct("second_contact")
    assert play.step is Step.SECOND_CONTACT
    play.details(name=f"Lise {CPR} 22334455")
    assert "Lise, 22334455" in values(world, play)


def test_comments_and_notes_are_kept_without_the_cpr_number(world: World) -> None:
    play = Play(world)
    reference = play.file()
    queue = world.queue()
    queue.comment(reference, f"Hun er {CPR}, ring", world.clock())
    queue.move(reference, Move.RECEIVE, world.clock(), note=f"cpr {CPR}: set")
    kept = values(world, play)
    assert "Hun er •••, ring" in kept
    assert "•••: set" in kept
