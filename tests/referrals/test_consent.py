"""What a patient agrees to: the exact words, by their version and hash."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from referrals.consent import (
    CURRENT_VERSION,
    LANGUAGES,
    Part,
    lapses_at,
    load_consent_texts,
)

FOLDER = Path(__file__).parents[2] / "referrals" / "consent_texts"
PINNED = {
    "contact.2026-11.da.txt": "e0348af8d5fc490dc57d1c07bdb26e37f709ec424fc04ffa22df013f68c168cb",
    "contact.2026-11.en.txt": "b351cee44b9df3dc7dcb1605c4eccf6af911da759eb71c6709fa899d7c7245a6",
    "outcome.2026-11.da.txt": "ca90a47ac7a43f48bf3dee408d1e49fd2b546424a7528dfb18f7a9d7a0e10bb3",
    "outcome.2026-11.en.txt": "0d0f077793883433916ecd5a70b74bac1f90d97523d4cf418b57b25a1e916c46",
    "partner.2026-11.da.txt": "536659060c03ee69319509a90c69fca3e18c3299ccf58c150922779d44349f08",
    "partner.2026-11.en.txt": "908b68b5bb700b218755e177eb282f6dc86bc8683a766263c7dd6365af8c9b44",
}
"""Each published text with the hash of its words. A new wording is a new version, never an edit."""


@pytest.mark.parametrize(("name", "expected"), PINNED.items(), ids=list(PINNED))
def test_a_published_text_is_never_changed(name: str, expected: str) -> None:
    words = FOLDER.joinpath(name).read_text("utf-8").strip()
    assert hashlib.sha256(words.encode()).hexdigest() == expected


def test_every_text_is_pinned() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PINNED)


def test_the_current_version_has_both_parts_in_both_languages() -> None:
    assert set(load_consent_texts()) == {(part, lang) for part in Part for lang in LANGUAGES}


def test_a_text_is_identified_by_the_hash_of_its_words() -> None:
    text = load_consent_texts()[(Part.CONTACT, "da")]
    assert text.hash == PINNED[f"contact.{CURRENT_VERSION}.da.txt"]


def test_each_text_differs_from_the_others() -> None:
    hashes = [text.hash for text in load_consent_texts().values()]
    assert len(set(hashes)) == len(hashes)


def test_a_version_that_was_never_published_cannot_be_read() -> None:
    with pytest.raises(FileNotFoundError):
        load_consent_texts("1999-01")


def test_a_consent_lapses_after_one_year_at_most() -> None:
    captured = datetime(2027, 3, 1, tzinfo=UTC)
    assert lapses_at(captured) - captured <= timedelta(days=366)
