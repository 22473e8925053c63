"""What is said besides, and would be answered by something that nobody asked for.

Whether it was sent, who is talked to, the number of Stoplinien, a paper that was signed, a patient
who cannot give a consent now, a detail that there is none of. Nothing here answers the script.
"""

from __future__ import annotations

import re

from referrals.advice import script
from referrals.advice.asserted import Words
from referrals.advice.encounter import Step
from referrals.advice.hearing import hear
from referrals.advice.witness import says_no_phone
from referrals.bedside import own_referrals, steering
from referrals.bedside.asking import ask
from referrals.bedside.finding import current_referral
from referrals.bedside.listening.left_out import remarks_beside, whole_line_not_used
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

_NO_POSTCODE = re.compile(
    r"\b(?:intet|ikke|ingen|uden|no|not|without|don't|doesn't)\b[^,;.!?]*\b(?:postnr|postnummer(?:et)?|postcode"
    r"|postal code|(?:fast )?adresse|(?:fixed )?address)\b"
    r"|\b(?:hjeml(?:ø|oe)s|bor p(?:å|aa) gaden|homeless|on the street)\b",
    re.IGNORECASE,
)


def beside_the_point(bedside: Bedside, words: Words) -> list[Say]:
    """Answer it by itself and ask the same again; nothing for words that may answer a question."""
    if words.text.startswith("/") or bedside.asked:
        return []
    return (
        _topic(bedside, words)
        or _consent_elsewhere(bedside, words)
        or _no_consent_now(bedside, words)
        or _no_postcode(bedside, words)
        or _none_of_that(bedside, words)
    )


def _topic(bedside: Bedside, words: Words) -> list[Say]:
    """Say who it is that is talked to, or the number of Stoplinien."""
    asked = next((fact.value for fact in words.facts if fact.kind == "topic"), "")
    if not asked or hear(bedside.step, words).answers:
        return []
    return steering.explain(bedside, asked)


def _consent_elsewhere(bedside: Bedside, words: Words) -> list[Say]:
    """Tell a consent that was given on paper from the one that the button gives."""
    if bedside.step not in script.CONSENT_STEPS or not words.says("consent", "given"):
        return []
    return [Say("utter_press_consent_button"), ask(bedside)]


def _no_consent_now(bedside: Bedside, words: Words) -> list[Say]:
    """Offer to put the patient off where a consent cannot be given now: a button does it."""
    why = next((fact.value for fact in words.own("unable") if fact.polarity), "")
    if bedside.step not in script.CONSENT_STEPS or why in ("", "refused"):
        return []
    return steering.ask_to_put_off(bedside, why)


def _no_postcode(bedside: Bedside, words: Words) -> list[Say]:
    known = bedside.encounter.answered(Step.POSTCODE)
    if bedside.step not in script.REQUIRED_CONTACT or known or bedside.by_page:
        return []
    told = {"name", "phone", "postcode", "municipality"} & words.entities.keys()
    if told or not _NO_POSTCODE.search(words.text):
        return []
    return [Say("utter_postcode_needed"), ask(bedside)]


def _none_of_that(bedside: Bedside, words: Words) -> list[Say]:
    """Say that words were not used which the classifier takes for a detail left out, or no phone.

    At the summary nothing can be left out: "ingen pårørende" changes nothing.
    """
    skips = words.intent == "skip" and bedside.step is Step.SUMMARY
    no_phone = words.intent == "has_no_phone" and not says_no_phone(words)
    if not (skips or no_phone) or hear(bedside.step, words):
        return []
    unused = remarks_beside(words, ()) or whole_line_not_used(words)
    return [*unused, ask(bedside)]


def tell_whether_sent(bedside: Bedside, words: Words) -> list[Say]:
    """Tell whether this patient's referral was sent; nothing where that is not asked.

    Before it is, say what is missing. A reference asks about that one.
    """
    asked = any(fact.kind == "sent" for fact in words.facts)
    if not asked or "reference" in words.entities:
        return []
    bedside.row.misses = 0
    return [_whether_sent(bedside), ask(bedside)]


def _whether_sent(bedside: Bedside) -> Say:
    referral = current_referral(bedside) if bedside.step is Step.FILED else None
    if referral is not None:
        return own_referrals.tell_sent(bedside, referral)
    if script.outcome(bedside.encounter) or bedside.encounter.get(Step.OFFER) != "yes":
        return Say("utter_nothing_sent")
    if bedside.step is Step.SUMMARY:
        return Say("utter_not_sent_but_ready")
    missing = [
        bedside.word("detail", "consent" if step in script.CONSENT_STEPS else step)
        for step in (Step.CONSENT_CONTACT, *script.REQUIRED_CONTACT)
        if not bedside.encounter.answered(step)
    ]
    if not missing:
        return Say("utter_not_sent_but_asked")
    return Say("utter_not_sent_yet", {"missing": ", ".join(missing)})
