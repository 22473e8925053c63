"""Payloads of buttons: which there are, and what may stand in them. Everything else is refused."""

from __future__ import annotations

import json
import re

from referrals.advice.encounter import Step
from referrals.advice.script import CHOICES
from referrals.courses.course import Format, TimeOfDay

INTENTS = frozenset(
    {
        "answer",
        "skip",
        "go_back",
        "cancel",
        "pause",
        "resume",
        "help",
        "new_patient",
        "undo_referral",
        "show_summary",
        "correct_detail",
        "withdraw_consent",
        "change_wording_language",
        "ask_courses",
        "refine_courses",
        "more_courses",
        "show_course",
        "ask_medicine_price",
        "hold_seat",
        "consent_partner",
        "book_call",
    }
)
_STEPS = "|".join(Step)
_CHOICES = "|".join(sorted({code for codes in CHOICES.values() for code in codes}))
_KEYS = {
    "step": re.compile(_STEPS),
    "value": re.compile(rf"{_CHOICES}|rest"),
    "text_hash": re.compile(r"[0-9a-f]{64}"),
    "detail": re.compile(rf"{_STEPS}|consent"),
    "reference": re.compile(r"H-[0-9A-Z]{4,6}-[0-9A-Z]"),
    "course": re.compile(r"[0-9]{1,18}"),
    "place": re.compile(r"[0-9]{4}"),
    "free_seats": re.compile("yes"),
    "time_of_day": re.compile("|".join(TimeOfDay)),
    "course_format": re.compile("|".join(Format)),
    "slot": re.compile(r"[0-9]{1,10}-[0-9]{10}"),
}
_PRODUCTS = "|".join(CHOICES[Step.PRODUCT])
_OPEN_CHOICES = {
    Step.PRODUCT: re.compile(rf"(?:{_PRODUCTS})(?:\+(?:{_PRODUCTS}))*"),
    Step.MUNICIPALITY: re.compile(r"[0-9]{4}|other"),
    Step.SPOKEN_LANGUAGE: re.compile(r"[a-z]{2,3}|other"),
    Step.PHONE: re.compile(r"[1-9]|second_contact"),
    Step.POSTCODE: re.compile(r"[0-9]{4}"),
    Step.SECOND_CONTACT: re.compile(r"[1-9]"),
}
"""Steps whose buttons carry codes of a public list; or which of the numbers just told is meant."""
DETAILS = "/give_contact_details"
"""What a message becomes that tells who the patient is."""
BESIDE = "beside"
"""Names, among such details, the words that stand beside them and are to be read."""
DOUBT = "doubt"
"""Names, among such details, the question mark behind them."""
_SHAPE = re.compile(r"/([a-z_]+)(\{.*\})?")


class BadPayload(ValueError):
    """No button of ours has this payload."""


def engine_payload(payload: str, language: str) -> str:
    """Check a payload and add the language of the wording. Raises BadPayload.

    Only codes that a button of ours can carry are let through, so that no personal data can travel
    in a payload.
    """
    match = _SHAPE.fullmatch(payload)
    if match is None or match[1] not in INTENTS:
        raise BadPayload
    try:
        entities = json.loads(match[2] or "{}")
    except (ValueError, RecursionError):  # bad JSON, or brackets without end
        raise BadPayload from None
    for key, value in entities.items():
        if not isinstance(value, str) or not _allows(key, value, entities.get("step")):
            raise BadPayload
    entities["wording_language"] = language
    return f"/{match[1]}{json.dumps(entities, separators=(',', ':'))}"


def _allows(key: str, value: str, step: object) -> bool:
    pattern = _KEYS.get(key)
    if key == "value" and isinstance(step, str):
        pattern = _OPEN_CHOICES.get(Step(step), pattern) if step in set(Step) else None
    return pattern is not None and pattern.fullmatch(value) is not None


def read_beside(sealed_text: str) -> tuple[str, str]:
    """Give what the engine is to read of a message, and the details that go with it.

    Details travel as a payload, of which nothing is read. Words beside them are read in its stead,
    and so is a question mark: it is a doubt about them.
    """
    if not sealed_text.startswith(DETAILS + "{"):
        return sealed_text, ""
    details = json.loads(sealed_text.removeprefix(DETAILS))
    beside = details.pop(BESIDE, "") or details.get(DOUBT, "")
    return (beside, json.dumps(details)) if beside else (sealed_text, "")


def with_language(payload: str, language: str) -> str:
    """Add the language to a payload that we wrote ourselves."""
    name, brace, rest = payload.partition("{")
    entities = json.loads(brace + rest) if brace else {}
    entities["wording_language"] = language
    return name + json.dumps(entities, separators=(",", ":"))
