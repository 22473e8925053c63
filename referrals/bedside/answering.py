"""Taking answers at the bedside: a button, a typed answer, contact details, a correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from referrals import audit, contact, filing, script
from referrals.asking import ask, contact_page_button
from referrals.bedside import Bedside, end
from referrals.consent import ConsentText, Method, Part
from referrals.contact import BadValue
from referrals.dates import local_day
from referrals.encounter import Outcome, Step
from referrals.municipality import OTHER_MUNICIPALITY, is_postcode
from referrals.saying import Button, Say
from referrals.vault import TOKEN, seal

SKIP_REST = "rest"
_STEP_OF_DETAIL = {step.value: step for step in script.CORRECTABLE} | {
    "consent": Step.CONSENT_OUTCOME
}
_CORRECTED_AT_ONCE = ("name", "phone", "postcode")
"""Details whose new value may stand in the sentence that corrects them."""
_VOLUNTEERED = {"give_best_time": "time_of_day", "give_spoken_language": "spoken_language"}
"""Intents that tell a detail before or after it is asked for, and the entity that holds it."""
_CAN_BE_LEFT = frozenset({*script.REQUIRED_CONTACT, *script.OPTIONAL_DEFAULTS})
"""Steps where "ved det ikke" leaves the detail, or is told that it cannot be left."""
_CONSENT_PARTS = {Step.CONSENT_CONTACT: Part.CONTACT, Step.CONSENT_OUTCOME: Part.OUTCOME}
_REMARKS = {
    (Step.OFFER, "tried_before"): "utter_tried_before",
    (Step.EX_SMOKER, "relapsed"): "utter_relapsed",
}
"""What is said before the next question, where an answer deserves a word."""


@dataclass(frozen=True)
class Pressed:
    """A button: the step it belongs to, its value, and for consent the hash of the text read."""

    step: str
    value: str
    text_hash: str = ""


def press(bedside: Bedside, pressed: Pressed) -> list[Say]:
    """Take a button. One that belongs to another step changes nothing and is told so."""
    step = bedside.step
    if pressed.step != step or not _has_button(bedside, step, pressed.value):
        return [Say("utter_stale_button"), ask(bedside)]
    if step in _CONSENT_PARTS and not _note_consent(bedside, step, pressed):
        return [Say("utter_stale_button"), ask(bedside)]
    return _take(bedside, step, pressed.value)


def tell(bedside: Bedside, intent: str, entities: Mapping[str, str]) -> list[Say]:
    """Take a typed answer. What is no answer to the present step changes nothing."""
    step = bedside.step
    if intent == "has_no_phone" and not bedside.encounter.ended:
        _record_details_beside(bedside, entities)
        return [Say("utter_phone_needed"), ask(bedside)]
    if bedside.by_page and step in script.PAGE_STEPS:
        return [ask(bedside)]
    if step in _CONSENT_PARTS:
        return [Say("utter_press_consent_button"), ask(bedside)]
    if intent == "not_now" and step in _CAN_BE_LEFT:
        return skip(bedside)
    value = script.interpret(step, intent, entities)
    if value is None and step is Step.MUNICIPALITY:
        value = _yes_or_no_to_the_only_one(bedside, intent)
    if value is None:
        step = Step.STATUS
        value = script.corrected_status(bedside.step, intent)
    if value is None:
        return _tell_beside(bedside, intent, entities)
    also = script.also_told(step, value, entities)
    said = _take(bedside, step, value)
    if also:
        said = _take(bedside, *also)
    return said


def _tell_beside(bedside: Bedside, intent: str, entities: Mapping[str, str]) -> list[Say]:
    """Take a detail that was told at another step, or beside words that answer nothing."""
    volunteered = _VOLUNTEERED.get(intent, "")
    if volunteered in entities and script.has_consent(bedside.encounter):
        return record_contact(bedside, {volunteered: entities[volunteered]})
    recorded = _record_details_beside(bedside, entities)
    if recorded:
        return recorded
    if intent == "give_best_time" and bedside.step is Step.BEST_TIME:
        return [Say("utter_which_time_of_day"), ask(bedside)]
    return not_understood(bedside, out_of_scope=False)


def _record_details_beside(bedside: Bedside, entities: Mapping[str, str]) -> list[Say]:
    """Keep name, phone and postcode of a message about something else, if it holds any."""
    told = {kind: entities[kind] for kind in _CORRECTED_AT_ONCE if kind in entities}
    allowed = script.has_consent(bedside.encounter) and bedside.step not in _CONSENT_PARTS
    return record_contact(bedside, told) if told and allowed and not bedside.by_page else []


def skip(bedside: Bedside, how_much: str = "") -> list[Say]:
    """Skip the present optional step, or all that remain. A required step says that it is."""
    before = bedside.encounter
    bedside.encounter = script.skip(before, rest=how_much == SKIP_REST)
    if bedside.encounter == before:
        why = "utter_phone_needed" if bedside.step is Step.PHONE else "utter_cannot_skip"
        return [Say(why), ask(bedside)]
    return proceed(bedside)


def proceed(bedside: Bedside) -> list[Say]:
    """Ask the next question after a change; look for a duplicate before the summary."""
    bedside.row.misses = 0
    bedside.row.paused = False
    if bedside.step in (Step.SUMMARY, Step.DUPLICATE):
        filing.look_for_duplicate(bedside)
    return [ask(bedside)]


def not_understood(bedside: Bedside, *, out_of_scope: bool) -> list[Say]:
    """Say so and ask again; the second time in a row offer help. Never moves the script."""
    bedside.row.misses += 1
    if bedside.row.misses >= 2:
        return [Say("utter_offer_help"), ask(bedside)]
    if bedside.step is Step.DISCHARGE_DATE:
        return [Say("utter_bad_date"), ask(bedside)]
    if out_of_scope:
        return [Say("utter_out_of_scope"), ask(bedside)]
    if bedside.step is Step.PHONE:  # "nej", "hun har ingen"
        return [Say("utter_phone_needed"), ask(bedside)]
    return [Say("utter_not_understood"), ask(bedside)]


def correct(
    bedside: Bedside, detail: str | None, told: Mapping[str, str] = MappingProxyType({})
) -> list[Say]:
    """Ask a named detail again, or take its new value at once where ``told`` holds one.

    Without a name or a value, show what can be corrected.
    """
    if bedside.encounter.ended is Outcome.REFERRED:
        return [Say("utter_already_filed"), ask(bedside)]
    if bedside.encounter.ended:
        return [ask(bedside)]
    before = bedside.encounter
    given = [kind for kind in _CORRECTED_AT_ONCE if kind in told]
    detail = detail or next(iter(given), "")
    step = _STEP_OF_DETAIL.get(detail)
    if bedside.by_page and step in script.PAGE_STEPS:
        return [_which_detail(bedside)]
    if step:
        bedside.encounter = script.correct(before, step)
    if bedside.encounter is before:
        return [_which_detail(bedside)]
    bedside.row.misses = 0
    if detail in given:
        return record_contact(bedside, {detail: told[detail]})
    return [ask(bedside)]


def record_contact(bedside: Bedside, told: Mapping[str, str]) -> list[Say]:
    """Keep the contact details of one message; each bad one gets its error, the rest stands.

    ``told`` maps ``name``, ``phone``, ``postcode``, ``municipality`` and so on to vault tokens or
    codes. Until the patient's consent is complete nothing is kept.
    """
    if bedside.by_page:
        _forget(bedside, told)
        return [Say("utter_details_by_page"), ask(bedside)]
    asked = bedside.step in _CONSENT_PARTS
    if bedside.encounter.ended or asked or not script.has_consent(bedside.encounter):
        _forget(bedside, told)
        return [Say("utter_details_wait_for_consent"), ask(bedside)]
    errors: list[Say] = []
    for detail, take in _DETAILS.items():
        if detail in told:
            try:
                take(bedside, told[detail])
            except BadValue as bad:
                errors.append(Say(f"utter_{bad.why}"))
    for kind in ("cpr", "email", "address"):
        if kind in told:
            bedside.around.vault.forget(bedside.session, bedside.row.id, told[kind])
            errors.append(Say("utter_detail_not_kept"))
            break
    return [*errors, *proceed(bedside)]


def _take(bedside: Bedside, step: Step, value: str) -> list[Say]:
    if step is Step.SUMMARY:
        return filing.file(bedside)
    if value == "tried_before" and bedside.encounter.tried_before:
        return [Say("utter_ask_offer_answer")]
    bedside.encounter = script.record(bedside.encounter, step, value)
    remark = _REMARKS.get((step, value))
    return [*([Say(remark)] if remark else []), *proceed(bedside)]


def _has_button(bedside: Bedside, step: Step, value: str) -> bool:
    """Tell whether a button can carry this answer: a code, never what a person would type."""
    if step is Step.MUNICIPALITY:
        return value == OTHER_MUNICIPALITY or value in bedside.around.municipalities.by_code
    if step is Step.SPOKEN_LANGUAGE:
        return value in bedside.around.labels.groups["spoken_language"]
    return step not in script.FREE_STEPS and script.accepts(step, value)


def _yes_or_no_to_the_only_one(bedside: Bedside, intent: str) -> str | None:
    """Read "ja" or "nej" where the postcode lies in one municipality and that one was proposed."""
    proposed = bedside.around.municipalities.proposed(bedside.encounter.get(Step.POSTCODE) or "")
    if len(proposed) != 1:
        return None
    return {"affirm": proposed[0].code, "deny": OTHER_MUNICIPALITY}.get(intent)


def _note_consent(bedside: Bedside, step: Step, pressed: Pressed) -> bool:
    text = bedside.around.consent_texts[(_CONSENT_PARTS[step], bedside.language)]
    if pressed.text_hash != text.hash:
        return False
    note_consent(bedside, text, pressed.value, Method.READ_ALOUD)
    return True


def note_consent(bedside: Bedside, text: ConsentText, value: str, method: Method) -> None:
    """Keep which text was read, in which language and how, and what was answered."""
    bedside.row.consent_proof = {
        **bedside.row.consent_proof,
        text.part.value: {
            "hash": text.hash,
            "version": text.version,
            "language": text.language,
            "method": method.value,
            "at": bedside.now.isoformat(),
        },
    }
    if bedside.row.practice:
        return  # nobody consented: nothing for the audit log
    action = f"consent_{text.part}_{value}"
    audit.append(
        bedside.session, bedside.now, bedside.nurse.name, action, f"encounter:{bedside.row.id}"
    )


def _which_detail(bedside: Bedside) -> Say:
    reachable = [
        step
        for step in script.CORRECTABLE
        if script.correct(bedside.encounter, step) is not bedside.encounter
        and not (bedside.by_page and step in script.PAGE_STEPS)
    ]
    buttons = tuple(
        Button(bedside.word("detail", step).capitalize(), f'/correct_detail{{"detail":"{step}"}}')
        for step in reachable
    )
    if bedside.by_page and bedside.encounter.answered(Step.NAME):
        buttons += (contact_page_button(bedside, "correct"),)
    return Say("utter_which_detail" if buttons else "utter_nothing_to_correct", {}, buttons)


def _keep(bedside: Bedside, step: Step, token: str, normal: Callable[[str], str]) -> None:
    """Keep a value; in the vault it is normalised, in place of what was typed."""
    vault, session, encounter_id = bedside.around.vault, bedside.session, bedside.row.id
    typed = bedside.unsealed(token)
    if typed is None:
        return
    kind = "word" if step is Step.DISCHARGE_DATE else _kind(token)
    sealed = seal(kind, normal(typed))
    if (kind, sealed.value) == (_kind(token), typed):
        sealed = replace(sealed, token=token)
    else:
        vault.forget(session, encounter_id, token)
        vault.keep(session, encounter_id, sealed, bedside.now)
    old = bedside.encounter.get(step)
    bedside.encounter = script.record(bedside.encounter, step, sealed.token)
    if old and old != sealed.token:
        vault.forget(session, encounter_id, old)


def _kind(token: str) -> str:
    match = TOKEN.fullmatch(token)
    return match[1] if match else "word"


def _keep_name(bedside: Bedside, token: str) -> None:
    second = bedside.encounter.revisiting is Step.SECOND_CONTACT
    _keep(bedside, Step.SECOND_CONTACT if second else Step.NAME, token, contact.normal_name)


def _keep_phone(bedside: Bedside, token: str) -> None:
    _keep(bedside, Step.PHONE, token, contact.normal_phone)


def _keep_second(bedside: Bedside, token: str) -> None:
    _keep(bedside, Step.SECOND_CONTACT, token, contact.normal_name)


def _keep_discharge_date(bedside: Bedside, token: str) -> None:
    today = local_day(bedside.now)
    _keep(bedside, Step.DISCHARGE_DATE, token, lambda typed: contact.normal_date(typed, today))


def _record_postcode(bedside: Bedside, postcode: str) -> None:
    if not is_postcode(postcode):
        raise BadValue("bad_postcode")
    bedside.encounter = script.record(bedside.encounter, Step.POSTCODE, postcode)


def _record_municipality(bedside: Bedside, code: str) -> None:
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
    "name": _keep_name,
    "phone": _keep_phone,
    "postcode": _record_postcode,
    "municipality": _record_municipality,
    "time_of_day": _record_code(Step.BEST_TIME),
    "spoken_language": _record_code(Step.SPOKEN_LANGUAGE),
    "second_contact": _keep_second,
    "discharge_date": _keep_discharge_date,
}


def _forget(bedside: Bedside, told: Mapping[str, str]) -> None:
    for token in told.values():
        bedside.around.vault.forget(bedside.session, bedside.row.id, token)


def cancel(bedside: Bedside) -> list[Say]:
    """End the encounter without a referral and purge what was typed. A filed one is not touched."""
    if bedside.encounter.ended is Outcome.REFERRED:
        return [Say("utter_already_filed"), ask(bedside)]
    end(bedside, Outcome.CANCELLED)
    bedside.encounter = replace(bedside.encounter, answers=_without_identity(bedside))
    bedside.around.vault.purge(bedside.session, bedside.row.id)
    audit.append(
        bedside.session, bedside.now, bedside.nurse.name, "cancel", f"encounter:{bedside.row.id}"
    )
    return [ask(bedside)]


def _without_identity(bedside: Bedside) -> dict[Step, str]:
    sealed = (*script.IDENTITY_STEPS, Step.DISCHARGE_DATE)
    return {step: value for step, value in bedside.encounter.answers.items() if step not in sealed}
