"""Consent texts: versioned content, read aloud word for word and identified by their hash. Pure.

The texts stand in ``wording/<part>.<language>.<version>.<seal>.txt``: the version is the day or
month of writing, the seal the beginning of the hash of the words. Each part and language has its
own versions, and the newest is in force, so a new wording is one new file. The old files stay: what
a patient agreed to must be found again by the hash in the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

LAPSES_AFTER = timedelta(days=365)
LANGUAGES = ("da", "en")
PURPOSE = "quit_smoking_call"
SEAL_LENGTH = 8


class ConsentPart(StrEnum):
    """What is agreed to apart from each other. ``PARTNER`` leaves a gap for its municipality."""

    CONTACT = "contact"
    OUTCOME = "outcome"
    SHARING = "sharing"
    PARTNER = "partner"


class ConsentMethod(StrEnum):
    """How the text reached the patient."""

    READ_ALOUD = "read_aloud"
    OWN_PHONE = "own_phone"


@dataclass(frozen=True)
class ConsentText:
    """One text as it is read: ``hash`` is the SHA-256 of its UTF-8 bytes, in hex."""

    part: ConsentPart
    version: str
    language: str
    text: str

    @property
    def hash(self) -> str:
        """Identify the exact wording."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def file_name(self) -> str:
        """Give the name of the file that may hold these words and no others."""
        return f"{self.part}.{self.language}.{self.version}.{self.hash[:SEAL_LENGTH]}.txt"


ConsentTexts = Mapping[tuple[ConsentPart, str], ConsentText]


def read_texts(folder: Traversable) -> tuple[ConsentText, ...]:
    """Read every text of a folder, oldest first. Raises ValueError for words under another seal."""
    texts = [_read(file) for file in folder.iterdir()]
    return tuple(sorted(texts, key=lambda text: text.version))


@cache
def published_texts() -> tuple[ConsentText, ...]:
    """Give every text that is or was in force, oldest first."""
    return read_texts(files("referrals.consent").joinpath("wording"))


def load_consent_texts() -> ConsentTexts:
    """Give the texts in force, keyed by part and language."""
    return {(text.part, text.language): text for text in published_texts()}


def partner_text(template: ConsentText, municipality: str) -> ConsentText:
    """Give the text about a partner as it is read: with the name of its municipality."""
    return replace(template, text=template.text.format(municipality=municipality))


def text_of(read_hash: str, municipality: str = "") -> ConsentText:
    """Give the text that was read, by the hash in the record; a partner's with its municipality.

    Raises LookupError where no published text has that hash.
    """
    for text in published_texts():
        read = partner_text(text, municipality) if text.part is ConsentPart.PARTNER else text
        if read.hash == read_hash:
            return read
    raise LookupError(f"no consent text has the hash {read_hash}")


def lapses_at(captured_at: datetime) -> datetime:
    """Give the time at which a consent ends by itself: one year at most."""
    return captured_at + LAPSES_AFTER


def _read(file: Traversable) -> ConsentText:
    part, language, version = file.name.split(".")[:3]
    text = ConsentText(ConsentPart(part), version, language, file.read_text("utf-8").strip())
    if file.name != text.file_name:
        raise ValueError(
            f"{file.name}: a text that was read is never changed; "
            f"keep it, and write a new wording into a new file, such as {text.file_name}"
        )
    return text
