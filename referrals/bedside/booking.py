"""Holding a seat and booking the clarifying call at the bedside.

Both need the patient's consent and the confirmed municipality. A partner municipality's course
needs a consent that names the partner: its text is read aloud and answered by button.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from referrals.advice import script
from referrals.advice.encounter import Outcome, Step
from referrals.audit import chain
from referrals.bedside.asking import ask_on
from referrals.bedside.finding import current_referral
from referrals.booking import calls, seats
from referrals.booking.calls import Slot, Taken
from referrals.booking.seat_states import AlreadyConfirmed, Full, Held, NotOpen
from referrals.consent.tables import ConsentRow
from referrals.consent.texts import ConsentPart, ConsentText, partner_text
from referrals.courses.course import Course, part_of_day
from referrals.denmark.dates import short_start
from referrals.referral.moves import State
from referrals.turns.saying import Button, Say
from referrals.turns.turn import Bedside

SLOTS_SHOWN = 6
_YES = "yes"


@dataclass(frozen=True)
class PartnerAnswer:
    """The patient's answer to the partner's consent text: the hash is that of the text read."""

    value: str
    text_hash: str


def may_hold(bedside: Bedside, course: Course) -> bool:
    """Tell whether a seat, or a place in line, can be asked for here and now."""
    home = _confirmed_home(bedside)
    return consented(bedside) and (home is None or home in course.open_to)


def consented(bedside: Bedside) -> bool:
    """Tell whether a patient said yes to being called, and did not take it back since."""
    if bedside.row.practice:
        return False
    ended = script.outcome(bedside.encounter)
    if not script.has_consent(bedside.encounter) or ended not in (None, Outcome.REFERRED):
        return False
    referral = current_referral(bedside)
    return referral is None or referral.state != State.WITHDRAWN


def hold_seat(bedside: Bedside, course: Course | None) -> list[Say]:
    """Hold a seat in ``course``, or ask first for what is missing; None is a course gone."""
    if course is None:
        return [Say("utter_course_which"), ask_on(bedside)]
    refused = _refusal(bedside, course)
    if refused is not None:
        return [refused, ask_on(bedside)]
    if _needs_partner_consent(bedside, course):
        asked = _ask_partner(bedside, course)
        bedside.asks_aside("partner", said=asked.to_json())
        return [asked]
    return [_hold(bedside, course), ask_on(bedside)]


def answer_partner(bedside: Bedside, course: Course | None, answer: PartnerAnswer) -> list[Say]:
    """Take the patient's answer to the partner's consent text, by button only, and hold the seat.

    A hash of another text than the one that would be read now changes nothing.
    """
    if course is None:
        return [Say("utter_course_which"), ask_on(bedside)]
    refused = _refusal(bedside, course)
    if refused is not None:
        return [refused, ask_on(bedside)]
    text_hash = _partner_text(bedside, course).hash
    if answer.text_hash != text_hash:
        return [Say("utter_stale_button"), ask_on(bedside)]
    agreed = answer.value == _YES
    _note_answer(bedside, agreed=agreed)
    if not agreed:
        return [Say("utter_partner_refused"), ask_on(bedside)]
    _keep_partner_consent(bedside, course, text_hash)
    return [_hold(bedside, course), ask_on(bedside)]


def offer_calls(bedside: Bedside) -> list[Say]:
    """Show free times of the home municipality's advisers, each as a button."""
    refused = _no_call(bedside)
    if refused is not None:
        return [refused, ask_on(bedside)]
    home = _confirmed_home(bedside) or ""
    slots = calls.free_slots(bedside.session, home, bedside.now, SLOTS_SHOWN)
    if not slots:
        return [Say("utter_no_call_times"), ask_on(bedside)]
    buttons = tuple(
        Button(short_start(slot.starts_at, bedside.language), f'/book_call{{"slot":"{slot.code}"}}')
        for slot in slots
    )
    asked = Say("utter_choose_call_time", {"municipality": _name(bedside, home)}, buttons)
    bedside.asks_aside("times", said=asked.to_json())
    return [asked]


