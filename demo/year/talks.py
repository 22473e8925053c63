"""Encounters of a made-up year: a nurse asks, a patient answers, each message applied for real."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from demo.year.agenda import Clock
from demo.year.people import Patient
from referrals.advice.encounter import Step
from referrals.bedside import answering, booking, filing
from referrals.booking import calls
from referrals.consent.texts import ConsentPart
from referrals.courses.search import UnknownCourse, open_course
from referrals.staff.roles import Staff
from referrals.turns.encounters import Command, Encounters
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside, TurnServices
from referrals.vault.vault import Sealed, seal

BETWEEN_MESSAGES = timedelta(seconds=9)
_CONSENT = {Step.CONSENT_CONTACT: ConsentPart.CONTACT, Step.CONSENT_OUTCOME: ConsentPart.OUTCOME}
_DONE = (Step.FILED, Step.CLOSED)
_LONGEST = 25

FindCourse = Callable[[str], int | None]


class Talk:
    """One encounter of ``nurse`` with ``patient``."""

    def __init__(
        self, encounters: Encounters, clock: Clock, nurse: Staff, patient: Patient
    ) -> None:
        self._encounters = encounters
        self._clock = clock
        self._nurse = nurse
        self._patient = patient
        self._offered = 0
        self._messages = 0
        self.id = encounters.start(nurse)

    @property
    def _around(self) -> TurnServices:
        return self._encounters.around

    def hold(self, find_course: FindCourse) -> str | None:
        """Hold the talk to its end, and give the reference of what was filed, if anything."""
        filed: str | None = None
        for turn in range(_LONGEST):
            step = self._encounters.awaiting(self._nurse, self.id).step
            if step in _DONE or turn == self._patient.leaves_at:
                return filed
            if turn == self._patient.cancels_at:
                self._say(answering.cancel)
            elif step is Step.NAME:
                self._tell_details()
            elif step is Step.SUMMARY:
                self._reserve(find_course)
                filed = _reference(self._press(Step.SUMMARY, "send")) or filed
            else:
                self._answer(step)
        raise RuntimeError(f"the talk never ends: {step}")

    def undo(self) -> None:
        """Take the referral back."""
        self._say(filing.undo)

    def send_again(self) -> str | None:
        """Send what was taken back, and give the new reference."""
        return _reference(self._press(Step.SUMMARY, "send"))

    def _answer(self, step: Step) -> None:
        value = self._patient.answers[step]
        if step is Step.BEST_TIME and value == "skip":
            self._say(lambda bedside: answering.skip(bedside, answering.SKIP_REST))
            return
        if step is Step.OFFER:
            self._offered += 1
            if value == "tried_before" and self._offered > 1:
                value = "yes" if self._patient.number % 2 else "not_now"
        self._press(step, value)

    def _press(self, step: Step, value: str) -> list[Say]:
        part = _CONSENT.get(step)
        text_hash = self._around.consent_texts[(part, "da")].hash if part else ""
        pressed = answering.Pressed(step, value, text_hash)
        return self._say(lambda bedside: answering.press(bedside, pressed))

    def _tell_details(self) -> None:
        name, phone = seal("name", self._patient.name), seal("phone", self._patient.phone)
        told = {"name": name.token, "phone": phone.token, "postcode": self._patient.postcode}
        self._say(lambda bedside: answering.record_contact(bedside, told), [name, phone])

    def _reserve(self, find_course: FindCourse) -> None:
        """Hold a seat and book the call, where the patient wants that."""
        home = self._patient.municipality
        course_id = find_course(home) if self._patient.wants_seat else None
        if course_id is not None:
            self._say(lambda bedside: _hold_seat(bedside, course_id))
        if self._patient.wants_call:
            self._say(lambda bedside: _book_call(bedside, home))

    def _say(self, command: Command, values: Sequence[Sealed] = ()) -> list[Say]:
        self._clock.at += BETWEEN_MESSAGES
        message_id = f"year-{self._messages}"
        self._messages += 1
        self._encounters.receive(self._nurse, self.id, message_id, "/played", values)
        return self._encounters.apply(self.id, message_id, command)


def _hold_seat(bedside: Bedside, course_id: int) -> list[Say]:
    try:
        course = open_course(bedside.session, course_id, bedside.now)
    except UnknownCourse:
        return []
    return booking.hold_seat(bedside, course)


def _book_call(bedside: Bedside, home: str) -> list[Say]:
    slots = calls.free_slots(bedside.session, home, bedside.now, 1)
    return booking.book_call(bedside, slots[0].code) if slots else []


def _reference(said: Sequence[Say]) -> str | None:
    filed = next((each for each in said if each.response == "utter_filed"), None)
    return str(filed.values["reference"]) if filed else None
