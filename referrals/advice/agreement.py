"""The one answer that both witnesses tell: the kind of message, and what the words assert. Pure.

An answer that accepts for a patient, or ends the talk with one, must leave no word unread.
"""

from __future__ import annotations

from referrals.advice import script
from referrals.advice.asserted import AS_LIKELY_AS_NOT, BY_WORD_ALONE, YES_OR_NO, Fact, Words
from referrals.advice.encounter import Step
from referrals.advice.kinds import OTHER_KIND_OF, meant

_FINAL = frozenset(
    {
        *((Step.OFFER, value) for value in ("yes", "no", "not_now")),
        *((Step.STATUS, value) for value in ("never", "no_use", "ex", "not_answered")),
        *((Step.EVER_SMOKED, "never"), (Step.EX_SMOKER, "well")),
    }
)
"""Answers that accept for a patient, or end the talk with one: no word of them stays unread."""


OF_USE = (Step.STATUS, Step.EVER_SMOKED, Step.EX_SMOKER, Step.PRODUCT)
"""Steps whose answer is what the patient says of themselves."""


def said_by_kind(step: Step, words: Words) -> list[str]:
    """Give what the kind of message answers at the step, the likeliest first."""
    if step is Step.STATUS and words.intent in ("deny", "not_now") and words.own("smoking"):
        return []  # the no is about something else
    return list(meant(step, words.intent))


_MEDICINE = ["no_use", "other_product"]
"""What gum or a plaster beside a no may be: the nurse knows which."""


def agreed(step: Step, likely: list[str], said: list[str], words: Words) -> str | None:
    """Give the one answer that both witnesses tell; one that loses or accepts must be plain."""
    chosen = None if likely == _MEDICINE else _both_tell(step, likely, said, words)
    if chosen not in (None, "unable") and step in OF_USE and words.own("reported"):
        return None  # somebody else says so: it is asked about
    if step is Step.STATUS and chosen and _is_contradicted(chosen, words):
        return None
    if step is Step.OFFER and words.own("shrug"):
        return None  # "jaja"
    if step is Step.OFFER and chosen in ("yes", "unable") and _wants_something_else(words):
        return None
    if chosen == "yes" and _is_half_refused(step, words):
        return None
    if step is Step.OFFER and chosen in ("no", "not_now") and _is_half_agreed(words):
        return None
    if (step, chosen) in _FINAL and step in OF_USE and smells(words):
        return None  # "siger nej men lugter af røg"
    if step in YES_OR_NO and _TELLS_ANEW & words.entities.keys():
        return None  # "nej nummeret er …" refuses what stands, not what is asked
    final = chosen is not None and (step, chosen) in _FINAL
    if (step, chosen) == (Step.OFFER, "not_now") and _only_puts_off(words):
        return chosen
    sure = words.says("plain") or _is_beyond_doubt(chosen, likely, said, words)
    sure = sure and words.is_heard_in_full  # "ja, men ikke til konen" sets a condition
    return None if final and not sure else chosen


def _is_beyond_doubt(chosen: str | None, likely: list[str], said: list[str], words: Words) -> bool:
    """Tell whether both witnesses know one answer only, and a word or two stand unread beside."""
    alone = likely == [chosen] and said[:1] == [chosen] and words.certain
    sure = all(fact.stands or fact.kind == "answer" for fact in words.facts)
    return alone and sure and words.says("nearly_plain")


def _is_half_refused(step: Step, words: Words) -> bool:
    """Tell "ja til plaster, nej til kommunen" and "ja, men ikke hos konen": yes to a part."""
    no = any((fact.kind, fact.value) == ("answer", "no") for fact in words.facts)
    return no if step is Step.OFFER else step in YES_OR_NO and bool(words.own("denial"))


def _is_half_agreed(words: Words) -> bool:
    """Tell "nej tak til kursus men ja til opkald": a yes behind the no, which is none to all."""
    told = [f for f in words.facts if f.whose == "patient" and f.certainty in _SAID]
    refused = [f.start for f in told if (f.kind, f.value) in _REFUSES and not _is_yes(f)]
    return any(_is_yes(fact) and fact.start > min(refused, default=0) for fact in told)


def _is_yes(fact: Fact) -> bool:
    return (fact.kind, fact.value) in _AGREES and fact.polarity


