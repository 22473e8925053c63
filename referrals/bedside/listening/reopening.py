"""Going on with a patient whose talk is over, or who can be asked after all: a button does it."""

from __future__ import annotations

from referrals.advice import script
from referrals.advice.asserted import Words
from referrals.advice.closed_lists import goes_on, says_again, speaks_of_going_on
from referrals.advice.encounter import Step
from referrals.advice.hearing import hear
from referrals.advice.witness import can_be_asked
from referrals.bedside import steering
from referrals.bedside.asking import ask
from referrals.bedside.listening.left_out import not_used
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

_TOLD = ("smoking", "product", "course", "referral", "consent")
_ASKS_PATIENT = (Step.STATUS, Step.EVER_SMOKED, Step.EX_SMOKER, Step.OFFER)


def asks_to_go_on(bedside: Bedside, words: Words) -> list[Say]:
    """Ask whether the talk goes on, where words say so once it is over; nothing where they do not.

    Words of the patient that come too late are told as not used.
    """
    if bedside.step is Step.CLOSED:
        told = [fact for fact in words.own(*_TOLD) if fact.value != "not_now"]
        wants = words.intent == "resume" or speaks_of_going_on(words) or can_be_asked(words)
        if words.intent in _OTHERWISE or not (wants or told):
            return []
        return [*not_used(bedside, told, words), *steering.ask_to_go_on(bedside)]
    wants = goes_on(words) or words.says("referral", "wants")
    if bedside.step is Step.DEFER_REASON and (wants or can_be_asked(words)):
        return steering.ask_to_go_on(bedside)
    if not can_be_asked(words) or words.intent == "resume":
        return []
    if bedside.step in _ASKS_PATIENT and not hear(bedside.step, words):
        return [Say("utter_can_be_asked"), ask(bedside)]
    return []


_OTHERWISE = frozenset({"go_back", "show_summary", "help", "change_wording_language", "thanks"}) | {
    *("new_patient", "ask_courses", "refine_courses", "more_courses", "show_course"),
}
"""Kinds of message that go their own way, whatever words stand in them."""


def begins_again(bedside: Bedside, words: Words) -> list[Say]:
    """Ask which patient is meant by "start igen"; nothing where another one is named."""
    unclear = words.intent == "new_patient" and says_again(words)
    if not unclear or not bedside.encounter.answers:
        return []
    if bedside.step is Step.CLOSED or script.outcome(bedside.encounter):
        return steering.ask_to_go_on(bedside)
    return [Say("utter_ask_which_patient")]
