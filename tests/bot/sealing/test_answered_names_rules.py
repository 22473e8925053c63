"""Where a name begins and ends in an answer, word by word: what introduces it, what stands behind.

``|`` marks the name; an answer without marks holds none.
"""

from __future__ import annotations

import pytest

from bot.sealing.answered_names import (
    answer,
    family_and_given,
    family_name_alone,
    family_name_first,
)
from bot.sealing.vocabulary import load_vocabulary
from service.settings import ROOT

VOCABULARY = load_vocabulary(ROOT / "nlu")


def marked(typed: str) -> str:
    """Write the answer with marks around the name that is found in it."""
    span = answer(typed, VOCABULARY)
    return f"{typed[: span[0]]}|{typed[slice(*span)]}|{typed[span[1] :]}" if span else typed


def read(told: str) -> None:
    assert marked(told.replace("|", "")) == told


@pytest.mark.parametrize(
    "subject",
    [
        *("det er", "dette er", "it is", "this is", "that is", "hun er", "han er", "she is"),
        *("he is", "hendes navn er", "hans navn er", "deres navn er", "her name is"),
        *("his name is", "their name is", "the name is", "my patient is", "our patient is"),
        *("min patient er", "vores patient hedder", "patientens fulde navn er", "pts navn er"),
        *("the patient's full name is", "pt. er", "it's", "that's", "he's", "she's", "name's"),
        *("navnet", "navn", "name", "patienten", "pt", "the patient", "navn:", "navn er:"),
        *("name is", "fru", "dr.", "fru dr.", "Hun Hedder", "DET ER", "Navn:"),
        *("hendes fulde navn er", "navnet er", "hun kaldes", "she is called", "he is named"),
        *("nej vent", "men", "rettelse:", "no wait", "-", "Nej,"),
        *("postnr 2750 Ballerup", "2750 Ballerup", "Ballerup", "40", "postnummer er 2750"),
        *("POSTNR. 2750", "postcode 2750", "postcode is 2750", "nej vent det er"),
    ],
)
def test_a_name_begins_behind_what_only_introduces_it(subject: str) -> None:
    read(f"{subject} |karin holm|")


@pytest.mark.parametrize(
    "told",
    [
        *("fornavn |karin|", "fornavnet |karin|", "efternavn |holm|", "efternavnet |holm|"),
        *("first name |karin|", "given name |karin|", "family name |holm|", "last name |holm|"),
        *("hun hedder i øvrigt |Karin|", "hun hedder |van Holm|", "hun hedder |A. Holm|"),
        *("hun hedder |ryger|", "hun hedder |Ryger|", "hun hedder i øvrigt |jens|"),
    ],
)
def test_a_part_of_a_name_is_told_behind_its_label(told: str) -> None:
    read(told)


@pytest.mark.parametrize(
    "told",
    [
        *("|KARIN HOLM| TALER POLSK", "|KARIN HOLM| taler polsk", "|karin holm| taler polsk"),
        *("|Karin Holm| TALER POLSK", "|Karin Holm| MD", "|Karin Holm| NB", "|Karin HOLM|"),
        *("|Karin M Holm|", "|Karin M. Holm|", "|karin m. holm|", "|Karin Holm-Prøve|"),
        *("|karin holm prøvesen|", "|karin prøvesen holm|", "|Karin Prøvesen| zqvist"),
        *("|Karin prøvesen zqvist|", "|Karin zqvist|", "|karin zqvist|", "|Karin van der Holm|"),
        *("|karin van der holm|", "|Karin van|", "|Karin| de ryger", "|Karin og Holm|"),
        *(
            "|Karin og Zqvist|",
            "|Karin| og ryger",
            "|Karin| ryger",
            "|karin| ryger",
            "|rose| ryger",
        ),
        *("|jens prøve|", "|maj vinter|", "|line lykke|", "|Karin| måske", "|Karin| portør"),
        *("|Karin| overlæge", "|Karin| sygeplejerske Holm", "|Karin| obs. sover", "|Karin| tlf"),
        *("|Karin Holm| obs. sover", "|Karin| pt. sover", "|Karin| efternavn Holm"),
        *("|Karin Holm|!", "|Karin| (Holm)", "|Karin| - Holm", "|Karin-Holm|", "|Karin| 2"),
        *("|Karin| [[word", "|Karin| ikke Jens", "|Karin| vent", "|hjælp Quistgaard|"),
        *("|Z|", "|z|", "|H. C. Andersen|", "|H.C. Andersen|"),
        *("|KARIN ZQVIST HOLM|", "|Karin ZQVIST Holm|", "|A B|"),
    ],
)
def test_a_name_ends_where_something_else_is_said(told: str) -> None:
    read(told)


