"""Figures that are typed: a phone number is found beside anything, and nothing else becomes one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sealing.sealing import SealedText, seal_text
from bot.sealing.sealing_work import CONTACT_STEPS
from bot.sealing.told_numbers import NumberKind, is_phone, parts_of
from bot.sealing.vocabulary import Vocabulary, load_vocabulary
from referrals.advice.encounter import Step
from referrals.denmark.municipalities import is_area_postcode, load_municipalities
from referrals.vault.vault import TOKEN
from service.settings import ROOT

VOCABULARY = load_vocabulary(ROOT / "nlu")
PHONE = "20667788"


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    return VOCABULARY


def clear(sealed: SealedText) -> str:
    return TOKEN.sub(" ", sealed.text)


def phones(sealed: SealedText) -> list[str]:
    """Give the kept phone numbers in the order in which the engine hands them on."""
    values = {value.token: value.value for value in sealed.values if value.kind == "phone"}
    return [values[found[0]] for found in TOKEN.finditer(sealed.text) if found[0] in values]


def told(sealed: SealedText, what: str) -> str | None:
    """Give the value of a detail of a message that holds nothing else."""
    if not sealed.text.startswith("/give_contact_details"):
        return None
    found = json.loads(sealed.text[sealed.text.index("{") :]).get(what)
    return {value.token: value.value for value in sealed.values}.get(found, found)


@pytest.mark.parametrize("step", [Step.NAME, Step.PHONE, Step.POSTCODE, Step.BEST_TIME])
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("31.12.1950, 20667788", "20667788"),
        ("20667788, født 31-12-50", "20667788"),
        ("01.02.53 20667788", "20667788"),
        ("efter kl 16: 20667788", "20667788"),
        ("20667788 efter kl 16.30", "20667788"),
        ("20667788 mellem 10.00-12.00", "20667788"),
        ("20667788 16.30", "20667788"),
        ("20667788 24/12", "20667788"),
        ("24.12.2026 20667788", "20667788"),
        ("2026-12-24 20667788", "20667788"),
        ("(82) 20667788", "20667788"),
        ("82 20667788", "20667788"),
        ("hun er 82 år, 20 66 77 88", "20 66 77 88"),
        ("stue 12, 20667788", "20667788"),
        ("stue 12 20667788", "20667788"),
        ("cpr 010190-1234 20667788", "20667788"),
        ("010190-1234 20667788", "20667788"),
        ("20667788 0101901234", "20667788"),
        ("20667788 2750", "20667788"),
        ("2750 20 66 77 88", "20 66 77 88"),
        ("2066 7788 2750", "2066 7788"),
        ("2750 2066 7788", "2066 7788"),
        ("+4520667788 2750", "+4520667788"),
        ("2750 +45 20 66 77 88", "+45 20 66 77 88"),
        ("004520667788 2750", "004520667788"),
        ("+46 70 123 45 67 2750", "+46 70 123 45 67"),
        ("+298 211234 2750", "+298 211234"),
        ("20.66.77.88", "20.66.77.88"),
        ("20.10.30.50", "20.10.30.50"),
        ("20-10-40-50", "20-10-40-50"),
        ("2 0 6 6 7 7 8 8", "2 0 6 6 7 7 8 8"),
        ("20/66/77/88", "20/66/77/88"),
    ],
)
def test_a_good_number_is_found_beside_other_figures(
    vocabulary: Vocabulary, step: Step, text: str, number: str
) -> None:
    assert phones(seal_text(text, step, vocabulary)) == [number]


@pytest.mark.parametrize("step", [Step.NAME, Step.POSTCODE, Step.BEST_TIME, Step.SUMMARY])
@pytest.mark.parametrize(
    "text",
    [
        "31.12.1950",
        "24.12.2026",
        "24. 12. 2026",
        "24 12 2026",
        "21-12-2026",
        "24/12 2026",
        "2026-12-24",
        "d. 12.1.27",
        "fra 10.1-20.1",
        "16.00-18.00",
        "16.00 til 18.00",
        "kl 16-18",
        "1600-1800",
        "2730 2750",
        "2730, 2750",
        "010190-1234",
        "01 01 90 12 34",
        "journalnr 20667788",
        "pas 20667788",
        "hun er 53",
        "10-15 om dagen i 30 år",
    ],
)
def test_dates_hours_postcodes_and_other_numbers_are_no_phone_number(
    vocabulary: Vocabulary, step: Step, text: str
) -> None:
    assert phones(seal_text(text, step, vocabulary)) == []


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("29123OOO", "-"),
        ("20 30 40 5O", "-"),
        ("20667788x5", "-"),
        ("20667788 lok. 12", "-"),
        ("20667788 ext 5", "-"),
        ("20667788ab", "-"),
        ("20667 ABC", "00000"),
        ("2066778", "0000000"),
        ("206677889", "000000000"),
        ("20 66 77 88 9", "00 00 00 00 0"),
        ("20667788 9", "00000000 0"),
        ("2 0 6 6 7 7 8 8 9", "0 0 0 0 0 0 0 0 0"),
        ("9 20 66 77 88", "0 00 00 00 00"),
        ("+45 20 66 77 88 99", "+00 00 00 00 00 00"),
        ("+45 20 66 77 88 9", "+00 00 00 00 00 0"),
        ("+47 20 66 77 8", "+00 00 00 00 0"),
        ("010190123420667788", "000000000000000000"),
        ("82 20 66 77 88 55", "00 00 00 00 00 00"),
        ("12", "00"),
        ("2750", "0000"),
        ("tyve seksogtres syvoghalvfjerds otteogfirs", "-"),
        ("to nul seks seks syv syv otte otte", "-"),
    ],
)
def test_of_what_cannot_be_called_only_the_form_is_kept(
    vocabulary: Vocabulary, text: str, form: str
) -> None:
    sealed = seal_text(text, Step.PHONE, vocabulary)
    assert phones(sealed) == [form]
    assert not any(sign.isdigit() for sign in clear(sealed))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("22334455, 66778899", ["22334455", "66778899"]),
        ("22334455 eller 66778899", ["22334455", "66778899"]),
        ("22 33 44 55 66 77 88 99", ["22 33 44 55", "66 77 88 99"]),
        ("22334455 nej vent 66778899", ["66778899", "22334455"]),
        ("22334455, undskyld 66778899", ["66778899", "22334455"]),
        ("2233445 66778899", ["66778899", "0000000"]),
    ],
)
def test_of_two_numbers_the_one_that_counts_stands_first_and_the_other_is_there_too(
    vocabulary: Vocabulary, text: str, numbers: list[str]
) -> None:
    assert phones(seal_text(text, Step.PHONE, vocabulary)) == numbers


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ja efter 1700", "ja efter 17.00"),
        ("mellem 1600 og 1800", "mellem 16.00 og 18.00"),
        ("kl 1630", "kl 16.30"),
        ("bor i 2000", "bor i 2000"),
        ("fra 2730", "fra 2730"),
        ("kl 2570", "kl 2570"),
    ],
)
def test_an_hour_is_written_as_an_hour_and_a_postcode_stands(
    vocabulary: Vocabulary, text: str, left: str
) -> None:
    assert seal_text(text, Step.LEAVE_MESSAGE, vocabulary).text == left


@pytest.mark.parametrize(
    "text",
    ["hun stoppede i 2015", "tidligst 2026", "siden 1998", "efter 1999", "året 2010", "since 2015"],
)
def test_a_year_is_no_postcode(vocabulary: Vocabulary, text: str) -> None:
    for step in sorted(CONTACT_STEPS - {Step.SECOND_CONTACT, Step.DISCHARGE_DATE}):
        sealed = seal_text(text, step, vocabulary)
        assert not any(sign.isdigit() for sign in clear(sealed)), step
        assert told(sealed, "postcode") is None


@pytest.mark.parametrize(
    "text",
    [
        "hun røg 20 om dagen fra 2016",
        "ryger to tre om dagen",
        "hold efter d. 12.1.27",
        "hold i februar 2027",
        "de sidste 20 år",
        "10-15 cigaretter",
        "fra 10.1-20.1",
        "kl. 16.30",
    ],
)
def test_figures_that_tell_nothing_of_a_person_stand_before_consent(
    vocabulary: Vocabulary, text: str
) -> None:
    assert seal_text(text, Step.STATUS, vocabulary) == SealedText(text, (), 0)


def test_the_postcode_of_a_person_is_told_beside_a_number(vocabulary: Vocabulary) -> None:
    sealed = seal_text("+4520667788 2750", Step.PHONE, vocabulary)
    assert told(sealed, "postcode") == "2750"
    both = seal_text("2730 2750", Step.POSTCODE, vocabulary)
    assert both.text == '/give_contact_details{"postcode":["2730","2750"]}'
    assert told(seal_text("27305", Step.POSTCODE, vocabulary), "postcode") == "27305"
    assert told(seal_text("12", Step.POSTCODE, vocabulary), "postcode") == "12"
    assert told(seal_text("om 2 dage", Step.POSTCODE, vocabulary), "postcode") is None
    assert told(seal_text("24/12", Step.BEST_TIME, vocabulary), "postcode") is None


@pytest.mark.parametrize(
    ("run", "kinds"),
    [
        ("20667788", [NumberKind.PHONE]),
        ("2750", [NumberKind.POSTCODE]),
        ("12", [NumberKind.PLAIN]),
        ("010190", [NumberKind.CPR]),
        ("320190", [NumberKind.NO_PHONE]),
        ("12/3", [NumberKind.PLAIN]),
        ("20 66 77 8", [NumberKind.NO_PHONE]),
        ("82 20667788 2750", [NumberKind.PLAIN, NumberKind.PHONE, NumberKind.POSTCODE]),
        ("82 20 66 77 88 2750", [NumberKind.NO_PHONE]),
        ("321290-1234", [NumberKind.NO_PHONE]),
        ("32 12 90 1234", [NumberKind.NO_PHONE]),
        ("321290-1234 20667788", [NumberKind.NO_PHONE, NumberKind.PHONE]),
        ("206677-2750", [NumberKind.NO_PHONE]),
        ("206677 2750", [NumberKind.NO_PHONE, NumberKind.POSTCODE]),
        ("20667 1234", [NumberKind.NO_PHONE, NumberKind.POSTCODE]),
        ("1 " * 25, [NumberKind.NO_PHONE]),
    ],
)
def test_a_run_of_figures_is_cut_where_a_number_ends(run: str, kinds: list[NumberKind]) -> None:
    parts = parts_of(run, is_area_postcode)
    assert [part.kind for part in parts] == kinds
    assert "".join(part.text for part in parts) == run


FIGURES = st.text(alphabet="0123456789", min_size=1, max_size=12)
GAPS = st.sampled_from([" ", "-", ".", "/", "  ", " - "])


@given(st.lists(FIGURES, min_size=1, max_size=6), GAPS)
def test_cutting_a_run_loses_nothing_and_every_phone_number_can_be_called(
    groups: list[str], gap: str
) -> None:
    run = gap.join(groups)
    parts = parts_of(run, is_area_postcode)
    assert "".join(part.text for part in parts) == run
    assert all(is_phone(part.text) for part in parts if part.kind is NumberKind.PHONE)


@st.composite
def cpr_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """Give ten figures and a way in which somebody types them."""
    day = draw(st.dates())
    digits = f"{day:%d%m%y}{draw(st.integers(0, 9999)):04}"
    cuts = sorted(draw(st.sets(st.integers(1, 9), max_size=5)))
    pieces = [digits[start:end] for start, end in zip([0, *cuts], [*cuts, 10], strict=True)]
    if any(len(piece) == 8 for piece in pieces):  # eight in one piece are a phone number
        pieces = [digits[:6], digits[6:]]
    return digits, draw(GAPS).join(pieces)


BESIDE = st.sampled_from(
    ["", PHONE, "2750", "cpr", "Hanne Prøvesen", "og", "kl 16", "24/12", "konen Lise på 22334455"]
)


@given(
    cpr=cpr_numbers(),
    step=st.sampled_from(Step),
    before=BESIDE,
    after=BESIDE,
    link=st.sampled_from([", ", "; ", "\n", " og "]),
)
def test_no_digits_of_a_cpr_number_survive_whatever_stands_beside_it(
    cpr: tuple[str, str], step: Step, before: str, after: str, link: str
) -> None:
    digits, typed = cpr
    sealed = seal_text(link.join((before, typed, after)), step, VOCABULARY)
    for text in (clear(sealed), *(value.value for value in sealed.values)):
        for known in (PHONE, "22334455", "2750", "kl 16", "24/12", r"\u2026"):  # the last is "…"
            text = text.replace(known, " ")
        left = {sign for sign in text if sign.isdigit()} - {"0"}
        assert not left & set(digits)


@pytest.mark.parametrize("typed", ["2026-12-05", "5. december", "d. 5/12", "5.12.2026", "fredag"])
def test_a_day_of_discharge_is_found_however_it_is_written(
    typed: str, vocabulary: Vocabulary
) -> None:
    sealed = seal_text(f"hun udskrives {typed}", Step.DISCHARGE_DATE, vocabulary)
    assert typed not in sealed.text
    assert [(value.kind, value.value) for value in sealed.values] == [
        ("word", typed.removeprefix("d. "))
    ]


STREET_WORDS = [
    *("Bro", "Vang", "Bakke", "Vænge", "Krogen", "Høj", "Dal", "Gade", "Mark", "Lunden", "Plads"),
    *("Nørgård", "Rosenvang", "Overbakke", "Kirkegade"),
]
GROUPINGS = [
    (8,),
    (2, 2, 2, 2),
    (4, 4),
    (2, 3, 3),
    (3, 2, 3),
    (3, 3, 2),
    (2, 6),
    (1,) * 8,
    (2, 2, 4),
]


def grouped(digits: str, sizes: tuple[int, ...], sign: str) -> str:
    ends = [sum(sizes[: at + 1]) for at in range(len(sizes))]
    return sign.join(digits[end - size : end] for size, end in zip(sizes, ends, strict=True))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Tage Bro 27 27 27 21 2740", "27 27 27 21"),
        ("Ole Vang 61 55 20 11 2760 Måløv", "61 55 20 11"),
        ("Ole Bakke 61 55 20 11 2760", "61 55 20 11"),
        ("Ole Vænge 61 55 20 11 2760", "61 55 20 11"),
        ("Ida Vang 61 55 20 15, 2740", "61 55 20 15"),
        ("Mette Nørgård 615 52 011 2740", "615 52 011"),
        ("Ida Stue 61 55 20 15 2740", "61 55 20 15"),
        ("bor Hans Poulsen 6 1 5 5 2 0 1 5 2740", "6 1 5 5 2 0 1 5"),
        ("Bygaden 12 61 55 20 15 2740", "61 55 20 15"),
        ("Bygaden 12 2740 61552015", "61552015"),
        ("Lyngbyvej 45, 2. sal 61 55 20 15", "61 55 20 15"),
        ("stue 12 61 55 20 15", "61 55 20 15"),
    ],
)
def test_a_street_takes_its_own_number_and_none_of_a_phone_number(
    vocabulary: Vocabulary, text: str, number: str
) -> None:
    assert phones(seal_text(text, Step.NAME, vocabulary)) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "Lyngbyvej 61 55 20 11 2760",
        "Lyngbyvej 45 20 66 77",
        "Lyngbyvej 45 20 66 77 2740",
        "Ole Vang 61 55 2011 2760",
        "Ole Vang 6 20 66 77 2740",
    ],
)
def test_no_number_is_built_from_what_an_address_left(vocabulary: Vocabulary, text: str) -> None:
    sealed = seal_text(text, Step.NAME, vocabulary)
    assert phones(sealed) == []
    assert told(sealed, "address")


@given(
    given_name=st.sampled_from(["Tage", "Ole", "Ida", "Zebulon"]),
    street=st.sampled_from(STREET_WORDS),
    number=st.from_regex(r"[2-9][0-9]{7}", fullmatch=True).filter(is_phone),
    sizes=st.sampled_from(GROUPINGS),
    sign=st.sampled_from([" ", ".", "-"]),
    postcode=st.sampled_from(sorted(load_municipalities().by_postcode)),
    before=st.sampled_from([" ", ", ", "\n"]),
    step=st.sampled_from([Step.NAME, Step.PHONE, Step.BEST_TIME]),
)
def test_who_is_called_by_a_street_word_keeps_the_whole_number_or_none(
    vocabulary: Vocabulary,
    given_name: str,
    street: str,
    number: str,
    sizes: tuple[int, ...],
    sign: str,
    postcode: str,
    before: str,
    step: Step,
) -> None:
    typed = f"{given_name} {street} {grouped(number, sizes, sign)}{before}{postcode}"
    for kept in phones(seal_text(typed, step, vocabulary)):
        digits = "".join(filter(str.isdigit, kept))
        assert digits == number or not digits.strip("0")  # of what is none only the form is kept
