"""Answers to the script: buttons, typed answers, contact details, corrections."""

from __future__ import annotations

from actions.bedside_action import BedsideAction, Heard
from referrals.bedside import after_filing, answering, asking_courses
from referrals.bedside.listening.restated_use import choose
from referrals.bedside.listening.typed_answers import tell
from referrals.bedside.listening.typed_numbers import keep_details, with_numbers
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside


class AnswerAction(BedsideAction):
    """Takes a button, a skip or a typed answer to the present step."""

    action_name = "action_answer"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Tell buttons, skips and words apart."""
        told = heard.entities
        if heard.intent == "answer":
            pressed = answering.Pressed(
                told.get("step", ""), told.get("value", ""), told.get("text_hash", "")
            )
            restated = choose(bedside, pressed.step, pressed.value)
            return restated or answering.press(bedside, pressed)
        if heard.intent == "skip":
            return answering.skip(bedside, told.get("value", ""))
        changed = asking_courses.follow_up(bedside, heard.intent, heard.every)
        return changed or with_numbers(
            bedside, heard.words, heard.every, lambda words: tell(bedside, words)
        )


class RecordContactAction(BedsideAction):
    """Keeps contact details."""

    action_name = "action_record_contact"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Hand over the tokens and codes, unless a place alone changes a question just asked."""
        changed = asking_courses.follow_up(bedside, heard.intent, heard.every)
        if changed:
            return changed
        return keep_details(bedside, heard.words)


class CorrectAction(BedsideAction):
    """Asks a named detail again."""

    action_name = "action_correct"

    def decide(self, bedside: Bedside, heard: Heard) -> list[Say]:
        """Hand over the detail and its new value, where they were named; a yes is a button's."""
        if heard.entities.get("value") == "yes":
            return after_filing.change(bedside)
        return with_numbers(
            bedside,
            heard.words,
            heard.every,
            lambda words: answering.correct(bedside, words.entities.get("detail"), words.entities),
            meant=True,
        )
