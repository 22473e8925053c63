"""Taking answers at the bedside: a button, a typed answer, contact details, a correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Any

from referrals.advice import script
from referrals.advice.asserted import Words
from referrals.advice.encounter import Encounter, Outcome, Step
from referrals.advice.forgetting import without_sealed
from referrals.advice.places import of_the_patient
from referrals.audit import chain
from referrals.bedside import filing
from referrals.bedside.asking import ask, contact_page_button
from referrals.consent.texts import ConsentMethod, ConsentPart, ConsentText
from referrals.denmark.contact_details import BadValue, missing_part
from referrals.denmark.dates import local_day
from referrals.denmark.municipalities import OTHER_MUNICIPALITY, is_postcode
from referrals.denmark.named_days import only_day
from referrals.details import choosing
from referrals.details.recording import keep, keep_typed, normal
from referrals.turns.saying import Button, Say
from referrals.turns.turn import Bedside, end
from referrals.vault.vault import TOKEN, purge

SKIP_REST = "rest"
_STEP_OF_DETAIL = {step.value: step for step in script.CORRECTABLE} | {
    "consent": Step.CONSENT_OUTCOME
}
_CORRECTED_AT_ONCE = ("name", "phone", "postcode")
"""Details whose new value may stand in the sentence that corrects them."""
_BEFORE_SENDING = ("cancel", "moment", choosing.NUMBERS)
"""Side questions without whose answer nothing is sent."""
UNCLEAR = "unclear"
"""What stays open at the summary after words that were not understood: words do not send then."""
_VOLUNTEERED = {"give_best_time": "time_of_day", "give_spoken_language": "spoken_language"}
"""Intents that tell a detail before or after it is asked for, and the entity that holds it."""
_DAYS = frozenset({"weekday", "period"})
CAN_BE_LEFT = frozenset({*script.REQUIRED_CONTACT, *script.OPTIONAL_DEFAULTS})
"""Steps where "ved det ikke" leaves the detail, or is told that it cannot be left."""
_CONSENT_PARTS = {
    Step.CONSENT_CONTACT: ConsentPart.CONTACT,
    Step.CONSENT_OUTCOME: ConsentPart.OUTCOME,
    Step.CONSENT_SHARING: ConsentPart.SHARING,
}
REMARKS = {
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
    if choosing.is_asked(bedside) and choosing.choose(bedside, pressed.step, pressed.value):
        return proceed(bedside)
    second = choosing.second_contacts_number(bedside) if step is Step.PHONE else ""
    if second and (pressed.step, pressed.value) == (Step.PHONE, Step.SECOND_CONTACT):
        old = keep(bedside, Step.PHONE, normal(Step.PHONE, second, local_day(bedside.now)))
        if old:
            bedside.forgets_later(old)
        return proceed(bedside)
    if pressed.step != step or not _has_button(bedside, step, pressed.value):
        return [Say("utter_stale_button"), ask(bedside)]
    if step in _CONSENT_PARTS and not _note_consent(bedside, step, pressed):
        return [Say("utter_stale_button"), ask(bedside)]
    return take(bedside, step, pressed.value)


def tell_beside(bedside: Bedside, intent: str, entities: Mapping[str, str]) -> list[Say]:
    """Take a detail that was told at another step, or beside words that answer nothing."""
    volunteered = _VOLUNTEERED.get(intent, "")
    if volunteered in entities and script.has_consent(bedside.encounter):
        return record_contact(bedside, {volunteered: entities[volunteered]})
    recorded = record_details_beside(bedside, entities)
    if recorded:
        return recorded
    names_a_day = not _DAYS.isdisjoint(entities)
    if intent == "give_best_time" and bedside.step is Step.BEST_TIME and names_a_day:
        return [Say("utter_which_time_of_day"), ask(bedside)]
    return not_understood(bedside, out_of_scope=False)


def record_details_beside(bedside: Bedside, entities: Mapping[str, str]) -> list[Say]:
    """Keep name, phone and postcode of a message about something else, if it holds any."""
    told = {kind: entities[kind] for kind in _CORRECTED_AT_ONCE if kind in entities}
    allowed = script.has_consent(bedside.encounter) and bedside.step not in script.CONSENT_STEPS
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
    bedside.keeps_what_fits()  # before a summary promises it
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
    asked = bedside.step in script.CONSENT_STEPS
    if bedside.encounter.ended or asked or not script.has_consent(bedside.encounter):
        _forget(bedside, told)
        return [Say("utter_details_wait_for_consent"), ask(bedside)]
    errors: list[Say] = []
    before = bedside.encounter
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
    return [*(errors or _remark(bedside, before, told)), *proceed(bedside)]


def _remark(bedside: Bedside, before: Encounter, told: Mapping[str, str]) -> list[Say]:
    """Name the part of a name that is missing, or say when a place told early is asked about."""
    name = bedside.encounter.get(Step.NAME)
    if name and name != before.get(Step.NAME):
        missing = missing_part(bedside.unsealed(name) or "")
        if missing == "family":
            return [Say("utter_family_name_missing")]
        if missing:
            return [Say("utter_ask_missing", {"missing": bedside.word("name_part", missing)})]
    early = "municipality" in told and not bedside.encounter.answered(Step.POSTCODE)
    return [Say("utter_postcode_first")] if early else []


def with_numbers(
    bedside: Bedside,
    words: Words,
    every: Mapping[str, Sequence[str]],
    decide: Callable[[Words], list[Say]],
    *,
    meant: bool = False,
) -> list[Say]:
    """Take a message with the one phone number that is surely the patient's, or ask which is.

    Says which number was not used, and that more was written than was read. ``meant`` tells that
    the words are a correction.
    """
    numbers = choosing.sort_out(bedside, words, every.get("phone", ()), meant=meant)
    told = {kind: value for kind, value in of_the_patient(words).items() if kind != "phone"}
    if numbers.used:
        told["phone"] = numbers.used
    said = [_rest_not_read(rest) for rest in every.get("left_out", ())]
    if (
        "postcode" in told
        and words.text.startswith("/")
        and len(set(every.get("postcode", ()))) > 1
    ):
        told.pop("postcode")  # nothing beside them says in which of the two the patient lives
        said.append(Say("utter_two_postcodes"))
    said += _not_used(bedside, numbers.spare)
    if numbers.again:
        return [*said, *correct(bedside, Step.PHONE)]
    said += decide(replace(words, entities=told))
    if not numbers.asked or bedside.encounter.ended:
        return said
    again = [Say("utter_press_a_button")] if choosing.is_asked(bedside) else []
    return [*said[:-1], *again, choosing.ask(bedside, numbers)]  # in place of the next question


def _rest_not_read(rest: str) -> Say:
    """Quote what stood beside a second contact, where it may be: else only that there was more."""
    return Say("utter_rest_not_read" if rest == "rest" else "utter_not_used", {"words": rest})


def _not_used(bedside: Bedside, spare: Sequence[str]) -> list[Say]:
    """Say which numbers were not used; before the consent, and where they are not read, nothing."""
    if bedside.by_page or not script.has_consent(bedside.encounter):
        _forget(bedside, dict(enumerate(spare)))
        return []
    for token in spare:
        bedside.forgets_later(token)
    return [Say("utter_number_not_used", {"value": " · ".join(spare)})] if spare else []


def take(bedside: Bedside, step: Step, value: str) -> list[Say]:
    """Take an answer to ``step``, and go on."""
    if step is Step.SUMMARY:
        return _asked_first(bedside) or _resumed_first(bedside) or filing.file(bedside)
    if value == "tried_before" and bedside.encounter.tried_before:
        return [Say("utter_ask_offer_answer")]
    bedside.encounter = script.record(bedside.encounter, step, value)
    if (step, value) == (Step.CONSENT_CONTACT, "no"):
        forget_details(bedside)
    remark = REMARKS.get((step, value))
    return [*([Say(remark)] if remark else []), *proceed(bedside)]


def _asked_first(bedside: Bedside) -> list[Say]:
    """Ask again what must be answered before anything is sent; nothing where nothing stands open.

    An older "send" may still be on the screen above the question.
    """
    if bedside.asked.get("kind") not in _BEFORE_SENDING:
        return []
    bedside.leaves_open("question", bedside.asked)
    return [Say("utter_press_a_button"), Say.from_json(bedside.asked["said"])]


def _resumed_first(bedside: Bedside) -> list[Say]:
    """Show again what would be sent, where the conversation was put aside; nothing if it was not.

    Whoever comes back has not read it, and an older "send" may still be on the screen.
    """
    if not bedside.row.paused:
        return []
    return [Say("utter_press_a_button"), *proceed(bedside)]


def _has_button(bedside: Bedside, step: Step, value: str) -> bool:
    """Tell whether a button can carry this answer: a code, never what a person would type."""
    if step is Step.MUNICIPALITY:
        return value == OTHER_MUNICIPALITY or value in bedside.around.municipalities.by_code
    if step is Step.SPOKEN_LANGUAGE:
        return value in bedside.around.labels.groups["spoken_language"]
    return step not in script.FREE_STEPS and script.accepts(step, value)


def yes_or_no_to_the_only_one(bedside: Bedside, intent: str) -> str | None:
    """Read "ja" or "nej" where the postcode lies in one municipality and that one was proposed."""
    proposed = bedside.around.municipalities.proposed(bedside.encounter.get(Step.POSTCODE) or "")
    if len(proposed) != 1:
        return None
    return {"affirm": proposed[0].code, "deny": OTHER_MUNICIPALITY}.get(intent)


def _note_consent(bedside: Bedside, step: Step, pressed: Pressed) -> bool:
    text = bedside.around.consent_texts[(_CONSENT_PARTS[step], bedside.language)]
    if pressed.text_hash != text.hash:
        return False
    note_consent(bedside, text, pressed.value, ConsentMethod.READ_ALOUD)
    return True


def note_consent(bedside: Bedside, text: ConsentText, value: str, method: ConsentMethod) -> None:
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
    chain.append(
        bedside.session, bedside.now, bedside.nurse.name, action, f"encounter:{bedside.row.id}"
    )


def _which_detail(bedside: Bedside) -> Say:
    if bedside.step is Step.SUMMARY:
        bedside.leaves_open(UNCLEAR, value=True)  # a yes to this question does not send
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


def _forget(bedside: Bedside, told: Mapping[Any, str]) -> None:
    for token in told.values():
        bedside.around.vault.forget(bedside.session, bedside.row.id, token)


def forget_details(bedside: Bedside) -> None:
    """Forget all that says who the patient is and how to reach them, whoever told it when."""
    purge(bedside.session, bedside.row.id)
    bedside.encounter = bedside.encounter.with_answers(
        {s: v for s, v in bedside.encounter.answers.items() if s not in script.PAGE_STEPS}
    )


def cancel(bedside: Bedside) -> list[Say]:
    """End the encounter without a referral and purge what was typed. A filed one is not touched."""
    if bedside.encounter.ended is Outcome.REFERRED:
        return [Say("utter_already_filed"), ask(bedside)]
    if bedside.encounter.ended is Outcome.DEFERRED:  # a colleague goes on with the patient
        return [ask(bedside)]
    end(bedside, Outcome.CANCELLED)
    bedside.encounter = bedside.encounter.with_answers(without_sealed(bedside.encounter.answers))
    purge(bedside.session, bedside.row.id)
    chain.append(
        bedside.session, bedside.now, bedside.nurse.name, "cancel", f"encounter:{bedside.row.id}"
    )
    return [ask(bedside)]
