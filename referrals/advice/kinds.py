"""What a kind of message may answer at each step. Pure.

The kind (``intent``) is the classifier's; what the words assert is the reading's, and both are
heard in ``hearing``. Consent and duplicates are missing on purpose: buttons only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from referrals.advice import script
from referrals.advice.asserted import YES_OR_NO, Words
from referrals.advice.encounter import Step

ANSWERING = frozenset(
    {
        *("smokes_daily", "smokes_occasionally", "uses_other_product", "stopped_smoking"),
        *("never_smoked", "does_not_use", "will_not_answer", "cannot_answer_now"),
        *("affirm", "deny", "not_now", "tried_before", "doing_well", "relapsed"),
        *("give_best_time", "give_spoken_language", "has_no_phone", "skip"),
        *("give_contact_details", "correct_detail", "nlu_fallback", "out_of_scope", "thanks"),
    }
)
"""Kinds of message that may hold an answer. A question, a command or a course never does."""

OF_COURSES = frozenset(
    {"course_noun", "course_format", "audience", "position", "free_seats", "course"}
)
"""Entities of a question about courses, whose words may sound like an answer."""

_TAKES_OUT = frozenset({"slet", "slette", "slettes", "fjern", "fjerne", "delete", "remove"})
_THE_WHOLE = re.compile(
    r"\b(?:alt|alle|hele|hende|ham|pt|patient\w*|henvisning\w*|samtale\w*"
    r"|all|everything|whole|her|him|referral)\b"
)


def takes_out(text: str) -> bool:
    """Tell words that take something out and do not name the whole of it: "slet det sidste"."""
    typed = text.casefold()
    return not _TAKES_OUT.isdisjoint(typed.split()) and not _THE_WHOLE.search(typed)


_ONESELF = re.compile(
    r"\b(?:(?:jeg|mig|min|mit|mine|me|my|i['’]m)\b|i (?:do|can|am|speak|only|want|understand|read))"
)


def speaks_of_patient(words: Words) -> bool:
    """Tell words about how well a language is spoken, not a wish of who types for another one."""
    told = [fact for fact in words.facts if fact.kind == "language"]
    denied = any(fact.certainty == "hedge" or not fact.polarity for fact in told)
    denied = denied or (bool(told) and bool(words.own("denial")))
    return denied and not _ONESELF.search(words.text.casefold())


_STATUS_BY_INTENT: Mapping[str, tuple[str, ...]] = {
    "smokes_daily": ("daily",),
    "smokes_occasionally": ("occasional",),
    "uses_other_product": ("other_product",),
    "stopped_smoking": ("ex",),
    "never_smoked": ("never",),
    "does_not_use": ("no_use", "never"),
    "deny": ("no_use", "never"),
    "will_not_answer": ("not_answered",),
    "cannot_answer_now": ("unable",),
    "not_now": ("unable",),
}
_MEANING: Mapping[Step, Mapping[str, tuple[str, ...]]] = {
    Step.STATUS: _STATUS_BY_INTENT,
    Step.EVER_SMOKED: {
        "never_smoked": ("never",),
        "does_not_use": ("never",),
        "deny": ("never",),
        "stopped_smoking": ("stopped",),
        "affirm": ("stopped",),
    },
    Step.EX_SMOKER: {
        "doing_well": ("well",),
        "stopped_smoking": ("well",),
        "relapsed": ("relapsed",),
        "smokes_daily": ("relapsed",),
        "smokes_occasionally": ("relapsed",),
    },
    **{step: {"affirm": ("yes",), "deny": ("no",)} for step in YES_OR_NO},
    Step.SUMMARY: {"affirm": ("send",)},
    Step.OFFER: {
        "affirm": ("yes",),
        "deny": ("no",),
        "does_not_use": ("no",),
        "never_smoked": ("no",),
        "not_now": ("not_now",),
        "tried_before": ("tried_before",),
        "relapsed": ("tried_before",),
        "cannot_answer_now": ("unable", "not_now"),
    },
}
OTHER_KIND_OF: Mapping[str, tuple[tuple[str, str | None, bool], ...]] = {
    "affirm": (("answer", "yes", True), ("referral", "wants", True)),
    "deny": (("answer", "no", True), ("referral", "wants", False)),
    "tried_before": (("referral", "tried", True),),
    "not_now": (("referral", "not_now", True),),
    "relapsed": (("course", "relapsed", True),),
    "give_best_time": (("best_time", None, True), ("call", None, True)),
    "give_spoken_language": (("language", None, True),),
    "smokes_daily": (("smoking", "daily", True), ("smoking", "use", True)),
    "smokes_occasionally": (("smoking", "occasional", True), ("smoking", "use", True)),
    "uses_other_product": (("smoking", "other", True),),
    "stopped_smoking": (("smoking", "ex", True), ("smoking", "past", True)),
    "doing_well": (("course", "well", True),),
    "never_smoked": (("smoking", "never", True), ("smoking", "never_bare", True)),
    "does_not_use": (("smoking", "none", True),),
    "correct_detail": (("correction", None, True),),
    "give_contact_details": (("answer", None, True),),
}
"""The fact that accounts for a kind of message which is about something else than the step."""
_ENTITY_OF: Mapping[Step, str] = {
    Step.PRODUCT: "product",
    Step.DEFER_REASON: "reason",
    Step.BEST_TIME: "time_of_day",
    Step.SPOKEN_LANGUAGE: "spoken_language",
    Step.MUNICIPALITY: "municipality",
}
"""The entity that answers a step by itself."""


def meant(step: Step, intent: str) -> tuple[str, ...]:
    """Give what a kind of message may answer at a step, the likeliest first."""
    return _MEANING.get(step, {}).get(intent, ())


def may_answer(step: Step, intent: str, entities: Mapping[str, str]) -> bool:
    """Tell whether a message may answer ``step``, by its kind or by what it names."""
    named = entities.get(_ENTITY_OF.get(step, ""), "")
    return bool(meant(step, intent)) or script.accepts(step, named)
