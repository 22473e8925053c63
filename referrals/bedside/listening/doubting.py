"""What is asked before a message is followed: its words speak against it, or it ends something."""

from __future__ import annotations

from dataclasses import replace

from referrals.advice import script
from referrals.advice.asserted import HALF_SURE, LEAST_SURE, Words
from referrals.advice.closed_lists import cancels_something_else, names_feedback, names_next
from referrals.advice.encounter import Step
from referrals.advice.hearing import hear, is_the_word
from referrals.advice.kinds import ANSWERING, speaks_of_patient, takes_out
from referrals.advice.putting_off import later_sending, refuses_sending
from referrals.advice.witness import TELLS_A_DETAIL, is_no_alone, names_use, says_cancel
from referrals.bedside import answering, steering
from referrals.bedside.asking import ask
from referrals.bedside.listening.checking import ask_whether_meant
from referrals.bedside.listening.left_out import not_used, quoted
from referrals.bedside.listening.typed_answers import overhear, tell
from referrals.courses.question import asks_by_itself
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside


def doubt(bedside: Bedside, words: Words) -> list[Say]:
    """Ask before a command or a question is followed that the reading speaks against.

    What changes a question about courses that is on the screen is not doubted.
    """
    if words.intent in ANSWERING or bedside.asked.get("kind") == "courses":
        return []
    heard = hear(bedside.step, words)
    if heard.answers:
        return overhear(bedside, words, heard)
    if heard.asks:
        return ask_whether_meant(bedside, heard.asks, heard.beside)
    if heard.unused and is_the_word(bedside.step, words):  # "ikke om formiddagen" at the time
        return tell(bedside, replace(words, intent="nlu_fallback"))
    corrections = words.own("correction")
    wanted = script.has_consent(bedside.encounter) and not bedside.encounter.ended
    if corrections and wanted and not words.own("steering"):
        place = "municipality" if words.own("place_named", "place_lives") else None
        return answering.correct(bedside, corrections[0].value or place)
    if any(fact.certainty == "instruction" for fact in words.facts):
        return answering.not_understood(bedside, out_of_scope=False)
    if asks_by_itself(words.every) and words.intent in _OF_COURSES:
        return []
    least = HALF_SURE if words.intent == "go_back" else LEAST_SURE
    if words.confidence < least and not words.own("steering", "correction", "take_back"):
        return answering.not_understood(bedside, out_of_scope=False)
    return _lacks_witness(bedside, words)


_OF_COURSES = ("ask_courses", "refine_courses")


def _lacks_witness(bedside: Bedside, words: Words) -> list[Say]:
    """Ask before a command is followed that ends something, where no word says so."""
    written = bool(bedside.encounter.answers) and not bedside.encounter.ended
    doubtful = written or not says_cancel(words) or cancels_something_else(words)
    if words.intent == "cancel" and doubtful:
        return _take_out(bedside, words) or steering.ask_cancel(bedside)
    if words.intent == "go_back" and _is_of_something_else(words):
        return answering.not_understood(bedside, out_of_scope=False)
    if words.intent == "pause" and _is_hardly_said(words):
        return answering.not_understood(bedside, out_of_scope=False)
    if words.intent == "new_patient" and (names_use(words) or not names_next(words)):
        return answering.not_understood(bedside, out_of_scope=False)
    if words.intent == "change_wording_language" and speaks_of_patient(words):
        return tell(bedside, replace(words, intent="nlu_fallback"))
    says_back = words.says("consent", "withdrawn") or words.own("steering")
    if words.intent == "withdraw_consent" and not says_back and bedside.step in _ADVISES:
        return answering.not_understood(bedside, out_of_scope=False)
    if words.intent == "withdraw_consent" and bedside.step in script.BUTTON_ONLY:
        return [] if says_back else [Say("utter_press_consent_button"), ask(bedside)]
    if words.intent == "undo_referral" and bedside.step is Step.FILED:
        said = words.own("steering", "take_back", "consent", "correction")
        return (
            []
            if said and not words.own("denial")
            else [
                Say("utter_press_a_button"),
                ask(bedside),
            ]
        )
    return []