_AGREES = (("answer", "yes"), ("referral", "wants"))
_REFUSES = (("answer", "no"), ("referral", "wants"), ("referral", "not_now"))
_SAID = ("stated", "partial")


def smells(words: Words) -> bool:
    """Tell whether the patient is said to smell of smoke."""
    return words.says("smells")


def _is_contradicted(chosen: str, words: Words) -> bool:
    """Tell a status that the rest speaks against: another amount, a no behind, another's smoking.

    "dagligt men kun i weekenden", "dagligt nej", "vil ikke svare på om konen ryger".
    """
    if chosen == "not_answered":
        return bool(words.facts_of_another("smoking", "product"))
    told = words.own("smoking")
    amounts = {fact.value for fact in told if fact.value in ("daily", "occasional")}
    if len(amounts) > 1:
        return True
    no = next((f for f in words.own("answer") if f.value == "no"), None)
    if no is None or chosen not in script.USES or not told or told[-1].start > no.start:
        return False
    line = [f for f in words.own("product") if told[-1].start < f.start < no.start]
    return not any(not fact.polarity for fact in line)  # "snus: nej"


_TELLS_ANEW = frozenset({"name", "phone", "postcode"})


def _only_puts_off(words: Words) -> bool:
    """Tell whether all that is said of the offer is later: what stands beside is the reason why."""
    told = [f for f in words.facts if f.kind in ("referral", "answer", "unable", "consent")]
    return all(fact.kind == "unable" or fact.value == "not_now" for fact in told) and all(
        fact.stands for fact in told
    )


def _wants_something_else(words: Words) -> bool:
    """Tell whether a wish stands beside an answer that may be for something else."""
    return any(
        (fact.value, fact.whose, fact.certainty) == ("wants", "patient", "hedge")
        for fact in words.facts
    )


def _both_tell(step: Step, likely: list[str], said: list[str], words: Words) -> str | None:
    if step is Step.OFFER:
        for fact in words.facts:
            if fact.kind == "whole":
                return fact.value
    both = [value for value in likely if value in said]
    if step is Step.STATUS and len(likely) > 1 and words.confidence < AS_LIKELY_AS_NOT:
        return None  # which of two it is, nobody knows
    if both:
        return both[0] if _fits_all(step, both[0], likely) else None
    if not likely:
        return _unopposed(step, said, words)
    if likely == ["other_product", "daily"] and speaks_for_itself(step, words):
        return likely[0]
    if len(likely) != 1:
        return None
    if step in BY_WORD_ALONE or _accounted_for(words):
        return likely[0]
    milder = likely == ["not_now"] and not words.sure
    return likely[0] if (milder or not said) and speaks_for_itself(step, words) else None


def speaks_for_itself(step: Step, words: Words) -> bool:
    """Tell a sentence that leaves no word unread, where the classifier has nothing to say.

    It may not accept for a patient beside a denial, whatever that is about.
    """
    denied = step is Step.OFFER and words.own("denial")
    return words.unclear and not denied and words.says("plain")


def _unopposed(step: Step, said: list[str], words: Words) -> str | None:
    """Give that nobody can be asked, where a sure classifier says so and nothing speaks against it.

    That puts the patient on the ward's list. Never a yes, never an end.
    """
    if said[:1] != ["unable"] or not words.sure or any(not fact.stands for fact in words.facts):
        return None
    if step is Step.OFFER and words.own("answer", "referral", "smoking"):
        return None
    return None if words.intent == "not_now" and step is Step.STATUS else "unable"


def _fits_all(step: Step, value: str, likely: list[str]) -> bool:
    """Tell whether the rest that was said does not speak against it: "nej hun vil gerne" does."""
    if step is Step.OFFER:
        return not _AGAINST.get(value, set()) & set(likely)
    if step is Step.STATUS and value == "ex":
        return not {"daily", "occasional"} & set(likely)  # "har røget i 40 år"
    return step not in YES_OR_NO or len(likely) == 1


def _accounted_for(words: Words) -> bool:
    """Tell whether another fact is what the kind of message is about."""
    for kind, value, polarity in OTHER_KIND_OF.get(words.intent, ()):
        if words.says(kind, value, polarity=polarity):
            return True
    return False


_AGAINST = {
    "yes": {"no", "not_now", "unable"},
    "no": {"yes", "not_now"},
    "not_now": {"yes"},
    "tried_before": {"yes", "no"},
}
