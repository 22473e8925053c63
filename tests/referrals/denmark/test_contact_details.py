"""Names, phone numbers and dates as people type them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.denmark.contact_details import (
    BadValue,
    may_be_something_else,
    normal_date,
    normal_name,
    normal_phone,
    own_phone,
    shown_phone,
)

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Jens Hansen", "Jens Hansen"),
        ("  Jens \t  Hansen ,", "Jens Hansen"),
        ("Åse Ærø-Ødegård", "Åse Ærø-Ødegård"),
        ("O'Brien", "O'Brien"),
        ("D’Angelo", "D’Angelo"),
        ('Robert"); DROP TABLE vault_values;--', 'Robert"); DROP TABLE vault_values'),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("Bo", "Bo"),
        ("李 小龙", "李 小龙"),
        ("محمد علي", "محمد علي"),
        ("שרה כהן", "שרה כהן"),
        ("Юлія Коваль", "Юлія Коваль"),
        ("प्रिया", "प्रिया"),
        ("Ida 🌸", "Ida 🌸"),
        ("\u202eneseJ", "\u202eneseJ"),
        ("x" * 100, "x" * 100),
    ],
    ids=ascii,
)
def test_a_name_is_kept_as_it_is_written_with_single_spaces(typed: str, kept: str) -> None:
    assert normal_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "bad_name"),
        ("   ", "bad_name"),
        ("J", "bad_name"),
        ("12345678", "bad_name"),
        ("🌸🌸", "bad_name"),
        ("-.,;:", "bad_name"),
        ("_ _", "bad_name"),
        ("x" * 101, "name_too_long"),
        ("x" * 10_000, "name_too_long"),
    ],
    ids=lambda text: ascii(text)[:20],
)
def test_what_is_no_name_says_why(typed: str, why: str) -> None:
    with pytest.raises(BadValue) as bad:
        normal_name(typed)
    assert bad.value.why == why


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("20667788", "+4520667788"),
        ("20 66 77 88", "+4520667788"),
        ("2066 7788", "+4520667788"),
        ("20-66-77-88", "+4520667788"),
        ("20.66.77.88", "+4520667788"),
        ("+45 20 66 77 88", "+4520667788"),
        ("0045 20667788", "+4520667788"),
        ("(+45) 20667788", "+4520667788"),
        ("tlf. 20 66 77 88", "+4520667788"),
        ("20667788 - ", "+4520667788"),
        ("+46 70 123 45 67", "+46701234567"),
        ("+47 406 12 345", "+4740612345"),
        ("+49 1512 3456789", "+4915123456789"),
        ("+298 211234", "+298211234"),
        ("+299 22 12 34", "+299221234"),
    ],
    ids=str,
)
def test_a_phone_number_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normal_phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("2066778", "phone_too_short"),
        ("12", "phone_too_short"),
        ("206677889", "phone_too_long"),
        ("2066778820667788", "phone_too_long"),
        ("ring til mig", "phone_not_a_number"),
        ("", "phone_not_a_number"),
        ("+", "phone_not_a_number"),
        ("1" * 10_000, "phone_not_a_number"),
        ("00000000", "phone_not_in_use"),
        ("12345678", "phone_not_in_use"),
    ],
    ids=lambda text: str(text)[:20],
)
def test_what_is_no_phone_number_says_why(typed: str, why: str) -> None:
    with pytest.raises(BadValue) as bad:
        normal_phone(typed)
    assert bad.value.why == why


@pytest.mark.parametrize("typed", ["80 31 31 31", "+45 80313131", "90 12 34 56"])
def test_the_number_of_a_service_is_nobodys_own(typed: str) -> None:
    assert normal_phone(typed)
    with pytest.raises(BadValue) as bad:
        own_phone(typed)
    assert bad.value.why == "phone_of_a_service"


@pytest.mark.parametrize(
    ("typed", "may_be"),
    [
        ("24122026", True),
        ("31121950", True),
        ("24132026", False),
        ("20667788", False),
        ("24 12 20 26", True),
        ("24.12.20.26", True),
        ("24 13 20 26", False),
        ("27302750", True),
        ("+45 2730 2750", True),
        ("27304051", False),
        ("20/30 40/51", True),
        ("20/30/40/51", False),
    ],
)
def test_eight_figures_in_any_group_may_be_something_else(typed: str, may_be: bool) -> None:  # noqa: FBT001
    assert may_be_something_else(typed) is may_be


@pytest.mark.parametrize(
    ("kept", "shown"),
    [("+4520667788", "20 66 77 88"), ("+46701234567", "+46 70 123 45 67")],
    ids=["Danish", "Swedish"],
)
def test_a_number_is_shown_as_people_write_it(kept: str, shown: str) -> None:
    assert shown_phone(kept) == shown


CODES = {
    "phone_too_short",
    "phone_too_long",
    "phone_not_a_number",
    "phone_not_in_use",
    "bad_name",
    "name_too_long",
    "name_holds_number",
}


@pytest.mark.parametrize("normal", [normal_phone, normal_name])
@given(typed=st.text(max_size=50))
def test_an_error_never_repeats_what_was_typed(normal: Callable[[str], str], typed: str) -> None:
    why: tuple[object, ...] = ()
    try:
        normal(typed)
    except BadValue as bad:
        why = bad.args
    assert set(why) <= CODES


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("24/12", "2026-12-24"),
        ("24.12.2026", "2026-12-24"),
        ("24-12-26", "2026-12-24"),
        ("1.2.27", "2027-02-01"),
        ("24/11/2027", "2027-11-24"),
        ("1/1", "2027-01-01"),
        ("23/11", "2026-11-23"),
        ("hun udskrives 3/12, tror jeg", "2026-12-03"),
        ("2026-12-05", "2026-12-05"),
        ("5. december", "2026-12-05"),
        ("d. 5. dec.", "2026-12-05"),
        ("24. 12. 2026", "2026-12-24"),
        ("lørdag den 5. december 2026", "2026-12-05"),
        ("5 December", "2026-12-05"),
        ("December 5th", "2026-12-05"),
        ("den femte december", "2026-12-05"),
        ("indlagt 20/11/2026, hjem 3/12", "2026-12-03"),
        ("i morgen", "2026-11-24"),
        ("I OVERMORGEN", "2026-11-25"),
        ("på fredag", "2026-11-27"),
        ("søndag", "2026-11-29"),
        ("tirsdag i næste uge", "2026-12-01"),
        ("next friday", "2026-12-04"),
        ("om 3 dage", "2026-11-26"),
        ("den 2.", "2026-12-02"),
    ],
    ids=str,
)
def test_a_coming_date_is_read_day_first(typed: str, kept: str) -> None:
    assert normal_date(typed, TODAY) == kept


@pytest.mark.parametrize(
    "typed",
    ["22/11", "22/11/2026", "22-11-26", "i går", "1. november", "udskrevet 30/9", "yesterday"],
)
def test_a_day_of_the_last_weeks_is_over_and_not_next_years(typed: str) -> None:
    with pytest.raises(BadValue) as bad:
        normal_date(typed, TODAY)
    assert bad.value.why == "past_date"


@pytest.mark.parametrize(
    ("typed", "kept"), [("27/9", "2027-09-27"), ("22/11 eller 3/12", "2026-12-03")]
)
def test_a_day_long_over_is_the_next_one(typed: str, kept: str) -> None:
    assert normal_date(typed, TODAY) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "snart",
        "31/2",
        "12/24",
        "0/1",
        "25/11/2027",
        "24/12/202",
        "24/12/2028",
        "99.99.9999",
        "kl. 10.30",
        "2750",
        "12.12.1950",
    ],
)
def test_what_is_no_coming_date_is_refused(typed: str) -> None:
    with pytest.raises(BadValue) as bad:
        normal_date(typed, TODAY)
    assert bad.value.why == "bad_date"


def test_the_29th_of_february_is_refused_in_a_year_without_one() -> None:
    with pytest.raises(BadValue) as bad:
        normal_date("29/2", TODAY)
    assert bad.value.why == "bad_date"
