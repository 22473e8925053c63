"""What is asked at the present step: the name of the response, its values and its own buttons."""

from __future__ import annotations

from referrals.advice import script
from referrals.advice.encounter import SKIPPED, Outcome, Step
from referrals.bedside import noting
from referrals.bedside.finding import current_referral, open_referral_of_same_person
from referrals.bedside.words import municipality_name, reserved_lines, sharing_line, used
from referrals.consent.texts import ConsentPart
from referrals.deferred.rules import DISCHARGED, leaves_on
from referrals.deferred.tables import DeferredRow
from referrals.denmark.dates import day, local_day, midnight
from referrals.denmark.municipalities import OTHER_MUNICIPALITY
from referrals.details import choosing
from referrals.referral.clock import may_undo
from referrals.referral.moves import State
from referrals.referral.tables import ReferralRow
from referrals.turns.saying import Button, Say, answer_payload
from referrals.turns.turn import Bedside

_NOT_GIVEN = "–"
_HIDDEN = "•••"
_OF_THE_TALK = (Step.EVER_SMOKED, Step.EX_SMOKER, Step.DEFER_REASON)
"""What was told beside the status, before the offer or instead of it."""
_IN_ONE_LINE = (Step.NAME, Step.PHONE, Step.POSTCODE)
CONTACT_PAGE = "/contact_page"
"""The payload of a button that a front end turns into a one-time link to the contact page."""


def ask(bedside: Bedside) -> Say:
    """Give what the present step says."""
    said = _ask(bedside)
    bedside.asked_last = (bedside.encounter, said)
    return said


def is_of_present_step(bedside: Bedside, said: Say) -> bool:
    """Tell whether this is what the present step says; read anew only if that may have changed."""
    encounter, last = bedside.asked_last or (None, None)
    return (encounter is bedside.encounter and last is said) or said == ask(bedside)


def _ask(bedside: Bedside) -> Say:
    step = bedside.step
    if bedside.by_page and step in script.PAGE_STEPS:
        return Say("utter_ask_contact_page", {}, (contact_page_button(bedside, "write"),))
    special = _SPECIAL.get(step)
    return special(bedside) if special else Say(f"utter_ask_{step}")


def contact_page_button(bedside: Bedside, why: str) -> Button:
    """Give the button to the contact page: to ``write``, to ``correct``, or for the ``patient``."""
    return Button(bedside.word("contact_page", why), CONTACT_PAGE)


def ask_on(bedside: Bedside) -> Say:
    """Ask the present step again after something else; before the first answer only offer to."""
    if bedside.step is Step.STATUS and not bedside.encounter.answers:
        return Say("utter_courses_go_on")
    return ask(bedside)


def _ask_offer(bedside: Bedside) -> Say:
    if bedside.encounter.tried_before:
        return Say("utter_ask_offer_again")
    return Say("utter_ask_offer")


def _ask_consent(part: ConsentPart, step: Step, bedside: Bedside) -> Say:
    text = bedside.around.consent_texts[(part, bedside.language)]
    own_phone = bedside.by_page and part is ConsentPart.CONTACT
    buttons = (contact_page_button(bedside, "patient"),) if own_phone else ()
    return Say(f"utter_ask_{step}", {"consent_text": text.text, "text_hash": text.hash}, buttons)


def _ask_name(bedside: Bedside) -> Say:
    """Ask for all three in one line, or name what of them is missing."""
    encounter = bedside.encounter
    missing = [step for step in _IN_ONE_LINE if not encounter.answered(step)]
    if encounter.revisiting or len(missing) == len(_IN_ONE_LINE):
        return Say("utter_ask_name")
    named = ", ".join(bedside.word("detail", step) for step in missing)
    return Say("utter_ask_missing", {"missing": named})


def _ask_phone(bedside: Bedside) -> Say:
    """Ask for the number; where there is only a relative's, the nurse may say to call that one."""
    if not choosing.second_contacts_number(bedside):
        return Say("utter_ask_phone")
    title = bedside.word("number", Step.SECOND_CONTACT)
    call = Button(title, answer_payload(Step.PHONE, Step.SECOND_CONTACT))
    return Say("utter_ask_phone", {}, (call,))


def _ask_municipality(bedside: Bedside) -> Say:
    postcode = bedside.encounter.get(Step.POSTCODE) or ""
    known = bedside.around.municipalities
    proposed = known.proposed(postcode)
    buttons = tuple(
        Button(m.name, answer_payload(Step.MUNICIPALITY, m.code))
        for m in proposed or known.partners()
    )
    other = bedside.word("municipality", OTHER_MUNICIPALITY)
    buttons += (Button(other, answer_payload(Step.MUNICIPALITY, OTHER_MUNICIPALITY)),)
    if not proposed:
        return Say("utter_ask_municipality_unknown", {"postcode": postcode}, buttons)
    place = f"{postcode} {known.town_of[postcode]}"
    response = "utter_ask_municipality_one" if len(proposed) == 1 else "utter_ask_municipality"
    return Say(response, {"place": place, "municipality": proposed[0].name}, buttons)


def _ask_duplicate(bedside: Bedside) -> Say:
    found = open_referral_of_same_person(bedside)
    if found is None:
        return Say("utter_ask_duplicate", {"state": _NOT_GIVEN, "filed": _NOT_GIVEN})
    return Say(
        "utter_ask_duplicate",
        {
            "state": bedside.word("state", found.state),
            "filed": day(found.filed_at, bedside.language),
        },
    )


