"""What a patient agrees to: the exact words, by their version and hash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from referrals.advice.encounter import Step
from referrals.bedside.filing import SHARED_DATA
from referrals.consent.texts import (
    LANGUAGES,
    ConsentPart,
    lapses_at,
    load_consent_texts,
    published_texts,
    read_texts,
    text_of,
)

READ_IN_NOVEMBER: Mapping[str, str] = {
    "contact.da": "e0348af8d5fc490dc57d1c07bdb26e37f709ec424fc04ffa22df013f68c168cb",
    "contact.en": "b351cee44b9df3dc7dcb1605c4eccf6af911da759eb71c6709fa899d7c7245a6",
    "outcome.da": "ca90a47ac7a43f48bf3dee408d1e49fd2b546424a7528dfb18f7a9d7a0e10bb3",
    "outcome.en": "0d0f077793883433916ecd5a70b74bac1f90d97523d4cf418b57b25a1e916c46",
}
"""Hashes in records that were made under the first texts."""
PARTNER_READ_IN_NOVEMBER = "f79dbbf7acb6b57a9e0eb6ff9f7df51d7977adb6fda897180758a74d87a80094"

NAMED: Mapping[str, tuple[str, str]] = {
    Step.NAME: ("dit navn", "your name"),
    Step.PHONE: ("dit telefonnummer", "your phone number"),
    Step.POSTCODE: ("postnummer", "postcode"),
    Step.MUNICIPALITY: ("din kommune", "your municipality"),
    Step.BEST_TIME: ("hvornår du helst vil ringes op", "when you prefer to be called"),
    Step.LEAVE_MESSAGE: ("om der må lægges en besked", "whether a message may be left"),
    Step.SPOKEN_LANGUAGE: ("dit sprog", "your language"),
    Step.INTERPRETER: ("tolk", "interpreter"),
    Step.SECOND_CONTACT: ("en kontaktperson", "a contact person"),
    Step.DISCHARGE_DATE: ("hvornår du udskrives", "when you will be discharged"),
    Step.PROTECTED_ADDRESS: ("din adresse er beskyttet", "your address is protected"),
    Step.STATUS: ("at du bruger nikotin,", "that you use nicotine,"),
    Step.PRODUCT: ("hvilken slags", "which kind"),
    "ward": ("hvilket afsnit du er på", "which ward you are on"),
}
"""What is shared, and how the texts call it in Danish and English. CPR and address never are."""


def test_what_is_shared_is_what_is_listed_here_and_no_more() -> None:
    assert Counter(SHARED_DATA) == Counter(str(detail) for detail in NAMED)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("part", [ConsentPart.CONTACT, ConsentPart.PARTNER])
@pytest.mark.parametrize("detail", NAMED)
def test_the_text_names_every_detail_that_is_shared(
    part: ConsentPart, language: str, detail: str
) -> None:
    words = dict(zip(LANGUAGES, NAMED[detail], strict=True))
    assert words[language] in load_consent_texts()[(part, language)].text


def test_each_part_is_in_force_in_both_languages() -> None:
    assert set(load_consent_texts()) == {(part, lang) for part in ConsentPart for lang in LANGUAGES}


def test_of_each_part_and_language_the_newest_text_is_in_force() -> None:
    for key, text in load_consent_texts().items():
        versions = [t.version for t in published_texts() if (t.part, t.language) == key]
        assert text.version == max(versions)
        assert len(set(versions)) == len(versions)


def test_each_text_differs_from_the_others() -> None:
    hashes = [text.hash for text in published_texts()]
    assert len(set(hashes)) == len(hashes)


@pytest.mark.parametrize("name", READ_IN_NOVEMBER)
def test_a_text_that_is_no_longer_in_force_is_found_by_the_hash_of_what_was_read(name: str) -> None:
    found = text_of(READ_IN_NOVEMBER[name])
    assert (f"{found.part}.{found.language}", found.version) == (name, "2026-11")
    assert found.hash == READ_IN_NOVEMBER[name]


def test_an_older_text_about_a_partner_is_found_with_its_municipality() -> None:
    found = text_of(PARTNER_READ_IN_NOVEMBER, "Herlev")
    assert found.text.startswith("Holdet ligger i Herlev Kommune.")
    assert found.hash == PARTNER_READ_IN_NOVEMBER


def test_what_was_read_about_one_partner_does_not_prove_another() -> None:
    with pytest.raises(LookupError):
        text_of(PARTNER_READ_IN_NOVEMBER, "Gentofte")


def test_a_text_that_was_never_published_proves_nothing() -> None:
    with pytest.raises(LookupError):
        text_of("0" * 64)


def test_a_changed_text_is_refused_and_the_name_for_a_new_one_is_told(tmp_path: Path) -> None:
    tmp_path.joinpath("outcome.da.2026-11.ca90a47a.txt").write_text("Må vi?\n", "utf-8")
    with pytest.raises(ValueError, match=r"outcome\.da\.2026-11\.[0-9a-f]{8}\.txt$"):
        read_texts(tmp_path)


def test_a_new_wording_is_one_new_file_and_the_old_one_stays(tmp_path: Path) -> None:
    old = load_consent_texts()[(ConsentPart.OUTCOME, "da")]
    new = type(old)(ConsentPart.OUTCOME, "2099-01-31", "da", "Må vi?")
    for text in (new, old):
        tmp_path.joinpath(text.file_name).write_text(f"{text.text}\n", "utf-8")
    assert read_texts(tmp_path) == (old, new)


def test_a_consent_lapses_a_year_after_it_was_given() -> None:
    captured = datetime(2027, 3, 1, 12, 30, tzinfo=UTC)
    assert lapses_at(captured) - captured == timedelta(days=365)
