"""Practice: a made-up patient answers the nurse, and nothing is filed, held or counted.

What the patients say stands in ``domain.yml``, a response for each patient and step, or for all
patients alike. An encounter that practises has the patient's code in its row from the beginning;
``Bedside.store`` writes none of what is counted, and housekeeping deletes it whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from referrals.advice import script
from referrals.advice.encounter import Outcome, Step
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside, end


class Patient(StrEnum):
    """Who can be practised with."""

    KIRSTEN = "kirsten"
    JONAS = "jonas"
    AMINA = "amina"


OWN_LINES: Mapping[Patient, tuple[Step, ...]] = {
    Patient.KIRSTEN: (Step.STATUS, Step.OFFER),
    Patient.JONAS: (Step.STATUS, Step.PRODUCT, Step.OFFER),
    Patient.AMINA: (Step.STATUS, Step.OFFER),
}
"""Where a patient says something of their own."""
SHARED_LINES = (*script.BUTTON_ONLY, Step.NAME, Step.MUNICIPALITY)
"""Where all say the same."""


@dataclass(frozen=True)
class Details:
    """Who a patient pretends to be. The number is made up, and is never called or kept."""

    name: str
    phone: str
    postcode: str
    municipality: str


DETAILS: Mapping[Patient, Details] = {
    Patient.KIRSTEN: Details("Kirsten Prøve", "20 11 22 91", "2730", "0163"),
    Patient.JONAS: Details("Jonas Prøve", "20 11 22 92", "2750", "0151"),
    Patient.AMINA: Details("Amina Prøve", "20 11 22 93", "2900", "0157"),
}


def line_of(patient: Patient, step: Step, *, tried_before: bool = False) -> str | None:
    """Name what a patient says when ``step`` is asked; None where they say nothing."""
    if step is Step.OFFER and tried_before:
        return "utter_practice_offer_again"
    if step in OWN_LINES[patient]:
        return f"utter_practice_{patient}_{step}"
    return f"utter_practice_{step}" if step in SHARED_LINES else None


def play(bedside: Bedside, said: list[Say]) -> list[Say]:
    """Let the patient answer what is asked now; once it ended, say that it was practice."""
    if not bedside.row.practice:
        return said
    if script.outcome(bedside.encounter) is not None:
        return [*said, Say("utter_practice_over")]
    patient = Patient(bedside.row.practice)
    line = line_of(patient, bedside.step, tried_before=bedside.encounter.tried_before)
    return [*said, Say(line, _values(bedside, patient))] if line else said


def _values(bedside: Bedside, patient: Patient) -> dict[str, str]:
    details = DETAILS[patient]
    home = bedside.around.municipalities.by_code[details.municipality].name
    return {
        "patient": bedside.word("practice", patient),
        "name": details.name,
        "phone": details.phone,
        "postcode": details.postcode,
        "municipality": home,
    }


def end_instead_of_filing(bedside: Bedside) -> list[Say]:
    """End where a referral would have been sent."""
    end(bedside, Outcome.CANCELLED)
    return [Say("utter_practice_not_sent")]
