"""Words that sound like a question about courses and tell of the patient: when to call, a language.

Courses are asked for where courses are named; while a list of them is on the screen a day or a
place changes the list, but what only a patient can be told of is the patient's.
"""

from __future__ import annotations

import re
from dataclasses import replace

from referrals.advice import script
from referrals.advice.asserted import Words
from referrals.advice.encounter import Step
from referrals.advice.kinds import OF_COURSES
from referrals.bedside import asking_courses
from referrals.bedside.listening.typed_answers import tell
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

_TAKEN_FOR_COURSES = frozenset({"ask_courses", "refine_courses", "more_courses"})
_TIMES = frozenset({"weekday", "period", "not_period", "clock", "time_of_day", "unread"})
_NAME_A_COURSE = OF_COURSES | {"clears", "near", "free_of_charge", "place"}
_ASKS = re.compile(
    r"\?|^\W*(?:(?:og|and|hvad med|what about|men|but) )?(?:er der|findes|har (?:i|de|kommunen)"
    r"|noget|nogen|nogle|hvilke\w*|hvornår|hvad|hvor|vis|find|any(?! ?time)|is there"
    r"|are there|something"
    r"|anything|which|what|when|where|show)\b",
    re.IGNORECASE,
)
_IN_A_LANGUAGE = re.compile(r"\b(?:på|paa|in) \w+\W*$", re.IGNORECASE)


def told_of_patient(bedside: Bedside, words: Words) -> list[Say]:
    """Take words as told of the patient where no course is named; nothing for other words."""
    if bedside.encounter.ended or _ASKS.search(words.text):
        return []
    listed = asking_courses.is_listed(bedside)
    own = _only_of_patient(bedside, words, listed=listed)
    if listed:
        if not own:
            return []
        asking_courses.leave_list(bedside)
    elif not (_sounds_otherwise(bedside, words) and (own or _tells_when(bedside, words))):
        return []
    return tell(bedside, replace(words, intent=_kind(words)))


def _sounds_otherwise(bedside: Bedside, words: Words) -> bool:
    """Tell a kind of message that leads away from the step, though the words may answer it."""
    lost = bedside.step is Step.BEST_TIME and words.intent == "out_of_scope"
    lost = lost or (bedside.step is Step.BEST_TIME and words.intent == "nlu_fallback")
    return lost or words.intent in _TAKEN_FOR_COURSES


def _tells_when(bedside: Bedside, words: Words) -> bool:
    """Tell words for a time or a language, where one is asked for or may be told, and no course."""
    may_be_told = bedside.step is Step.OFFER or script.has_consent(bedside.encounter)
    named = words.entities.keys()
    times = bool(_TIMES & named) or "spoken_language" in named
    return may_be_told and times and not _NAME_A_COURSE & named


def _only_of_patient(bedside: Bedside, words: Words, *, listed: bool) -> bool:
    """Tell a day of discharge, a call, a language that is spoken, an answer to the offer."""
    if words.entities.get("course_noun"):
        return False
    if bedside.step is Step.OFFER:
        return any(fact.kind == "answer" for fact in words.facts) and not listed
    if not script.has_consent(bedside.encounter):
        return False
    kinds = {fact.kind for fact in words.facts}
    speaks = "language" in kinds and not _IN_A_LANGUAGE.search(words.text)
    return "discharge" in kinds or "call" in kinds or speaks


def _kind(words: Words) -> str:
    """Give the kind of message that such words are."""
    kinds = {fact.kind for fact in words.facts}
    if kinds & {"best_time", "hours"} or _TIMES & words.entities.keys():
        return "nlu_fallback" if "discharge" in kinds else "give_best_time"
    return "give_spoken_language" if "language" in kinds else "nlu_fallback"
