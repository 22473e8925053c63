"""Brings an encounter to any step by what its buttons do, straight in the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from referrals.advice.encounter import Step
from referrals.bedside import answering
from referrals.consent.texts import ConsentPart
from referrals.details import recording
from referrals.staff.roles import Staff
from referrals.storage.database import Database
from referrals.turns.encounters import Encounters
from referrals.turns.turn import Bedside

_YES = ("offer", "yes")
_CONSENTED = (("status", "daily"), _YES, ("consent_contact", "yes"), ("consent_outcome", "yes"))
_CONTACT = (*_CONSENTED, ("name", "Karin Qvortrup"), ("phone", ""), ("postcode", "2760"))
_KNOWN = (*_CONTACT, ("municipality", "0151"))
_COMPLETE = (*_KNOWN, ("skip", "rest"))
WAY: dict[str, tuple[tuple[str, str], ...]] = {
    "status": (),
    "product": (("status", "other_product"),),
    "ever_smoked": (("status", "no_use"),),
    "ex_smoker": (("status", "ex"),),
    "defer_reason": (("status", "unable"),),
    "offer": _CONSENTED[:1],
    "consent_contact": _CONSENTED[:2],
    "consent_outcome": _CONSENTED[:3],
    "name": _CONSENTED,
    "phone": _CONTACT[:5],
    "postcode": _CONTACT[:6],
    "municipality": _CONTACT,
    "best_time": _KNOWN,
    "leave_message": (*_KNOWN, ("best_time", "any")),
    "spoken_language": (*_KNOWN, ("best_time", "any"), ("leave_message", "yes")),
    "interpreter": (
        *_KNOWN,
        *(("best_time", "any"), ("leave_message", "yes"), ("spoken_language", "pl")),
    ),
    "summary": _COMPLETE,
    "discharge_date": (*_COMPLETE, ("correct", "discharge_date")),
    "protected_address": (*_COMPLETE, ("correct", "protected_address")),
    "filed": (*_COMPLETE, ("summary", "send")),
    "closed": (*_CONSENTED[:1], ("offer", "no")),
}
"""How each step is reached."""


class Kept(Protocol):
    """Where encounters are kept: a store, or the world of a test."""

    @property
    def database(self) -> Database:
        """The way to the rows."""

    @property
    def encounters(self) -> Encounters:
        """What starts encounters and changes them."""


def reach(kept: Kept, nurse: Staff, step: str, language: str, number: int) -> str:
    """Start an encounter and bring it to ``step``; ``number`` makes a phone of its own."""
    encounter_id = kept.encounters.start(nurse, language)
    with kept.database.write() as session:
        bedside = replace(kept.encounters.at_bedside(session, encounter_id), by_page=False)
        for what, value in WAY[step]:
            _go(bedside, what, value, number)
        bedside.store()
        assert bedside.step is Step(step), (bedside.step, step)
    return encounter_id


def _go(bedside: Bedside, what: str, value: str, number: int) -> None:
    if what == "skip":
        answering.skip(bedside, value)
    elif what == "correct":
        answering.correct(bedside, value)
    elif what in ("name", "phone"):
        told = value or f"26{number:06}"
        step = Step(what)
        normal = recording.normal(step, told, datetime.now(UTC).date())
        recording.keep(bedside, step, normal)
    elif what in ("consent_contact", "consent_outcome"):
        part = ConsentPart(what.removeprefix("consent_"))
        text = bedside.around.consent_texts[(part, bedside.language)]
        answering.press(bedside, answering.Pressed(what, value, text.hash))
    else:
        answering.take(bedside, Step(what), value)
