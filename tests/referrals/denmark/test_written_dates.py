"""Dates as people write them, and where they stand in what was typed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.denmark.named_days import day_span, named_day
from referrals.denmark.written_dates import MONTHS, ORDINALS, written_date, written_dates

TODAY = date(2026, 11, 30)
days = st.dates(TODAY, TODAY + timedelta(days=364))
_WORDS = {number: [word for word, n in ORDINALS.items() if n == number] for number in range(1, 32)}
_FORMS = (
    "{d.year}-{d.month:02}-{d.day:02}",
    "{d.day}/{d.month}",
    "{d.day}/{d.month}-{d.year}",
    "{d.day:02}.{d.month:02}.{d.year}",
    "{d.day}. {d.month}. {d.year}",
    "{d.day}-{d.month}-{short:02}",
    "{d.day}. {month}",
    "den {d.day}. {month} {d.year}",
    "{d.day} {month}",
    "the {d.day}th of {month}",
    "{month} {d.day}, {d.year}",
    "{ordinal} {month}",
)


@given(days, st.sampled_from(_FORMS), st.data())
def test_a_day_written_in_any_form_reads_back_as_itself(
    day: date, form: str, data: st.DataObject
) -> None:
    month = data.draw(st.sampled_from([name for name, n in MONTHS.items() if n == day.month]))
    ordinal = data.draw(st.sampled_from(_WORDS[day.day]))
    text = form.format(d=day, short=day.year % 100, month=month, ordinal=ordinal)
    text = data.draw(st.sampled_from((text, text.upper(), f"hjem {text}.", f"ja, {text} tror jeg")))
    found = written_date(text)
    assert found is not None, text
    assert found.coming(TODAY) == day, text
    assert named_day(text, TODAY) == (found.just_over(TODAY) or day)
    assert day_span(text) == (found.start, found.end)


@given(st.text(alphabet="0123456789./- aeijdncmrøå", max_size=30))
def test_what_is_found_stands_where_it_is_said_to_and_is_read_alike(text: str) -> None:
    for found in written_dates(text):
        alone = written_date(text[found.start : found.end])
        assert alone is not None
        assert (alone.day, alone.month, alone.year) == (found.day, found.month, found.year)


@pytest.mark.parametrize(
    "text",
    ["", "20 66 77 88", "12.12.12.12", "kl. 16.30", "kl. 10-12", "2750", "010150-1234", "31121950",
     "99.99.9999", "12/24", "24-7-365", "uge 3", "den 12."],
)  # fmt: skip
def test_other_numbers_are_no_dates(text: str) -> None:
    assert written_date(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("31. februar", None),
        ("29/2", None),
        ("29/2-2028", date(2028, 2, 29)),
        ("30/11", TODAY),
        ("29/11", date(2027, 11, 29)),
        ("31.12.1950", date(1950, 12, 31)),
    ],
)
def test_a_date_without_a_year_is_the_next_such_day(text: str, expected: date | None) -> None:
    found = written_date(text)
    assert found is not None
    assert found.coming(TODAY) == expected


def test_every_date_of_a_text_is_found_in_order() -> None:
    found = list(written_dates("født 31.12.1950, hjem 5. december, tid 7/12 kl. 9.30"))
    assert [(one.day, one.month) for one in found] == [(31, 12), (5, 12), (7, 12)]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("hun udskrives 5. december", "5. december"),
        ("hjem i morgen", "i morgen"),
        ("nok på fredag", "fredag"),
        ("fredag d. 4/12", "4/12"),
        ("om 3 dage", "om 3 dage"),
        ("den 12.", "den 12."),
        ("snart", None),
        ("fredagsbar", None),
    ],
)
def test_where_a_day_is_named_is_told_without_knowing_today(text: str, span: str | None) -> None:
    found = day_span(text)
    assert (text[found[0] : found[1]] if found else None) == span