def _ask_summary(bedside: Bedside) -> Say:
    if bedside.by_page:
        shown = ("phone", "use", "outcome", "sharing", "reserved")
        values = {key: _summary_values(bedside)[key] for key in shown}
        correct = contact_page_button(bedside, "correct")
        return Say("utter_ask_summary_by_page", values, (correct,))
    extras = any(bedside.encounter.answered(step) for step in script.EXTRA_STEPS)
    response = "utter_ask_summary_extras" if extras else "utter_ask_summary"
    return Say(response, _summary_values(bedside))


def summary_so_far(bedside: Bedside) -> Say:
    """Give what has been answered, with a dash for what has not."""
    get = bedside.encounter.get
    told = [(s, value) for s in _OF_THE_TALK if (value := get(s)) and value != "relapsed"]
    values = _summary_values(bedside)
    use = [used(bedside), *(noting.in_words(bedside, step, value) for step, value in told)]
    offer = get(Step.OFFER)
    values |= {
        "use": noting.BETWEEN.join(filter(None, use)) or _NOT_GIVEN,
        "offer": noting.in_words(bedside, Step.OFFER, offer) if offer else _NOT_GIVEN,
        "contact": bedside.word("yes_no", get(Step.CONSENT_CONTACT)) or _NOT_GIVEN,
    }
    return Say("utter_summary_so_far", values)


def _summary_values(bedside: Bedside) -> dict[str, str]:
    encounter = bedside.encounter
    word, get = bedside.word, encounter.get
    values = {
        **{step.value: get(step) for step in script.SEALED},
        "postcode": get(Step.POSTCODE),
        "municipality": municipality_name(bedside),
        "best_time": word("best_time", get(Step.BEST_TIME)),
        "leave_message": word("yes_no", get(Step.LEAVE_MESSAGE)),
        "spoken_language": word("spoken_language", get(Step.SPOKEN_LANGUAGE)),
        "interpreter": word("yes_no", get(Step.INTERPRETER) or _interpreter_unasked(bedside)),
        "outcome": word("yes_no", get(Step.CONSENT_OUTCOME)),
        "use": used(bedside),
        "protected_address": word("yes_no", get(Step.PROTECTED_ADDRESS) or SKIPPED),
    }
    if bedside.by_page:
        told = ("phone", "use", "outcome")  # the front end shows the end of the number only
        values = {key: value if key in told else value and _HIDDEN for key, value in values.items()}
    filled = {key: value or _NOT_GIVEN for key, value in values.items()}
    return filled | {"sharing": sharing_line(bedside), "reserved": reserved_lines(bedside)}


def _interpreter_unasked(bedside: Bedside) -> str | None:
    """Tell what no answer about an interpreter means: none is needed, or it was passed over."""
    spoken = bedside.encounter.get(Step.SPOKEN_LANGUAGE)
    return {None: None, "da": "no"}.get(spoken, SKIPPED)


def ask_filed(bedside: Bedside, referral: ReferralRow) -> Say:
    """Give what is said of a referral that was sent in this very turn."""
    said = Say("utter_ask_filed", {"reference": referral.reference})
    bedside.asked_last = (bedside.encounter, said)
    return said


def _ask_filed(bedside: Bedside) -> Say:
    referral = current_referral(bedside)
    if referral is None or referral.state == State.WITHDRAWN:
        return Say("utter_ask_closed")
    if may_undo(referral.filed_at, bedside.now):
        return Say("utter_ask_filed", {"reference": referral.reference})
    return Say("utter_ask_filed_final", {"reference": referral.reference})


def _ask_closed(bedside: Bedside) -> Say:
    outcome = script.outcome(bedside.encounter)
    if outcome is Outcome.DEFERRED:
        return _closed_deferred(bedside)
    name = municipality_name(bedside)
    return Say(f"utter_closed_{outcome}", {"municipality": name})


def _closed_deferred(bedside: Bedside) -> Say:
    """Say until when the patient is on the ward's list; nothing of a list for one who is not."""
    if bedside.encounter.get(Step.DEFER_REASON) == DISCHARGED:
        return Say("utter_closed_deferred_discharged")
    if bedside.encounter.ended:
        return Say("utter_closed_deferred_handled")
    place = bedside.session.get(DeferredRow, bedside.row.id)
    last = place.leaves_on if place else leaves_on(local_day(bedside.now))
    return Say("utter_closed_deferred", {"until": day(midnight(last), bedside.language)})


_SPECIAL = {
    Step.NAME: _ask_name,
    Step.PHONE: _ask_phone,
    Step.OFFER: _ask_offer,
    Step.CONSENT_CONTACT: lambda b: _ask_consent(ConsentPart.CONTACT, Step.CONSENT_CONTACT, b),
    Step.CONSENT_OUTCOME: lambda b: _ask_consent(ConsentPart.OUTCOME, Step.CONSENT_OUTCOME, b),
    Step.CONSENT_SHARING: lambda b: _ask_consent(ConsentPart.SHARING, Step.CONSENT_SHARING, b),
    Step.MUNICIPALITY: _ask_municipality,
    Step.DUPLICATE: _ask_duplicate,
    Step.SUMMARY: _ask_summary,
    Step.FILED: _ask_filed,
    Step.CLOSED: _ask_closed,
}
