"""Taking answers at the bedside: a button, a typed answer, contact details, a correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from referrals.advice import script
from referrals.advice.encounter import Encounter, Outcome, Step
from referrals.advice.forgetting import without_sealed
from referrals.audit import chain
from referrals.bedside import filing
from referrals.bedside.asking import ask, contact_page_button
from referrals.consent.texts import ConsentMethod, ConsentPart, ConsentText
from referrals.denmark.contact_details import missing_part
from referrals.denmark.dates import local_day
from referrals.denmark.municipalities import OTHER_MUNICIPALITY
from referrals.details import choosing
from referrals.details.recording import keep, normal
from referrals.details.taking import OFTEN_TOLD, forget, forget_details, keep_told
from referrals.turns.saying import Button, Say
from referrals.turns.turn import Bedside, end
from referrals.vault.vault import purge

SKIP_REST = "rest"
_STEP_OF_DETAIL = {step.value: step for step in script.CORRECTABLE} | {
    "consent": Step.CONSENT_OUTCOME
}
_BEFORE_SENDING = ("cancel", "moment", "use", choosing.NUMBERS)
"""Side questions without whose answer nothing is sent."""
UNCLEAR = "unclear"
"""What stays open at the summary after words that were not understood: words do not send then."""
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
    if bedside.asked.get("kind") == "put_off" and pressed.step == Step.OFFER:
        return _put_off(bedside)
    if (pressed.step, pressed.value) == (Step.PHONE, Step.SECOND_CONTACT) and (
        called := call_second_contact(bedside)
    ):
        return called
    if [pressed.step, pressed.value] in _postcodes_asked(bedside):
        told = {"postcode": pressed.value}
        stands = bedside.encounter.get(Step.POSTCODE) is not None
        return correct(bedside, None, told) if stands else record_contact(bedside, told)
    if [pressed.step, pressed.value] in bedside.asked.get("answers", ()) and pressed.step != step:
        return take(bedside, Step(pressed.step), pressed.value)  # what was asked aside
    if pressed.step != step or not _has_button(bedside, step, pressed.value):
        return [Say("utter_stale_button"), ask(bedside)]
    if step in _CONSENT_PARTS and not _note_consent(bedside, step, pressed):
        return [Say("utter_stale_button"), ask(bedside)]
    return take(bedside, step, pressed.value)


def _put_off(bedside: Bedside) -> list[Say]:
    """Put the patient off instead of asking for the consent: nobody gives it for somebody else."""
    for step, value in ((Step.OFFER, "unable"), (Step.DEFER_REASON, bedside.asked["why"])):
        bedside.encounter = script.record(bedside.encounter, step, value)
    return proceed(bedside)


def call_second_contact(bedside: Bedside) -> list[Say]:
    """Have the second contact called where a number is asked for; nothing if there is none."""
    second = choosing.second_contacts_number(bedside) if bedside.step is Step.PHONE else ""
    if not second:
        return []
    old = keep(bedside, Step.PHONE, normal(Step.PHONE, second, local_day(bedside.now)))
    if old:
        bedside.forgets_later(old)
    return proceed(bedside)


def _postcodes_asked(bedside: Bedside) -> list[list[str]]:
    """Give the postcodes of "shall I note …?", which is asked at any step."""
    asked = bedside.asked.get("answers", ()) if bedside.asked.get("kind") == "check" else ()
    return [list(answer) for answer in asked if answer[0] == Step.POSTCODE]


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
    asked = ask(bedside)
    if asked.response == "utter_closed_deferred":  # perhaps a room, which nobody may read here
        return [Say("utter_room_on_list"), asked]
    if bedside.row.misses >= 2:
        return [Say("utter_offer_help"), asked]
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
    given = [kind for kind in OFTEN_TOLD if kind in told]
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
        forget(bedside, told.values())
        return [Say("utter_details_by_page"), ask(bedside)]
    asked = bedside.step in script.CONSENT_STEPS
    if bedside.encounter.ended or asked or not script.has_consent(bedside.encounter):
        forget(bedside, told.values())
        return [Say("utter_details_wait_for_consent"), ask(bedside)]
    before = bedside.encounter
    errors = keep_told(bedside, told)
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
