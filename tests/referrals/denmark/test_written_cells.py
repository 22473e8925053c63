"""Numbers, dates and keys of a spreadsheet's cells: any spelling of one is that one, or refused."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.denmark.written_cells import (
    YEARS,
    one_spelling,
    whole_date,
    whole_number,
    with_zeros,
)

DATES = (
    "{d:%Y-%m-%d}", "{d:%d-%m-%Y}", "{d.day}-{d.month}-{d.year}", "{d:%d.%m.%Y}", "{d:%d/%m/%Y}",
    "{d:%d-%m-%y}", "{d:%Y-%m-%d} 00:00:00", "{d:%d-%m-%Y} 00:00", " {d:%d-%m-%Y}\u00a0",
)  # fmt: skip


@given(
    st.integers(0, 2_000_000_000),
    st.sampled_from((".", " ", "\u00a0", "\u202f", "")),
    st.sampled_from(("{}", " {} ", "{},00", "{},0", "{},-", "{} kr.", "kr. {}", "{}\u00a0kr")),
)
def test_any_spelling_of_a_whole_number_is_that_number(n: int, between: str, form: str) -> None:
    written = f"{n:,}".replace(",", between)
    assert whole_number(form.format(written)) == n


@given(st.integers(0, 99_999), st.integers(1, 999), st.sampled_from(".,"))
def test_a_number_with_a_part_behind_its_mark_is_never_read_as_another(
    n: int, part: int, mark: str
) -> None:
    written = f"{n}{mark}{part}"
    is_thousand = mark == "." and len(str(part)) == 3 and n < 1000
    if is_thousand:
        assert whole_number(written) == int(f"{n}{part}")
    else:
        with pytest.raises(ValueError, match="whole"):
            whole_number(written)


@pytest.mark.parametrize(
    "text",
    ["", "1,000", "1.00", "1.0000", "1.000.00", "1.000 000", "49,5", "1e3", "1_000", "١٢", "½"],
)
def test_what_may_be_read_in_two_ways_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="whole"):
        whole_number(text)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.sampled_from(DATES))
def test_any_spelling_of_a_date_is_that_date(day: date, form: str) -> None:
    assert whole_date(form.format(d=day)) == day
    assert day.year in YEARS


@pytest.mark.parametrize(
    "text",
    ["", "31-02-2027", "11/30/2026", "31-01", "i går", "31-01-1899", "46000", "31-01-2027 16:30",
     "den 31-01-2027 og 01-02-2027"],
)  # fmt: skip
def test_what_is_no_date_or_none_with_a_year_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        whole_date(text)


BLANKS = st.text(st.sampled_from(" \u00a0\u202f\t"), min_size=1, max_size=3)


@given(st.lists(st.text("holdæøå2-", min_size=1), min_size=1, max_size=3), BLANKS)
def test_a_key_is_one_key_whatever_blanks_and_letters_it_is_written_with(
    words: list[str], blanks: str
) -> None:
    plain = " ".join(words)
    assert one_spelling(blanks.join(words) + blanks) == plain
    assert one_spelling(unicodedata.normalize("NFD", plain)) == plain


@given(st.integers(0, 9999))
def test_zeros_that_a_spreadsheet_took_come_back(code: int) -> None:
    assert with_zeros(str(code)) == f"{code:04}"


def test_what_is_no_code_stays_as_it_is() -> None:
    assert [with_zeros(each) for each in ("", "Ballerup", "01512")] == ["", "Ballerup", "01512"]
