"""Phone numbers in typed words: the patient's is taken, another one told, a doubtful one asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from referrals.advice import script
from referrals.advice.asserted import Words
from referrals.advice.encounter import Step
from referrals.advice.places import Postcodes, of_the_patient, spoken_of
from referrals.bedside import answering
from referrals.bedside.listening.checking import ask_whether_meant
from referrals.bedside.listening.typed_details import take_details
from referrals.details import choosing
from referrals.details.taking import forget
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside


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
    said: list[Say] = []
    if (
        "postcode" in told
        and words.text.startswith("/")
        and len(set(every.get("postcode", ()))) > 1
    ):
        told.pop("postcode")  # nothing beside them says in which of the two the patient lives
        said.append(Say("utter_two_postcodes"))
    said += _not_used(bedside, numbers.spare)
    spoken = spoken_of(words) if _may_be_told(bedside) else Postcodes()
    left = [clause for clause in spoken.left if clause]
    said += [Say("utter_not_used", {"words": ", ".join(left)})] if left else []
    if numbers.again:
        return [*said, *answering.correct(bedside, Step.PHONE)]
    before, misses = bedside.encounter, bedside.row.misses
    if not spoken.meant and before.get(Step.POSTCODE) in spoken.unmeant:
        return [*said, *answering.correct(bedside, Step.POSTCODE)]
    answered = decide(replace(words, entities=told))
    spoken_for = bool(numbers.asked or left or spoken.doubted)
    if spoken_for and bedside.encounter == before and answered[0].response in _NOT_READ:
        bedside.row.misses = misses  # the rest of the words says nothing more
        answered = answered[-1:]
    said += answered
    new = [code for code in spoken.doubted if code != bedside.encounter.get(Step.POSTCODE)]
    if new and not spoken.meant and not numbers.asked and not bedside.encounter.ended:
        return [*said[:-1], *ask_whether_meant(bedside, ((Step.POSTCODE, new[0]),))]
    if not numbers.asked or bedside.encounter.ended:
        return said
    again = [Say("utter_press_a_button")] if choosing.is_asked(bedside) else []
    return [*said[:-1], *again, choosing.ask(bedside, numbers)]  # in place of the next question


_NOT_READ = frozenset(
    ("utter_not_understood", "utter_phone_needed", "utter_offer_help", "utter_out_of_scope")
)


def _may_be_told(bedside: Bedside) -> bool:
    """Tell whether a postcode may be kept here at all; by page it is written elsewhere."""
    encounter = bedside.encounter
    asked = bedside.step in script.CONSENT_STEPS
    return script.has_consent(encounter) and not (asked or encounter.ended or bedside.by_page)


def keep_details(bedside: Bedside, words: Words, beside: Words | None = None) -> list[Say]:
    """Keep contact details, and note what is told in words ``beside`` them."""
    every = words.every
    return with_numbers(bedside, words, every, lambda told: take_details(bedside, told, beside))


def _not_used(bedside: Bedside, spare: Sequence[str]) -> list[Say]:
    """Say which numbers were not used; before the consent, and where they are not read, nothing."""
    if bedside.by_page or not script.has_consent(bedside.encounter):
        forget(bedside, spare)
        return []
    for token in spare:
        bedside.forgets_later(token)
    return [Say("utter_number_not_used", {"value": " · ".join(spare)})] if spare else []
