"""What typed words mean once the referral of a conversation was sent. Pure.

They are about that referral, without a reference. Nothing is done for them but to ask: every way on
is a button that says what it does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from referrals.advice.asserted import YES_OR_NO, Words, best_time
from referrals.advice.encounter import Step
from referrals.advice.witness import keeps


class Wish(StrEnum):
    """What is wanted of a referral that was sent."""

    UNDO = "undo"
    WITHDRAW = "withdraw"
    CHANGE = "change"
    NOTHING = "nothing"


CHANGEABLE: Mapping[str, Step] = {
    "name": Step.NAME,
    "phone": Step.PHONE,
    "second_contact": Step.SECOND_CONTACT,
    "time_of_day": Step.BEST_TIME,
    "spoken_language": Step.SPOKEN_LANGUAGE,
}
"""What the ward may still put right, by the entity that tells the new value.

The consent names all of it, so none needs a new one; where the patient lives is another matter:
that decides whose the referral is.
"""
_OF_PEOPLE = ("name", "phone", "second_contact")
_TELLS = frozenset({"give_contact_details", "correct_detail", "give_best_time"}) | {
    "give_spoken_language",
    "has_no_phone",
}
_STAYS = frozenset({"affirm", "thanks", "resume", "new_patient", "greet", "pause", "help"}) | {
    "change_wording_language"
}
"""Kinds of message that want nothing of the referral, whatever words stand in them."""


def wish(words: Words) -> Wish:
    """Tell what the words want of the referral that was sent."""
    stays = words.intent in _STAYS or words.intent.startswith("ask_")
    if stays and not words.says("backs_out"):
        return Wish.CHANGE if _only_looks_like_it(words) else Wish.NOTHING
    kinds = {(fact.kind, fact.value) for fact in words.facts if fact.certainty != "question"}
    spoken_of = {kind for kind, _ in kinds}
    ordered = "" if keeps(words) else words.intent
    if ("consent", "withdrawn") in kinds or ordered == "withdraw_consent":
        return Wish.WITHDRAW
    if _is_of_all_of_it(words):
        return Wish.UNDO
    if _names_a_change(words, spoken_of):
        return Wish.CHANGE
    commands = spoken_of & {"steering", "take_back", "undo"}
    if ordered in ("undo_referral", "cancel") or commands:
        return Wish.UNDO
    refused = words.says("referral", "wants", polarity=False)
    if yes_or_no(words) and not refused:
        return Wish.CHANGE
    says_no = words.intent in ("deny", "not_now") and spoken_of <= _OF_A_NO
    if ordered and (says_no or refused):
        return Wish.WITHDRAW
    return Wish.CHANGE if spoken_of & {"correction", "place_lives"} else Wish.NOTHING


_OF_A_NO = frozenset(
    {"answer", "denial", "plain", "nearly_plain", "whole", "referral", "steering", "backs_out"}
)
"""Facts of a no to the referral; one beside another fact ("… ikke have besked") is about that."""


def _is_of_all_of_it(words: Words) -> bool:
    """Tell "ups forkert patient" and "jeg trykkede forkert": sending was wrong, no detail."""
    wrong = [fact.value for fact in words.facts if fact.kind == "correction"]
    return (
        bool(wrong)
        and not any(wrong)
        and _WHOLE.search(words.text.casefold()) is not None
        and not told(words)
        and not place(words)
    )


_WHOLE = re.compile(r"\b(?:patient\w*|pt|tryk\w*|send\w*|sent|press\w*|hende|ham|person\w*)\b")


def _only_looks_like_it(words: Words) -> bool:
    """Tell "hun har faktisk hemmelig adresse", which a classifier in doubt takes for a question."""
    return words.unclear and words.says("plain") and bool(yes_or_no(words))


def told(words: Words) -> dict[Step, str]:
    """Give each detail that is told as it should be; the language before its interpreter."""
    named = {
        step: words.entities[kind] for kind, step in CHANGEABLE.items() if kind in words.entities
    }
    hours = best_time(words)
    if len(hours) == 1 and any(fact.kind == "call" for fact in words.facts):
        named.setdefault(Step.BEST_TIME, hours[0])  # "kan de ringe efter 17"
    return named | yes_or_no(words)


def yes_or_no(words: Words) -> dict[Step, str]:
    """Give what is told to be so or not so: an interpreter, a message, a protected address."""
    facts = {step: words.own(kind) for step, kind in YES_OR_NO.items()}
    return {step: "yes" if found[-1].polarity else "no" for step, found in facts.items() if found}


def place(words: Words) -> str:
    """Give the municipality that is named as the right one; empty for none."""
    named = [f.value for f in words.own("place_lives", "place_named") if f.polarity]
    return named[-1] if named else ""


def _names_a_change(words: Words, spoken_of: set[str]) -> bool:
    """Tell whether a value or a detail is named that would be another one then."""
    if words.intent in _TELLS or any(words.entities.get(kind) for kind in _OF_PEOPLE):
        return True
    if "discharge" in spoken_of or Step.BEST_TIME in told(words):
        return True
    detail = any(fact.kind == "correction" and fact.value for fact in words.facts)
    return detail or ("correction" in spoken_of and bool(place(words)))
