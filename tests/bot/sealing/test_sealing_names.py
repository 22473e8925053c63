"""Names that are typed: where one was asked for, and where one stands by the words around it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.buttons import read_beside
from bot.sealing.personal import looks_personal
from bot.sealing.sealing import SealedText, seal_text
from bot.sealing.sealing_work import CONTACT_STEPS
from bot.sealing.told_names import mentions
from bot.sealing.vocabulary import WORD, Vocabulary, load_names, load_vocabulary
from referrals.advice.encounter import Step
from referrals.denmark.contact_details import folded, normal_name
from referrals.vault.vault import TOKEN
from service.settings import ROOT

VOCABULARY = load_vocabulary(ROOT / "nlu")
HELD_OUT = [
    line
    for line in Path(__file__).with_name("held_out_names.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
SENTENCES = (
    "{} vil ikke",
    "{} siger nej tak",
    "hun spurgte {} om det",
    "{} ryger 10 om dagen",
    "vil gerne henvises siger {}",
    "det er {} der har prøvet før",
    "ring til {} i morgen",
    "datteren {} kommer",
    "fru {} er træt",
)


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return VOCABULARY


def clear(sealed: SealedText) -> str:
    return TOKEN.sub(" ", sealed.text)


def words_in(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def kept(sealed: SealedText) -> list[tuple[str, str]]:
    return [(value.kind, value.value) for value in sealed.values]


def details(sealed: SealedText) -> list[str]:
    if not sealed.text.startswith("/give_contact_details"):
        return []
    return sorted(json.loads(sealed.text[sealed.text.index("{") :]))


@pytest.mark.parametrize(
    "name",
    [
        "Bo",
        "bo",
        "Liv",
        "Dag",
        "jan",
        "else",
        "rose",
        "Storm",
        "Jan Due",
        "jan due",
        "Line Lykke",
        "line lykke",
        "maj vinter",
        "per konge",
        "søren kat",
        "rose lille",
        "Jens Prøve",
        "jens prøve",
        "JENS PRØVE",
        "Hanne P. Prøvesen",
        "H.C. Prøvesen",
        "H. C. Prøvesen",
        "Anne de Place",
        "Mohammad Al-Khatib",
        "Sinéad O’Brien",
        "Anne–Lise Prøvesen",
        "Li",
        "Å",
        "李",
    ],
)
def test_a_name_is_taken_whole_where_it_was_asked_for(vocabulary: Vocabulary, name: str) -> None:
    sealed = seal_text(name, Step.NAME, vocabulary)
    assert kept(sealed) == [("name", name.replace("–", "-"))]
    assert details(sealed) == ["name"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hun hedder nej", "nej"),
        ("hun hedder rose", "rose"),
        ("han kaldes Bo", "Bo"),
        ("patienten er Hans Sommer", "Hans Sommer"),
        ("navnet er jens prøve", "jens prøve"),
        ("fru Hanne Prøvesen", "Hanne Prøvesen"),
        ("efternavn Prøvesen, fornavn Hanne", "Hanne Prøvesen"),
        ("efternavnet er Prøvesen og fornavnet er Hanne", "Hanne Prøvesen"),
        ("Prøvesen, Hanne", "Hanne Prøvesen"),
        ("Prøvesen, Hanne Maria", "Hanne Maria Prøvesen"),
    ],
)
def test_a_name_is_found_behind_its_label_and_turned_round(
    vocabulary: Vocabulary, text: str, name: str
) -> None:
    sealed = seal_text(text, Step.NAME, vocabulary)
    assert [normal_name(value) for _, value in kept(sealed)] == [name]
    assert details(sealed) == ["name"]


@pytest.mark.parametrize(
    ("text", "name", "remark"),
    [
        ("Jens Prøve taler arabisk", "Jens Prøve", "taler arabisk"),
        ("jens prøve taler arabisk", "jens prøve", "taler arabisk"),
        ("Jens Prøve, ring helst om eftermiddagen", "Jens Prøve", ", ring helst om eftermiddagen"),
        ("Jens Prøve med tolk", "Jens Prøve", "med tolk"),
        ("Jens Prøve men ryger ikke", "Jens Prøve", "men ryger ikke"),
        ("Jens Prøve, Ballerup", "Jens Prøve", ", Ballerup"),
        ("hun hedder Hanne Prøvesen og bor i Herlev", "Hanne Prøvesen", "og bor i Herlev"),
    ],
)
def test_a_remark_behind_a_name_is_no_part_of_it(
    vocabulary: Vocabulary, text: str, name: str, remark: str
) -> None:
    sealed = seal_text(text, Step.NAME, vocabulary)
    assert kept(sealed) == [("name", name)]
    assert clear(sealed).endswith(f" {remark}")


@pytest.mark.parametrize(
    "text",
    [
        "Annuller Det Hele",
        "Hold Pause",
        "Ring Senere",
        "Spring over",
        "nej tak",
        "hej",
        "ved ikke",
        "hvad hedder hun?",
        "hun er ked af det",
        "hedder det samme som datteren",
    ],
)
def test_a_command_and_a_sentence_are_no_name(vocabulary: Vocabulary, text: str) -> None:
    assert seal_text(text, Step.NAME, vocabulary) == SealedText(text, (), 0)


@pytest.mark.parametrize("step", [Step.NAME, Step.PHONE, Step.POSTCODE, Step.SUMMARY])
@pytest.mark.parametrize(
    "text",
    [
        "datteren Lise på 22334455",
        "pårørende: Lise Prøve 22334455",
        "kone Lise 22334455",
        "hendes søn hedder Bo, 22 33 44 55",
        "22334455 (mor)",
        "22334455 er hendes datters",
        "konens nummer 22334455",
        "naboen på 22334455",
        "daughter Lise on 22334455",
    ],
)
def test_a_relative_is_the_second_contact_and_neither_name_nor_phone(
    vocabulary: Vocabulary, step: Step, text: str
) -> None:
    sealed = seal_text(text, step, vocabulary)
    assert "second_contact" in details(sealed)
    assert not {"name", "phone"} & set(details(sealed))
    [(kind, who)] = kept(sealed)
    assert kind == "name"
    assert "22334455" in who.replace(" ", "")


def test_the_patients_own_number_stands_beside_the_relatives(vocabulary: Vocabulary) -> None:
    text = "tlf er 20667788 men ring til konen på 22334455"
    sealed = seal_text(text, Step.PHONE, vocabulary)
    assert kept(sealed) == [("name", "kone, 22334455"), ("phone", "20667788")]
    assert details(sealed) == ["phone", "second_contact"]


@pytest.mark.parametrize("step", [Step.PHONE, Step.POSTCODE, Step.SUMMARY])
@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("datteren Lise Hansen på 22334455", "Lise Hansen, datter, 22334455"),
        ("Lise Hansen (datter) 22334455", "Lise Hansen, datter, 22334455"),
        ("Lise, datter, 22334455", "Lise, datter, 22334455"),
        ("konens nummer er 22 33 44 55", "kone, 22 33 44 55"),
        ("kontaktperson Ole 22334455", "Ole, kontaktperson, 22334455"),
        ("her daughter Lise on +46 70 123 45 67", "Lise, daughter, +46 70 123 45 67"),
    ],
)
def test_of_a_second_contact_name_relation_and_number_are_kept(
    vocabulary: Vocabulary, step: Step, text: str, who: str
) -> None:
    assert kept(seal_text(text, step, vocabulary)) == [("name", who)]


def test_a_number_that_is_not_tied_to_the_relative_leaves_the_relative_to_be_seen(
    vocabulary: Vocabulary,
) -> None:
    sealed = seal_text("ring til konen i stedet, 22334455", Step.SUMMARY, vocabulary)
    assert kept(sealed) == [("phone", "22334455")]
    assert "konen" in sealed.text


def test_before_a_name_is_given_the_name_before_a_relative_is_the_patients(
    vocabulary: Vocabulary,
) -> None:
    sealed = seal_text("Hanne Prøvesen, datter 22334455", Step.NAME, vocabulary)
    assert kept(sealed) == [("name", "datter, 22334455"), ("name", "Hanne Prøvesen")]


def test_a_number_alone_where_the_second_contact_is_asked_is_not_the_patients(
    vocabulary: Vocabulary,
) -> None:
    assert kept(seal_text("22334455", Step.SECOND_CONTACT, vocabulary)) == [("name", "22334455")]


@pytest.mark.parametrize(
    "typed",
    [
        "datteren Lise på 22334455 taler arabisk",
        "datteren Lise på 22334455, hun taler arabisk",
        "datteren Lise på 22334455 har hemmelig adresse",
    ],
)
def test_what_is_said_of_a_second_contact_is_told_to_be_unread(
    vocabulary: Vocabulary, typed: str
) -> None:
    assert details(seal_text(typed, Step.PHONE, vocabulary)) == ["left_out", "second_contact"]


@pytest.mark.parametrize(
    ("step", "typed", "told"),
    [
        (Step.PHONE, "hun har hemmelig adresse, mand Per 20601022", "hun har hemmelig adresse"),
        (Step.PHONE, "20102030, datter Lis 20102031, udskrives fredag", "udskrives fredag"),
        (Step.SUMMARY, "datter Lis 20102031 hemmelig adresse", "hemmelig adresse"),
        (Step.SUMMARY, "datter Lis 20102031, må gerne lægge besked", "må gerne lægge besked"),
        (Step.SECOND_CONTACT, "datter Lis 20102031, hemmelig adresse", "hemmelig adresse"),
        (Step.DISCHARGE_DATE, "fredag, hemmelig adresse", "hemmelig adresse"),
        (Step.DISCHARGE_DATE, "fredag, datter Lis 20102031, hemmelig adresse", "hemmelig adresse"),
    ],
)
def test_what_stands_beside_a_second_contact_or_a_day_is_read_without_whoever_it_is(
    vocabulary: Vocabulary, step: Step, typed: str, told: str
) -> None:
    words, rest = read_beside(seal_text(typed, step, vocabulary).text)
    assert (words, "left_out" in rest) == (told, False)


def test_of_two_numbers_the_relatives_own_is_the_second_contacts(vocabulary: Vocabulary) -> None:
    typed = "tlf er 20304050 men ring til konen på 30405060"
    assert kept(seal_text(typed, Step.SECOND_CONTACT, vocabulary)) == [("name", "kone, 30405060")]


def test_nothing_secret_stands_in_the_words_beside_a_day(vocabulary: Vocabulary) -> None:
    typed = "fredag, bor hos Torkild Prøvesen på Kvistvej 12, cpr 010190-1234"
    words, _ = read_beside(seal_text(typed, Step.DISCHARGE_DATE, vocabulary).text)
    assert not {"torkild", "prøvesen", "kvistvej"} & set(words.casefold().split())
    assert not any(map(str.isdigit, words))


def test_a_relative_alone_is_only_talked_about(vocabulary: Vocabulary) -> None:
    sealed = seal_text("datteren lise vil gerne høre mere", Step.PHONE, vocabulary)
    assert kept(sealed) == []
    assert clear(sealed).split() == ["datteren", "vil", "gerne", "høre", "mere"]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("Lise Prøve, cpr 010190-1234, 22334455", "Lise Prøve, 22334455"),
        ("Lise Prøve, lise@prøve.dk, 22 33 44 55", "Lise Prøve, 22 33 44 55"),
        ("Lise, Kvistvej 12, 2. th, tlf 22334455", "Lise, 22334455"),
        ("Lise født 01.02.53", "Lise"),
        ("Lise 20667788 lejl 12", "Lise, 20667788"),
    ],
)
def test_a_second_contact_is_kept_without_what_is_never_kept(
    vocabulary: Vocabulary, typed: str, value: str
) -> None:
    sealed = seal_text(typed, Step.SECOND_CONTACT, vocabulary)
    assert kept(sealed) == [("name", value)]


def test_the_nurse_is_told_that_a_cpr_number_was_not_kept(vocabulary: Vocabulary) -> None:
    sealed = seal_text("Lise Prøve, cpr 010190-1234", Step.SECOND_CONTACT, vocabulary)
    assert details(sealed) == ["cpr", "second_contact"]
    assert details(seal_text("010190-1234", Step.PHONE, vocabulary)) == ["cpr"]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("frk skov vil gerne", ["skov"]),
        ("patienten hedder Rose og vil gerne", ["Rose"]),
        ("hun hedder nej", ["nej"]),
        ("sønnen jan henter hende", ["jan"]),
        ("søn af hans jensen", ["jensen"]),
        ("datteren hedder liv", ["liv"]),
        ("sønnen bor i herlev", []),
        ("hendes mand ryger ikke", []),
        ("fru Hanne P. Prøvesen ringer", ["Hanne P. Prøvesen"]),
        ("hun hedder det samme", []),
        ("manden, bo, kommer", []),
    ],
)
def test_the_words_around_it_show_a_name(
    vocabulary: Vocabulary, text: str, hidden: list[str]
) -> None:
    assert [text[name.start : name.end] for name in mentions(text, vocabulary)] == hidden


@pytest.mark.parametrize("word", ["zakarias", "trin", "maj", "søren", "jan", "rose"])
def test_what_somebody_says_hides_who_said_it_except_a_month(
    vocabulary: Vocabulary, word: str
) -> None:
    left = words_in(clear(seal_text(f"{word} siger nej", Step.OFFER, vocabulary)))
    assert (word in left) is (word in ("trin", "maj"))


@pytest.mark.parametrize("name", HELD_OUT)
def test_a_name_that_no_list_holds_is_never_in_the_clear(vocabulary: Vocabulary, name: str) -> None:
    assert not vocabulary.is_name(name)
    for sentence in SENTENCES:
        for step in (Step.OFFER, Step.SUMMARY):
            sealed = seal_text(sentence.format(name), step, vocabulary)
            assert name not in words_in(clear(sealed)), sentence


def test_nine_in_ten_sentences_with_such_a_name_are_noticed_in_a_chat(
    vocabulary: Vocabulary,
) -> None:
    said = [sentence.format(name) for name in HELD_OUT for sentence in SENTENCES]
    noticed = [looks_personal(text, Step.OFFER, vocabulary) for text in said]
    assert sum(noticed) >= 0.9 * len(said)


def test_the_names_of_the_package_are_there_and_none_is_a_word(vocabulary: Vocabulary) -> None:
    names = load_names(vocabulary.words)
    assert len(names) > 30_000
    assert {"mette", "aagaard", "mohammed", "yilmaz", "kowalski"} <= names
    assert {"bo", "liv", "rose", "skov", "jan"} <= names
    assert not {"søren", "allan"} & vocabulary.words
    assert not {"just", "find", "other", "have", "ring", "post"} & names


PLACES_OF_LETTERS = st.text(alphabet="abcdefghijklmnoprstuvyæøåéü -'", min_size=1, max_size=40)
KNOWN = st.lists(st.sampled_from(sorted(VOCABULARY.words)), max_size=4).map(" ".join)


@given(step=st.sampled_from(Step), before=KNOWN, typed=PLACES_OF_LETTERS, after=KNOWN)
def test_only_words_of_the_vocabulary_reach_the_engine(
    step: Step, before: str, typed: str, after: str
) -> None:
    left = seal_text(f"{before} {typed} {after}", step, VOCABULARY).text
    if left.startswith("/"):
        left = ""
    for word in words_in(TOKEN.sub(" ", left)):
        assert VOCABULARY.knows(word) or all(map(VOCABULARY.knows, word.split("-"))), word


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("om eftermiddagstimerne", "om eftermiddag timer"),
        ("aft.", "aft."),
        ("hun indvilliger", "hun indvilliger"),
        ("hun har haft apopleksi", "hun har haft apopleksi"),
        ("natholdet", "natholdet"),
        ("hun ryger cigareterne", "hun ryger cigaret"),
    ],
)
def test_ordinary_words_reach_the_engine_as_words_that_it_knows(
    vocabulary: Vocabulary, typed: str, read: str
) -> None:
    for step in (Step.OFFER, *sorted(CONTACT_STEPS - {Step.SECOND_CONTACT, Step.DISCHARGE_DATE})):
        assert seal_text(typed, step, vocabulary).text == read


@pytest.mark.parametrize("text", ["hun har skizofreni", "pt på 4.2 med ALS", "har lungecancer"])
def test_an_illness_is_hidden_in_what_is_said_of_a_patient(
    vocabulary: Vocabulary, text: str
) -> None:
    assert seal_text(text, Step.OFFER, vocabulary).hidden == 1


@pytest.mark.parametrize(
    "text",
    [
        "kan en med skizofreni blive henvist",
        "er der hold for folk med kol",
        "har hun depression?",
    ],
)
def test_an_illness_stands_in_a_question(vocabulary: Vocabulary, text: str) -> None:
    assert seal_text(text, Step.OFFER, vocabulary) == SealedText(text, (), 0)


@pytest.mark.parametrize(
    "introduction",
    [
        "her name is", "his full name is", "the patient's name is", "my patient is called",
        "it's", "it is", "his name's", "name:", "hendes navn er", "hans fulde navn er",
        "patientens navn er", "det er", "navnet er", "hun hedder", "pt. hedder", "pts navn er",
        "patienten", "navn",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["Karin Qvortrup", "karin qvortrup", "Zebulon Xylander"])
def test_a_name_begins_behind_the_sentence_that_introduces_it(
    vocabulary: Vocabulary, introduction: str, name: str
) -> None:
    sealed = seal_text(f"{introduction} {name}", Step.NAME, vocabulary)
    assert kept(sealed) == [("name", name)]


GIVEN = [
    "Hanne",
    "Bo",
    "Liv",
    "Jan",
    "Line",
    "Sinéad",
    "A\u030ase",
    "H. C.",
    "Anne\u2013Lise",
    "Nguyen Thi",
]
FAMILY = ["Prøvesen", "Due", "Lykke", "O\u2019Brien", "Sommer", "van der Prøve", "Prøve"]
REMARKS = [" taler arabisk", ", ring helst om aftenen", " som er lidt døv", " har ingen mobil"]
DETAILS = [
    "",
    ", 20667788",
    ", 20667788, 2750",
    " 2750",
    " +4520667788 2750",
    " (82) 20667788 2750",
]


@given(
    given_name=st.sampled_from(GIVEN),
    family=st.sampled_from(FAMILY),
    behind=st.sampled_from([*REMARKS, *DETAILS]),
    turned=st.booleans(),
)
def test_a_name_is_found_whole_and_a_remark_behind_it_is_not_the_name(
    vocabulary: Vocabulary,
    given_name: str,
    family: str,
    behind: str,
    turned: bool,  # noqa: FBT001
) -> None:
    told_apart = family != "Prøve" and "." not in given_name  # a word of its own; an initial
    turned = turned and not behind and len(family.split()) == 1 and told_apart
    typed = f"{family}, {given_name}" if turned else f"{given_name} {family}{behind}"
    names = [
        value for kind, value in kept(seal_text(typed, Step.NAME, vocabulary)) if kind == "name"
    ]
    assert [folded(normal_name(name)) for name in names] == [folded(f"{given_name} {family}")]


@pytest.mark.parametrize(
    "text",
    [
        *("ikke Torben, men Jens Holm", "ikke Torben men Jens Holm", "Jens Holm, ikke Torben"),
        *("not Torben but Jens Holm", "not Torben, but Jens Holm", "Jens Holm ikke Torben"),
        *("han hedder ikke Torben men Jens Holm", "han hedder ikke Torben, han hedder Jens Holm"),
        *("Torben Holm - nej vent Jens Holm", "Torben Holm – nej, Jens Holm", "nej Jens Holm"),
        *("Torben Holm, nej vent Jens Holm", "Torben Holm nej Jens Holm", "Torben. Nej, Jens Holm"),
        *("Torben Holm rettelse Jens Holm", "Torben Holm, undskyld Jens Holm"),
        *("Torben Holm, jeg mener Jens Holm", "Torben Holm - no wait, Jens Holm"),
        *("Torben Holm sorry Jens Holm", "Torben Holm, I mean Jens Holm"),
        *("Bo, nej Ib, nej Jens Holm", "navnet er Torben Holm nej vent Jens Holm"),
        *("Jens Holm nej tak", "Jens Holm, nej han taler dansk", "min patient hedder Jens Holm"),
        *("patienten hedder Jens Holm og lægen hedder Bo Lund", "Jens Holm eller hans kone"),
    ],
)
def test_of_several_names_the_one_that_is_meant_is_kept(vocabulary: Vocabulary, text: str) -> None:
    sealed = seal_text(text, Step.NAME, vocabulary)
    assert kept(sealed) == [("name", "Jens Holm")]
    assert not {"torben", "holm", "lund"} & set(words_in(clear(sealed)))


@pytest.mark.parametrize("step", [Step.PHONE, Step.SUMMARY])
def test_the_last_name_stands_where_one_is_corrected_later(
    vocabulary: Vocabulary, step: Step
) -> None:
    text = "navnet er Torben Holm nej vent Jens Holm"
    assert kept(seal_text(text, step, vocabulary)) == [("name", "Jens Holm")]


@pytest.mark.parametrize(
    "text",
    [
        *("Måske Jens", "måske jens holm", "vistnok Jens Holm", "Jens Holm tror jeg"),
        *("Jens et eller andet", "Jens Holm eller Jens Holst", "hun hedder måske Jens"),
        *("hun hedder vist Lise", "jeg tror det er Jens Holm", "Jens Holm måske"),
        *("maybe Jens", "probably Jens Holm", "I think it's Jens Holm", "Jens Holm I think"),
        "Jens Holm or Jens Holst",
    ],
)
def test_a_name_that_is_not_certain_is_not_kept(vocabulary: Vocabulary, text: str) -> None:
    for step in (Step.NAME, Step.PHONE, Step.SUMMARY):
        sealed = seal_text(text, step, vocabulary)
        assert kept(sealed) == []
        assert not {"jens", "holm", "lise"} & set(words_in(clear(sealed)))


@pytest.mark.parametrize(
    "text",
    [
        *("Sygeplejersken hedder Lone Dahl", "lægen hedder Lone Dahl", "jeg hedder Lone Dahl"),
        *("kontaktsygeplejersken er Lone Dahl", "overlægens navn er Lone Dahl"),
        *("mit navn er Lone Dahl", "my name is Lone Dahl", "the nurse is called Lone Dahl"),
        *("det er mandens nummer, han hedder Lone Dahl", "manden er her, hans navn er Lone Dahl"),
        *("her husband's name is Lone Dahl", "it's her son's number, his name is Lone Dahl"),
        "lægen hedder Lone Dahl og patienten er træt",
    ],
)
def test_the_name_of_anybody_else_is_not_the_patients(vocabulary: Vocabulary, text: str) -> None:
    for step in (Step.NAME, Step.PHONE, Step.SUMMARY):
        sealed = seal_text(text, step, vocabulary)
        assert kept(sealed) == []
        assert not {"lone", "dahl"} & set(words_in(clear(sealed)))


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("22334455 det er mandens nummer, han hedder Kaj", "Kaj, mand, 22334455"),
        ("det er mandens nummer 22334455, han hedder Kaj", "Kaj, mand, 22334455"),
        ("mandens nummer er 22334455 og han hedder Kaj Holm", "Kaj Holm, mand, 22334455"),
        ("22334455, det er datterens, hun hedder Lise", "Lise, datter, 22334455"),
        ("her husband on 22334455, his name is Kaj", "Kaj, husband, 22334455"),
    ],
)
def test_the_name_behind_a_relatives_number_is_the_relatives(
    vocabulary: Vocabulary, text: str, who: str
) -> None:
    for step in (Step.NAME, Step.PHONE, Step.SUMMARY):
        sealed = seal_text(text, step, vocabulary)
        assert kept(sealed) == [("name", who)]
        assert details(sealed) == ["second_contact"]


@pytest.mark.parametrize("text", ["Lise med e, Lise Krogh", "Lise, Lise Krogh"])
def test_a_name_that_is_said_twice_is_not_turned_round(vocabulary: Vocabulary, text: str) -> None:
    assert kept(seal_text(text, Step.NAME, vocabulary)) == [("name", "Lise")]


@pytest.mark.parametrize("name", ["Nok Suwan", "Thi No Lan", "Karin Vel", "Bo Vent"])
def test_a_name_that_is_written_like_a_doubt_or_a_no_is_a_name(
    vocabulary: Vocabulary, name: str
) -> None:
    assert kept(seal_text(name, Step.NAME, vocabulary)) == [("name", name)]
