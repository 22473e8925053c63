"""Which words go on, and as which known word one goes on that is only like one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.sealing.vocabulary import EVERYDAY, WORD, Vocabulary, load_names, load_vocabulary

SMALL = Vocabulary(
    words=frozenset(
        {
            *("ryger", "aften", "telefon", "timer", "tele", "gæste", "bord", "alle", "kaffe"),
            *("kaffer", "rose", "jo", "nej", "skat", "hallo", "henvisning", "henvisnings"),
            *("telefonsvarer", "opgave", "opgaver"),
        }
    ),
    names=frozenset(("kaffer", "rose", "mette")),
    common={"ryger": 20, "aften": 30, "gerne": 20, "gerna": 15, "opgaver": 16},
    everyday=frozenset(("kaffe",)),
)


def form(word: str, *, first: bool = False) -> str | None:
    return SMALL.known_form(word, first=first)


@pytest.mark.parametrize("word", ["ryger", "Ryger", "RYGER", "kaffe", "KAFFE", "rose"])
def test_a_known_word_goes_on_as_it_was_typed(word: str) -> None:
    assert form(word) == word
    assert SMALL.lets_through(word, first=False)


@pytest.mark.parametrize("word", ["mette", "Mette", "Rose", "ROSE", "zqvist", "Aftens", "Rygar"])
def test_a_name_and_what_is_written_like_one_stays(word: str) -> None:
    assert form(word) is None
    assert not SMALL.lets_through(word, first=False)


def test_an_everyday_word_with_a_capital_may_be_a_name_but_not_where_a_sentence_begins() -> None:
    assert form("Kaffe") is None
    assert form("Kaffe", first=True) == "Kaffe"
    assert form("Aftens", first=True) == "aften"


@pytest.mark.parametrize(
    "ending",
    ["s", "e", "t", "n", "r", "en", "et", "er", "ne", "ene", "erne", "ens", "ets", "ing"],
)
def test_an_inflected_word_goes_on_as_the_word(ending: str) -> None:
    assert form(f"aften{ending}") == "aften"


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("alles", "alle"),
        ("jos", None),
        ("aftentelefon", "aften telefon"),
        ("aftentelefonen", "aften telefon"),
        ("teleaften", "tele aften"),
        ("aftenstimer", "aften timer"),
        ("aftenetimer", "aften timer"),
        ("aftenrtimer", None),
        ("gæstebord", "gæste bord"),
        ("henvisningstimer", "henvisnings timer"),
        ("aften-telefon", "aften-telefon"),
        ("aften-kaffer", None),
        ("aften-zqvist", None),
        ("jobord", None),
        ("bordjo", None),
        ("joooo", "jo"),
        ("neeej", "nej"),
        ("ryyyger", "ryger"),
        ("allle", "alle"),
        ("hallllo", "hallo"),
        ("rooose", None),
        ("nejj", None),
    ],
)
def test_a_compound_or_a_letter_that_is_held_goes_on_as_its_words(
    word: str, read: str | None
) -> None:
    assert form(word) == read


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("rygar", "ryger"),
        ("raget", None),
        ("xyger", None),
        ("ryge", None),
        ("rygre", "ryger"),
        ("telefonsvrer", "telefonsvarer"),
        ("telfonsvrer", "telefonsvarer"),
        ("telfnsvrer", None),
        ("henvisnin", "henvisning"),
        ("hnvisnin", None),
        ("telefxyn", None),
        ("opgavr", "opgaver"),
        ("ALTEN", None),
    ],
)
def test_a_slip_goes_on_as_the_word_that_begins_alike_and_is_nearest(
    word: str, read: str | None
) -> None:
    assert form(word) == read


def test_of_two_words_as_near_as_each_other_the_one_of_more_examples_is_read() -> None:
    assert form("opgavx") == "opgave"
    twins = Vocabulary(frozenset(("kasse", "kande")), frozenset(), {"kande": 1})
    assert twins.known_form("kanse", first=False) == "kande"


def test_a_very_long_word_is_not_looked_at() -> None:
    word = "aften" * 8
    long = Vocabulary(frozenset(("aften" * 4,)), frozenset())
    assert long.known_form(word, first=False) == f"{'aften' * 4} {'aften' * 4}"
    assert long.known_form(f"{word}s", first=False) is None


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("rygr", "ryger"),
        ("rygre", "ryger"),
        ("afte", "aften"),
        ("gern", "gerne"),
        ("aften", "aften"),
        ("rge", None),
        ("gernea", None),
        ("ryxxr", None),
        ("erne", None),
        ("Rygr", None),
        ("rose", None),
    ],
)
def test_a_short_word_before_the_consent_means_the_common_one_that_it_misspells(
    word: str, meant: str | None
) -> None:
    assert SMALL.meant(word) == meant


def test_a_word_of_three_letters_may_be_misspelt_and_one_of_two_may_not() -> None:
    common = Vocabulary(frozenset(), frozenset(), {"ikke": 20, "tak": 20})
    assert (common.meant("ikk"), common.meant("tk")) == ("ikke", None)


@pytest.mark.parametrize(
    ("word", "name"),
    [("Mette", True), ("mette-rose", True), ("mette-ryger", False), ("nej", False)],
)
def test_a_double_name_is_one_where_both_parts_are(word: str, name: bool) -> None:  # noqa: FBT001
    assert SMALL.is_name(word) is name


EXAMPLES = "\n".join(
    [
        *(f"      - patienten {each} [cigaretter](product) om aftenen" for each in ["ryger"] * 15),
        *(f"      - hun tager {each}" for each in ["snus"] * 14),
        '      - får [en time]{"entity": "hour"} på søndag',
        *("      - han har hus" for _ in range(15)),
    ]
)


@pytest.fixture(scope="module")
def read() -> Vocabulary:
    """Read a vocabulary from a folder of a few examples."""
    with TemporaryDirectory() as folder:
        path = Path(folder)
        (path / "deep").mkdir()
        examples = f"nlu:\n  - intent: x\n    examples: |\n{EXAMPLES}\n"
        (path / "deep" / "one.yml").write_text(examples, "utf-8")
        (path / EVERYDAY).write_text("words: [kontor, aftenen]\n", "utf-8")
        (path / "two.txt").write_text("ukulele", "utf-8")
        return load_vocabulary(path)


@pytest.mark.parametrize("word", ["patienten", "cigaretter", "time", "får", "kontor", "examples"])
def test_words_of_examples_and_everyday_words_are_known(read: Vocabulary, word: str) -> None:
    assert read.knows(word)


@pytest.mark.parametrize("word", ["product", "hour", "entity", "ukulele", "zqvist"])
def test_what_marks_an_example_is_no_word_of_it(read: Vocabulary, word: str) -> None:
    assert not read.knows(word)


@pytest.mark.parametrize("word", ["faar", "far", "soendag", "sondag"])
def test_a_word_is_known_without_its_danish_letters_too(read: Vocabulary, word: str) -> None:
    assert read.knows(word)


def test_everyday_words_are_those_that_no_example_holds(read: Vocabulary) -> None:
    assert read.everyday == {"kontor", "words"}


def test_common_are_words_of_fifteen_examples_with_four_letters(read: Vocabulary) -> None:
    assert read.common["ryger"] == 15
    assert read.common["cigaretter"] == 15
    assert not {"snus", "hus", "han"} & set(read.common)


@pytest.mark.parametrize("word", ["datter", "ikke", "forkert", "gamle"])
def test_words_that_tell_whose_a_number_is_are_known(read: Vocabulary, word: str) -> None:
    assert read.knows(word)


@pytest.fixture(scope="module")
def names() -> frozenset[str]:
    """Read the names once: there are many."""
    return load_names({"nagy", "bo"})


@pytest.mark.parametrize(
    "name",
    [
        *("ankersen", "aarseth", "abbiörn", "alrekur", "annikki", "baumann", "abbing", "bartosz"),
        *("alžběta", "branimir", "aladár", "artjom", "akdemir", "أنفال", "amandine", "begoña"),
        *("adinolfi", "ademar", "aleisha"),
    ],
)
def test_names_of_many_languages_are_listed(names: frozenset[str], name: str) -> None:
    assert name in names


def test_a_word_of_the_examples_is_no_name_but_for_our_own(names: frozenset[str]) -> None:
    assert "nagy" not in names
    assert "bo" in names
    assert not any(len(name) < 2 or name.startswith("#") for name in names)
    assert "datter" not in names


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Anne-Lise O'Brien O’B", ["Anne-Lise", "O'Brien", "O’B"]),
        ("प्रिया สมชาย", ["प्रिया", "สมชาย"]),
        ("x_y 12 d--e g-", ["x", "y", "d", "e", "g"]),
    ],
)
def test_a_word_is_letters_with_the_signs_that_they_carry(text: str, words: list[str]) -> None:
    assert WORD.findall(text) == words
