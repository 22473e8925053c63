"""Asked whether it was sent, who has it, or under which number: told of this patient alone."""

from __future__ import annotations

from referrals.advice import script
from referrals.advice.asserted import Words
from referrals.advice.encounter import Step
from referrals.bedside import own_referrals
from referrals.bedside.asking import ask
from referrals.bedside.finding import current_referral
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside


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
