"""Payloads of buttons: which there are, and what may stand in them. Everything else is refused."""

from __future__ import annotations

import json
import re

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
    }
)
KEYS = frozenset({"step", "value", "text_hash", "detail", "reference"})
_SHAPE = re.compile(r"/([a-z_]+)(\{.*\})?")
_CODE = re.compile(r"[A-Za-z0-9_-]{0,64}")


class BadPayload(ValueError):
    """No button of ours has this payload."""


def engine_payload(payload: str, language: str) -> str:
    """Check a payload and add the language of the wording. Raises BadPayload.

    Values are short codes, so no personal data can travel in a payload.
    """
    match = _SHAPE.fullmatch(payload)
    if match is None or match[1] not in INTENTS:
        raise BadPayload
    try:
        entities = json.loads(match[2] or "{}")
    except ValueError:
        raise BadPayload from None
    for key, value in entities.items():
        if key not in KEYS or not isinstance(value, str) or not _CODE.fullmatch(value):
            raise BadPayload
    entities["wording_language"] = language
    return f"/{match[1]}{json.dumps(entities, separators=(',', ':'))}"


def with_language(payload: str, language: str) -> str:
    """Add the language to a payload that we wrote ourselves."""
    name, brace, rest = payload.partition("{")
    entities = json.loads(brace + rest) if brace else {}
    entities["wording_language"] = language
    return name + json.dumps(entities, separators=(",", ":"))