@pytest.mark.parametrize(
    "told",
    [
        *("det", "hun", "hjælp", "hjælp mig", "hun ryger dagligt", "hun ryger zqvist", "fru"),
        *("Hun Ryger Dagligt", "kender du jens?", "Karin?", "overlæge", "overlæge Karin"),
        *("C ikke K", "hun hedder ikke Karin", "hun hedder måske Karin", "hun hedder det"),
        *("hun er ryger", "ikke Karin", "måske Karin", "konen Karin", "datter Karin", "mor"),
        *("Søn Karin", "ring Karin", "vent", "", "2750 Ballerup", "navn", "Ikke Karin"),
    ],
)
def test_a_sentence_a_doubt_or_somebody_elses_name_is_none(told: str) -> None:
    read(told)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("efternavn Jensen fornavn Bente", "Bente Jensen"),
        ("Efternavn er Holm og fornavn er Karin", "Karin Holm"),
        ("efternavnet: Holm, fornavnet: Karin", "Karin Holm"),
        ("family name Holm, first name Karin", "Karin Holm"),
        ("LAST NAME IS HOLM AND GIVEN NAME IS KARIN", "KARIN HOLM"),
        ("surname: van der Holm first name: Karin M.", "Karin M. van der Holm"),
        ("efternavn Holm", None),
        ("fornavn Karin efternavn Holm", None),
        ("efternavn 2750 fornavn Karin", None),
    ],
)
def test_a_family_name_that_is_told_first_stands_behind_the_given_one(
    typed: str, name: str | None
) -> None:
    told = family_name_first(typed)
    assert (told[2] if told else None) == name
    assert not told or (told[0], told[1]) == (0, len(typed))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("efternavn Jensen", "Jensen,"),
        ("og efternavnet er van Jensen", "van Jensen,"),
        ("surname: Holm Prøvesen", "Holm Prøvesen,"),
        ("family name is Holm Due Ravn Falk", "Holm Due Ravn,"),
        ("last name O\u2019Brien-Holm", "O\u2019Brien-Holm,"),
        ("efternavn holm taler polsk", "holm,"),
        ("efternavn det", None),
        ("minefternavn Holm", None),
        ("Holm", None),
    ],
)
def test_a_family_name_alone_is_written_as_a_register_does(typed: str, name: str | None) -> None:
    told = family_name_alone(typed)
    assert (told[2] if told else None) == name
    assert not told or typed[told[0] : told[1]] == told[2][:-1]


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("Holm, Karin", "Holm, Karin"),
        ("Holm,Karin", "Holm,Karin"),
        ("Holm, Karin M.", "Holm, Karin M."),
        ("Holm, Karin M. døv", "Holm, Karin M."),
        ("Holm, Karin M", "Holm, Karin"),
        ("van Holm, Karin", "van Holm, Karin"),
        ("Holm, Karin Zqvist", "Holm, Karin Zqvist"),
        ("Holm, Zqvist", "Holm, Zqvist"),
        ("HOLM, ZQVIST", "HOLM, ZQVIST"),
        ("Holm, Karin Bo Due", "Holm, Karin Bo Due"),
        ("Holm, karin taler polsk", "Holm, karin"),
        ("Holm, Karin 2750", "Holm, Karin"),
        ("Holm, Karin; Jens", "Holm, Karin"),
        ("Holm, Karin (Jens)", "Holm, Karin"),
        ("Holm, Karin portør", "Holm, Karin"),
        ("Holm, Karin Bo Due Jens", None),
        ("Holm, ZQVIST", None),
        ("HOLM, Zqvist", None),
        ("Holm, zqvist", None),
        ("Holm, taler polsk", None),
        ("Holm, portør", None),
        ("Holm, Portør", None),
        ("Holm, Holm Karin", None),
        ("Holm, holm", None),
        ("Holm, 2750", None),
        ("Holm, - Karin", None),
        ("Holm; Karin", None),
        ("Holm", None),
        ("Karin Holm, Jens", None),
    ],
)
def test_behind_a_family_name_and_a_comma_stands_a_given_name_or_a_remark(
    typed: str, whole: str | None
) -> None:
    family = answer(typed.split(",")[0].split(";")[0], VOCABULARY)
    assert family
    told = family_and_given(typed, family, VOCABULARY)
    assert (told[1] if told else None) == whole
    assert not told or typed[: told[0]] == told[1]
