"""The shapes in which numbers and names are typed: what is refused, what is one and the same."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.catalogue.draft import BadDraft, known_codes, read_draft
from referrals.denmark.contact_details import (
    BadValue,
    folded,
    normal_name,
    normal_phone,
)
from referrals.denmark.identifiers import note_without_identifiers, without_identifiers
from referrals.denmark.municipalities import load_municipalities
from referrals.words.labels import Labels

LETTERS = st.characters(categories=("L",))


def why(typed: str) -> str:
    with pytest.raises(BadValue) as bad:
        normal_phone(typed)
    return bad.value.why


@pytest.mark.parametrize(
    "typed",
    [
        "29123OOO",
        "29123 mor",
        "20667 ABC",
        "2016 mand",
        "60737 mor",
        "20667788x5",
        "20667788ab",
        "20667788 lok. 12",
        "20667788 ext 5",
        "20667788;ext=5",
        "20667788;phone-context=+46",
        "20667788, 22334455",
        "20667788 # 5",
        "31.12.1950",
        "24-12-2026",
        "24. 12. 2026",
        "24/12 2026",
        "24 12 2026",
        "2026-12-24",
        "20.00-22.00",
        "16.00 - 18.00",
        "2000-2200",
        "20:66:77:88",
    ],
)
def test_letters_extensions_dates_and_hours_are_no_phone_number(typed: str) -> None:
    assert why(typed) == "phone_not_a_number"


@given(figures=st.integers(20_000_000, 99_999_999).map(str), at=st.integers(1, 8), letter=LETTERS)
def test_a_letter_never_becomes_a_figure(figures: str, at: int, letter: str) -> None:
    for typed in (figures[:at] + letter + figures[at:], figures[: at - 1] + letter + figures[at:]):
        assert why(typed) == "phone_not_a_number"


@pytest.mark.parametrize(
    "typed",
    ["tlf. 20667788", "Tlf: 20 66 77 88", "mobil 20667788", "nr. 20667788", "phone no. 20667788",
     "(+45) 20 66 77 88", "+45 2066-7788", "20\u201366\u201377\u201388", "\u206620667788\u2069",
     "20 66 77 88 ."],
)  # fmt: skip
def test_a_label_and_signs_around_a_number_are_no_part_of_it(typed: str) -> None:
    assert normal_phone(typed) == "+4520667788"


def test_a_course_takes_no_letters_for_figures_either() -> None:
    with pytest.raises(BadDraft) as bad:
        read_draft({"contact_phone": "29123OOO"}, known_codes(Labels(), load_municipalities()))
    assert bad.value.mistakes["contact_phone"].code == "not_a_phone"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Prøvesen, Hanne", "Hanne Prøvesen"),
        ("Prøvesen , Hanne Maria,", "Hanne Maria Prøvesen"),
        ("Prøvesen, Hanne, fru", "Prøvesen, Hanne, fru"),
        ("H.C. Prøvesen", "H.C. Prøvesen"),
        ("Jens Prøve 3", "Jens Prøve 3"),
    ],
)
def test_a_name_is_kept_with_the_given_name_first(typed: str, kept: str) -> None:
    assert normal_name(typed) == kept


@pytest.mark.parametrize("typed", ["Hanne 010190-1234", "Hanne 2750", "hanne@example.dk"])
def test_a_name_with_a_number_or_an_address_in_it_is_refused(typed: str) -> None:
    with pytest.raises(BadValue, match="name_holds_number"):
        normal_name(typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sinéad O’Brien", "Sinéad O'Brien"),
        ("Sinéad O‘Brien", "sinéad o´brien"),
        ("D`Angelo", "D'Angelo"),
        ("Anne-Lise Prøvesen", "Anne–Lise Prøvesen"),
        ("Anne\u2010Lise", "Anne\u2212Lise"),
        ("Åse Prøvesen", "A\u030ase Prøvesen"),
        ("H.C. Prøvesen", "h. c.  prøvesen"),
        ("Hanne P. Prøvesen", "Hanne P Prøvesen"),
        ("STRAẞE", "strasse"),
    ],
)
def test_two_spellings_of_a_name_fold_alike(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    assert folded(folded(one)) == folded(one)


def test_other_names_fold_otherwise() -> None:
    names = ["Anne Lise", "Anne-Lise", "Annelise", "Åse", "Ase", "OBrien", "O'Brien"]
    assert len({folded(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ring efter 12.12.2026 kl 16 på 20667788", "ring efter 12.12.2026 kl 16 på 20667788"),
        ("Svarede ikke 3 gange; 20123456 12/1", "Svarede ikke 3 gange; 20123456 12/1"),
        ("møde 16.30-17.30, stue 12", "møde 16.30-17.30, stue 12"),
        ("010190-1234 er forkert\nny linje", "••• er forkert\nny linje"),
        ("cpr er 010190 1234.", "•••."),
        ("01.01.90-1234 og 20667788", "••• og 20667788"),
        ("skriv til a@b.dk", "skriv til •••"),
        ("hun bor Kvistvej 12, 2. th", "hun •••"),
        ("født 1.2.1953", "•••"),
        ("de sidste fire er 1234", "•••"),
        ("ddmmåå 010190", "ddmmåå •••"),
        ("røget de sidste 20 år", "røget de sidste 20 år"),
    ],
)
def test_a_note_is_kept_without_cpr_e_mail_and_address(typed: str, kept: str) -> None:
    assert note_without_identifiers(typed) == kept


def test_what_was_left_out_is_told_by_its_kind() -> None:
    text = "010190-1234, a@b.dk, Kvistvej 12"
    assert without_identifiers(text)[1] == {"cpr", "email", "address"}
    assert without_identifiers("ring efter  kl 16") == ("ring efter  kl 16", frozenset())


@given(
    day=st.dates(),
    serial=st.integers(0, 9999),
    gap=st.sampled_from(["", " ", "-", ".", "/", " - "]),
    cuts=st.sets(st.integers(1, 9), max_size=4),
    before=st.sampled_from(["", "cpr ", "nr. ", "ring 20667788, ", "Lise "]),
)
def test_no_cpr_number_is_left_in_a_note(
    day: object, serial: int, gap: str, cuts: set[int], before: str
) -> None:
    digits = f"{day:%d%m%y}{serial:04}"
    ends = [*sorted(cuts), 10] if gap else [10]
    pieces = [digits[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    if any(len(piece) == 8 for piece in pieces):
        pieces = [digits[:6], digits[6:]]
    typed = f"{before}{gap.join(pieces)} tak"
    left = note_without_identifiers(typed).replace("20667788", "")
    assert not any(sign.isdigit() for sign in left)


@pytest.mark.parametrize(
    "label",
    ["tlf", "tel", "telefon", "telefonnummer", "phone", "mob", "mobil", "mobilnummer", "mobile",
     "nr", "no", "nummer", "number", "tlf. nr."],
)  # fmt: skip
def test_each_label_may_stand_before_a_number(label: str) -> None:
    assert normal_phone(f"{label}: 20667788") == "+4520667788"


@pytest.mark.parametrize("typed", ["tlf. 20667788 nr", "20667788 tlf", "nummer"])
def test_a_label_behind_a_number_is_a_letter_too_many(typed: str) -> None:
    with pytest.raises(BadValue) as bad:
        normal_phone(typed)
    assert bad.value.why == "phone_not_a_number"


@pytest.mark.parametrize("typed", ["Bo 3", "Louis 16", "Ib 123"])
def test_so_few_figures_may_be_in_a_name(typed: str) -> None:
    assert normal_name(typed) == typed


def test_four_figures_in_a_name_may_end_a_cpr_number() -> None:
    with pytest.raises(BadValue) as bad:
        normal_name("Bo 1234")
    assert bad.value.why == "name_holds_number"


@given(
    number=st.from_regex(r"2[0-9]{7}|\+46 70 [0-9]{3} [0-9]{2} [0-9]{2}", fullmatch=True),
    sign=st.sampled_from("OoIlSBxXabæ#w;"),
    data=st.data(),
)
def test_a_letter_in_a_number_never_becomes_a_digit_nor_cuts_it(
    number: str, sign: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(number)))
    replaced = number[: at - 1] + sign + number[at:]
    for typed in (number[:at] + sign + number[at:], replaced, f"{number}{sign}12"):
        with pytest.raises(BadValue):
            normal_phone(typed)


@given(
    day=st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    form=st.sampled_from(["%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"]),
)
def test_no_day_of_two_centuries_is_a_phone_number(day: date, form: str) -> None:
    with pytest.raises(BadValue):
        normal_phone(f"{day:{form}}")


@given(
    begin=st.integers(0, 23),
    span=st.integers(1, 8),
    between=st.sampled_from(["-", " - ", " til ", "-"]),
    minutes=st.sampled_from(["00", "15", "30"]),
)
def test_no_hours_of_a_day_are_a_phone_number(
    begin: int, span: int, between: str, minutes: str
) -> None:
    with pytest.raises(BadValue):
        normal_phone(f"{begin:02}.{minutes}{between}{min(begin + span, 24):02}.00")
