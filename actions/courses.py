"""Courses: questions about them, holding a seat, booking the clarifying call."""

from __future__ import annotations

from actions.bedside_action import BedsideAction, Heard
from referrals.advice.places import asked_of_courses
from referrals.bedside import asking_courses, booking
from referrals.bedside.listening.left_out import places_left_out
from referrals.bedside.listening.typed_answers import tell
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside


class AskCoursesAction(BedsideAction):
    """Answers a question about courses."""

    action_name = "action_ask_courses"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Ask anew; where somebody else lives is no home of the patient's."""
        told = asked_of_courses(heard.words, heard.every)
        left_out = places_left_out(heard.words)
        return [*left_out, *asking_courses.ask_courses(bedside, told)]


class RefineCoursesAction(BedsideAction):
    """Changes the last question about courses, unless the words answer the present step."""

    action_name = "action_refine_courses"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Tell a follow-up from an answer that only sounds like one."""
        answers = asking_courses.is_answer(bedside, heard.intent, heard.every)
        if answers or (heard.typed and asking_courses.changes_nothing(bedside, heard.every)):
            return tell(bedside, heard.words)
        told = asked_of_courses(heard.words, heard.every)
        left_out = places_left_out(heard.words)
        return [*left_out, *asking_courses.refine_courses(bedside, told)]


class MoreCoursesAction(BedsideAction):
    """Shows the next courses."""

    action_name = "action_more_courses"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Go on in the last question."""
        return asking_courses.more_courses(bedside)


class ShowCourseAction(BedsideAction):
    """Shows all that is known of one course."""

    action_name = "action_show_course"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Show the course of the button or the position named."""
        return asking_courses.show_course(bedside, heard.every)


class AskMedicinePriceAction(BedsideAction):
    """Quotes what a municipality gives towards medicine."""

    action_name = "action_ask_medicine_price"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Quote the municipalities named, or the patient's own."""
        return asking_courses.medicine_price(bedside, heard.every)


class HoldSeatAction(BedsideAction):
    """Holds a seat in a course."""

    action_name = "action_hold_seat"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Hold it in the course of the button or the position named."""
        course = asking_courses.chosen(bedside, heard.every)
        return booking.hold_seat(bedside, course)


class ConsentPartnerAction(BedsideAction):
    """Takes the patient's answer about a partner municipality. Button only."""

    action_name = "action_consent_partner"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Hand over the answer and the hash of the text that was read."""
        told = heard.entities
        course = asking_courses.chosen(bedside, heard.every)
        answer = booking.PartnerAnswer(told.get("value", ""), told.get("text_hash", ""))
        return booking.answer_partner(bedside, course, answer)


class BookCallAction(BedsideAction):
    """Shows free times for the clarifying call, or books the one of a button."""

    action_name = "action_book_call"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Tell the two apart by the slot."""
        slot = heard.entities.get("slot")
        if slot:
            return booking.book_call(bedside, slot)
        return booking.offer_calls(bedside)
