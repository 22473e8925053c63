"""Who must not be called, told or written to: found whole, and told from every other "ikke"."""

from __future__ import annotations

import json
from functools import cache

import pytest

from bot.buttons import read_beside
from bot.sealing.kept_out import kept_out, without
from bot.sealing.sealing import seal_text
from bot.sealing.vocabulary import Vocabulary, load_vocabulary
from referrals.advice.encounter import Step
from service.settings import ROOT


@cache
def vocabulary() -> Vocabulary:
    """Read the real vocabulary once."""
    return load_vocabulary(ROOT / "nlu")


@pytest.mark.parametrize(
    "text",
    [
        "datter 22 22 33 33 må ikke ringes op",
        "hendes eksmand 22 33 44 57 må under ingen omstændigheder kontaktes",
        "hendes kone Grete 33445566 må ikke kontaktes",
        "ring ikke til datteren 22 33 44 57",
        "do not call her ex 22 33 44 57",
        "I må IKKE ringe til manden",
        "moren må ikke vide det",
        "kontakt ikke min søn Erik på 22334457",
        "brug ikke sønnens nummer 22334457",
        "datterens nummer er 22334457 men hun må ikke ringes op",
        "mor 22334457, men skriv ikke til hende",
        "datter Lise, 22334457, må ikke ringes op",
        "datter (22334457) må ikke ringes op",
        "naboen Ulla 22334457 skal ikke involveres",
        "søn Ole 22 33 44 57, han må ikke vide hun er indlagt",
        "hun vil ikke have at I ringer til manden",
        "vil ikke have manden kontaktet",
        "familien må ikke vide det",
        "ingen må vide det",
        "det er hemmeligt for familien",
        "uden at manden får det at vide",
        "hold moren udenfor",
        "konen må intet få at vide",
        "giv ikke besked til sønnen",
        "her husband Bob 22334457 must not be contacted",
        "son 22334457 - please don't ring him",
        "don't tell her mother",
        "her son must not know",
        "the husband should not be told",
        "sig ikke hvorfor I ringer",
        "I må ikke nævne rygning",
        "do not tell anyone why you call",
    ],
)
def test_somebody_is_kept_out_by_the_whole_line(text: str) -> None:
    spans = kept_out(text)
    assert [text[start:end].strip() for start, end in spans] == [text]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("ja men ikke til manden", "ja"),
        ("om aftenen, men sig ikke hvorfor I ringer", "om aftenen"),
        (
            "Karin Skov 22113344 2730, datteren Lise 22334457 må ikke kontaktes",
            "Karin Skov 22113344 2730",
        ),
        ("taler polsk og moren må ikke vide det", "taler polsk"),
        ("ikke manden, men datteren Lise 22334457", "datteren Lise 22334457"),
        ("datter Lise 22334457, ikke sønnen", "datter Lise 22334457"),
    ],
)
def test_what_stands_beside_is_left(text: str, rest: str) -> None:
    assert without(text, kept_out(text)) == rest


@pytest.mark.parametrize(
    "text",
    [
        "datter Lise 22334457 må gerne kontaktes",
        "datter Lise 22334457 må ikke ringes op før kl 17",
        "ring til datteren 22334457 hvis hun ikke svarer",
        "glem ikke at ringe til datteren 22334457",
        "kan I ikke ringe til datteren 22334457",
        "må I ikke godt ringe til datteren?",
        "datteren Lise må ringes op, hvis hun ikke kan kontaktes på 22113344",
        "hun vil ikke ringes op",
        "nej, I må ikke ringe til hende",
        "hun skal ikke ringes op, datteren ringer",
        "send den ikke før hun har talt med manden",
        "hun vil ikke ringes op uden manden",
        "konen siger hun ikke vil ringes op",
        "datteren taler ikke dansk",
        "sønnen ryger ikke",
        "hun vil ikke sige om hun ryger",
        "hun siger ikke nej",
        "ingen pårørende",
        "hun kan ikke selv ringe til sin datter",
        "I don't know her husband's number",
        "she does not smoke, her husband does",
        "ring ikke om mandagen",
        "læg ikke besked",
        "don't call before 10",
        "so far he has not smoked",
    ],
)
def test_nobody_is_kept_out_by_another_no(text: str) -> None:
    assert kept_out(text) == []


def test_who_is_kept_out_is_no_contact_and_the_number_nobodys_to_call() -> None:
    text = "Karin Skov 22113344 2730, datteren Lise 22334457 må ikke kontaktes"
    sealed = seal_text(text, Step.NAME, vocabulary())
    told = json.loads(sealed.text.removeprefix("/give_contact_details"))
    assert told.keys() == {"name", "phone", "postcode", "left_out"}
    values = {value.token: value.value for value in sealed.values}
    assert values[told["phone"]] == "22113344"
    assert values[told["left_out"][0]] == "datteren Lise 22334457 må ikke kontaktes"


def test_words_beside_are_read_alone_and_hold_nobody_who_is_kept_out() -> None:
    sealed = seal_text("ja men ikke til manden", Step.LEAVE_MESSAGE, vocabulary())
    assert read_beside(sealed.text) == ("ja", '{"left_out": ["ikke til manden"]}')


def test_before_the_consent_nothing_is_kept_of_who_is_kept_out() -> None:
    sealed = seal_text("ring ikke til datteren Lise 22334457", Step.OFFER, vocabulary())
    assert sealed.values == ()
    assert "Lise" not in sealed.text
    assert "22334457" not in sealed.text
    assert "ring ikke til datteren" in sealed.text
