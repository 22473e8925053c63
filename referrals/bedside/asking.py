"""What is asked at the present step: the name of the response, its values and its own buttons."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from referrals import script
from referrals.bedside import Bedside
from referrals.clock import may_undo
from referrals.consent import Part
from referrals.dates import day
from referrals.encounter import Step
from referrals.municipality import OTHER_MUNICIPALITY
from referrals.referral import State
from referrals.reserved_words import reserved_lines
from referrals.saying import Button, Say, answer_payload
from referrals.tables import ReferralRow

_CURRENT = select(ReferralRow).where(
    ReferralRow.encounter_id == bindparam("encounter"), ReferralRow.filing == bindparam("filing")
)
_CURRENT_TO_CHANGE = _CURRENT.with_for_update()
_OPEN_OF_PHONE = (
    select(ReferralRow)
    .where(ReferralRow.phone_index == bindparam("phone"), ReferralRow.open.is_(True))
    .order_by(ReferralRow.filed_at.desc())
    .limit(1)
)
_NOT_GIVEN = "–"
_HIDDEN = "•••"
CONTACT_PAGE = "/contact_page"
"""The payload of a button that a front end turns into a one-time link to the contact page."""


def ask(bedside: Bedside) -> Say:
    """Give what the present step says."""
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


def _ask_consent(part: Part, step: Step, bedside: Bedside) -> Say:
    text = bedside.around.consent_texts[(part, bedside.language)]
    own_phone = bedside.by_page and part is Part.CONTACT
    buttons = (contact_page_button(bedside, "patient"),) if own_phone else ()
    return Say(f"utter_ask_{step}", {"consent_text": text.text, "text_hash": text.hash}, buttons)


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
        values = {key: _summary_values(bedside)[key] for key in ("use", "outcome", "reserved")}
        correct = contact_page_button(bedside, "correct")
        return Say("utter_ask_summary_by_page", values, (correct,))
    extras = any(bedside.encounter.answered(step) for step in script.EXTRA_STEPS)
    response = "utter_ask_summary_extras" if extras else "utter_ask_summary"
    return Say(response, _summary_values(bedside))


def summary_so_far(bedside: Bedside) -> Say:
    """Give what has been answered, with a dash for what has not."""
    return Say("utter_summary_so_far", _summary_values(bedside))


def _summary_values(bedside: Bedside) -> dict[str, str]:
    encounter = bedside.encounter
    word, get = bedside.word, encounter.get
    values = {
        "name": get(Step.NAME),
        "phone": get(Step.PHONE),
        "postcode": get(Step.POSTCODE),
        "municipality": municipality_name(bedside),
        "best_time": word("best_time", get(Step.BEST_TIME)),
        "leave_message": word("yes_no", get(Step.LEAVE_MESSAGE)),
        "spoken_language": word("spoken_language", get(Step.SPOKEN_LANGUAGE)),
        "interpreter": word("yes_no", get(Step.INTERPRETER) or "no"),
        "outcome": word("yes_no", get(Step.CONSENT_OUTCOME)),
        "use": used(bedside),
        "second_contact": get(Step.SECOND_CONTACT),
        "discharge_date": get(Step.DISCHARGE_DATE),
        "protected_address": word("yes_no", get(Step.PROTECTED_ADDRESS) or "no"),
    }
    if bedside.by_page:
        told = ("use", "outcome")
        values = {key: value if key in told else value and _HIDDEN for key, value in values.items()}
    filled = {key: value or _NOT_GIVEN for key, value in values.items()}
    return filled | {"reserved": reserved_lines(bedside)}


def _ask_filed(bedside: Bedside) -> Say:
    referral = current_referral(bedside)
    if referral is None or referral.state == State.WITHDRAWN:
        return Say("utter_ask_closed")
    if may_undo(referral.filed_at, bedside.now):
        return Say("utter_ask_filed", {"reference": referral.reference})
    return Say("utter_ask_filed_final", {"reference": referral.reference})


def _ask_closed(bedside: Bedside) -> Say:
    outcome = script.outcome(bedside.encounter)
    name = municipality_name(bedside)
    return Say(f"utter_closed_{outcome}", {"municipality": name})


_SPECIAL = {
    Step.OFFER: _ask_offer,
    Step.CONSENT_CONTACT: lambda b: _ask_consent(Part.CONTACT, Step.CONSENT_CONTACT, b),
    Step.CONSENT_OUTCOME: lambda b: _ask_consent(Part.OUTCOME, Step.CONSENT_OUTCOME, b),
    Step.MUNICIPALITY: _ask_municipality,
    Step.DUPLICATE: _ask_duplicate,
    Step.SUMMARY: _ask_summary,
    Step.FILED: _ask_filed,
    Step.CLOSED: _ask_closed,
}


def used(bedside: Bedside) -> str:
    """Say in words what the patient uses: status, and the product where one was named."""
    get = bedside.encounter.get
    product = bedside.word("product", get(Step.PRODUCT))
    status = bedside.word("status", get(Step.STATUS))
    if product and get(Step.STATUS) == "other_product":
        return product
    return f"{status}, {product}" if product else status


def municipality_name(bedside: Bedside) -> str:
    """Give the name of the confirmed municipality; empty for one outside the table."""
    code = bedside.encounter.get(Step.MUNICIPALITY)
    if code is None or code == OTHER_MUNICIPALITY:
        return ""
    return bedside.around.municipalities.name_of(code)


def current_referral(bedside: Bedside, *, lock: bool = False) -> ReferralRow | None:
    """Give the referral that this encounter filed last, if any; locked for who will change it."""
    query = _CURRENT_TO_CHANGE if lock else _CURRENT
    which = {"encounter": bedside.row.id, "filing": bedside.row.filing}
    return bedside.session.scalars(query, which).one_or_none()


def open_referral_of_same_person(bedside: Bedside) -> ReferralRow | None:
    """Find an open referral with the same phone number by its blind index."""
    phone = bedside.unsealed(bedside.encounter.get(Step.PHONE))
    if phone is None:
        return None
    index = bedside.around.vault.blind_index("phone", phone)
    return bedside.session.scalars(_OPEN_OF_PHONE, {"phone": index}).first()
