"""Where a text names somebody, and whether it is a name that is meant: word by word."""

from __future__ import annotations

import pytest

from bot.sealing.meant_names import is_anothers, is_of_another, named_after, put_right, unmeant
from bot.sealing.told_names import (
    is_person,
    is_question,
    mentions,
    only_links,
    other_person,
    says_living,
    says_of,
)
from bot.sealing.vocabulary import load_vocabulary
from service.settings import ROOT

VOCABULARY = load_vocabulary(ROOT / "nlu")


@pytest.mark.parametrize(
    ("text", "begin", "name"),
    [
        ("ring fru Holm, Karin", "fru", "Holm"),
        ("fru: Holm", "fru", "Holm"),
        ("fru »Holm«", "fru", "Holm"),
        ("fru H. C. Holm ringer", "fru", "H. C. Holm"),
        ("fru Holm-Prøve ringer", "fru", "Holm-Prøve"),
        ("FRU HOLM RINGER", "FRU", "HOLM"),
        ("fru Ringer", "fru", "Ringer"),
        ("fru Holm Tlf", "fru", "Holm"),
        ("fru Ali van", "fru", "Ali van"),
        ("fru van Mo", "fru", "van Mo"),
        ("fru Al Sayed Ali Hassan Omar Mo", "fru", "Al Sayed Ali Hassan Omar"),
        ("fru Ali de Holm", "fru", "Ali de Holm"),
        ("fru Ali de ryger", "fru", "Ali"),
        ("fru Ali den", "fru", "Ali"),
        ("fru Ali de holm", "fru", "Ali"),
        ("fru Al Sayed Ali Hassan de Mo", "fru", "Al Sayed Ali Hassan de"),
        ("fru Al Sayed Ali Hassan Omar de Mo", "fru", "Al Sayed Ali Hassan Omar"),
        ("patienten liv", "patienten", "liv"),
        ("lægen Bo Lund ringer", "lægen", "Bo Lund"),
        ("lægens Bo Lund", "lægens", "Bo Lund"),
        ("datteren er Holm", "datteren", "Holm"),
        ("datteren på Lise", "datteren", "Lise"),
        ("datter er: Lise", "datter", "Lise"),
        ("datter til zqvist", "datter", "zqvist"),
        ("datteren hedder nej", "datteren", "nej"),
        ("sønnen og datteren Lise", "datteren", "Lise"),
        ("konens Lise", "konens", "Lise"),
        ("navnet er Rose", "navnet", "Rose"),
        ("navn er: rose", "navn", "rose"),
        ("hun hedder nej vil gerne", "hedder", "nej"),
        ("hun hed Rose", "hed", "Rose"),
        ("hun hedder nej Zqvist", "hedder", "nej Zqvist"),
    ],
)
def test_a_name_stands_behind_what_introduces_it(text: str, begin: str, name: str) -> None:
    [found] = mentions(text, VOCABULARY)
    assert text[found.begin :].startswith(f"{begin}")
    assert text[found.start : found.end] == name


@pytest.mark.parametrize(
    "text",
    [
        *("fru det", "fru (Holm)", "fru - Holm", "fru ringer", "datteren, Lise", "datter! Lise"),
        *("datteren med Lise", "datteren hedder det", "navnet er nej", "is called nej"),
        *("hun hedder det", "datteren", "", "fru", "fru de Holm"),
        *("hun hedder på Rose", "hun hedder er Rose"),
    ],
)
def test_what_only_stands_near_such_a_word_is_no_name(text: str) -> None:
    assert list(mentions(text, VOCABULARY)) == []


def test_every_name_is_given_in_the_order_of_the_text() -> None:
    text = "fru Holm og lægen Lund, datteren Lise"
    found = list(mentions(text, VOCABULARY))
    assert [text[each.start : each.end] for each in found] == ["Holm", "Lund", "Lise"]
    assert [each.introduced_by for each in found] == ["titles", "professions", "relations"]


ANYWHERE, FOR_A_NAME = False, True
"""Whether the patient's own name is awaited, which a name before a relative may be then."""


