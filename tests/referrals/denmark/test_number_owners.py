"""A number that a ward, staff or whoever types may have is told from the patient's."""

from __future__ import annotations

import pytest

from referrals.denmark.number_owners import is_at_work, may_be_anothers


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("afd tlf", ""),
        ("afdelingens nummer er", ""),
        ("hjerteafdelingens tlf.", ""),
        ("mit nummer er", ""),
        ("ring til mig på", ""),
        ("vagttelefon", ""),
        ("sengetelefonen er", ""),
        ("arbejdsnummer", ""),
        ("lægevagten", ""),
        ("bostedets telefon", ""),
        ("kontaktsygeplejersken kan fanges på", ""),
        ("hendes læge", ""),
        ("call me on", ""),
        ("ward phone", ""),
        ("", "er afdelingens"),
        ("", "(afd)"),
    ],
)
def test_a_wards_staffs_or_own_number_may_be_anothers(before: str, behind: str) -> None:
    assert may_be_anothers(before, behind)


@pytest.mark.parametrize(
    ("before", "behind"),
    [
        ("", ""),
        ("tlf", ""),
        ("hun har mobilnummer", ""),
        ("hjemmetelefon", ""),
        ("telefonnummeret er", ""),
        ("kontaktnummer", ""),
        ("patientens nummer er", ""),
        ("afdelingen har noteret at hendes nummer er", ""),
        ("har brug for tolk", ""),
        ("", "om aftenen"),
        ("", "når hun er hjemme fra afdelingen"),
    ],
)
def test_the_patients_number_is_not_doubted(before: str, behind: str) -> None:
    assert not may_be_anothers(before, behind)


@pytest.mark.parametrize("name", ["Edward", "My", "Mine", "Kirstine", "Vagn", "Lægaard", "Howard"])
def test_a_name_is_nobody_at_work(name: str) -> None:
    assert not is_at_work(name)
