"""The patients of a made-up year: who they are and what they will say. Pure, seeded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

_FIRST = ("Anna", "Bent", "Carla", "Dan", "Else", "Finn", "Grethe", "Hans", "Inge", "Jens")
_LAST = ("Demosen", "Eksempel", "Prøvesen", "Opdigtet", "Mønster")
STATUS = {
    "daily": 17,
    "occasional": 5,
    "other_product": 6,
    "ex": 21,
    "never": 42,
    "no_use": 3,
    "not_answered": 2,
    "unable": 4,
}
PRODUCTS = {"snus": 4, "pouches": 4, "ecigarette": 5, "other": 1}
OFFERS = {"yes": 52, "no": 22, "not_now": 14, "tried_before": 8, "unable": 4}
LANGUAGES = {"da": 86, "en": 4, "ar": 4, "tr": 2, "pl": 2, "ur": 2}
BEST_TIMES = {"any": 40, "morning": 25, "afternoon": 20, "evening": 15}
LEAVES_HALFWAY, CANCELS, UNDOES, SENDS_AGAIN = 0.02, 0.02, 0.02, 0.6
CONSENTS, SHARES_OUTCOME, SKIPS = 0.94, 0.8, 0.4
OUTSIDE, RETURNS, WANTS_SEAT, WANTS_CALL = 0.03, 0.04, 0.2, 0.2


@dataclass(frozen=True)
class Patient:
    """One patient. ``answers`` maps steps to codes; chances that were drawn stand beside."""

    number: int
    name: str
    phone: str
    postcode: str
    municipality: str
    answers: Mapping[str, str]
    leaves_at: int | None
    cancels_at: int | None
    undoes: bool
    sends_again: bool
    wants_seat: bool
    wants_call: bool


def pick(chance: Random, weights: Mapping[str, int]) -> str:
    """Draw one code by its weight."""
    return chance.choices(list(weights), list(weights.values()))[0]


def patient(
    number: int, seed: str, homes: Sequence[tuple[str, str]], outside: Sequence[str]
) -> Patient:
    """Make up the ``number``th patient; the same each time for a seed.

    ``homes`` are pairs of postcode and municipality, ``outside`` postcodes of other municipalities.
    Some come back with the phone number of an earlier patient.
    """
    # Made up, and the same each time: no secret hangs on it.
    chance = Random(f"{seed} patient {number}")  # noqa: S311
    postcode, municipality = chance.choice(homes)
    if chance.random() < OUTSIDE:
        postcode, municipality = chance.choice(outside), "other"
    whose = chance.randrange(number) if number and chance.random() < RETURNS else number
    answers = {
        "status": pick(chance, STATUS),
        "product": pick(chance, PRODUCTS),
        "ever_smoked": chance.choice(("never", "stopped")),
        "ex_smoker": "relapsed" if chance.random() < 0.05 else "well",
        "defer_reason": chance.choice(("confused", "too_ill", "asleep", "other")),
        "offer": pick(chance, OFFERS),
        "consent_contact": _yes(chance, CONSENTS),
        "consent_outcome": _yes(chance, SHARES_OUTCOME),
        "municipality": municipality,
        "best_time": pick(chance, BEST_TIMES),
        "leave_message": _yes(chance, 0.6),
        "spoken_language": pick(chance, LANGUAGES),
        "interpreter": _yes(chance, 0.5),
        "duplicate": "stop" if chance.random() < 0.7 else "add",
        "summary": "send",
    }
    if chance.random() < SKIPS:
        answers["best_time"] = "skip"
    return Patient(
        number=number,
        name=f"{chance.choice(_FIRST)} {chance.choice(_LAST)}",
        phone=f"{20_500_000 + whose:08d}",
        postcode=postcode,
        municipality=municipality,
        answers=answers,
        leaves_at=chance.randrange(2, 9) if chance.random() < LEAVES_HALFWAY else None,
        cancels_at=chance.randrange(1, 9) if chance.random() < CANCELS else None,
        undoes=chance.random() < UNDOES,
        sends_again=chance.random() < SENDS_AGAIN,
        wants_seat=chance.random() < WANTS_SEAT,
        wants_call=chance.random() < WANTS_CALL,
    )


def _yes(chance: Random, share: float) -> str:
    return "yes" if chance.random() < share else "no"
