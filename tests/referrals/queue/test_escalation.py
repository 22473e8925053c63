"""What is overdue, and which partner could take it over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete

from referrals.booking.tables import CallHoursRow
from referrals.catalogue.records import write_openings
from referrals.courses.tables import CourseRow
from referrals.queue.escalation import NOTHING, Escalation, Escalations, Room, partners_with_room
from referrals.referral.moves import Move
from referrals.staff.roles import NotAllowed
from tests.conftest import World
from tests.referrals.booking.seating import add_course
from tests.referrals.playing import Play

JANUARY = datetime(2027, 1, 12, 16, 0, tzinfo=UTC)


def read(world: World, name: str = "demo-manager-0151", **forward: float) -> Escalation:
    own = Escalations(world.database, world.staff(name))
    return own.read(world.clock.forward(**forward))


def test_nothing_is_escalated_in_time(world: World) -> None:
    Play(world).file()
    assert read(world, days=6) == NOTHING


def test_the_oldest_overdue_referral_stands_first_and_only_one_s_own(world: World) -> None:
    first = Play(world).file()
    world.clock.forward(hours=1)
    second = Play(world).file(phone="20 66 77 91")
    Play(world).file(phone="20 66 77 92", postcode="2730", code="0163")
    read_now = read(world, days=8)
    assert [one.reference for one in read_now.overdue] == [first, second]
    assert (read_now.count, read_now.partners) == (2, [])


def test_who_was_reached_at_last_is_escalated_no_more(world: World) -> None:
    reference = Play(world).file()
    assert read(world, days=8).count == 1
    world.queue().move(reference, Move.REACH, world.clock.at)
    assert read(world) == NOTHING


def test_others_than_municipal_staff_escalate_nothing(world: World) -> None:
    with pytest.raises(NotAllowed):
        Escalations(world.database, world.staff("demo-nurse"))


def test_partners_with_room_for_one_s_citizens_are_offered_the_soonest_first(world: World) -> None:
    home = {"open_to": ["0151", "0163"]}
    with world.database.write() as session:
        ids = [
            add_course(session, 10, municipality_code="0163", taken=7, held=1, **home),
            add_course(session, 5, municipality_code="0163", **home),
            add_course(
                session, 3, municipality_code="0159", intake="rolling", starts_at=None, **home
            ),
            add_course(session, None, municipality_code="0230", **home),
            add_course(session, 2, municipality_code="0151", **home),  # our own
            add_course(session, 4, municipality_code="0157", taken=4, **home),  # full
            add_course(session, 4, municipality_code="0240", open_to=["0240"]),  # not for us
            add_course(session, 4, municipality_code="0173", status="draft", **home),
            add_course(session, 4, municipality_code="0175", starts_at=world.clock.at, **home),
        ]
        for each in ids:
            write_openings(session.get_one(CourseRow, each))
    with world.database.read() as session:
        rooms = partners_with_room(session, "0151", world.clock.at)
    assert [replace(room, calls=0) for room in rooms] == [
        Room("0159", "Gladsaxe", 0, 1, 3, None),
        Room("0163", "Herlev", 0, 2, 7, JANUARY),
        Room("0230", "Rudersdal", 0, 1, None, JANUARY),
    ]
    assert all(room.calls for room in rooms), "demo advisers call on weekdays"
    with world.database.write() as session:
        session.execute(delete(CallHoursRow))
        assert partners_with_room(session, "0151", world.clock.at) == [], "nobody could call"
