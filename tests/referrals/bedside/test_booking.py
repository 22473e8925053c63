"""Holding a seat and booking the call at the bedside, with the consent that each needs."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from referrals.advice.encounter import Step
from referrals.audit.tables import AuditRow
from referrals.bedside import booking
from referrals.bedside.booking import PartnerAnswer
from referrals.booking import calls, seats
from referrals.booking.reserved import show
from referrals.consent.receipt import Receipts
from referrals.consent.tables import ConsentRow
from referrals.consent.texts import ConsentPart, partner_text
from referrals.courses.search import open_course
from referrals.turns.saying import Say
from referrals.words.labels import Labels
from tests.conftest import World
from tests.referrals.courses.coursework import keep
from tests.referrals.playing import NAME, PHONE, Play, kept, names

BALLERUP, HERLEV, EGEDAL = "0151", "0163", "0240"
BOTH = "0151 0163"


@pytest.fixture
def play(world: World) -> Play:
    return Play(world)


def hold(play: Play, course_id: int) -> list[Say]:
    return play.say(lambda b: booking.hold_seat(b, open_course(b.session, course_id, b.now)))


def answer(play: Play, course_id: int, value: str, text_hash: str) -> list[Say]:
    return play.say(
        lambda b: booking.answer_partner(
            b, open_course(b.session, course_id, b.now), PartnerAnswer(value, text_hash)
        )
    )


def seat(play: Play) -> str | None:
    with play.world.database.read() as session:
        found = show(session, play.id).seat
    return found.state.value if found and found.ended_at is None else None


def hash_read(said: list[Say]) -> str:
    return said[0].values["text_hash"]


def test_a_seat_of_the_own_municipality_is_held_in_one_tap(world: World, play: Play) -> None:
    course = keep(world)
    play.to_summary(code=BALLERUP)
    said = hold(play, course)
    assert names(said) == ["utter_seat_held", "utter_ask_summary"]
    assert said[0].values["until"] == "tors. 26. nov. kl. 10.00"
    assert seat(play) == "held"


def test_the_summary_and_the_reply_of_sending_say_what_is_reserved(
    world: World, play: Play
) -> None:
    course = keep(world, title="Aftenhold")
    play.to_summary(code=BALLERUP)
    shown = hold(play, course)[-1].values["reserved"]
    assert shown == "\n• Plads: Aftenhold, holdt til tors. 26. nov. kl. 10.00"
    assert play.send()[0].values["reserved"] == shown


def test_the_summary_says_nothing_where_nothing_is_reserved(play: Play) -> None:
    play.to_summary()
    assert play.say(lambda b: booking.hold_seat(b, None))[-1].values["reserved"] == ""


def test_before_consent_no_seat_is_held(world: World, play: Play) -> None:
    course = keep(world)
    assert names(hold(play, course))[0] == "utter_seat_needs_consent"
    play.to_consent()
    assert names(hold(play, course))[0] == "utter_seat_needs_consent"
    assert seat(play) is None


def test_before_the_municipality_is_confirmed_no_seat_is_held(world: World, play: Play) -> None:
    course = keep(world)
    play.to_contact()
    assert names(hold(play, course)) == ["utter_needs_municipality", "utter_ask_name"]


def test_a_course_that_is_not_for_the_patients_municipality_is_refused(
    world: World, play: Play
) -> None:
    course = keep(world)
    play.to_summary(postcode="2765", code=EGEDAL)
    said = hold(play, course)
    assert said[0] == Say("utter_course_not_for_home", {"municipality": "Egedal"})


def test_a_full_course_puts_the_patient_in_line(world: World, play: Play) -> None:
    course = keep(world, capacity="1")
    first = Play(world)
    first.to_summary()
    hold(first, course)
    play.to_summary(name="Sixten Overgaard", phone="20 66 77 99")
    said = hold(play, course)
    assert (said[0].response, said[0].values["position"]) == ("utter_seat_waiting", "1")
    assert "Venteliste: " in said[-1].values["reserved"]


def test_a_held_seat_is_not_given_up_for_a_place_in_line(world: World, play: Play) -> None:
    full, free = keep(world, capacity="1"), keep(world)
    first = Play(world)
    first.to_summary()
    hold(first, full)
    play.to_summary(name="Sixten Overgaard", phone="20 66 77 99")
    hold(play, free)
    assert names(hold(play, full))[0] == "utter_seat_full"
    assert seat(play) == "held"


def test_a_confirmed_seat_is_the_municipalitys_to_change(world: World, play: Play) -> None:
    first, second = keep(world), keep(world)
    play.to_summary()
    hold(play, first)
    with world.database.write() as session:
        seats.confirm(session, play.id, world.clock(), "demo-adviser-0151")
    assert names(hold(play, first))[0] == "utter_seat_confirmed"
    assert names(hold(play, second))[0] == "utter_seat_already_confirmed"


def test_a_course_that_is_gone_is_said_to_be(play: Play) -> None:
    play.to_summary()
    said = play.say(lambda b: booking.hold_seat(b, None))
    assert names(said) == ["utter_course_which", "utter_ask_summary"]


def test_a_partners_course_needs_a_consent_that_names_the_partner(world: World, play: Play) -> None:
    course = keep(world, HERLEV, open_to=BOTH)
    play.to_summary(code=BALLERUP)
    said = hold(play, course)
    assert names(said) == ["utter_ask_partner_consent"]
    assert "Herlev Kommune" in said[0].values["consent_text"]
    assert seat(play) is None


def test_with_the_partners_consent_the_seat_is_held_and_kept_in_the_record(
    world: World, play: Play
) -> None:
    course = keep(world, HERLEV, open_to=BOTH)
    play.to_summary(code=BALLERUP)
    read = hash_read(hold(play, course))
    assert names(answer(play, course, "yes", read))[0] == "utter_seat_held"
    reference = play.send()[0].values["reference"]
    consent = kept(world, ConsentRow)
    assert consent.partner_municipality_code == HERLEV
    template = world.around.consent_texts[(ConsentPart.PARTNER, "da")]
    assert consent.partner_text_hash == partner_text(template, "Herlev").hash == read
    receipts = Receipts(world.database, world.vault)
    secret = world.vault.link_secret("receipt", reference)
    assert any("Herlev Kommune" in text for text in receipts.show(reference, secret).agreed)


def test_the_partners_consent_is_asked_for_once(world: World, play: Play) -> None:
    first, second = keep(world, HERLEV, open_to=BOTH), keep(world, HERLEV, open_to=BOTH)
    play.to_summary(code=BALLERUP)
    answer(play, first, "yes", hash_read(hold(play, first)))
    assert names(hold(play, second))[0] == "utter_seat_held"


def test_a_no_to_the_partner_holds_nothing_and_keeps_the_referral(world: World, play: Play) -> None:
    course = keep(world, HERLEV, open_to=BOTH)
    play.to_summary(code=BALLERUP)
    said = answer(play, course, "no", hash_read(hold(play, course)))
    assert names(said) == ["utter_partner_refused", "utter_ask_summary"]
    assert seat(play) is None
    play.send()
    assert kept(world, ConsentRow).partner_municipality_code is None


@pytest.mark.parametrize("value", ["yes", "no"])
def test_an_answer_to_another_text_changes_nothing(world: World, play: Play, value: str) -> None:
    course = keep(world, HERLEV, open_to=BOTH)
    play.to_summary(code=BALLERUP)
    assert names(answer(play, course, value, "0" * 64))[0] == "utter_stale_button"
    assert play.row.partner_consent is None


def test_the_partners_consent_without_the_patients_own_is_nothing(world: World, play: Play) -> None:
    course = keep(world, HERLEV, open_to=BOTH)
    play.to_consent()
    template = world.around.consent_texts[(ConsentPart.PARTNER, "da")]
    said = answer(play, course, "yes", partner_text(template, "Herlev").hash)
    assert names(said)[0] == "utter_seat_needs_consent"
    assert play.row.partner_consent is None


def test_after_sending_a_partners_consent_still_reaches_the_record(
    world: World, play: Play
) -> None:
    course = keep(world, HERLEV, open_to=BOTH)
    play.file(code=BALLERUP)
    answer(play, course, "yes", hash_read(hold(play, course)))
    assert kept(world, ConsentRow).partner_municipality_code == HERLEV


def test_both_answers_to_the_partner_stand_in_the_audit_log(world: World, play: Play) -> None:
    course = keep(world, HERLEV, open_to=BOTH)
    play.to_summary(code=BALLERUP)
    read = hash_read(hold(play, course))
    answer(play, course, "no", read)
    answer(play, course, "yes", read)
    with world.database.read() as session:
        logged = session.scalars(select(AuditRow.action).order_by(AuditRow.number)).all()
    assert [each for each in logged if each.startswith("consent_partner")] == [
        "consent_partner_no",
        "consent_partner_yes",
    ]


def test_free_times_of_the_home_municipality_are_buttons(world: World, play: Play) -> None:
    play.to_summary(code=BALLERUP)
    said = play.say(booking.offer_calls)
    assert names(said) == ["utter_choose_call_time"]
    assert said[0].values == {"municipality": "Ballerup"}
    assert 1 <= len(said[0].buttons) <= booking.SLOTS_SHOWN
    assert said[0].buttons[0].payload.startswith('/book_call{"slot":"')


def first_slot(world: World) -> str:
    with world.database.read() as session:
        return calls.free_slots(session, BALLERUP, world.clock(), 1)[0].code


def test_a_time_is_booked_in_the_second_tap_and_shown(world: World, play: Play) -> None:
    play.to_summary(code=BALLERUP)
    slot = first_slot(world)
    said = play.say(lambda b: booking.book_call(b, slot))
    assert names(said) == ["utter_call_booked", "utter_ask_summary"]
    assert f"• Opkald: {said[0].values['when']}" in said[-1].values["reserved"]


def test_a_booked_time_answers_the_best_time_to_call(world: World, play: Play) -> None:
    play.to_contact()
    play.details(name=NAME, phone=PHONE, postcode="2750")
    play.press(Step.MUNICIPALITY, BALLERUP)
    slot = first_slot(world)
    play.say(lambda b: booking.book_call(b, slot))
    assert play.step is Step.LEAVE_MESSAGE
    assert play.encounter.get(Step.BEST_TIME) in Labels().groups["best_time"]


@pytest.mark.parametrize("slot", ["1-1764000000", "x", "", "999999-9999999999"])
def test_a_time_that_is_not_free_shows_the_others(world: World, play: Play, slot: str) -> None:
    play.to_summary(code=BALLERUP)
    said = play.say(lambda b: booking.book_call(b, slot))
    assert names(said) == ["utter_call_taken", "utter_choose_call_time"]


def test_a_time_that_somebody_else_took_is_told_so(world: World, play: Play) -> None:
    other, slot = Play(world), first_slot(world)
    other.to_summary()
    other.say(lambda b: booking.book_call(b, slot))
    play.to_summary(name="Sixten Overgaard", phone="20 66 77 99")
    said = play.say(lambda b: booking.book_call(b, slot))
    assert names(said)[0] == "utter_call_taken"


def test_without_free_times_the_best_time_stands(
    world: World, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    play.to_summary(code=BALLERUP)
    monkeypatch.setattr(calls, "free_slots", lambda *_: [])
    said = play.say(booking.offer_calls)
    assert names(said) == ["utter_no_call_times", "utter_ask_summary"]


@pytest.mark.parametrize("slot", [None, "1-1764000000"])
def test_no_call_is_booked_before_consent_and_municipality(play: Play, slot: str | None) -> None:
    def book() -> list[str]:
        if slot is None:
            return names(play.say(booking.offer_calls))
        return names(play.say(lambda b: booking.book_call(b, slot)))

    play.to_consent()
    assert book()[0] == "utter_call_needs_consent"
    play.press(Step.CONSENT_CONTACT, "yes")
    play.press(Step.CONSENT_OUTCOME, "no")
    assert book()[0] == "utter_needs_municipality"
