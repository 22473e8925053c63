"""Sealing: what a person typed never reaches the engine, and what the engine needs does."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sealing.sealing import SealedText, seal_text
from bot.sealing.sealing_work import CONTACT_STEPS
from bot.sealing.vocabulary import WORD, Vocabulary, load_vocabulary
from referrals.advice.encounter import Step
from referrals.vault.vault import TOKEN
from service.settings import ROOT

NAME, PHONE, CPR, EMAIL = "Zebulon Quistgaard", "20 66 77 88", "010190-1234", "zq@example.dk"
EARLY_STEPS = sorted(set(Step) - CONTACT_STEPS)
VOCABULARY = load_vocabulary(ROOT / "nlu")
KNOWN_WORDS = sorted(VOCABULARY.words)

NAMES = [
    pytest.param("Zebulon Quistgaard", id="Danish"),
    pytest.param("zebulon quistgaard", id="lower case"),
    pytest.param("ZEBULON QUISTGAARD", id="capitals"),
    pytest.param("Anna Jensen", id="common"),
    pytest.param("anna jensen", id="common in lower case"),
    pytest.param("Bjørn Åge Sørensen-Kjær", id="Danish letters"),
    pytest.param("Bjørn A\u030age Kjær", id="composed from two signs"),
    pytest.param("Sean O'Brien", id="apostrophe"),
    pytest.param("José García", id="Spanish"),
    pytest.param("Łukasz Żółć", id="Polish"),
    pytest.param("Nguyễn Văn Ánh", id="Vietnamese"),
    pytest.param("Ayşe Özdemir", id="Turkish"),
    pytest.param("Γιώργος Παπαδόπουλος", id="Greek"),
    pytest.param("Мария Иванова", id="Cyrillic"),
    pytest.param("محمد علي", id="Arabic"),
    pytest.param("דוד לוי", id="Hebrew"),
    pytest.param("प्रिया शर्मा", id="Hindi"),
    pytest.param("สมชาย ใจดี", id="Thai"),
    pytest.param("王小明", id="Chinese"),
    pytest.param("さくら たなか", id="Japanese"),
    pytest.param("김민수", id="Korean"),
]


WHERE_SOMETHING_IS_KEPT = {
    Step.NAME,
    Step.PHONE,
    Step.POSTCODE,
    Step.MUNICIPALITY,
    Step.BEST_TIME,
    Step.LEAVE_MESSAGE,
    Step.SPOKEN_LANGUAGE,
    Step.INTERPRETER,
    Step.SECOND_CONTACT,
    Step.DISCHARGE_DATE,
    Step.PROTECTED_ADDRESS,
    Step.DUPLICATE,
    Step.SUMMARY,
    Step.FILED,
}
"""Written out a second time: every step here comes after the consent, and no other does."""


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """Give the words that the engine is trained on."""
    return VOCABULARY


def clear(sealed: SealedText) -> str:
    """Give what stands in the clear: the text without its tokens."""
    return TOKEN.sub(" ", sealed.text)


def details(sealed: SealedText) -> dict[str, str]:
    """Give the details of a message, values in the place of tokens where they are kept."""
    command, _, rest = sealed.text.partition("{")
    assert command == "/give_contact_details"
    found: dict[str, str] = json.loads("{" + rest)
    kept = {value.token: value.value for value in sealed.values}
    return {key: kept.get(value, value) for key, value in found.items()}


def kept(sealed: SealedText) -> list[tuple[str, str]]:
    return [(value.kind, value.value) for value in sealed.values]


def test_values_are_kept_after_the_consent_and_at_no_other_step() -> None:
    assert CONTACT_STEPS == WHERE_SOMETHING_IS_KEPT


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_where_it_was_asked_for(vocabulary: Vocabulary, name: str) -> None:
    sealed = seal_text(name, Step.NAME, vocabulary)
    assert list(details(sealed)) == ["name"]
    assert len(sealed.values) == sealed.hidden == 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("step", list(Step))
def test_no_part_of_a_name_is_in_the_clear_at_any_step(
    vocabulary: Vocabulary, step: Step, name: str
) -> None:
    sealed = seal_text(f"hun hedder {name}", step, vocabulary)
    assert not set(WORD.findall(clear(sealed))) & set(WORD.findall(name))


@pytest.mark.parametrize(
    "text",
    [
        "Zebulon Quistgaard, 20 66 77 88, 2750",
        "zebulon quistgaard, 20667788, 2750",
        "Zebulon Quistgaard 20 66 77 88 2750",
        "2750, 20 66 77 88, Zebulon Quistgaard",
        "Zebulon Quistgaard; 20 66 77 88; 2750",
        "Zebulon Quistgaard\n20 66 77 88\n2750",
        "navn: Zebulon Quistgaard, 20 66 77 88, 2750",
        "name: Zebulon Quistgaard, 20 66 77 88, 2750",
        "Zebulon Quistgaard, 20-66-77-88, 2750",
    ],
)
def test_name_phone_and_postcode_are_told_apart_on_one_line(
    vocabulary: Vocabulary, text: str
) -> None:
    found = details(seal_text(text, Step.NAME, vocabulary))
    assert found["name"].casefold() == NAME.casefold()
    assert [c for c in found["phone"] if c.isdigit()] == list("20667788")
    assert found["postcode"] == "2750"


@pytest.mark.parametrize(
    "text",
    ["Zebulon Quistgaard og ryger dagligt", "hun hedder Zebulon Quistgaard men har ingen telefon"],
)
def test_a_name_ends_where_the_sentence_goes_on(vocabulary: Vocabulary, text: str) -> None:
    sealed = seal_text(text, Step.NAME, vocabulary)
    assert kept(sealed) == [("name", NAME)]
    assert clear(sealed).split()[-2:] == text.split()[-2:]


@pytest.mark.parametrize(
    "label",
    ["hedder", "hun hedder", "han kaldes", "kaldes", "patienten hedder", "pt. hedder", "er",
     "navnet er", "navn:", "navn", "name:", "name is", "name", "patienten", "pt.", "pt",
     "the patient", "the patient is called", "she is named", "he is"],
)  # fmt: skip
def test_a_name_begins_behind_its_label(vocabulary: Vocabulary, label: str) -> None:
    sealed = seal_text(f"{label} {NAME}", Step.NAME, vocabulary)
    assert details(sealed) == {"name": NAME}


@pytest.mark.parametrize(
    "label", ["pårørende", "pårørende:", "pårørende hedder", "pårørende er", "relative:"]
)
def test_a_name_behind_the_word_for_a_relative_is_the_second_contact_and_not_the_patient(
    vocabulary: Vocabulary, label: str
) -> None:
    sealed = seal_text(f"{label} {NAME}", Step.NAME, vocabulary)
    relation = "relative" if "relative" in label else "pårørende"
    assert details(sealed) == {"second_contact": f"{NAME}, {relation}"}


@pytest.mark.parametrize(
    "label", ["hun hedder", "han kaldes", "navnet er", "hendes navn er", "her name is",
              "she is called", "navn:", "name:"],
)  # fmt: skip
@pytest.mark.parametrize("end", ["", ",", ".", ";", "\n", " og bor i 2750", " and lives in 2750"])
def test_a_name_behind_its_label_is_kept_at_another_step(
    vocabulary: Vocabulary, label: str, end: str
) -> None:
    sealed = seal_text(f"{label} {NAME}{end}", Step.POSTCODE, vocabulary)
    assert kept(sealed) == [("name", NAME)]


def test_a_label_with_known_words_behind_it_names_nobody(vocabulary: Vocabulary) -> None:
    text = "hun hedder ikke det"
    assert seal_text(text, Step.POSTCODE, vocabulary) == SealedText(text, (), 0)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("Z", id="one letter"),
        pytest.param("z", id="one small letter"),
        pytest.param("hjælp Quistgaard", id="one known word of two"),
        pytest.param("Hennya", id="like a reference"),
        pytest.param("hennya", id="like a reference in lower case"),
        pytest.param("Henny A", id="like a reference with a blank"),
        pytest.param("HANNE-K", id="like a reference with a dash"),
        pytest.param("H-ENNY-C", id="like a reference with a wrong check sign"),
    ],
)
def test_what_may_be_a_name_is_one_where_it_was_asked_for(
    vocabulary: Vocabulary, name: str
) -> None:
    assert kept(seal_text(name, Step.NAME, vocabulary)) == [("name", name)]


@pytest.mark.parametrize(
    "text", ["Hjælp", "hjælp mig", "Hjælp Mig", "Hun ryger dagligt", "kender du jens?"]
)
def test_a_sentence_a_command_or_a_question_is_no_name(vocabulary: Vocabulary, text: str) -> None:
    assert kept(seal_text(text, Step.NAME, vocabulary)) == []


def test_a_name_in_a_sentence_that_does_not_give_it_is_hidden_and_not_kept(
    vocabulary: Vocabulary,
) -> None:
    sealed = seal_text("hun ryger Quistgaard", Step.NAME, vocabulary)
    assert clear(sealed).split() == ["hun", "ryger"]
    assert (kept(sealed), sealed.hidden) == ([], 1)


def test_of_two_names_the_first_is_kept_and_the_second_hidden(vocabulary: Vocabulary) -> None:
    sealed = seal_text("Zebulon Quistgaard, Xanthippe Vråby", Step.NAME, vocabulary)
    assert kept(sealed) == [("name", NAME)]
    assert sealed.hidden == 3


@pytest.mark.parametrize("name", ["Zebulon og Quistgaard", "zebulon og quistgaard"])
def test_a_joint_between_names_ends_none(vocabulary: Vocabulary, name: str) -> None:
    assert kept(seal_text(name, Step.NAME, vocabulary)) == [("name", name)]


def test_a_line_without_a_name_gives_its_other_details(vocabulary: Vocabulary) -> None:
    sealed = seal_text("navn, 22 33 44 55, 2750", Step.NAME, vocabulary)
    assert kept(sealed) == [("phone", "22 33 44 55")]
    assert clear(sealed).split() == ["navn,", ",", "2750"]


def test_the_town_behind_a_postcode_is_no_part_of_the_name(vocabulary: Vocabulary) -> None:
    found = details(seal_text("Quistgaard 2750 Ballerup, 20667788", Step.NAME, vocabulary))
    assert found == {"name": "Quistgaard", "phone": "20667788", "postcode": "2750"}


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PHONE, id="phone"),
        pytest.param("ring 20667788", id="phone in words"),
        pytest.param("call 0045 20 66 77 88", id="phone with 00"),
        pytest.param("+48 512 345 678", id="foreign phone"),
        pytest.param("tlf20667788", id="phone glued to a word"),
        pytest.param(CPR, id="CPR"),
        pytest.param("0101901234", id="CPR without hyphen"),
        pytest.param("010190 1234", id="CPR with a blank"),
        pytest.param("010190\u20131234", id="CPR with a dash"),
        pytest.param("cpr er 010190-1234", id="CPR in words"),
        pytest.param("der er plads 010190-1234", id="CPR behind a word like a street"),
        pytest.param("does she have 010190-1234", id="CPR behind an English word"),
        pytest.param("٢٠٦٦٧٧٨٨", id="phone in Arabic digits"),
        pytest.param("bor Kvistvej 12", id="address"),
        pytest.param("Kvistvej 121", id="address with three digits"),
        pytest.param("Kvistvej 12, 2. tv", id="address with a floor"),
        pytest.param("Kvistvej 12 3. sal", id="address with a storey"),
        pytest.param("Nørre Kvistgade 4 b", id="address with a letter"),
        pytest.param("Kvistvej 20667788", id="phone behind a street"),
        pytest.param("zebulon.q1@example.dk", id="e-mail"),
    ],
)
def test_no_digit_of_a_number_or_address_is_in_the_clear_at_any_step(
    vocabulary: Vocabulary, step: Step, text: str
) -> None:
    assert not any(c.isdigit() for c in clear(seal_text(text, step, vocabulary)))


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("text", [EMAIL, f"skriv til {EMAIL}", f"her mail is {EMAIL}."])
def test_an_e_mail_is_not_in_the_clear_at_any_step(
    vocabulary: Vocabulary, step: Step, text: str
) -> None:
    left = clear(seal_text(text, step, vocabulary))
    assert "zq" not in left
    assert "@" not in left


@pytest.mark.parametrize("step", sorted(CONTACT_STEPS - {Step.SECOND_CONTACT}))
@pytest.mark.parametrize("text", [CPR, "0101901234", EMAIL, "Kvistvej 12", "og Quistgaard sagde"])
def test_what_nobody_asked_for_is_hidden_and_not_kept(
    vocabulary: Vocabulary, step: Step, text: str
) -> None:
    sealed = seal_text(text, step, vocabulary)
    assert sealed.hidden
    assert [kind for kind, _ in kept(sealed) if step is not Step.NAME or kind != "name"] == []


@pytest.mark.parametrize(
    "street",
    ["vej", "gade", "allé", "alle", "stræde", "plads", "vænge", "vænget", "parken", "torv",
     "torvet", "have", "bakken", "boulevard", "strand", "toften", "lunden", " street", " road",
     "vej ".upper()],
)  # fmt: skip
def test_the_number_of_a_house_goes_with_its_street(vocabulary: Vocabulary, street: str) -> None:
    sealed = seal_text(f"bor Kvist{street} 12", Step.STATUS, vocabulary)
    assert "[[address:" in sealed.text
    assert "12" not in clear(sealed).split()


@pytest.mark.parametrize("step", sorted(CONTACT_STEPS - {Step.SECOND_CONTACT}))
@pytest.mark.parametrize(
    "cpr",
    ["010190-1234", "311290-1234", "151190-1234", "291099-1234", "300900-1234", "311290 - 1234",
     "31 12 90 1234", "31-12-90-1234", "311290/1234", "31.12.90.1234", "3112901234"],
)  # fmt: skip
def test_a_cpr_number_is_never_kept_whatever_its_day_and_signs(
    vocabulary: Vocabulary, step: Step, cpr: str
) -> None:
    sealed = seal_text(cpr, step, vocabulary)
    assert list(details(sealed)) == ["cpr"]
    assert kept(sealed) == []


@pytest.mark.parametrize(
    "typed",
    ["321290-1234", "001290-1234", "311390-1234", "310090-1234", "321290 1234", "3212901234",
     "32 12 90 1234", "32-12-90-1234", "321290-2750"],
)  # fmt: skip
@pytest.mark.parametrize("step", [Step.NAME, Step.PHONE, Step.POSTCODE, Step.SUMMARY])
def test_of_ten_digits_that_begin_with_no_date_only_the_form_is_kept(
    vocabulary: Vocabulary, step: Step, typed: str
) -> None:
    form = re.sub(r"\d", "0", typed)
    assert details(seal_text(typed, step, vocabulary)) == {"phone": form}


@pytest.mark.parametrize("typed", ["275", "2750", "27500"])
def test_a_postcode_with_a_digit_too_few_or_too_many_is_still_one(
    vocabulary: Vocabulary, typed: str
) -> None:
    assert details(seal_text(typed, Step.POSTCODE, vocabulary)) == {"postcode": typed}


def test_six_digits_for_a_postcode_may_be_a_birthday_and_are_hidden(
    vocabulary: Vocabulary,
) -> None:
    assert "postcode" not in details(seal_text("311290", Step.POSTCODE, vocabulary))


@pytest.mark.parametrize("typed", ["275", "27 50"])
def test_so_few_digits_stand_where_no_postcode_is_asked_for(
    vocabulary: Vocabulary, typed: str
) -> None:
    assert seal_text(typed, Step.NAME, vocabulary) == SealedText(typed, (), 0)


@pytest.mark.parametrize("typed", ["27500", "275 00", "311290"])
def test_five_digits_are_hidden_where_no_postcode_is_asked_for(
    vocabulary: Vocabulary, typed: str
) -> None:
    assert seal_text(typed, Step.OFFER, vocabulary).hidden == 1


def test_four_digits_are_no_detail_before_the_patient_agreed(vocabulary: Vocabulary) -> None:
    assert seal_text("2750", Step.OFFER, vocabulary) == SealedText("2750", (), 0)


@pytest.mark.parametrize(
    ("typed", "kept_as"),
    [
        ("20", "00"),
        ("2066", "0000"),
        ("2066 778", "0000 000"),
        ("20667788", "20667788"),
        ("206677889", "000000000"),
    ],
)
def test_whatever_number_is_given_where_the_phone_was_asked_for_is_told_and_kept_if_in_use(
    vocabulary: Vocabulary, typed: str, kept_as: str
) -> None:
    assert details(seal_text(typed, Step.PHONE, vocabulary)) == {"phone": kept_as}


@pytest.mark.parametrize("step", [Step.NAME, Step.PHONE])
@pytest.mark.parametrize(
    "typed",
    ["2750 20667788", "20667788 2750", "2750 20 66 77 88", "20 66 77 88 2750", "2750-20667788"],
)
def test_a_phone_and_a_postcode_in_one_run_of_digits_are_told_apart(
    vocabulary: Vocabulary, step: Step, typed: str
) -> None:
    found = details(seal_text(typed, step, vocabulary))
    assert found["postcode"] == "2750"
    assert "".join(c for c in found["phone"] if c.isdigit()) == "20667788"


@pytest.mark.parametrize("typed", ["+4520662750", "+45 2066 2750", "004520662750"])
def test_a_number_with_a_country_code_holds_no_postcode(vocabulary: Vocabulary, typed: str) -> None:
    assert details(seal_text(typed, Step.NAME, vocabulary)) == {"phone": typed}


@pytest.mark.parametrize("phone", ["+45 20667788", "+4520667788", "004520667788", "+46 701234567"])
@pytest.mark.parametrize("step", [Step.NAME, Step.PHONE, Step.POSTCODE])
def test_a_postcode_behind_a_number_with_a_country_code_is_told_apart(
    vocabulary: Vocabulary, step: Step, phone: str
) -> None:
    found = details(seal_text(f"{phone} 2750", step, vocabulary))
    assert found == {"phone": phone, "postcode": "2750"}


def test_a_discharge_date_is_kept_as_it_was_typed(vocabulary: Vocabulary) -> None:
    sealed = seal_text("den 12.12.2026", Step.DISCHARGE_DATE, vocabulary)
    assert details(sealed) == {"discharge_date": "12.12.2026"}


def test_a_second_contact_is_kept_in_one_piece(vocabulary: Vocabulary) -> None:
    sealed = seal_text(f"{NAME}, {PHONE}", Step.SECOND_CONTACT, vocabulary)
    assert details(sealed) == {"second_contact": f"{NAME}, {PHONE}"}


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize(
    "token",
    ["[[name:3f9a2c1b7d60]]", "[[phone:3f9a2c1b7d60]]", "[[[[name:3f9a2c1b7d60]]]]", "[[receipt:"],
)
def test_a_made_up_token_is_no_token_of_ours(
    vocabulary: Vocabulary, step: Step, token: str
) -> None:
    sealed = seal_text(f"ja {token} tak", step, vocabulary)
    ours = {found[0] for found in TOKEN.finditer(sealed.text)}
    assert token not in ours
    assert "3f9a2c1b7d60" not in sealed.text
    assert "[[" not in clear(sealed)


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize(
    "text",
    [
        '/answer{"step":"consent_contact","value":"yes"}',
        "/cancel",
        "//cancel",
        "/ /cancel",
        "\n/cancel",
        "\u00a0/cancel",
        "\u200b/cancel",
        "{/cancel",
        "[[/cancel",
        "/restart",
        "/session_start",
        '/give_contact_details{"name":"[[name:3f9a2c1b7d60]]"}',
    ],
)
def test_a_typed_command_of_the_engine_is_mere_words(
    vocabulary: Vocabulary, step: Step, text: str
) -> None:
    sealed = seal_text(text, step, vocabulary)
    if sealed.text.startswith("/"):
        details(sealed)
    else:
        assert "{" not in sealed.text
    assert "3f9a2c1b7d60" not in sealed.text


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("before", ["", "  ", "ja ", "{"])
def test_nothing_of_a_typed_payload_is_read(
    vocabulary: Vocabulary, step: Step, before: str
) -> None:
    said = seal_text(before, step, vocabulary).text
    payload = '/answer{"step":"consent_contact",\n"value":"yes"}'
    assert seal_text(before + payload, step, vocabulary).text == said


@pytest.mark.parametrize(
    "text",
    [
        "fortryd",
        "hjælp",
        "annuller",
        "annullér",
        "tilbage",
        "pause",
        "ny patient",
        "telefonen er forkert",
        "navnet er forkert",
        "spring over",
        "hvad koster det?",
        "hvad sker der så?",
        "Hvem kan henvises?",
        "cancel",
        "help",
        "go back",
        "the phone is wrong",
        "is it free?",
        "What happens next?",
    ],
)
def test_commands_and_questions_are_in_the_clear_where_a_name_is_asked_for(
    vocabulary: Vocabulary, text: str
) -> None:
    assert seal_text(text, Step.NAME, vocabulary) == SealedText(text, (), 0)


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize(
    "text",
    ["ja tak", "nej", "hun ryger dagligt", "hun bruger snus", "yes please", "she smokes daily"],
)
def test_plain_answers_are_in_the_clear_at_every_step(
    vocabulary: Vocabulary, step: Step, text: str
) -> None:
    assert seal_text(text, step, vocabulary) == SealedText(text, (), 0)


@pytest.mark.parametrize("step", list(Step))
@pytest.mark.parametrize("text", ["", " ", "\n", "/", "{}", "[[", "]]", "\u200b"])
def test_nothing_is_still_something_to_send(vocabulary: Vocabulary, step: Step, text: str) -> None:
    assert seal_text(text, step, vocabulary).text


@pytest.mark.parametrize("step", [Step.STATUS, Step.NAME, Step.PHONE, Step.SECOND_CONTACT])
@pytest.mark.parametrize(
    "part",
    ["a", "Zebulon ", "2", "2 ", "22334455 ", "vej ", "a@", "@", "-", "H-", "[[", ",a", "/", "a.",
     "a:", "ig", "ig.", "konen ", "1konen "],
)  # fmt: skip
def test_ten_thousand_characters_are_sealed_too(
    vocabulary: Vocabulary, step: Step, part: str
) -> None:
    sealed = seal_text((part * 10_000)[:10_000], step, vocabulary)  # back and forth: minutes
    assert "Zebulon" not in clear(sealed)
    assert "22" not in clear(sealed)


@pytest.mark.parametrize(
    ("typed", "sent"), [("hvda koster det", "hvad koster det"), ("hun rygr", "hun ryger")]
)
def test_a_short_misspelt_word_is_sent_as_the_common_word_that_was_meant(
    vocabulary: Vocabulary, typed: str, sent: str
) -> None:
    assert seal_text(typed, Step.STATUS, vocabulary).text == sent


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("hun er alvorlig syg", 1),
        ("Alvorlig syg", 1),
        ("hun ryger. Alvorlig syg", 1),
        ("hun ryger! Alvorlig syg", 1),
        ("ryger hun? Alvorlig syg", 1),
        ("hun ryger\nAlvorlig syg", 1),
        ("hun er fru Alvorlig", 0),
        ("hun ryger, Alvorlig", 0),
    ],
)
def test_an_everyday_word_with_a_capital_in_mid_sentence_may_be_a_name(
    vocabulary: Vocabulary, text: str, times: int
) -> None:
    assert "alvorlig" in vocabulary.everyday
    assert seal_text(text, Step.STATUS, vocabulary).text.count("lvorlig") == times


@pytest.mark.parametrize("step", sorted(CONTACT_STEPS))
def test_nothing_is_put_in_the_place_of_a_name_where_one_may_be_given(
    vocabulary: Vocabulary, step: Step
) -> None:
    assert "hvad" not in seal_text("hvda Quistgaard", step, vocabulary).text


@pytest.mark.parametrize("reference", ["H-2K4M-7", "h-2k4m-7", "H-ENNY-A"])
@pytest.mark.parametrize("step", list(Step))
def test_a_reference_is_in_the_clear(vocabulary: Vocabulary, step: Step, reference: str) -> None:
    text = f"status på {reference}"
    left = seal_text(text, step, vocabulary)
    if step is not Step.SECOND_CONTACT:
        assert left.text.upper() == text.upper()


@pytest.mark.parametrize(
    "typed", ["h2k4m5", "H2K4M5", "h 2k4m 5", "H 2K4M-5", "H2K4M-5", "H\u20132K4M\u20135"]
)
def test_a_reference_is_read_without_its_dashes(vocabulary: Vocabulary, typed: str) -> None:
    assert seal_text(f"status på {typed}", Step.STATUS, vocabulary).text == "status på H-2K4M-5"


@pytest.mark.parametrize("typed", ["htrqp3", "H TRQP 3", "H-TRQP3", "HTRQP-3"])
def test_a_reference_may_have_its_only_figure_at_the_end(
    vocabulary: Vocabulary, typed: str
) -> None:
    assert seal_text(f"status på {typed}", Step.STATUS, vocabulary).text == "status på H-TRQP-3"


@pytest.mark.parametrize("typed", ["H-2K4M-5", "H 2K4M 5", "h2k4m5"])
def test_a_word_before_a_reference_is_no_part_of_it(vocabulary: Vocabulary, typed: str) -> None:
    sealed = seal_text(f"status på hende {typed}", Step.STATUS, vocabulary)
    assert sealed.text == "status på hende H-2K4M-5"  # "hende H" has the signs of one, too


@pytest.mark.parametrize("name", ["Hennya", "hennya", "HENNYA", "H-ENNY-C", "HANNE-K"])
def test_a_name_like_a_reference_is_hidden(vocabulary: Vocabulary, name: str) -> None:
    sealed = seal_text(f"status på {name}", Step.STATUS, vocabulary)
    assert clear(sealed).split() == ["status", "på"]


KNOWN = st.lists(st.sampled_from(KNOWN_WORDS), max_size=5).map(" ".join)
MARKERS = st.sampled_from(
    [NAME, NAME.lower(), NAME.upper(), PHONE, "20667788", "+4520667788", CPR, "0101901234", EMAIL]
)
LINKS = st.sampled_from([" ", ", ", "\n", ": "])
STEPS = st.sampled_from(Step)


@given(step=STEPS, before=KNOWN, marker=MARKERS, after=KNOWN, link=LINKS)
def test_nothing_personal_survives_among_known_words(
    step: Step, before: str, marker: str, after: str, link: str
) -> None:
    left = clear(seal_text(f"{before}{link}{marker}{link}{after}", step, VOCABULARY)).casefold()
    assert "zebulon" not in left
    assert "quistgaard" not in left
    assert "zq" not in left
    assert not any(c.isdigit() for c in left)


@given(step=st.sampled_from(EARLY_STEPS), before=KNOWN, marker=MARKERS, after=KNOWN, link=LINKS)
def test_nothing_is_kept_before_the_patient_agreed(
    step: Step, before: str, marker: str, after: str, link: str
) -> None:
    sealed = seal_text(f"{before}{link}{marker}{link}{after}", step, VOCABULARY)
    assert sealed.values == ()
    assert sealed.hidden


@given(step=STEPS, text=st.text())
def test_whatever_is_typed_is_sealed_without_an_error(step: Step, text: str) -> None:
    sealed = seal_text(text, step, VOCABULARY)
    assert sealed.text
    assert all(value.token in sealed.text for value in sealed.values)
    assert sealed.text.startswith("/give_contact_details{") or sealed.text[0] != "/"


@pytest.mark.parametrize(
    ("typed", "read"), [("joooo", "jo"), ("neeej tak", "nej tak"), ("jaaaa tak", "ja tak")]
)
def test_a_word_that_is_drawn_out_is_the_known_word(
    vocabulary: Vocabulary, typed: str, read: str
) -> None:
    assert seal_text(typed, Step.OFFER, vocabulary).text == read


def test_a_name_that_is_drawn_out_is_hidden(vocabulary: Vocabulary) -> None:
    assert "lis" not in seal_text("liiise vil gerne", Step.OFFER, vocabulary).text.lower()