@pytest.mark.parametrize(
    ("text", "awaited", "who"),
    [
        ("datteren Lise på 20667788", ANYWHERE, "datteren Lise på 20667788"),
        ("datteren Lise 20667788 2750", ANYWHERE, "datteren Lise 20667788"),
        ("datteren på tlf nr 20667788", ANYWHERE, "datteren på tlf nr 20667788"),
        ("datteren PÅ TLF 20667788", ANYWHERE, "datteren PÅ TLF 20667788"),
        ("datteren alt godt jo 20667788", ANYWHERE, "datteren alt godt jo 20667788"),
        ("datteren alt godt jo nu 20667788", ANYWHERE, None),
        ("datteren, alt 20667788", ANYWHERE, None),
        ("datteren 2066", ANYWHERE, None),
        ("lægen 20667788", ANYWHERE, None),
        ("20667788 (datteren)", ANYWHERE, "20667788 (datteren"),
        ("20667788 ER DATTEREN", ANYWHERE, "20667788 ER DATTEREN"),
        ("20667788, datteren", ANYWHERE, "20667788, datteren"),
        ("2750 20667788, datteren", ANYWHERE, "20667788, datteren"),
        ("20667788 2750, datteren", ANYWHERE, None),
        ("20667788 datteren", ANYWHERE, None),
        ("Lise, datter, 20667788", ANYWHERE, "Lise, datter, 20667788"),
        ("Lise, datter, 20667788", FOR_A_NAME, "datter, 20667788"),
        ("Lise (datter) 20667788", FOR_A_NAME, "Lise (datter) 20667788"),
        ("Lise datter 20667788", ANYWHERE, "Lise datter 20667788"),
        ("lise datter 20667788", ANYWHERE, "lise datter 20667788"),
        ("zqvist, datter 20667788", ANYWHERE, "zqvist, datter 20667788"),
        ("Ring Lise, datter 20667788", ANYWHERE, "Lise, datter 20667788"),
        ("hun ryger, datter 20667788", ANYWHERE, "datter 20667788"),
        ("Zqvist; Lise, datter 20667788", ANYWHERE, "Lise, datter 20667788"),
        ("Zqvist, Lise, datter 20667788", ANYWHERE, "Lise, datter 20667788"),
        ("Lykke, datter 20667788", ANYWHERE, "Lykke, datter 20667788"),
        ("Bo Due Holm Ravn Falk Prøve, datter 20667788", ANYWHERE,
         "Due Holm Ravn Falk Prøve, datter 20667788"),
        ("datteren Lise", ANYWHERE, None),
        ("datteren Lise", FOR_A_NAME, "datteren Lise"),
        ("datteren er Lise.", FOR_A_NAME, "datteren er Lise"),
        ("datteren Lise ringer", FOR_A_NAME, None),
        ("datteren", FOR_A_NAME, None),
        ("Jens, datter 20667788, sønnen Bo 30405060", ANYWHERE, "Jens, datter 20667788"),
    ],
)  # fmt: skip
def test_a_relative_stands_with_a_number_before_or_behind(
    text: str,
    awaited: bool,  # noqa: FBT001
    who: str | None,
) -> None:
    span = other_person(text, VOCABULARY, alone=awaited)
    assert (text[slice(*span)].strip() if span else None) == who


@pytest.mark.parametrize(
    ("text", "corrects", "only"),
    [
        ("på tlf nr", True, True),
        ("på tlf nr", False, True),
        ("men", False, True),
        ("", False, True),
        ("nej på", True, True),
        ("nej på", False, False),
        ("på ryger", True, False),
    ],
)
def test_words_around_a_number_may_say_no_more_than_whose_it_is(
    text: str,
    corrects: bool,  # noqa: FBT001
    only: bool,  # noqa: FBT001
) -> None:
    assert only_links(text, corrects=corrects) is only


@pytest.mark.parametrize(
    ("before", "living"), [("hun bor", True), ("Adressen ", True), ("bor i", False), ("", False)]
)
def test_the_last_word_before_a_figure_says_that_somebody_lives_there(
    before: str,
    living: bool,  # noqa: FBT001
) -> None:
    assert says_living(before) is living


@pytest.mark.parametrize(
    ("behind", "said"),
    [(" siger nej", True), (" Vil gerne", True), (" nej siger", False), ("", False)],
)
def test_the_first_word_behind_a_name_says_something_of_that_person(
    behind: str,
    said: bool,  # noqa: FBT001
) -> None:
    assert says_of(behind) is said