def _is_of_something_else(words: Words) -> bool:
    """Tell "den forrige hed …" and "var det forkert?" from a wish to go back."""
    asked = any((f.kind, f.certainty) == ("correction", "question") for f in words.facts)
    others = words.facts_of_another("smoking", "referral", "course", "answer")
    return asked or "[[" in words.text or bool(others)


def _is_hardly_said(words: Words) -> bool:
    """Tell a single word that asks for nothing: "mie", which is like another one."""
    return words.text.casefold().strip(" .!") in _POSSESSIVES


_POSSESSIVES = frozenset(("min", "mit", "mine", "my"))


_ADVISES = (Step.STATUS, Step.EVER_SMOKED, Step.EX_SMOKER, Step.OFFER)


def _take_out(bedside: Bedside, words: Words) -> list[Say]:
    """Take out the detail that is asked for, where that may be empty; else nothing."""
    step, before = bedside.step, bedside.encounter
    if step not in script.PAGE_STEPS or not (says_cancel(words) and takes_out(words.text)):
        return []
    bedside.encounter = script.remove(before, step)
    if bedside.encounter == before:
        return []
    if step in script.SEALED:
        bedside.forgets_later(before.answers[step])
    return answering.proceed(bedside)


def stop_at_moment(bedside: Bedside, words: Words) -> list[Say]:
    """Stop where the patient must be helped, died or weeps, or whoever types must leave.

    Whatever else is said; nothing where none of it is.
    """
    values = {fact.value for fact in words.own("moment") if fact.polarity}
    stops = next((each for each in _MOMENTS if each in values), "")
    return steering.stop_for(bedside, stops) if stops else []


_MOMENTS = ("emergency", "died", "hard", "shift")
"""The graver one first."""


def asks_withdrawal(bedside: Bedside, words: Words) -> list[Say]:
    """Ask about a consent that is taken back, whatever kind of message it looks like."""
    taken_back = words.says("consent", "withdrawn") and "reference" not in words.entities
    return steering.ask_withdrawal(bedside, None) if taken_back else []


def asks_feedback(bedside: Bedside, words: Words) -> list[Say]:
    """Ask the other consent again, by button, where words at the summary name it."""
    if bedside.step is not Step.SUMMARY or words.intent.startswith("ask_"):
        return []
    return answering.correct(bedside, Step.CONSENT_OUTCOME) if names_feedback(words) else []


def wish_before_status(bedside: Bedside, words: Words) -> list[Say]:
    """Say that a wish is not noted before it is known what the patient uses, and ask that."""
    wishes = [f for f in words.own("referral") if f.value == "wants" and f.polarity]
    if bedside.step is not Step.STATUS or not wishes or words.intent not in ANSWERING:
        return []
    if hear(bedside.step, words) or words.own("smoking", "unable"):
        return []
    return [Say("utter_status_first", {"words": quoted(words)}), ask(bedside)]


def refusal_to_send(bedside: Bedside, words: Words) -> list[Say]:
    """Ask at the summary what is to be changed at a no, and what is meant where more is refused."""
    if bedside.step is not Step.SUMMARY or says_cancel(words) or words.intent.startswith("ask_"):
        return []
    if later := later_sending(words.text):
        told = quoted(replace(words, text=later))
        return [Say("utter_sends_at_once", {"words": told}), *steering.ask_what_is_meant(bedside)]
    if refuses_sending(words.text):
        return steering.ask_what_is_meant(bedside)
    if TELLS_A_DETAIL.search(words.text):
        return []
    if is_no_alone(words):
        return answering.correct(bedside, None)
    if not words.says("referral", "wants", polarity=False) or words.intent == "pause":
        return []
    heard = hear(bedside.step, words)
    if heard.answers or words.own("correction"):
        return []
    unused = (fact for fact in heard.unused if fact.kind != "referral")
    return [*not_used(bedside, unused, words), *steering.ask_what_is_meant(bedside)]
