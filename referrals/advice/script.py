"""The script of very brief advice: Spørg, Rådgiv, Henvis. Pure, total and without wording.

``next_step`` decides what is asked next, ``record`` takes an answer. Nothing here stores, sends or
speaks; the wording stands in ``domain.yml`` and the rules come from the domain description: never
ask how much or how long, offer once to everybody, once more to those who tried before, consent only
by button.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from referrals.advice.encounter import SKIPPED, Encounter, Outcome, Step

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
    Step.DEFER_REASON: ("asleep", "away", "confused", "too_ill", "discharged", "other"),
    Step.OFFER: ("yes", "no", "not_now", "tried_before", "unable"),
    Step.CONSENT_CONTACT: ("yes", "no"),
    Step.CONSENT_OUTCOME: ("yes", "no"),
    Step.CONSENT_SHARING: ("yes", "no"),
    Step.BEST_TIME: ("morning", "afternoon", "evening", "any"),
    Step.LEAVE_MESSAGE: ("yes", "no"),
    Step.INTERPRETER: ("yes", "no"),
    Step.PROTECTED_ADDRESS: ("yes", "no"),
    Step.DUPLICATE: ("stop", "add"),
    Step.SUMMARY: ("send",),
}
"""The codes each step accepts. Steps that are missing here take free values."""

USES = ("daily", "occasional", "other_product")
"""Answers to the status beside which products are kept."""

SEALED: Mapping[Step, str] = {
    Step.NAME: "name",
    Step.PHONE: "phone",
    Step.SECOND_CONTACT: "name",
    Step.DISCHARGE_DATE: "word",
}
"""Steps whose answer is a vault token, and the kind of value behind it.

Everything that seals, shows, records or purges who a patient is asks here.
"""

FREE_STEPS = frozenset({*SEALED, Step.POSTCODE, Step.MUNICIPALITY, Step.SPOKEN_LANGUAGE})
"""Steps that take any text; what it may be is said by whoever records it."""

REQUIRED_CONTACT = (Step.NAME, Step.PHONE, Step.POSTCODE, Step.MUNICIPALITY)

_OUTSIDE_FIRST = (Step.MUNICIPALITY, Step.NAME, Step.PHONE)

OPTIONAL_DEFAULTS: Mapping[Step, str] = {
    Step.BEST_TIME: SKIPPED,
    Step.LEAVE_MESSAGE: SKIPPED,
    Step.SPOKEN_LANGUAGE: SKIPPED,
    Step.INTERPRETER: SKIPPED,
}
"""What a skipped optional step is noted as, in the order in which they are asked."""

EXTRA_STEPS = (*(s for s in SEALED if s not in REQUIRED_CONTACT), Step.PROTECTED_ADDRESS)
"""Never asked; added from the summary."""

PAGE_STEPS = frozenset({*REQUIRED_CONTACT, *OPTIONAL_DEFAULTS, *EXTRA_STEPS})
"""Steps that say who the patient is and how to reach them: some front ends may not carry them."""

CORRECTABLE = (
    Step.STATUS,
    Step.PRODUCT,
    Step.CONSENT_OUTCOME,
    *REQUIRED_CONTACT,
    Step.CONSENT_SHARING,
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
    Step.POSTCODE: (Step.MUNICIPALITY, Step.CONSENT_SHARING),
    Step.MUNICIPALITY: (Step.CONSENT_SHARING,),
    Step.SPOKEN_LANGUAGE: (Step.INTERPRETER,),
}
"""Answers that fall when another one changes."""

_PREFERENCES = frozenset({*OPTIONAL_DEFAULTS, Step.PROTECTED_ADDRESS})
_NOBODY_CALLS = (
    Outcome.NEVER_USED,
    Outcome.NOT_ANSWERED,
    Outcome.EX_SMOKER,
    Outcome.DECLINED,
    Outcome.NOT_NOW,
)
"""Ends after which nobody needs to know how the patient would like to be called."""

CONSENT_STEPS = (Step.CONSENT_CONTACT, Step.CONSENT_OUTCOME)
"""What is agreed to before anything of the patient is written."""

BUTTON_ONLY = (*CONSENT_STEPS, Step.CONSENT_SHARING)
"""Consents: a text is read aloud, and no typed word answers it."""


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
    required: tuple[Step, ...] = _OUTSIDE_FIRST if _lives_far(encounter) else REQUIRED_CONTACT
    for step in (*CONSENT_STEPS, *required, Step.CONSENT_SHARING, *OPTIONAL_DEFAULTS):
        if encounter.answered(step):
            continue
        if step is Step.CONSENT_SHARING and not _is_shared(encounter):
            continue
        if step is Step.INTERPRETER and encounter.get(Step.SPOKEN_LANGUAGE) in ("da", SKIPPED):
            continue
        return step
    if encounter.duplicate_open and not encounter.answered(Step.DUPLICATE):
        return Step.DUPLICATE
    return Step.SUMMARY


def _is_shared(encounter: Encounter) -> bool:
    """Tell whether the patient's municipality passes patients on who said yes to that."""
    return encounter.get(Step.MUNICIPALITY) in encounter.sharing_codes


def _lives_far(encounter: Encounter) -> bool:
    """Tell whether the postcode lies outside: that is told before anybody gives a name."""
    postcode = encounter.get(Step.POSTCODE)
    return postcode is not None and encounter.near is not None and postcode not in encounter.near


def has_consent(encounter: Encounter) -> bool:
    """Tell whether the patient said yes to being contacted and the offer still stands."""
    return encounter.get(Step.OFFER) == "yes" and encounter.get(Step.CONSENT_CONTACT) == "yes"


def may_file(encounter: Encounter) -> bool:
    """Tell whether a referral may be filed: consented, complete, confirmed step reached."""
    return has_consent(encounter) and next_step(encounter) is Step.SUMMARY


def accepts(step: Step, value: str) -> bool:
    """Tell whether ``value`` is an answer that ``step`` knows. Free steps take any text.

    A product may be several, as ``several`` writes them; an optional step takes ``SKIPPED``.
    """
    if value == SKIPPED:
        return step in OPTIONAL_DEFAULTS
    if step is Step.PRODUCT:
        return bool(value) and value == several(each_product(value))
    return bool(value) and (step in FREE_STEPS or value in CHOICES.get(step, ()))


def several(products: Iterable[str]) -> str:
    """Write products as one answer: each once, in the order of ``CHOICES``, joined by a plus."""
    told = set(products)
    return "+".join(code for code in CHOICES[Step.PRODUCT] if code in told)


def each_product(value: str) -> list[str]:
    """Give the products of an answer, of which there may be several."""
    return value.split("+")


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
    recorded = replace(encounter, answers=answers, revisiting=revisiting)
    if outcome(recorded) in _NOBODY_CALLS:
        kept = {told: value for told, value in answers.items() if told not in _PREFERENCES}
        return recorded.with_answers(kept)
    return recorded


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


def remove(encounter: Encounter, step: Step) -> Encounter:
    """Give the encounter without the answer to ``step``.

    Refuses (unchanged) where none stands, and where the referral needs one.
    """
    if encounter.get(step) in (None, SKIPPED):
        return encounter
    if step in OPTIONAL_DEFAULTS:
        return record(encounter, step, OPTIONAL_DEFAULTS[step])
    if step in EXTRA_STEPS:
        kept = {told: value for told, value in encounter.answers.items() if told is not step}
        return replace(encounter.with_answers(kept), revisiting=None)
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
