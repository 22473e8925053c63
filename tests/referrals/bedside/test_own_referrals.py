"""What a nurse hears about own referrals: states and dates, outcomes only where agreed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from referrals.bedside import own_referrals
from referrals.consent.tables import ConsentRow
from referrals.outcomes.tables import OutcomeRow
from referrals.referral.moves import Move
from referrals.turns.saying import Say
from tests.conftest import World
from tests.referrals.playing import NAME, PHONE, Play, names, referral

TO_A_COURSE = [Move.REACH, Move.ACCEPT, Move.ENROL, Move.START, Move.COMPLETE]


def asked(world: World, typed: str | None, nurse: str = "demo-nurse") -> list[Say]:
    return Play(world, nurse).say(lambda b: own_referrals.show_referral(b, typed))


def agree(world: World, reference: str) -> None:
    """Let the patient agree that the ward hears what comes of it."""
    consent = referral(world, reference).consent_id
    with world.database.write() as session:
        session.execute(update(ConsentRow).where(ConsentRow.id == consent).values(outcome=True))


def work(world: World, reference: str, moves: list[Move]) -> None:
    for move in moves:
        world.queue().move(reference, move, world.clock())


def follow_up(world: World, reference: str, **found: object) -> None:
    """Write down what the follow-up at the end of the course found."""
    row = referral(world, reference)
    with world.database.write() as session:
        session.execute(
            update(OutcomeRow)
            .where(OutcomeRow.referral_id == row.id, OutcomeRow.kind == "end")
            .values(**found)
        )


def test_without_a_reference_the_latest_are_listed_with_state_and_date(world: World) -> None:
    first = Play(world).file(phone="20 66 77 01")
    work(world, first, [Move.REACH])
    second = Play(world).file(phone="20 66 77 02")
    Play(world, "demo-nurse-2").file(phone="20 66 77 03")
    said = asked(world, None)
    assert names(said)[0] == "utter_own_referrals"
    assert (said[0].values["filed"], said[0].values["reached"]) == ("2", "1")
    listed = said[0].values["lines"]
    assert f"{first}: i kontakt (" in listed
    assert f"{second}: sendt (" in listed


def test_whoever_sent_nothing_lately_is_told_so(world: World) -> None:
    Play(world).file()
    world.clock.at += timedelta(days=91)
    assert names(asked(world, None))[0] == "utter_own_referrals_none"


def test_the_first_call_and_the_contact_are_dated(world: World) -> None:
    reference = Play(world).file()
    world.queue().move(reference, Move.ATTEMPT, world.clock(), reason="no_answer")
    assert names(asked(world, reference))[0] == "utter_referral_state_called"
    work(world, reference, [Move.REACH])
    said = asked(world, reference)
    assert names(said)[0] == "utter_referral_state_reached"
    assert said[0].values["reached"]


def test_without_the_patient_s_word_nothing_is_told_of_what_came_of_it(world: World) -> None:
    reference = Play(world).file()
    work(world, reference, TO_A_COURSE)
    follow_up(world, reference, state="answered", smoke_free=True)
    said = asked(world, reference)
    assert said[0].values["state"] == "i kontakt"
    assert names(said)[1] == "utter_referral_outcome_not_agreed"
    assert "Røgfri" not in repr(said)
    assert "gennemført" not in repr(asked(world, None))


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"state": "answered", "smoke_free": True}, "Røgfri"),
        ({"state": "answered", "smoke_free": False}, "Ryger"),
        ({"state": "lost"}, "ikke mulig"),
    ],
    ids=["smoke-free", "smokes", "lost"],
)
def test_with_the_patient_s_word_the_outcome_is_told(
    world: World, found: dict[str, object], told: str
) -> None:
    reference = Play(world).file()
    agree(world, reference)
    work(world, reference, TO_A_COURSE)
    follow_up(world, reference, **found)
    said = asked(world, reference)
    assert said[0].values["state"] == "gennemført"
    assert (names(said)[1], said[1].values["end"]) == ("utter_referral_outcome", told)


def test_a_consent_that_was_withdrawn_tells_nothing_more(world: World) -> None:
    reference = Play(world).file()
    agree(world, reference)
    work(world, reference, [*TO_A_COURSE, Move.WITHDRAW])
    said = asked(world, reference)
    assert said[0].values["state"] == "trukket tilbage"
    assert "utter_referral_outcome" not in names(said)


def test_identity_is_never_told(world: World) -> None:
    reference = Play(world).file()
    for said in (asked(world, reference), asked(world, None)):
        assert NAME not in repr(said)
        assert PHONE not in repr(said)


def test_another_nurse_s_referral_is_not_known(world: World) -> None:
    reference = Play(world).file()
    assert names(asked(world, reference, "demo-nurse-2"))[0] == "utter_referral_not_found"