def book_call(bedside: Bedside, code: str) -> list[Say]:
    """Book the slot of a button; one that is gone shows the others.

    Where the best time to call is being asked, the booked time answers it.
    """
    refused = _no_call(bedside)
    if refused is not None:
        return [refused, ask_on(bedside)]
    session, row = bedside.session, bedside.row
    try:
        slot = Slot.from_code(code)
        booked = calls.book(session, slot, row.id, bedside.now, bedside.nurse.name)
    except (ValueError, Taken):
        return [Say("utter_call_taken"), *offer_calls(bedside)]
    if bedside.step is Step.BEST_TIME:
        time = part_of_day(booked.starts_at).value
        bedside.encounter = script.record(bedside.encounter, Step.BEST_TIME, time)
    when = short_start(booked.starts_at, bedside.language)
    return [Say("utter_call_booked", {"when": when, "adviser": booked.adviser}), ask_on(bedside)]


def _hold(bedside: Bedside, course: Course) -> Say:
    values = {
        "title": course.shown_title,
        "municipality": _name(bedside, course.municipality_code),
    }
    try:
        got = seats.hold(
            bedside.session, course.id, bedside.row.id, bedside.now, bedside.nurse.name
        )
    except NotOpen:
        return Say("utter_course_gone", values)
    except Full:
        return Say("utter_seat_full", values)
    except AlreadyConfirmed:
        return Say("utter_seat_already_confirmed", values)
    if isinstance(got, Held):
        if got.expires_at is None:
            return Say("utter_seat_confirmed", values)
        until = short_start(got.expires_at, bedside.language)
        return Say("utter_seat_held", values | {"until": until})
    return Say("utter_seat_waiting", values | {"position": str(got.position)})


def _refusal(bedside: Bedside, course: Course) -> Say | None:
    if bedside.row.practice:
        return Say("utter_practice_nothing_booked")
    if not consented(bedside):
        return Say("utter_seat_needs_consent")
    home = _confirmed_home(bedside)
    if home is None:
        return Say("utter_needs_municipality")
    if home not in course.open_to:
        return Say("utter_course_not_for_home", {"municipality": _name(bedside, home)})
    return None


def _no_call(bedside: Bedside) -> Say | None:
    if bedside.row.practice:
        return Say("utter_practice_nothing_booked")
    if not consented(bedside):
        return Say("utter_call_needs_consent")
    if _confirmed_home(bedside) is None:
        return Say("utter_needs_municipality")
    return None


def _confirmed_home(bedside: Bedside) -> str | None:
    return bedside.encounter.get(Step.MUNICIPALITY)


def _needs_partner_consent(bedside: Bedside, course: Course) -> bool:
    owner = course.municipality_code
    return owner not in (_confirmed_home(bedside), bedside.row.partner_consent)


def _ask_partner(bedside: Bedside, course: Course) -> Say:
    read = _partner_text(bedside, course)
    values = {"consent_text": read.text, "text_hash": read.hash, "course": str(course.id)}
    return Say("utter_ask_partner_consent", values)


def _partner_text(bedside: Bedside, course: Course) -> ConsentText:
    template = bedside.around.consent_texts[(ConsentPart.PARTNER, bedside.language)]
    return partner_text(template, _name(bedside, course.municipality_code))


def _note_answer(bedside: Bedside, *, agreed: bool) -> None:
    action = f"consent_partner_{'yes' if agreed else 'no'}"
    record = f"encounter:{bedside.row.id}"
    chain.append(bedside.session, bedside.now, bedside.nurse.name, action, record)


def _keep_partner_consent(bedside: Bedside, course: Course, text_hash: str) -> None:
    """Keep the consent with the encounter, and with the record of a referral that was filed."""
    code = course.municipality_code
    template = bedside.around.consent_texts[(ConsentPart.PARTNER, bedside.language)]
    bedside.row.partner_consent = code
    bedside.row.consent_proof = {
        **bedside.row.consent_proof,
        ConsentPart.PARTNER.value: {
            "hash": text_hash,
            "version": template.version,
            "language": template.language,
            "at": bedside.now.isoformat(),
        },
    }
    filed = bedside.session.scalars(
        select(ConsentRow).where(ConsentRow.encounter_id == bedside.row.id)
    ).one_or_none()
    if filed is not None:
        filed.partner_municipality_code = code
        filed.partner_text_hash = text_hash


def _name(bedside: Bedside, code: str) -> str:
    return bedside.around.municipalities.name_of(code)
