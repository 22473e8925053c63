"""What was noted, as a nurse would read it back: the words for what changed in an encounter."""

from __future__ import annotations

from collections.abc import Mapping

from referrals.advice import script
from referrals.advice.encounter import Encounter, Step
from referrals.denmark.municipalities import OTHER_MUNICIPALITY
from referrals.turns.turn import Bedside

BETWEEN = " · "
_GROUPS = {
    Step.PRODUCT: "product",
    Step.SPOKEN_LANGUAGE: "spoken_language",
}
_NEVER_TOLD = frozenset({*script.BUTTON_ONLY, Step.DUPLICATE})
"""Answers by button only: whoever pressed it knows."""


def changes(bedside: Bedside, before: Encounter) -> str:
    """Say what the encounter holds now that it did not hold ``before``; empty for nothing.

    Where a value stood before, both are said; one that fell with another is said, too.
    """
    old, new = before.answers, bedside.encounter.answers
    told = [
        _changed(bedside, step, value, old)
        for step, value in new.items()
        if old.get(step) != value and step not in _NEVER_TOLD
    ]
    if bedside.encounter.tried_before and not before.tried_before:
        told.append(in_words(bedside, Step.OFFER, "tried_before"))
    gone = [
        in_words(bedside, step, old[step])
        for step in old
        if step not in new and step not in _NEVER_TOLD
    ]
    if gone:
        told.append(_filled(bedside, "removed", value=", ".join(gone)))
    return BETWEEN.join(told)


def taken_back(bedside: Bedside, undone: Encounter) -> str:
    """Say what of ``undone`` no longer stands now that it was taken back, and what does again."""
    told = [
        _filled(
            bedside,
            "again",
            value=in_words(bedside, step, value),
            old=in_words(bedside, step, bedside.encounter.answers[step]),
        )
        if step in bedside.encounter.answers
        else in_words(bedside, step, value)
        for step, value in undone.answers.items()
        if bedside.encounter.get(step) != value and step not in _NEVER_TOLD
    ]
    if undone.tried_before and not bedside.encounter.tried_before:
        told.append(in_words(bedside, Step.OFFER, "tried_before"))
    back = [
        in_words(bedside, step, value)
        for step, value in bedside.encounter.answers.items()
        if step not in undone.answers and step not in _NEVER_TOLD
    ]
    if back:
        told.append(_filled(bedside, "stands_again", value=", ".join(back)))
    return BETWEEN.join(told)


def in_words(bedside: Bedside, step: Step, value: str) -> str:
    """Say one answer as a nurse would: "ryger dagligt", "ring om aftenen"."""
    if step is Step.STATUS:
        return bedside.word("status", value)
    known = bedside.around.labels.groups["noted"]
    if f"{step}_{value}" in known:
        return bedside.word("noted", f"{step}_{value}")
    return _filled(bedside, step.value, value=_shown(bedside, step, value))


def _changed(bedside: Bedside, step: Step, value: str, old: Mapping[Step, str]) -> str:
    told = in_words(bedside, step, value)
    if step not in old:
        return told
    return _filled(bedside, "before", value=told, old=in_words(bedside, step, old[step]))


def _shown(bedside: Bedside, step: Step, value: str) -> str:
    if step is Step.MUNICIPALITY:
        if value == OTHER_MUNICIPALITY:
            return bedside.word("municipality", value)
        return bedside.around.municipalities.name_of(value)
    group = _GROUPS.get(step)
    return bedside.word(group, value) if group else value


def _filled(bedside: Bedside, code: str, **values: str) -> str:
    return bedside.word("noted", code).format(**values)
