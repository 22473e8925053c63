"""What becomes of a held seat and a booked call when the encounter or the referral goes on."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select

from referrals.advice.encounter import Step
from referrals.booking import calls, reserved, seats
from referrals.booking.reserved import Reserved
from referrals.booking.seat_states import NoSeat, SeatState
from referrals.consent.receipt import Receipts
from referrals.housekeeping import keep_house
from referrals.outbox.tables import OutboxRow
from referrals.queue.municipal_queue import NotFound
from referrals.referral.moves import Move
from referrals.turns.saying import Say
from tests.conftest import World
from tests.referrals.booking.seating import BY, counted, set_up
from tests.referrals.playing import Play

REFUSED = [
    (("reach", None), ("decline", "not_now")),
    (("attempt_contact", "no_answer"), ("give_up", "wrong_number")),
    (("reach", None), ("forward", "own_doctor")),
    (("wrong_municipality", "moved"),),
    (("reach", None), ("accept", None), ("enrol", None), ("drop_out", "no_show_or_not_reached")),
]


@dataclass
class Case:
    """A patient with a seat and a call, and another who waits for the seat."""

    world: World
    play: Play
    course: int
    other: str

    @property
    def now(self) -> Reserved:
        with self.world.database.read() as session:
            return reserved.show(session, self.play.id)

    @property
    def seat(self) -> tuple[str, str | None] | None:
        seat = self.now.seat
        return (seat.state.value, seat.ended_why) if seat else None

    @property
    def offered_on(self) -> bool:
        with self.world.database.read() as session:
            offered = reserved.show(session, self.other).seat
            course = counted(session, self.course)
        return offered is not None and offered.state is SeatState.HELD and course["waiting"] == 0

    def work(self, reference: str, *moves: tuple[str, str | None]) -> None:
        for move, reason in moves:
            self.world.queue().move(reference, move, self.world.clock(), reason=reason)


def reserve(world: World, play: Play) -> Case:
    """Hold the only seat of a course and book a call, both at the bedside; let another wait."""
    course, (other,) = set_up(world.database, 1, 1, intake="rolling", starts_at=None)

    def command(bedside: object) -> list[Say]:
        session, now = bedside.session, bedside.now  # type: ignore[attr-defined]
        seats.hold(session, course, play.id, now, BY)
        seats.hold(session, course, other, now, BY)
        slot = calls.free_slots(session, "0151", now, 1)[0]
        calls.book(session, slot, play.id, now, BY)
        return []

    play.say(command)
    return Case(world, play, course, other)


@pytest.fixture
def case(world: World) -> Case:
    play = Play(world)
    play.to_summary()
    return reserve(world, play)


def test_seat_and_call_stand_beside_the_referral(case: Case) -> None:
    reference = case.play.send()[0].values["reference"]
    opened = case.world.queue().open(reference, case.world.clock()).reserved
    assert opened == case.now
    assert opened.seat is not None
    assert opened.call is not None
    assert (opened.seat.title, opened.seat.state) == ("Rygestop i hold", SeatState.HELD)
    assert opened.call.adviser == "Demo Rådgiver Ballerup"


def test_a_cancelled_encounter_frees_both_at_once(case: Case) -> None:
    case.play.cancel()
    assert case.seat == ("released", "cancelled")
    assert case.now.call is None
    assert case.offered_on


def test_an_undone_referral_frees_both_at_once(case: Case) -> None:
    case.play.send()
    case.play.undo()
    assert case.seat == ("released", "undone")
    assert case.now.call is None
    assert case.offered_on


def test_a_consent_that_is_taken_back_before_sending_frees_both(case: Case) -> None:
    case.play.correct("consent")
    while case.play.step is not Step.CONSENT_CONTACT:
        case.play.back()
    case.play.press(Step.CONSENT_CONTACT, "no")
    assert case.seat == ("released", "consent_refused")
    assert case.now.call is None


def test_a_withdrawn_consent_frees_both_and_tells_the_municipality(case: Case) -> None:
    reference = case.play.send()[0].values["reference"]
    vault = case.world.vault
    secret = vault.link_secret("receipt", reference)
    Receipts(case.world.database, vault).withdraw(reference, secret, case.world.clock())
    assert case.seat == ("released", "withdrawn")
    assert case.now.call is None
    assert case.offered_on


@pytest.mark.parametrize("moves", REFUSED, ids=[moves[-1][0] for moves in REFUSED])
def test_a_referral_that_ends_frees_both(
    case: Case, moves: tuple[tuple[str, str | None], ...]
) -> None:
    reference = case.play.send()[0].values["reference"]
    case.work(reference, *moves)
    assert case.seat == ("released", moves[-1][0])
    assert case.now.call is None
    assert case.offered_on


def test_enrolling_confirms_the_held_seat(case: Case) -> None:
    reference = case.play.send()[0].values["reference"]
    case.work(reference, ("reach", None), ("accept", None), ("enrol", None))
    assert case.seat == ("confirmed", None)
    assert not case.offered_on


def test_a_completed_rolling_course_gives_the_seat_on(case: Case) -> None:
    reference = case.play.send()[0].values["reference"]
    case.work(reference, *[(move, None) for move in ("reach", "accept", "enrol", "start")])
    assert case.seat == ("confirmed", None)
    case.work(reference, ("complete", None))
    assert case.seat == ("released", "complete")
    assert case.offered_on


def test_enrolling_without_a_held_seat_is_as_it_was(world: World) -> None:
    play = Play(world)
    reference = play.file()
    queue, now = world.queue(), world.clock()
    for move in (Move.REACH, Move.ACCEPT, Move.ENROL):
        opened = queue.move(reference, move, now)
    assert opened.reserved == reserved.NOTHING


def test_a_patient_who_was_reached_needs_the_call_no_more(case: Case) -> None:
    reference = case.play.send()[0].values["reference"]
    case.work(reference, ("attempt_contact", "no_answer"))
    assert case.now.call is not None
    case.work(reference, ("reach", None))
    assert case.now.call is None
    assert case.seat == ("held", None)


def test_an_encounter_that_nobody_goes_on_with_loses_both(case: Case) -> None:
    now = case.world.clock.forward(hours=3)
    keep_house(case.world.database, now)
    assert case.seat == ("released", "encounter_expired")
    assert case.now.call is None


def test_a_filed_encounter_keeps_both_when_it_settles(case: Case) -> None:
    case.play.send()
    keep_house(case.world.database, case.world.clock.forward(hours=3))
    assert case.seat == ("held", None)
    assert case.now.call is not None


def test_a_hold_that_nobody_confirms_goes_to_the_next_after_three_days(case: Case) -> None:
    case.play.send()
    done = keep_house(case.world.database, case.world.clock.forward(hours=72))
    assert done["holds"] == 1
    assert case.seat == ("expired", "ran_out")


def test_another_municipality_keeps_neither_its_call_nor_a_seat_that_is_not_for_it(
    world: World,
) -> None:
    play = Play(world)
    play.to_summary()
    case = reserve(world, play)
    play.correct("municipality")
    [summary] = play.press(Step.MUNICIPALITY, "0190")
    told = str(summary.values["reserved"])
    assert "er givet fri: den er ikke for patientens kommune" in told
    assert "Det bookede opkald er aflyst" in told
    assert case.seat == ("released", "municipality_changed")
    assert case.now.call is None


def test_a_seat_that_is_open_to_the_new_municipality_stays(case: Case) -> None:
    case.play.correct("municipality")
    case.play.press(Step.MUNICIPALITY, "0163")
    assert case.seat == ("held", None)
    assert case.now.call is None


def test_the_municipality_is_told_of_a_seat_that_its_patient_is_offered(case: Case) -> None:
    case.play.cancel()
    waiting = Play(case.world)
    waiting.to_summary(phone="20 66 77 99")
    with case.world.database.write() as session:
        seats.hold(session, case.course, waiting.id, case.world.clock(), BY)
    reference = waiting.send()[0].values["reference"]
    with case.world.database.write() as session:
        seats.release(session, case.other, case.world.clock(), BY, "municipality")
        told = session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == "seat_offered"))
        assert told.all() == [{"reference": reference, "municipality": "0151"}]


def test_the_municipality_confirms_and_releases_a_seat(case: Case) -> None:
    reference = case.play.send()[0].values["reference"]
    own, now = case.world.seats_and_calls(), case.world.clock()
    own.confirm_seat(reference, now)
    assert case.seat == ("confirmed", None)
    own.release_seat(reference, now)
    assert case.seat == ("released", "municipality")
    with pytest.raises(NoSeat):
        own.release_seat(reference, now)
    with pytest.raises(NoSeat):
        own.confirm_seat(reference, now)


def test_the_municipality_cancels_a_call(case: Case) -> None:
    reference = case.play.send()[0].values["reference"]
    case.world.seats_and_calls().cancel_call(reference, case.world.clock())
    assert case.now.call is None
    assert case.seat == ("held", None)


def test_nobody_else_touches_what_a_referral_has(case: Case) -> None:
    reference = case.play.send()[0].values["reference"]
    other, now = case.world.seats_and_calls("0163"), case.world.clock()
    for do in (other.confirm_seat, other.release_seat, other.cancel_call):
        with pytest.raises(NotFound):
            do(reference, now)
    assert case.seat == ("held", None)
    assert case.now.call is not None


def test_a_referral_taken_back_has_no_hand_in_what_was_reserved_afterwards(case: Case) -> None:
    old = case.play.send()[0].values["reference"]
    case.play.undo()
    again = reserve(case.world, case.play)
    case.play.send()
    own, now = case.world.seats_and_calls(), case.world.clock()
    assert case.world.queue().open(old, now).reserved == reserved.NOTHING
    for do in (own.confirm_seat, own.release_seat, own.cancel_call):
        with pytest.raises(NoSeat):
            do(old, now)
    assert again.seat == ("held", None)


def test_a_lapsed_consent_frees_what_is_left(case: Case) -> None:
    reference = case.play.send()[0].values["reference"]
    case.world.seats_and_calls().confirm_seat(reference, case.world.clock())
    for days in (364, 2):  # marked a day before at least
        keep_house(case.world.database, case.world.clock.forward(days=days))
    assert case.seat == ("released", "withdrawn")
