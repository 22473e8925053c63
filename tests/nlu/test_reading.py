"""The parts that read a message before anything learned does."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.components.contact_rule import ContactRule
from nlu.components.lexicon import YesNoLexicon
from nlu.components.training_copies import training_copies
from nlu.text.concepts import ConceptReader
from nlu.text.noise import with_sealed_words, with_typos
from nlu.text.normalise import as_written, normalise, with_single_letters
from nlu.text.spelling import SpellingRepair
from tests.nlu import phrases

PHONE = "[[phone:0a1b2c3d4e5f]]"
NAME = "[[name:0a1b2c3d4e5f]]"
WORD = "[[word:0a1b2c3d4e5f]]"
LEXICON = YesNoLexicon()


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("Nej, hun RYGER ikke!", "nej hun ryger ikke"),
        ("Nikotinpose på røret?", "nikotinpose paa roeret ?"),
        ("Nikotinpose paa roeret?", "nikotinpose paa roeret ?"),
        (f"{NAME}, {PHONE}, 2750", "xname xphone xpostcode"),
        ("ca. 10 stk.", "ca xnumber stk"),
        ("status på h-7kf3 q", "status paa xreference"),
        ("she doesn’t smoke", "she doesn't smoke"),
        ("", ""),
    ],
)
def test_a_message_is_written_one_way(text: str, normalised: str) -> None:
    assert normalise(text) == normalised


@pytest.mark.parametrize("text", ["ja", "Ja tak!", "jo", "yes please", "okay", "øh ja"])
def test_an_exact_yes_is_a_yes(text: str) -> None:
    assert YesNoLexicon().exact_answer(text) == "affirm"


@pytest.mark.parametrize("text", ["nej", "Nej tak.", "no", "nope", "No, thank you"])
def test_an_exact_no_is_a_no(text: str) -> None:
    assert YesNoLexicon().exact_answer(text) == "deny"


@pytest.mark.parametrize("text", ["ja?", "ja men ikke nu", "jaguar", "nej måske", ""])
def test_anything_more_is_no_exact_answer(text: str) -> None:
    assert YesNoLexicon().exact_answer(text) is None


@pytest.mark.parametrize("text", ["ja det vil hun gerne", "sure, go ahead", "send den bare"])
def test_a_message_with_a_word_of_agreement_may_be_a_yes(text: str) -> None:
    assert YesNoLexicon().may_be_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "ja, men ikke nu",
        "fint, men nej",
        "okay, she doesn't want it",
        "gerne senere",
        "ja, hun afslår",
        "forget about it",
        "hun ryster på hovedet",
    ],
)
def test_a_message_that_negates_refuses_or_agrees_to_nothing_is_no_yes(text: str) -> None:
    assert not YesNoLexicon().may_be_yes(text)


@pytest.mark.parametrize(
    "text",
    [
        "søsteren siger ja",
        "ja, mener kollegaen",
        "ja hvis chefen betaler",
        "ja når foråret kommer",
        "yes as soon as the plaster is off",
        "skal vi sige ja nu",
        "er det et ja?",
        "would you say yes",
        "jo jo, griner han",
        "sure, he laughs",
        "hun ville have svaret ja",
        "[[word:3f9a2c1b7d60]] takker ja",
    ],
)
def test_a_yes_of_somebody_else_or_in_doubt_is_asked_about(text: str) -> None:
    assert not YesNoLexicon().may_be_yes(text)


@settings(deadline=None)
@given(
    yes=st.sampled_from(["ja tak", "ja det vil hun gerne", "yes please", "ok send den", "sure"]),
    doubt=st.sampled_from(
        [
            *("hvis det passer", "konen siger", "siger lægen", "når hun er rask", "ler han", "?"),
            *("unless it costs", "her husband says", "he laughs", "once she is home", "som om"),
        ]
    ),
    before=st.booleans(),
)
def test_no_doubt_beside_a_yes_leaves_a_yes(yes: str, doubt: str, *, before: bool) -> None:
    text = f"{doubt} {yes}" if before else f"{yes} {doubt}"
    assert not LEXICON.may_be_yes(text)


def test_no_refusal_may_be_an_exact_yes() -> None:
    lexicon = YesNoLexicon()
    assert [text for text in phrases.refusals() if lexicon.exact_answer(text) == "affirm"] == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (NAME, ()),
        (f"navn {NAME}, tlf. {PHONE}", ()),
        ("2750", ()),
        ("hun bor i Ballerup", ("Ballerup",)),
        ("ja, hun bor i Ballerup", ("Ballerup",)),
        ("yes, she lives in Herlev", ("Herlev",)),
        (f"hun hedder {NAME} {WORD} og bor i 2750", ()),
    ],
)
def test_a_message_of_contact_details_alone_gives_contact_details(
    text: str, places: tuple[str, ...]
) -> None:
    assert ContactRule().gives_only_contact_details(text, places)


def test_a_yes_and_a_place_alone_are_no_contact_details() -> None:
    assert not ContactRule().gives_only_contact_details("ja Herlev", ("Herlev",))


@pytest.mark.parametrize("text", ["navn", WORD, "", f"{PHONE} er forkert", "hun bor i Ballerup"])
def test_other_messages_do_not_give_contact_details_by_rule(text: str) -> None:
    assert not ContactRule().gives_only_contact_details(text)


@pytest.mark.parametrize(
    ("danish", "english"),
    [("ryger ikke længere", "not smoke anymore"), ("hvem betaler", "who pays")],
)
def test_danish_and_english_words_name_the_same_concepts(danish: str, english: str) -> None:
    reader = ConceptReader()
    assert sorted(reader.read(danish).split()) == sorted(reader.read(english).split())


@pytest.mark.parametrize("typed", ["rygr", "rygger", "rgyer", "rygef"])
def test_a_word_one_typing_error_away_is_repaired(typed: str) -> None:
    assert SpellingRepair.from_texts(["hun ryger"]).repair(f"hun {typed}") == "hun ryger"


@pytest.mark.parametrize("typed", ["podagra", "hin", "xword", "ryger"])
def test_other_words_are_left_alone(typed: str) -> None:
    assert SpellingRepair.from_texts(["hun ryger"]).repair(typed) == typed


def test_a_word_typed_without_danish_letters_is_written_as_in_the_examples() -> None:
    repair = SpellingRepair.from_texts(["Bløder hun på gaden?"])
    assert repair.repair("bloder hun pa gaden ?") == "bloeder hun paa gaden ?"


@pytest.mark.parametrize("typed", ["bløder hun på [x]", "bloeder hun paa [x]", "bloder hun pa [x]"])
def test_what_is_read_for_meaning_is_written_with_danish_letters(typed: str) -> None:
    repair = SpellingRepair.from_texts(["Bløder hun på gaden?"])
    message = as_written(typed.replace("[x]", f"{WORD}, podagra?"))
    assert repair.rewrite(message) == "bløder hun på …, podagra?"


def test_an_underscore_is_not_read_for_meaning() -> None:
    assert as_written("Hun _bløder_ _") == "hun bløder"


@pytest.mark.parametrize(
    ("typed", "read"), [("rysiko", "rysiko"), ("rask", "rask"), ("smoger", "smøger")]
)
def test_a_rare_word_is_no_repair_of_what_is_read_for_meaning(typed: str, read: str) -> None:
    repair = SpellingRepair.from_texts(["er der en risiko eller risk", "smøger"])
    assert repair.rewrite(typed) == read


def test_a_frequent_word_is_a_repair_of_what_is_read_for_meaning() -> None:
    assert SpellingRepair.from_texts(["stor risiko"] * 3).rewrite("stor rysiko?") == "stor risiko?"


def test_noise_changes_long_words_only_and_never_a_placeholder() -> None:
    rng = random.Random(1)
    for _ in range(50):
        words = with_typos("xphone nej hun ryger", rng).split()
        assert words[:3] == ["xphone", "nej", "hun"]
        assert words[3] != ""


def test_noise_is_the_same_for_the_same_seed() -> None:
    text = "patienten bruger nikotinposer"
    assert with_typos(text, random.Random(3)) == with_typos(text, random.Random(3))


def test_double_letters_for_danish_ones_are_written_single() -> None:
    assert with_single_letters("paa roeret laenge") == "pa roret lange"


def test_rare_words_are_sealed_and_a_text_without_any_is_not_copied() -> None:
    rng = random.Random(1)
    assert with_sealed_words("hun har podagra", {"podagra"}, rng) == "hun har xword"
    assert with_sealed_words("hun ryger", {"podagra"}, rng) is None


def test_training_copies_keep_every_example_and_are_repeatable() -> None:
    examples = [("Hun ryger på gangen", "smokes_daily"), ("ja", "affirm")]
    texts, labels = training_copies(examples, seed=1)
    assert (texts, labels) == training_copies(examples, seed=1)
    assert {"hun ryger paa gangen", "hun ryger pa gangen", "ja"} <= set(texts)
    assert len(texts) == len(labels)
