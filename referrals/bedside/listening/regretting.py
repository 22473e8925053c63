"""Words right after something was noted that take it back: all of it, or for something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from referrals.advice import script
from referrals.advice.asserted import Words
from referrals.advice.closed_lists import is_bare_no, names_undoing, takes_back
from referrals.advice.encounter import Encounter, Step
from referrals.advice.hearing import hear
from referrals.advice.witness import keeps
from referrals.bedside import answering
from referrals.bedside.listening.typed_answers import overhear, yes_or_no_to_the_only_one
from referrals.bedside.taking_back import take_back
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

_TAKES_NO = frozenset(
    {
        *script.BUTTON_ONLY,
        *(Step.STATUS, Step.EVER_SMOKED, Step.EX_SMOKER, Step.OFFER, Step.MUNICIPALITY),
        *(Step.LEAVE_MESSAGE, Step.INTERPRETER, Step.PROTECTED_ADDRESS, Step.DUPLICATE),
        *(Step.PHONE, Step.POSTCODE),  # there is none
    }
)
"""Questions that a bare no answers: there it takes nothing back."""


class Regretted(NamedTuple):
    """What is said, and the encounter that stood before whatever was told instead."""

    before: Encounter
    said: list[Say]


def regret(bedside: Bedside, words: Words, aside: Mapping[str, Any]) -> Regretted | None:
    """Take back what was noted of the words just before, where these say so.

    What is told beside stands instead.
    """
    kept = aside.get("before")
    if not kept or bedside.encounter.ended or keeps(words):
        return None
    asked = "question" in aside or _was_asked(bedside, kept)
    if _is_nothing_else(bedside, words, asked=asked):
        back = take_back(bedside, kept)
        return Regretted(bedside.encounter, [*back, *answering.proceed(bedside)])
    if names_undoing(words) and not words.own("consent"):
        back, stands = take_back(bedside, kept), bedside.encounter
        told = replace(words, facts=tuple(f for f in words.facts if f.kind != "steering"))
        return Regretted(stands, [*back, *(_instead(bedside, told) or answering.proceed(bedside))])
    before = bedside.encounter
    said = _corrected(bedside, words, {Step(step): value for step, value in kept["answers"]})
    return Regretted(before, said) if said else None


def _was_asked(bedside: Bedside, kept: Mapping[str, Any]) -> bool:
    """Tell whether the words just before only answered what was asked: a no is about what is now.

    "Må der lægges besked?" "Nej." "Hvilket sprog …?" "Nej."
    """
    before = {Step(step): value for step, value in kept["answers"]}
    now = bedside.encounter
    changed = [step for step, value in now.answers.items() if before.get(step) != value]
    revisiting = Step(kept["revisiting"]) if kept["revisiting"] else None
    then = replace(now, answers=before, revisiting=revisiting, tried_before=kept["tried_before"])
    return changed == [script.next_step(then)] and not before.keys() - now.answers.keys()


def _is_nothing_else(bedside: Bedside, words: Words, *, asked: bool) -> bool:
    """Tell a message that takes back and does no more; a bare no where nothing else is asked."""
    if any(fact.kind == "take_back" for fact in words.facts):
        return True
    if takes_back(words):
        answers = words.own("answer") and yes_or_no_to_the_only_one(bedside, "deny")
        return not (bedside.step is Step.MUNICIPALITY and answers)
    return is_bare_no(words) and not asked and bedside.step not in _TAKES_NO


def _corrected(bedside: Bedside, words: Words, before: Mapping[Step, str]) -> list[Say]:
    """Take the no of "nej, om morgenen" for a word about what was just noted, not for an answer."""
    if not any(fact.kind == "answer" and fact.value == "no" for fact in words.facts[:2]):
        return []
    changed = {s for s, v in bedside.encounter.answers.items() if before.get(s) != v}
    facts = tuple(f for f in words.facts if f.kind not in ("answer", "whole"))
    told = replace(words, facts=facts)
    kinds = {fact.kind for fact in facts}
    about = next((step for step in changed if _KIND_OF.get(step) in kinds), None)
    return _instead(bedside, told) if about else []


def _instead(bedside: Bedside, words: Words) -> list[Say]:
    for intent in (words.intent, "correct_detail", *_INTENT_OF.values()):
        told = replace(words, intent=intent)
        if hear(bedside.step, told).answers:
            return overhear(bedside, told)
    return overhear(bedside, replace(words, intent="nlu_fallback"))


_KIND_OF = {
    Step.STATUS: "smoking",
    Step.PRODUCT: "product",
    Step.BEST_TIME: "best_time",
    Step.SPOKEN_LANGUAGE: "language",
}
"""The facts that tell a detail once more."""
_INTENT_OF = {Step.BEST_TIME: "give_best_time", Step.SPOKEN_LANGUAGE: "give_spoken_language"}
