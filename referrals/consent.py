"""Consent texts: versioned content, read aloud word for word and identified by their hash. Pure.

The texts stand in ``consent_texts/<part>.<version>.<language>.txt``. A changed word needs a new
version: what a patient agreed to must be found again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from importlib.resources import files

CURRENT_VERSION = "2026-11"
LAPSES_AFTER = timedelta(days=365)
LANGUAGES = ("da", "en")
SHARED_DATA = ("name", "phone", "municipality", "best_time", "language", "nicotine_use")
PURPOSE = "quit_smoking_call"


class Part(StrEnum):
    """What is agreed to apart from each other. ``PARTNER`` leaves a gap for its municipality."""

    CONTACT = "contact"
    OUTCOME = "outcome"
    PARTNER = "partner"


class Method(StrEnum):
    """How the text reached the patient."""

    READ_ALOUD = "read_aloud"
    OWN_PHONE = "own_phone"


@dataclass(frozen=True)
class ConsentText:
    """One text as it is read: ``hash`` is the SHA-256 of its UTF-8 bytes, in hex."""

    part: Part
    version: str
    language: str
    text: str

    @property
    def hash(self) -> str:
        """Identify the exact wording."""
        return hashlib.sha256(self.text.encode()).hexdigest()


ConsentTexts = Mapping[tuple[Part, str], ConsentText]


def load_consent_texts(version: str = CURRENT_VERSION) -> ConsentTexts:
    """Read the texts of one version, keyed by part and language."""
    folder = files("referrals").joinpath("consent_texts")
    return {
        (part, language): ConsentText(
            part,
            version,
            language,
            folder.joinpath(f"{part}.{version}.{language}.txt").read_text("utf-8").strip(),
        )
        for part in Part
        for language in LANGUAGES
    }


def partner_text(template: ConsentText, municipality: str) -> ConsentText:
    """Give the text about a partner as it is read: with the name of its municipality."""
    return replace(template, text=template.text.format(municipality=municipality))


def lapses_at(captured_at: datetime) -> datetime:
    """Give the time at which a consent ends by itself: one year at most."""
    return captured_at + LAPSES_AFTER
