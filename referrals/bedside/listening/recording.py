"""Answers found in typed words are recorded where they may stand."""

from __future__ import annotations

from referrals.advice import script
from referrals.advice.asserted import Fact, Words
from referrals.advice.encounter import Encounter, Step
from referrals.advice.hearing import Heard
from referrals.bedside.listening.left_out import KINDS, not_used
from referrals.denmark.contact_details import BadValue
from referrals.details.taking import keep_discharge, record_municipality
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside


def note(bedside: Bedside, heard: Heard, words: Words) -> list[Say]:
    """Record the answers that may stand here; say what was not used."""
    return not_used(bedside, record_all(bedside, heard, words), words)


def record_all(bedside: Bedside, heard: Heard, words: Words) -> list[Fact]:
    """Record the answers that may stand here; give what was not used."""
    unused = list(heard.unused)
    for step, value in heard.answers:
        if not _record(bedside, step, value):
            unused += [fact for fact in words.facts if fact.kind in KINDS.get(step, ())]
    return unused


def _record(bedside: Bedside, step: Step, value: str) -> bool:
    """Record one answer. A detail only while the patient may be called, and not by page."""
    encounter = bedside.encounter
    beside = step in script.PAGE_STEPS and step is not bedside.step
    if beside and (bedside.by_page or not _may_stand(encounter, step)):
        return False
    if not script.accepts(step, value):
        return False
    keep = {
        Step.DISCHARGE_DATE: keep_discharge,
        Step.MUNICIPALITY: record_municipality,
    }.get(step)
    if keep is None:
        bedside.encounter = script.record(encounter, step, value)
        return True
    try:
        keep(bedside, value)
    except BadValue:
        return False
    return True


def _may_stand(encounter: Encounter, step: Step) -> bool:
    """Tell whether a detail told beside is kept: who it is only once a referral is wanted."""
    if step in script.SEALED:
        return encounter.get(Step.OFFER) == "yes" and not encounter.ended
    return script.outcome(encounter) is None
