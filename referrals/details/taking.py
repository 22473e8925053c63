"""What was told of each detail, taken where it may stand: by kind, and why it may not.

Decides nothing about when anything may be kept; ``recording`` is the one recorder below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from referrals.advice import script
from referrals.advice.encounter import Step
from referrals.denmark.contact_details import BadValue
from referrals.denmark.dates import local_day
from referrals.denmark.municipalities import OTHER_MUNICIPALITY, is_postcode
from referrals.denmark.named_days import only_day
from referrals.details.recording import keep, keep_typed
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside
from referrals.vault.vault import TOKEN, purge

OFTEN_TOLD = ("name", "phone", "postcode")
"""Details that stand in sentences about something else, and in those that correct them."""
_NEVER_KEPT = ("cpr", "email", "address")


def keep_told(bedside: Bedside, told: Mapping[str, str]) -> list[Say]:
    """Keep each detail that may stand, and say why another one does not.

    ``told`` maps ``name``, ``phone``, ``postcode``, ``municipality`` and so on to vault tokens or
    codes.
    """
    errors: list[Say] = []
    for detail, take in _DETAILS.items():
        if detail in told:
            try:
                take(bedside, told[detail])
            except BadValue as bad:
                errors.append(Say(f"utter_{bad.why}"))
    for kind in _NEVER_KEPT:
        if kind in told:
            forget(bedside, [told[kind]])
            errors.append(Say("utter_detail_not_kept"))
            break
    return errors


def _keep_name(bedside: Bedside, token: str) -> None:
    second = bedside.encounter.revisiting is Step.SECOND_CONTACT
    keep_typed(bedside, token, Step.SECOND_CONTACT if second else Step.NAME)


def keep_discharge(bedside: Bedside, words: str) -> None:
    """Keep the day of discharge that stands in a sentence. Raises BadValue unless it is one day."""
    token = TOKEN.search(words)
    typed = bedside.unsealed(token[0]) if token else words
    today = local_day(bedside.now)
    day = only_day(typed or "", today)
    if day is None or day < today:
        raise BadValue("past_date" if day else "bad_date")
    keep(bedside, Step.DISCHARGE_DATE, day.isoformat())


def _record_postcode(bedside: Bedside, postcode: str) -> None:
    """Keep a postcode. One that stands is changed only where it was asked for or corrected."""
    if not is_postcode(postcode):
        raise BadValue("bad_postcode")
    standing = bedside.encounter.get(Step.POSTCODE)
    asked = bedside.step in (Step.POSTCODE, Step.MUNICIPALITY)
    if standing not in (None, postcode) and not asked:
        raise BadValue("postcode_stands")
    bedside.encounter = script.record(bedside.encounter, Step.POSTCODE, postcode)


def record_municipality(bedside: Bedside, code: str) -> None:
    """Take a municipality only where it was asked for: a postcode proposes, the nurse confirms."""
    if bedside.step is not Step.MUNICIPALITY:
        return
    known = bedside.around.municipalities
    if code != OTHER_MUNICIPALITY and code not in known.by_code:
        if known.proposed(bedside.encounter.get(Step.POSTCODE) or ""):
            raise BadValue("bad_municipality")
        code = OTHER_MUNICIPALITY
    bedside.encounter = script.record(bedside.encounter, Step.MUNICIPALITY, code)


def _record_code(step: Step) -> Callable[[Bedside, str], None]:
    def take(bedside: Bedside, code: str) -> None:
        if script.accepts(step, code):
            bedside.encounter = script.record(bedside.encounter, step, code)

    return take


_DETAILS: Mapping[str, Callable[[Bedside, str], None]] = {
    **{step.value: partial(keep_typed, step=step) for step in script.SEALED},
    "name": _keep_name,
    "postcode": _record_postcode,
    "municipality": record_municipality,
    "time_of_day": _record_code(Step.BEST_TIME),
    "spoken_language": _record_code(Step.SPOKEN_LANGUAGE),
}


def forget(bedside: Bedside, tokens: Iterable[str]) -> None:
    """Forget what was typed and is not kept."""
    for token in tokens:
        bedside.around.vault.forget(bedside.session, bedside.row.id, token)


def forget_details(bedside: Bedside) -> None:
    """Forget all that says who the patient is and how to reach them, whoever told it when."""
    purge(bedside.session, bedside.row.id)
    bedside.encounter = bedside.encounter.with_answers(
        {s: v for s, v in bedside.encounter.answers.items() if s not in script.PAGE_STEPS}
    )
