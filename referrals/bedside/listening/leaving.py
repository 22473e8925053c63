"""A patient who no longer wants it, and a command that is denied: asked, or left as it is."""

from __future__ import annotations

from referrals.advice import script
from referrals.advice.asserted import Words
from referrals.advice.encounter import Step
from referrals.advice.hearing import hear
from referrals.advice.witness import keeps, only_refuses
from referrals.bedside import steering
from referrals.bedside.asking import ask
from referrals.bedside.listening.checking import ask_whether_meant
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside

_AGREED = frozenset({*script.PAGE_STEPS, Step.CONSENT_SHARING, Step.DUPLICATE, Step.SUMMARY})
"""Steps behind a yes to the offer and the consent, which the patient may take back."""
_TAKES_NO = frozenset({Step.LEAVE_MESSAGE, Step.INTERPRETER, Step.PROTECTED_ADDRESS})
"""Of these, questions that "det vil hun ikke" answers."""

_SAYS_NO_MORE = {"keeps", "denial", "plain", "nearly_plain", "steering"}


def leave(bedside: Bedside, words: Words) -> list[Say]:
    """Leave all as it is where a command is denied: "slet den ikke". Nothing where more is told."""
    if not keeps(words):
        return []
    if hear(bedside.step, words) and not {fact.kind for fact in words.facts} <= _SAYS_NO_MORE:
        return []
    kept = "utter_left_as_it_is" if bedside.step is Step.FILED else "utter_nothing_new"
    return [Say(kept), ask(bedside)]


def backs_out(bedside: Bedside, words: Words) -> list[Say]:
    """Ask whether a patient who said yes no longer wants it; nothing where words do not say so."""
    step = bedside.step
    out = words.says("backs_out")
    if words.says("consent", "withdrawn"):
        return []  # which of the consents is asked there
    if step in _AGREED:
        weighed = step in _TAKES_NO or step is Step.SUMMARY  # there a no is weighed with sending
        refused = not weighed and only_refuses(words) and not hear(step, words).answers
        return steering.ask_backing_out(bedside) if out or refused else []
    if step in script.CONSENT_STEPS and out:
        return [Say("utter_press_consent_button"), ask(bedside)]
    if step is Step.OFFER and out and not hear(step, words).answers:
        return ask_whether_meant(bedside, ((step, "no"), (step, "yes")))
    return []