@pytest.mark.parametrize("month", ["april", "maj", "juni", "august", "Maj"])
def test_a_month_is_no_person(month: str) -> None:
    assert not is_person(month, VOCABULARY)
    assert is_person("rose", VOCABULARY)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("har hun kol?", True),
        ("Kan hun", True),
        ("har vi kol", True),
        ("hvad er kol", True),
        ("kurset tager kol", True),
        ("har hun kol", False),
        ("hun kan", False),
        ("hun har kol", False),
    ],
)
def test_a_question_is_known_by_its_sign_its_beginning_or_a_course(text: str, asked: bool) -> None:  # noqa: FBT001
    assert is_question(text) is asked


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ikke Torben men Jens Holm", ["Torben"]),
        ("not Torben Holm but Jens", ["Torben Holm"]),
        ("ej Torben eller Jens", ["Torben"]),
        ("Ikke Torben, ikke Bo", ["Torben", "Bo"]),
        ("Torben Holm, nej vent Jens Holm", ["Torben Holm"]),
        ("Torben nej Jens, nej Bo Lund", ["Torben", "Jens"]),
        ("Torben, no Jens Holm", ["Torben"]),
        ("Torben no Jens", []),
        ("No Jens Holm", []),
        ("Torben nej tak", []),
        ("måske Jens Holm", ["Jens Holm"]),
        ("Måske Holm", ["Holm"]),
        ("hun er vist nok Jens", ["Jens"]),
        ("jeg tror at det er Jens", ["Jens"]),
        ("vi vil gerne have måske Jens", ["Jens"]),
        ("vi vil gerne have nu måske Jens", []),
        ("Rose måske", ["Rose"]),
        ("Jens tror jeg", ["Jens"]),
        ("Jens jeg tror", ["Jens"]),
        ("Jens I think", ["Jens"]),
        ("hun er Jens tror jeg", ["Jens"]),
        ("Bo, hun er Jens tror jeg", ["Jens"]),
        ("Jens jeg ved", []),
        ("Jens et eller andet", ["Jens"]),
        ("Jens et andet", []),
        ("Jens eller Jonas", ["Jens"]),
        ("Jens eller jonas", ["Jens"]),
        ("Jens or Zqvist", ["Jens"]),
        ("Jens eller zqvist", []),
        ("Jens eller hans kone", []),
        ("Jens eller konen", []),
        ("Jens eller vi Jonas", []),
        ("Nok Suwan", []),
        ("Vist Holm", []),
        ("Jens, måske Bo", ["Bo"]),
        ("Jens Holm", []),
    ],
)
def test_a_name_that_is_denied_doubted_or_taken_back_is_not_meant(
    text: str, names: list[str]
) -> None:
    assert [text[start:end] for start, end in unmeant(text, VOCABULARY)] == names


@pytest.mark.parametrize(
    ("behind", "right"),
    [
        (" nej vent Jens Holm", "Jens Holm"),
        (", nej Jens Holm", "Jens Holm"),
        (" - no Jens", "Jens"),
        (", rettelse: jeg mener Jens", "Jens"),
        (" nej Jens, Bo", "Jens"),
        (" Jens", None),
        (" nej tak", None),
        (". og nej Jens", None),
    ],
)
def test_a_name_is_put_right_by_the_one_that_follows_at_once(
    behind: str, right: str | None
) -> None:
    text = f"Torben Holm{behind}"
    span = put_right(text, len("Torben Holm"), VOCABULARY)
    assert (text[slice(*span)] if span else None) == right


@pytest.mark.parametrize(
    ("before", "anothers"),
    [
        ("lægen", True),
        ("patienten", False),
        ("lægen og patienten", False),
        ("patienten og lægen", True),
        ("jeg", True),
        ("jeg er her, hun", False),
        ("lægen. Hun", False),
        ("lægen! hun", False),
        ("lægen.hun", True),
        ("min mor", True),
        ("konens barn", True),
        ("hun", False),
        ("", False),
    ],
)
def test_whose_name_it_is_was_said_before_it_in_the_sentence(
    before: str,
    anothers: bool,  # noqa: FBT001
) -> None:
    text = f"{before} hedder"
    assert is_anothers(text, text.index("hedder")) is anothers


@pytest.mark.parametrize(
    ("text", "another"),
    [
        ("lægen Bo", True),
        ("Bo lægen", False),
        ("hun hedder Bo", False),
        ("lægen hedder Bo", True),
        ("mandens navn er Bo", True),
        ("Bo", False),
    ],
)
def test_an_answer_may_name_the_staff_or_a_relative(text: str, another: bool) -> None:  # noqa: FBT001
    assert is_of_another(text, 0, len(text)) is another


@pytest.mark.parametrize(
    ("behind", "name"),
    [
        (" nummer, han hedder Kaj", "Kaj"),
        (", og han hedder Kaj", "Kaj"),
        (" på, han hedder Kaj", "Kaj"),
        (" mobil, han hedder Kaj", "Kaj"),
        (", tlf og han hedder Kaj", "Kaj"),
        (", hans navn er Kaj", "Kaj"),
        (", hedder Kaj", None),
        (", hun siger han hedder Kaj", None),
        (" læge", None),
    ],
)
def test_behind_a_relative_a_pronoun_leads_to_their_name(behind: str, name: str | None) -> None:
    text = f"han hedder Jens, det er mandens{behind}"
    span = named_after(text, text.index(behind), VOCABULARY)
    assert (text[slice(*span)] if span else None) == name
