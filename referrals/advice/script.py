"""The script of very brief advice: Spørg, Rådgiv, Henvis. Pure, total and without wording.

``next_step`` decides what is asked next, ``record`` takes an answer, ``interpret`` reads what a
typed message means at the present step. Nothing here stores, sends or speaks; the wording stands in
``domain.yml`` and the rules come from the domain description: never ask how much or how long,
offer once to everybody, once more to those who tried before, consent only by button.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from referrals.encounter import Encounter, Outcome, Step

CHOICES: Mapping[Step, tuple[str, ...]] = {
    Step.STATUS: (
        "daily",
        "occasional",
        "other_product",
        "ex",
        "never",
        "no_use",
        "not_answered",
        "unable",
    ),
    Step.PRODUCT: ("cigarettes", "snus", "pouches", "ecigarette", "other"),
    Step.EVER_SMOKED: ("never", "stopped"),
    Step.EX_SMOKER: ("well", "relapsed"),
    Step.DEFER_REASON: ("confused", "too_ill", "asleep", "other"),
    Step.OFFER: ("yes", "no", "not_now", "tried_before", "unable"),
    Step.CONSENT_CONTACT: ("yes", "no"),
    Step.CONSENT_OUTCOME: ("yes", "no"),
    Step.BEST_TIME: ("morning", "afternoon", "evening", "any"),
    Step.LEAVE_MESSAGE: ("yes", "no"),
    Step.INTERPRETER: ("yes", "no"),
    Step.PROTECTED_ADDRESS: ("yes", "no"),
    Step.DUPLICATE: ("stop", "add"),
    Step.SUMMARY: ("send",),
}
"""The codes each step accepts. Steps that are missing here take free values."""

FREE_STEPS = frozenset(
    {
        Step.NAME,
        Step.PHONE,
        Step.POSTCODE,
        Step.MUNICIPALITY,
        Step.SPOKEN_LANGUAGE,
        Step.SECOND_CONTACT,
        Step.DISCHARGE_DATE,
    }
)

IDENTITY_STEPS = (Step.NAME, Step.PHONE, Step.SECOND_CONTACT)
"""Steps whose answer is a vault token."""

REQUIRED_CONTACT = (Step.NAME, Step.PHONE, Step.POSTCODE, Step.MUNICIPALITY)

OPTIONAL_DEFAULTS: Mapping[Step, str] = {
    Step.BEST_TIME: "any",
    Step.LEAVE_MESSAGE: "no",
    Step.SPOKEN_LANGUAGE: "da",
    Step.INTERPRETER: "no",
}
"""What a skipped optional step means, in the order in which they are asked."""

EXTRA_STEPS = (Step.SECOND_CONTACT, Step.DISCHARGE_DATE, Step.PROTECTED_ADDRESS)
"""Never asked; added from the summary."""

PAGE_STEPS = frozenset({*REQUIRED_CONTACT, *OPTIONAL_DEFAULTS, *EXTRA_STEPS})
"""Steps that say who the patient is and how to reach them: some front ends may not carry them."""

CORRECTABLE = (
    Step.STATUS,
    Step.PRODUCT,
    Step.CONSENT_OUTCOME,
    *REQUIRED_CONTACT,
    *OPTIONAL_DEFAULTS,
    *EXTRA_STEPS,
)

DEPENDENTS: Mapping[Step, tuple[Step, ...]] = {
    Step.STATUS: (
        Step.PRODUCT,
        Step.EVER_SMOKED,
        Step.EX_SMOKER,
        Step.DEFER_REASON,
    ),
    Step.OFFER: (Step.DEFER_REASON,),
    Step.NAME: (Step.DUPLICATE,),
    Step.PHONE: (Step.DUPLICATE,),
    Step.POSTCODE: (Step.MUNICIPALITY,),
    Step.SPOKEN_LANGUAGE: (Step.INTERPRETER,),
}
"""Answers that fall when another one changes."""

CONSENT_STEPS = (Step.CONSENT_CONTACT, Step.CONSENT_OUTCOME)

_MEANING: Mapping[Step, Mapping[str, str]] = {
    Step.STATUS: {
        "smokes_daily": "daily",
        "smokes_occasionally": "occasional",
        "uses_other_product": "other_product",
        "stopped_smoking": "ex",
        "never_smoked": "never",
        "does_not_use": "no_use",
        "deny": "no_use",
        "will_not_answer": "not_answered",
        "cannot_answer_now": "unable",
        "not_now": "unable",
    },
    Step.EVER_SMOKED: {
        "never_smoked": "never",
        "deny": "never",
        "does_not_use": "never",
        "stopped_smoking": "stopped",
        "affirm": "stopped",
    },
    Step.EX_SMOKER: {
        "doing_well": "well",
        "deny": "well",
        "relapsed": "relapsed",
        "smokes_daily": "relapsed",
        "smokes_occasionally": "relapsed",
    },
    Step.OFFER: {
        "affirm": "yes",
        "deny": "no",
        "not_now": "not_now",
        "tried_before": "tried_before",
        "cannot_answer_now": "unable",
    },
    Step.LEAVE_MESSAGE: {"affirm": "yes", "deny": "no"},
    Step.INTERPRETER: {"affirm": "yes", "deny": "no"},
    Step.PROTECTED_ADDRESS: {"affirm": "yes", "deny": "no"},
    Step.SUMMARY: {"affirm": "send"},
}
"""What an intent means at a step. Consent and duplicates are missing on purpose: buttons only."""

_STATUS_CAN_CHANGE = frozenset({Step.PRODUCT, Step.EVER_SMOKED, Step.EX_SMOKER, Step.OFFER})
_NOT_ABOUT_STATUS = frozenset({"deny", "not_now", "cannot_answer_now", "will_not_answer"})

_ENTITY_OF: Mapping[Step, str] = {
    Step.PRODUCT: "product",
    Step.DEFER_REASON: "reason",
    Step.BEST_TIME: "time_of_day",
    Step.SPOKEN_LANGUAGE: "spoken_language",
    Step.MUNICIPALITY: "municipality",
}
"""The entity that answers a step by itself."""


def outcome(encounter: Encounter) -> Outcome | None:
    """Tell how the encounter ended by its answers, or None while it goes on."""
    if encounter.ended:
        return encounter.ended
    get = encounter.get
    status = get(Step.STATUS)
    if status == "not_answered":
        return Outcome.NOT_ANSWERED
    if status == "never" or get(Step.EVER_SMOKED) == "never":
        return Outcome.NEVER_USED
    if get(Step.EX_SMOKER) == "well":
        return Outcome.EX_SMOKER
    if encounter.answered(Step.DEFER_REASON):
        return Outcome.DEFERRED
    return _outcome_after_offer(encounter)


def _outcome_after_offer(encounter: Encounter) -> Outcome | None:
    get = encounter.get
    if get(Step.OFFER) == "no":
        return Outcome.DECLINED
    if get(Step.OFFER) == "not_now":
        return Outcome.NOT_NOW
    if get(Step.CONSENT_CONTACT) == "no":
        return Outcome.CONSENT_REFUSED
    municipality = get(Step.MUNICIPALITY)
    if municipality and municipality not in encounter.partner_codes:
        return Outcome.OUTSIDE_AREA
    if get(Step.DUPLICATE) == "stop":
        return Outcome.ALREADY_REFERRED
    return None


def next_step(encounter: Encounter) -> Step:
    """Give the step that the conversation waits for. Total: every encounter has one."""
    if encounter.ended is Outcome.REFERRED:
        return Step.FILED
    if encounter.ended:
        return Step.CLOSED
    if encounter.revisiting:
        return encounter.revisiting
    if outcome(encounter):
        return Step.CLOSED
    return _advice_step(encounter) or _referral_step(encounter)


def _advice_step(encounter: Encounter) -> Step | None:
    status = encounter.get(Step.STATUS)
    if status is None:
        return Step.STATUS
    if status == "unable" or encounter.get(Step.OFFER) == "unable":
        return Step.DEFER_REASON
    if status == "other_product" and not encounter.answered(Step.PRODUCT):
        return Step.PRODUCT
    if status == "no_use" and not encounter.answered(Step.EVER_SMOKED):
        return Step.EVER_SMOKED
    if status in ("ex", "no_use") and not encounter.answered(Step.EX_SMOKER):
        return Step.EX_SMOKER
    if encounter.get(Step.OFFER) != "yes":
        return Step.OFFER
    return None


def _referral_step(encounter: Encounter) -> Step:
    for step in (*CONSENT_STEPS, *REQUIRED_CONTACT, *OPTIONAL_DEFAULTS):
        if encounter.answered(step):
            continue
        if step is Step.INTERPRETER and encounter.get(Step.SPOKEN_LANGUAGE) == "da":
            continue
        return step
    if encounter.duplicate_open and not encounter.answered(Step.DUPLICATE):
        return Step.DUPLICATE
    return Step.SUMMARY


def has_consent(encounter: Encounter) -> bool:
    """Tell whether the patient said yes to being contacted and the offer still stands."""
    return encounter.get(Step.OFFER) == "yes" and encounter.get(Step.CONSENT_CONTACT) == "yes"


def may_file(encounter: Encounter) -> bool:
    """Tell whether a referral may be filed: consented, complete, confirmed step reached."""
    return has_consent(encounter) and next_step(encounter) is Step.SUMMARY


def accepts(step: Step, value: str) -> bool:
    """Tell whether ``value`` is an answer that ``step`` knows. Free steps take any text."""
    return bool(value) and (step in FREE_STEPS or value in CHOICES.get(step, ()))


def record(encounter: Encounter, step: Step, value: str) -> Encounter:
    """Give the encounter with ``value`` as the answer to ``step``.

    Dependent answers fall when the value changed. Raises ValueError for a value the step refuses.
    """
    if not accepts(step, value):
        raise ValueError(f"step {step} does not accept this value")
    if step is Step.OFFER and value == "tried_before":
        return replace(encounter, tried_before=True)
    answers = dict(encounter.answers)
    if answers.get(step) != value:
        for dependent in DEPENDENTS.get(step, ()):
            answers.pop(dependent, None)
    if encounter.revisiting is not step:
        answers.pop(step, None)
    answers[step] = value
    revisiting = None if encounter.revisiting is step else encounter.revisiting
    return replace(encounter, answers=answers, revisiting=revisiting)


def skip(encounter: Encounter, *, rest: bool = False) -> Encounter:
    """Give the encounter with the present optional step, or all that remain, at their default.

    A correction is left, and the old answer stands. A step that is not optional is left as it is:
    the caller sees the same encounter.
    """
    if encounter.revisiting and not encounter.ended:
        return replace(encounter, revisiting=None)
    step = next_step(encounter)
    while step in OPTIONAL_DEFAULTS:
        encounter = record(encounter, step, OPTIONAL_DEFAULTS[step])
        step = next_step(encounter)
        if not rest:
            break
    return encounter


def go_back(encounter: Encounter) -> Encounter:
    """Give the encounter one step earlier: a correction is left, or the last answer taken back.

    An encounter that is filed, cancelled or expired, or has no answers, is left as it is.
    """
    if encounter.ended:
        return encounter
    if encounter.revisiting:
        return replace(encounter, revisiting=None)
    if encounter.tried_before and next_step(encounter) is Step.OFFER:
        return replace(encounter, tried_before=False)
    answers = dict(encounter.answers)
    if answers:
        answers.popitem()
    return encounter.with_answers(answers)


def correct(encounter: Encounter, step: Step) -> Encounter:
    """Give the encounter waiting for a new answer to ``step``; the old one stands until then.

    Refuses (unchanged) a step that is not correctable, was not reached, or an ended encounter.
    """
    if encounter.ended or step not in CORRECTABLE:
        return encounter
    if step in EXTRA_STEPS:
        return replace(encounter, revisiting=step) if has_consent(encounter) else encounter
    if not encounter.answered(step):
        return encounter
    return replace(encounter, revisiting=step)


def interpret(step: Step, intent: str, entities: Mapping[str, str]) -> str | None:
    """Read a typed message as an answer to ``step``: its code, or None if it is no answer.

    ``entities`` maps entity names to values. Consent steps always give None: buttons only.
    """
    entity = _ENTITY_OF.get(step)
    if entity and entity in entities and accepts(step, entities[entity]):
        return entities[entity]
    return _MEANING.get(step, {}).get(intent)


def corrected_status(step: Step, intent: str) -> str | None:
    """Read a status that is told at a later step of the advice, such as "nej, hun ryger ikke".

    Gives its code, or None where the words are no status or the patient has said yes already.
    """
    if step not in _STATUS_CAN_CHANGE or intent in _NOT_ABOUT_STATUS:
        return None
    return _MEANING[Step.STATUS].get(intent)


def also_told(step: Step, value: str, entities: Mapping[str, str]) -> tuple[Step, str] | None:
    """Give a second answer that the same sentence held, such as the product or the reason.

    "hun bruger snus" answers the status and the product at once.
    """
    if step is Step.STATUS and value in ("daily", "occasional", "other_product"):
        follow, entity = Step.PRODUCT, "product"
    elif value == "unable":
        follow, entity = Step.DEFER_REASON, "reason"
    else:
        return None
    told = entities.get(entity)
    return (follow, told) if told and accepts(follow, told) else None
