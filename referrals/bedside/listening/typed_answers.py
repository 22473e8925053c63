"""Typed words as an answer to the script, at the step that they belong to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from referrals.advice import script
from referrals.advice.asserted import Words
from referrals.advice.encounter import Step
from referrals.advice.hearing import Answer, Heard, hear
from referrals.advice.putting_off import later_call
from referrals.advice.witness import says_no_phone
from referrals.bedside import answering, steering
from referrals.bedside.asking import ask
from referrals.bedside.listening.checking import ask_whether_meant
from referrals.bedside.listening.left_out import not_used, whole_line_not_used
from referrals.bedside.listening.recording import note
from referrals.bedside.listening.typed_details import READ, is_outside
from referrals.denmark.municipalities import OTHER_MUNICIPALITY
from referrals.details.taking import OFTEN_TOLD
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

_CAN_BE_LEFT = frozenset({*script.REQUIRED_CONTACT, *script.OPTIONAL_DEFAULTS})
"""Steps where "ved det ikke" leaves the detail, or is told that it cannot be left."""
_VOLUNTEERED = {"give_best_time": "time_of_day", "give_spoken_language": "spoken_language"}
"""Intents that tell a detail before or after it is asked for, and the entity that holds it."""
_DAYS = frozenset({"weekday", "period"})


def tell(bedside: Bedside, words: Words) -> list[Say]:
    """Take typed words as an answer; what answers nothing changes nothing."""
    step, intent = bedside.step, words.intent
    advises = step in (Step.STATUS, Step.OFFER) and words.own_or_part("answer", "referral")
    no_phone = intent == "has_no_phone" and says_no_phone(words) and not advises
    if no_phone and not bedside.encounter.ended:
        _record_details_beside(bedside, words.entities)
        return [Say("utter_phone_needed"), ask(bedside)]
    if bedside.by_page and step in script.PAGE_STEPS:
        return [ask(bedside)]
    heard = hear(step, words)
    if step in script.BUTTON_ONLY:
        about = tuple(fact for fact in heard.unused if fact.kind != "referral")
        before = bedside.encounter
        unused = note(bedside, replace(heard, unused=about), words)
        if not unused and bedside.encounter == before and not words.says("plain"):
            unused = whole_line_not_used(words)
        return [*unused, Say("utter_press_consent_button"), ask(bedside)]
    said_nothing = not (heard.answers or heard.asks)
    leaves = intent == "not_now" and step in _CAN_BE_LEFT and said_nothing
    if leaves and not later_call(words.text):  # when to call is no "not now" to the question
        return answering.skip(bedside)
    said = overhear(bedside, words, heard)
    if said:
        return said
    unused = not_used(bedside, heard.unused, words)
    spoken_of = {fact.kind for fact in words.facts}
    told = {
        name: value for name, value in words.entities.items() if READ.get(name) not in spoken_of
    }
    return [*unused, *_tell_beside(bedside, intent, told)]


def overhear(bedside: Bedside, words: Words, heard: Heard | None = None) -> list[Say]:
    """Take what answers the script in words that may be about something else; nothing if none.

    ``heard`` is what they say at the present step, where that was asked before.
    """
    if heard is None:
        heard = hear(bedside.step, words)
    if (Step.SUMMARY, "send") in heard.answers or (Step.SUMMARY, "send") in heard.asks:
        return _at_summary(bedside, heard, words)
    step, value = _only_municipality(bedside, words) or _cut_short(bedside, words) or (None, "")
    if step and not heard.answers:
        heard = replace(heard, answers=((step, value),))
    outside = tuple(
        (step, value)
        for step, value in heard.answers
        if step is Step.MUNICIPALITY and is_outside(bedside, None, value)
    )
    if outside:
        left = tuple(answer for answer in heard.answers if answer not in outside)
        return [
            *note(bedside, replace(heard, answers=left), words),
            *ask_whether_meant(bedside, outside),
        ]
    if heard.answers:
        before = bedside.encounter
        unused = note(bedside, heard, words)
        if heard.asks:
            return [*unused, *ask_whether_meant(bedside, heard.asks, heard.beside)]
        remarks = [
            Say(remark)
            for answer in heard.answers
            if (remark := answering.REMARKS.get(answer)) and bedside.encounter != before
        ]
        if (Step.OFFER, "tried_before") in heard.answers and before.tried_before:
            return [*unused, Say("utter_ask_offer_answer")]
        asked = answering.proceed(bedside)
        if bedside.step is Step.OFFER and script.next_step(before) is not Step.OFFER:
            asked = [Say("utter_ask_offer")]  # it was not made yet, whatever was tried before
        return [*unused, *remarks, *asked]
    if heard.asks:
        return [
            *not_used(bedside, heard.unused, words),
            *ask_whether_meant(bedside, heard.asks, heard.beside),
        ]
    return []


def _tell_beside(bedside: Bedside, intent: str, entities: Mapping[str, str]) -> list[Say]:
    """Take a detail that was told at another step, or beside words that answer nothing."""
    volunteered = _VOLUNTEERED.get(intent, "")
    if volunteered in entities and script.has_consent(bedside.encounter):
        return answering.record_contact(bedside, {volunteered: entities[volunteered]})
    recorded = _record_details_beside(bedside, entities)
    if recorded:
        return recorded
    names_a_day = not _DAYS.isdisjoint(entities)
    if intent == "give_best_time" and bedside.step is Step.BEST_TIME and names_a_day:
        return [Say("utter_which_time_of_day"), ask(bedside)]
    return answering.not_understood(bedside, out_of_scope=False)


def _record_details_beside(bedside: Bedside, entities: Mapping[str, str]) -> list[Say]:
    """Keep name, phone and postcode of a message about something else, if it holds any."""
    told = {kind: entities[kind] for kind in OFTEN_TOLD if kind in entities}
    allowed = script.has_consent(bedside.encounter) and bedside.step not in script.CONSENT_STEPS
    if not (told and allowed) or bedside.by_page:
        return []
    return answering.record_contact(bedside, told)


def left_aside(bedside: Bedside, words: Words) -> list[Say]:
    """Say what of words that answer nothing looked like a fact; nothing if nothing did."""
    unused = not_used(bedside, hear(bedside.step, words).unused, words)
    return [*unused, ask(bedside)] if unused else []


def _at_summary(bedside: Bedside, heard: Heard, words: Words) -> list[Say]:
    if heard.answers and (bedside.row.aside or {}).get(answering.UNCLEAR):
        return steering.ask_what_is_meant(bedside)
    if heard.answers:
        return answering.take(bedside, Step.SUMMARY, "send")
    return [*not_used(bedside, heard.unused, words), Say("utter_press_a_button"), ask(bedside)]


def _only_municipality(bedside: Bedside, words: Words) -> Answer | None:
    if bedside.step is not Step.MUNICIPALITY:
        return None
    code = yes_or_no_to_the_only_one(bedside, words.intent)
    return (Step.MUNICIPALITY, code) if code else None


def yes_or_no_to_the_only_one(bedside: Bedside, intent: str) -> str | None:
    """Read "ja" or "nej" where the postcode lies in one municipality and that one was proposed."""
    proposed = bedside.around.municipalities.proposed(bedside.encounter.get(Step.POSTCODE) or "")
    if len(proposed) != 1:
        return None
    return {"affirm": proposed[0].code, "deny": OTHER_MUNICIPALITY}.get(intent)


_SHORT = re.compile(r"(\w{3,})\.")


def _cut_short(bedside: Bedside, words: Words) -> Answer | None:
    """Read the title of one button that is cut short by a full stop: "efterm."."""
    typed = _SHORT.fullmatch(words.text.strip())
    if typed is None or bedside.step is not Step.BEST_TIME:
        return None
    meant = [
        code
        for code in script.CHOICES[Step.BEST_TIME]
        if bedside.word("best_time", code).startswith(typed[1].casefold())
    ]
    return (Step.BEST_TIME, meant[0]) if len(meant) == 1 else None
