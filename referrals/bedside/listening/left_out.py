"""What looked like a fact and was not used: said, never dropped in silence."""

from __future__ import annotations

from collections.abc import Iterable

from referrals.advice.asserted import Fact, Words
from referrals.advice.encounter import Step
from referrals.advice.places import not_home
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside
from referrals.vault.vault import TOKEN


def places_left_out(words: Words) -> list[Say]:
    """Say which places were not taken for where the patient lives."""
    return _told_not_used((fact for fact in not_home(words) if fact.kind != "place_in_name"), words)


KINDS = {
    Step.BEST_TIME: ("best_time",),
    Step.LEAVE_MESSAGE: ("leave_message",),
    Step.SPOKEN_LANGUAGE: ("language",),
    Step.INTERPRETER: ("interpreter",),
    Step.PROTECTED_ADDRESS: ("protected_address",),
    Step.DISCHARGE_DATE: ("discharge",),
    Step.MUNICIPALITY: ("place_lives", "place_named"),
}


OF_THE_SCRIPT = {"smoking", "product", *(kind for kinds in KINDS.values() for kind in kinds)}
"""Facts that a step takes: a yes or a no to a side question leaves them, and says so."""


def not_used(bedside: Bedside, facts: Iterable[Fact], words: Words) -> list[Say]:
    """Say which words looked like a fact and do not stand."""
    return _told_not_used((fact for fact in facts if not _now_stands(bedside, fact)), words)


def _told_not_used(facts: Iterable[Fact], words: Words) -> list[Say]:
    """Say which words looked like a fact; what is sealed for good is not shown."""
    spans = {(fact.start, fact.end) for fact in facts}
    longest = [
        (start, end)
        for start, end in sorted(spans)
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans)
    ]
    told = [words.text[start:end] for start, end in longest]
    told = [each for each in told if "[[word:" not in each]
    return [Say("utter_not_used", {"words": ", ".join(told)})] if any(told) else []


def whole_line_not_used(words: Words) -> list[Say]:
    """Say that nothing of a line was used; of what is sealed only that there was something."""
    told = TOKEN.sub(_SEALED, words.text).strip()
    long = len(told) > _LONGEST_LINE
    told = f"{told[:_LONGEST_LINE]}{_SEALED}" if long else told
    said = any(map(str.isalpha, told)) and not told.startswith("/")
    return [Say("utter_not_used", {"words": told})] if said else []


_SEALED = "…"


_LONGEST_LINE = 120


def _now_stands(bedside: Bedside, fact: Fact) -> bool:
    """Tell whether what a fact says is what is noted, by these words or before."""
    steps = [step for step, kinds in KINDS.items() if fact.kind in kinds]
    own = fact.polarity and fact.whose == "patient" and fact.value
    return bool(own) and any(bedside.encounter.get(step) == fact.value for step in steps)
