"""The words that name days: numbers, months, weeks, seasons, feasts, one case each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from referrals.courses.when import resolve
from referrals.courses.when_days import days_of, is_feast

MONDAY = date(2026, 11, 23)


def days(first: str, last: str = "") -> tuple[date, date]:
    """Read "12-01" as a day of the winter around 23 November 2026."""

    def read(written: str) -> date:
        if len(written) == len("2027-01-01"):
            return date.fromisoformat(written)
        month, day = map(int, written.split("-"))
        return date(2026 if month >= 11 else 2027, month, day)

    return read(first), read(last or first)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("en", 1), ("et", 1), ("a", 1), ("one", 1), ("to", 2), ("two", 2), ("et par", 2),
        ("a couple of", 2), ("tre", 3), ("three", 3), ("nogle faa", 3), ("fire", 4), ("four", 4),
        ("fem", 5), ("five", 5), ("seks", 6), ("six", 6), ("otte", 8), ("eight", 8), ("ni", 9),
        ("ti", 10), ("ten", 10), ("11", 11), ("100", 100),
    ],
)  # fmt: skip
def test_a_number_of_days_may_be_a_word_or_figures(written: str, number: int) -> None:
    day = MONDAY + timedelta(days=number)
    assert days_of(f"om {written} dage", MONDAY) == (day, day)


@pytest.mark.parametrize("written", ["7", "syv", "14", "fjorten", "fourteen", "21"])
def test_whole_weeks_of_days_mean_the_week_around_them(written: str) -> None:
    first, last = days_of(f"om {written} dage", MONDAY) or (None, None)
    assert first
    assert last
    assert (first.weekday(), last - first) == (0, timedelta(days=6))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("om en uge", "11-30", "12-06"),
        ("om 3 uger", "12-14", "12-20"),
        ("om cirka 3 uger", "12-14", "12-20"),
        ("in about 2 weeks", "12-07", "12-13"),
        ("in two weeks time", "12-07", "12-13"),
        ("om 3 dages tid", "11-26", "11-26"),
        ("in a fortnight", "12-07", "12-13"),
        ("om 2 maaneder", "01-18", "01-24"),
        ("3 uger fra nu", "12-14", "12-20"),
        ("2 days from now", "11-25", "11-25"),
        ("om 3 hverdage", "11-26", "11-26"),
        ("in 6 working days", "12-01", "12-01"),
    ],
)  # fmt: skip
def test_some_time_ahead_is_a_day_or_the_week_around_it(text: str, first: str, last: str) -> None:
    assert days_of(text, MONDAY) == days(first, last)


@pytest.mark.parametrize(
    ("ahead", "read"), [(0, False), (1, True), (366, True), (367, False), (999, False)]
)
def test_nobody_asks_for_a_course_more_than_a_year_ahead(ahead: int, *, read: bool) -> None:
    assert (days_of(f"om {ahead} dage", MONDAY) is not None) is read


@pytest.mark.parametrize(
    ("word", "month"),
    [
        ("januar", 1), ("january", 1), ("jan", 1), ("februar", 2), ("february", 2), ("feb", 2),
        ("marts", 3), ("march", 3), ("april", 4), ("apr", 4), ("maj", 5), ("may", 5), ("juni", 6),
        ("june", 6), ("juli", 7), ("july", 7), ("august", 8), ("aug", 8), ("september", 9),
        ("sept", 9), ("sep", 9), ("oktober", 10), ("october", 10), ("okt", 10), ("oct", 10),
        ("november", 11), ("nov", 11), ("december", 12), ("dec", 12),
    ],
)  # fmt: skip
def test_a_month_is_the_whole_of_the_next_one_of_that_name(word: str, month: int) -> None:
    first, last = days_of(f"i {word}", date(2026, 12, 31)) or (None, None)
    year = 2026 if month == 12 else 2027
    behind = date(year + month // 12, month % 12 + 1, 1)
    assert first == (date(2026, 12, 31) if month == 12 else date(year, month, 1))
    assert last == behind - timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("primo januar", "01-01", "01-10"),
        ("i begyndelsen af januar", "01-01", "01-10"),
        ("foerst i januar", "01-01", "01-10"),
        ("the beginning of january", "01-01", "01-10"),
        ("early in january", "01-01", "01-10"),
        ("medio januar", "01-11", "01-20"),
        ("i midten af januar", "01-11", "01-20"),
        ("mid january", "01-11", "01-20"),
        ("the middle of january", "01-11", "01-20"),
        ("ultimo januar", "01-21", "01-31"),
        ("slut januar", "01-21", "01-31"),
        ("i slutningen af januar", "01-21", "01-31"),
        ("late january", "01-21", "01-31"),
        ("the end of january", "01-21", "01-31"),
        ("i foerste halvdel af januar", "01-01", "01-15"),
        ("the first half of january", "01-01", "01-15"),
        ("i anden halvdel af januar", "01-16", "01-31"),
        ("sidste halvdel af januar", "01-16", "01-31"),
        ("second half of january", "01-16", "01-31"),
        ("sidst paa maaneden", "11-21", "11-30"),
        ("the end of the month", "11-21", "11-30"),
        ("i midten af denne maaned", "12-11", "12-20"),
        ("foerst paa maaneden", "12-01", "12-10"),
        ("slutningen af naeste maaned", "12-21", "12-31"),
    ],
)  # fmt: skip
def test_a_part_of_a_month_is_a_third_or_a_half_of_it(text: str, first: str, last: str) -> None:
    assert days_of(text, MONDAY) == days(first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("foerste uge i januar", "01-01", "01-07"),
        ("in the first week of january", "01-01", "01-07"),
        ("den anden uge i januar", "01-08", "01-14"),
        ("2. uge af januar", "01-08", "01-14"),
        ("second week in january", "01-08", "01-14"),
        ("3. uge i januar", "01-15", "01-21"),
        ("the third week of january", "01-15", "01-21"),
        ("sidste uge i januar", "01-25", "01-31"),
        ("the last week of february", "02-22", "02-28"),
        ("sidste uge i november", "11-24", "11-30"),
        ("foerste uge i november", "2027-11-01", "2027-11-07"),
        ("foerste uge i maaneden", "12-01", "12-07"),
    ],
)  # fmt: skip
def test_a_week_of_a_month_is_counted_from_its_first_or_last_day(
    text: str, first: str, last: str
) -> None:
    assert days_of(text, MONDAY) == days(first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("til foraaret", "03-01", "05-31"),
        ("in the spring", "03-01", "05-31"),
        ("til sommer", "06-01", "08-31"),
        ("this summer", "06-01", "08-31"),
        ("til vinter", "12-01", "02-28"),
        ("in the winter", "12-01", "02-28"),
        ("dette efteraar", "11-23", "11-30"),
        ("this autumn", "11-23", "11-30"),
        ("this fall", "11-23", "11-30"),
    ],
)  # fmt: skip
def test_a_season_is_three_whole_months_or_what_is_left_of_them(
    text: str, first: str, last: str
) -> None:
    assert days_of(text, MONDAY) == days(first, last)


@pytest.mark.parametrize("text", ["efteraaret", "in the autumn", "in the fall"])
@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 11, 16), date(2026, 11, 16), date(2026, 11, 30)),
        (date(2026, 11, 17), date(2027, 9, 1), date(2027, 11, 30)),
        (MONDAY, date(2027, 9, 1), date(2027, 11, 30)),
    ],
    ids=str,
)
def test_a_season_that_ends_within_a_fortnight_is_the_next_one_unless_it_is_called_this(
    text: str, today: date, first: date, last: date
) -> None:
    assert days_of(text, today) == (first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("jul", "12-24", "12-26"),
        ("christmas", "12-24", "12-26"),
        ("juledagene", "12-24", "12-26"),
        ("nytaar", "12-31", "01-01"),
        ("new year's", "12-31", "01-01"),
        ("aarsskiftet", "12-31", "01-01"),
        ("paasken", "03-25", "03-29"),
        ("easter", "03-25", "03-29"),
        ("kristi himmelfartsdag", "05-06", "05-06"),
        ("pinsen", "05-16", "05-17"),
        ("whitsun", "05-16", "05-17"),
        ("juleferien", "12-24", "01-01"),
        ("over the holidays", "12-24", "01-01"),
        ("vinterferien", "02-15", "02-21"),
        ("winter break", "02-15", "02-21"),
        ("sommerferien", "07-05", "08-15"),
        ("the summer holidays", "07-05", "08-15"),
        ("efteraarsferien", "10-18", "10-24"),
        ("autumn break", "10-18", "10-24"),
    ],
)  # fmt: skip
def test_a_feast_or_a_holiday_is_the_coming_one(text: str, first: str, last: str) -> None:
    assert days_of(text, MONDAY) == days(first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("i dag", "11-23", "11-23"),
        ("denne uge", "11-23", "11-29"),
        ("the following week", "11-30", "12-06"),
        ("ugen efter", "12-07", "12-13"),
        ("uge 1-3", "01-04", "01-24"),
        ("uge 50 og 51", "12-07", "12-20"),
        ("week 2 to 4", "01-11", "01-31"),
        ("uge nr 3", "01-18", "01-24"),
        ("denne maaned", "11-23", "11-30"),
        ("the following month", "12-01", "12-31"),
        ("i aar", "11-23", "12-31"),
        ("this year", "11-23", "12-31"),
        ("weekenden", "11-28", "11-29"),
        ("next weekend", "12-05", "12-06"),
        ("thursday next week", "12-03", "12-03"),
        ("foerstkommende torsdag", "11-26", "11-26"),
        ("den foerste hverdag", "11-24", "11-24"),
    ],
)  # fmt: skip
def test_the_present_and_the_coming_week_month_and_year(text: str, first: str, last: str) -> None:
    assert days_of(text, MONDAY) == days(first, last)


@pytest.mark.parametrize(
    ("ordinal", "day"),
    [
        ("første", 1), ("anden", 2), ("tredje", 3), ("fjerde", 4), ("femte", 5), ("sjette", 6),
        ("syvende", 7), ("ottende", 8), ("niende", 9), ("tiende", 10), ("ellevte", 11),
        ("tolvte", 12), ("trettende", 13), ("fjortende", 14), ("femtende", 15), ("tyvende", 20),
    ],
)  # fmt: skip
def test_a_day_of_the_month_may_be_a_word(ordinal: str, day: int) -> None:
    assert resolve(f"den {ordinal}", MONDAY) == (date(2026, 12, day), date(2026, 12, day))


@pytest.mark.parametrize(
    "text",
    ["12", "12.", "den 12", "den 12.", "paa den 12", "d 12", "the 12", "the 12th", "12th",
     "d 12.", "paa den 12."],
)  # fmt: skip
def test_a_number_is_the_next_day_of_that_number(text: str) -> None:
    assert days_of(text, MONDAY) == days("12-12")


@pytest.mark.parametrize(
    ("text", "first"),
    [("the 1st", "12-01"), ("the 2nd", "12-02"), ("the 3rd", "12-03"), ("the 4th", "12-04")],
)
def test_an_english_number_may_have_its_ending(text: str, first: str) -> None:
    assert days_of(text, MONDAY) == days(first)


@pytest.mark.parametrize("before", ["", "nu ", "paa ", "on ", "this ", "denne ", "foerstkommende ",
                                    "den ", "nu paa "])  # fmt: skip
@pytest.mark.parametrize("after", ["", "en"])
def test_a_weekday_may_have_these_words_around_it(before: str, after: str) -> None:
    assert days_of(f"{before}torsdag{after}", MONDAY) == days("11-26")


@pytest.mark.parametrize("before", ["", "i ", "paa ", "on "])
@pytest.mark.parametrize("coming", ["nxt", "naeste", "next", "kommende", "coming", "following"])
def test_the_coming_weekday_is_the_one_of_next_week(before: str, coming: str) -> None:
    assert days_of(f"{before}{coming} torsdag", MONDAY) == days("12-03")


@pytest.mark.parametrize("before", ["", "i ", "in ", "i den ", "in the ", "den ", "the "])
@pytest.mark.parametrize("coming", ["nxt", "naeste", "next", "kommende", "coming", "following"])
def test_the_coming_week_and_month_begin_with_their_first_day(before: str, coming: str) -> None:
    assert days_of(f"{before}{coming} uge", MONDAY) == days("11-30", "12-06")
    assert days_of(f"{before}{coming} week", MONDAY) == days("11-30", "12-06")
    assert days_of(f"{before}{coming} maaned", MONDAY) == days("12-01", "12-31")
    assert days_of(f"{before}{coming} month", MONDAY) == days("12-01", "12-31")


@pytest.mark.parametrize("before", ["", "i ", "in "])
@pytest.mark.parametrize("this", ["denne", "dette", "this", "den her", "indevaerende"])
def test_the_present_week_and_month_are_what_is_left_of_them(before: str, this: str) -> None:
    assert days_of(f"{before}{this} uge", MONDAY) == days("11-23", "11-29")
    assert days_of(f"{before}{this} maaned", MONDAY) == days("11-23", "11-30")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [(f"{before}{word}", first, last) for word, befores, first, last in [
        ("paaske", ("", "i ", "in ", "til ", "at ", "over ", "omkring ", "around "),
         "03-25", "03-29"),
        ("vinterferien", ("", "i ", "in "), "02-15", "02-21"),
        ("the winter break", ("", "in "), "02-15", "02-21"),
        ("summer holidays", ("", "in "), "07-05", "08-15"),
        ("the autumn break", ("", "in "), "10-18", "10-24"),
        ("juleferien", ("", "i ", "in ", "over "), "12-24", "01-01"),
        ("the christmas holidays", ("", "in ", "over "), "12-24", "01-01"),
        ("foraar", ("", "til ", "i ", "in ", "hen paa ", "hen i ", "this ", "the ", "denne ",
                    "next ", "naeste ", "til naeste "), "03-01", "05-31"),
        ("maj", ("", "i ", "in ", "til ", "hen i "), "05-01", "05-31"),
        ("weekenden", ("", "i ", "denne ", "i denne "), "11-28", "11-29"),
        ("the weekend", ("", "in "), "11-28", "11-29"),
        ("naeste weekend", ("", "i ", "in ", "the "), "12-05", "12-06"),
        ("uge 3", ("", "i ", "in "), "01-18", "01-24"),
        ("det nye aar", ("", "i ", "in "), "01-01", "12-31-2027"),
        ("naeste aar", ("", "i ", "til ", "in "), "01-01", "12-31-2027"),
        ("ugen efter", ("", "i "), "12-07", "12-13"),
        ("the week after", ("", "in "), "12-07", "12-13"),
    ] for before in befores],
)  # fmt: skip
def test_a_time_may_have_these_words_before_it(text: str, first: str, last: str) -> None:
    year_end = (date(2027, 1, 1), date(2027, 12, 31))
    expected = year_end if last.endswith("2027") else days(first, last)
    assert days_of(text, MONDAY) == expected


@pytest.mark.parametrize(
    "text",
    ["om 3 dage", "om 3 dag", "om 3 dages tid", "in 3 days", "in 3 day", "in 3 days time",
     "om ca 3 dage", "om cirka 3 dage", "in about 3 days", "3 dage fra nu", "3 days from now"],
)  # fmt: skip
def test_days_ahead_may_be_told_in_these_ways(text: str) -> None:
    assert days_of(text, MONDAY) == days("11-26")


@pytest.mark.parametrize(
    ("unit", "first"),
    [("uge", "12-14"), ("uger", "12-14"), ("week", "12-14"),
     ("weeks", "12-14"), ("maaneder", "02-22"), ("month", "02-22"), ("months", "02-22")],
)  # fmt: skip
def test_a_unit_may_have_its_ending(unit: str, first: str) -> None:
    found = days_of(f"om 3 {unit}", MONDAY)
    assert found
    assert found[0] == days(first)[0]


@pytest.mark.parametrize("text", ["til naeste aar", "next year", "in the new year", "i 2027"])
def test_next_year_is_the_whole_of_it(text: str) -> None:
    assert days_of(text, MONDAY) == (date(2027, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("word", "weekday"),
    [
        ("mandag", 0), ("tirsdag", 1), ("onsdag", 2), ("torsdag", 3), ("fredag", 4),
        ("loerdag", 5), ("soendag", 6), ("monday", 0), ("tuesday", 1), ("wednesday", 2),
        ("thursday", 3), ("friday", 4), ("saturday", 5), ("sunday", 6),
    ],
)  # fmt: skip
def test_a_weekday_is_the_next_one_and_never_today(word: str, weekday: int) -> None:
    for today in (MONDAY + timedelta(days=ahead) for ahead in range(7)):
        first, last = days_of(word, today) or (today, today)
        assert first == last
        assert first.weekday() == weekday
        assert timedelta(days=1) <= first - today <= timedelta(days=7)


@pytest.mark.parametrize(
    ("text", "today", "first", "last"),
    [
        pytest.param(
            "i maj 2028", MONDAY, date(2028, 5, 1), date(2028, 5, 31), id="a month with its year"
        ),
        pytest.param(
            "dette foraar", date(2027, 5, 31), date(2027, 5, 31), date(2027, 5, 31),
            id="the last day of this season",
        ),
        pytest.param(
            "foraaret", date(2027, 5, 31), date(2028, 3, 1), date(2028, 5, 31),
            id="a season on its last day",
        ),
        pytest.param(
            "primo november", MONDAY, date(2027, 11, 1), date(2027, 11, 10),
            id="a part of a month that is over",
        ),
        pytest.param(
            "medio november", date(2026, 11, 20), date(2026, 11, 11), date(2026, 11, 20),
            id="the last day of a part of a month",
        ),
        pytest.param(
            "weekenden", date(2026, 11, 29), date(2026, 11, 29), date(2026, 11, 29),
            id="the last day of a weekend",
        ),
        pytest.param(
            "juleferien", date(2026, 12, 26), date(2026, 12, 24), date(2027, 1, 1),
            id="amid the holidays",
        ),
        pytest.param(
            "uge 47", MONDAY, date(2027, 11, 22), date(2027, 11, 28), id="a week that is over"
        ),
    ],
)  # fmt: skip
def test_what_is_running_counts_and_what_is_over_comes_again(
    text: str, today: date, first: date, last: date
) -> None:
    assert days_of(text, today) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "ballerup", "om mange dage", "uge 60", "den 32", "den 0", "0 januar", "i 2025"]
)
def test_words_that_name_no_day_give_none(text: str) -> None:
    assert days_of(text, MONDAY) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        # Some time, from this to that
        ("om 2-3 dage", "11-25", "11-26"),
        ("om 2-3 uger", "12-07", "12-20"),
        ("om to til tre uger", "12-07", "12-20"),
        ("in 2 or 3 weeks", "12-07", "12-20"),
        ("om en til to maaneder", "12-21", "01-24"),
        # Some time before or after a day
        ("to uger efter nytaar", "01-15", "01-21"),
        ("en uge foer jul", "12-17", "12-23"),
        ("3 dage efter jul", "12-29", "12-29"),
        ("2 days before christmas", "12-22", "12-22"),
        ("to uger inden paaske", "03-11", "03-17"),
        ("2 weeks after easter", "04-12", "04-18"),
        ("3 hverdage efter nytaar", "01-06", "01-06"),
        # The week beside a day
        ("ugen efter nytaar", "01-02", "01-08"),
        ("ugen foer jul", "12-17", "12-23"),
        ("sidste uge inden jul", "12-17", "12-23"),
        ("the week after new year", "01-02", "01-08"),
        ("the last week before christmas", "12-17", "12-23"),
        ("foerste uge efter jul", "12-27", "01-02"),
        # Weeks of a month
        ("de foerste to uger i januar", "01-01", "01-14"),
        ("the first 2 weeks of january", "01-01", "01-14"),
        ("de sidste to uger af januar", "01-18", "01-31"),
        ("sidste 2 uger i februar", "02-15", "02-28"),
        ("den anden uge i januar", "01-08", "01-14"),
        ("fjerde uge i januar", "01-22", "01-28"),
        # Weekdays of a month
        ("foerste mandag i januar", "01-04", "01-04"),
        ("sidste fredag i januar", "01-29", "01-29"),
        ("the second tuesday of february", "02-09", "02-09"),
        ("3. torsdag i december", "12-17", "12-17"),
        ("foerste mandag i november", "2027-11-01", "2027-11-01"),
        # What is left
        ("resten af ugen", "11-23", "11-29"),
        ("resten af maaneden", "11-23", "11-30"),
        ("resten af aaret", "11-23", "12-31"),
        ("the rest of the year", "11-23", "12-31"),
        ("rest of the week", "11-23", "11-29"),
        ("senere i denne maaned", "11-23", "11-30"),
        ("later this week", "11-23", "11-29"),
        ("senere paa aaret", "11-23", "12-31"),
        ("later this year", "11-23", "12-31"),
        # Years
        ("aarets udgang", "12-01", "12-31"),
        ("aarets slutning", "12-01", "12-31"),
        ("2027", "01-01", "2027-12-31"),
        ("i 2028", "2028-01-01", "2028-12-31"),
        ("in 2026", "11-23", "12-31"),
        # Weekdays of a week
        ("torsdag i uge 50", "12-10", "12-10"),
        ("thursday of week 50", "12-10", "12-10"),
        ("mandag uge 2", "01-11", "01-11"),
        # Parts of a year
        ("starten af 2027", "01-01", "03-31"),
        ("slutningen af aaret", "11-23", "12-31"),
        ("midten af 2027", "05-01", "08-31"),
        ("begyndelsen af aaret", "01-01", "03-31"),
        ("the end of the year", "11-23", "12-31"),
        ("first half of 2027", "01-01", "06-30"),
        ("anden halvdel af aaret", "11-23", "12-31"),
        ("starten af naeste aar", "01-01", "03-31"),
        ("early next year", "01-01", "03-31"),
        # Half years
        ("foerste halvaar", "01-01", "06-30"),
        ("andet halvaar", "11-23", "12-31"),
        ("foerste halvaar 2027", "01-01", "06-30"),
        ("second half year of 2027", "07-01", "2027-12-31"),
        ("1. halvaar 2028", "2028-01-01", "2028-06-30"),
        ("sidste halvaar", "11-23", "12-31"),
        # Quarters
        ("foerste kvartal", "01-01", "03-31"),
        ("1. kvartal 2027", "01-01", "03-31"),
        ("q1", "01-01", "03-31"),
        ("q2 2027", "04-01", "06-30"),
        ("fjerde kvartal", "11-23", "12-31"),
        ("the second quarter", "04-01", "06-30"),
        ("4. kvartal", "11-23", "12-31"),
        ("q 3", "07-01", "09-30"),
        # This quarter and the next
        ("dette kvartal", "11-23", "12-31"),
        ("naeste kvartal", "01-01", "03-31"),
        ("this quarter", "11-23", "12-31"),
        ("next quarter", "01-01", "03-31"),
        # Weeks with a year
        ("uge 1 2027", "01-04", "01-10"),
        ("uge 3 i 2028", "2028-01-17", "2028-01-23"),
        ("uge 2 og uge 4", "01-11", "01-31"),
        ("uge 2-4 2027", "01-11", "01-31"),
        # Parts of anything
        ("slutningen af naeste maaned", "12-21", "12-31"),
        ("starten af denne uge", "11-23", "11-24"),
        ("slutningen af denne uge", "11-28", "11-29"),
        ("midten af naeste uge", "12-02", "12-04"),
        ("the end of next week", "12-05", "12-06"),
        ("the first half of next month", "12-01", "12-15"),
        ("anden halvdel af naeste uge", "12-03", "12-06"),
        ("foerste halvdel af naeste uge", "11-30", "12-03"),
        ("starten af naeste maaned", "12-01", "12-10"),
        ("begyndelsen af sommeren", "06-01", "06-30"),
        # Seasons
        ("naeste foraar", "03-01", "05-31"),
        ("naeste vinter", "12-01", "02-28"),
        ("denne vinter", "12-01", "02-28"),
        ("til efteraaret", "09-01", "2027-11-30"),
        ("this autumn", "11-23", "11-30"),
        ("foraaret 2028", "2028-03-01", "2028-05-31"),
        ("sommer 2027", "06-01", "08-31"),
        ("vinteren", "12-01", "02-28"),
        ("the coming summer", "06-01", "08-31"),
        ("summer", "06-01", "08-31"),
        # Months
        ("januar 2027", "01-01", "01-31"),
        ("i januar naeste aar", "01-01", "01-31"),
        ("resten af november", "11-23", "11-30"),
        ("resten af januar", "01-01", "01-31"),
        ("jan.", "01-01", "01-31"),
        # Feasts
        ("langfredag", "03-26", "03-26"),
        ("skaertorsdag", "03-25", "03-25"),
        ("palmesoendag", "03-21", "03-21"),
        ("fastelavn", "02-07", "02-07"),
        ("sankthans", "06-23", "06-24"),
        ("grundlovsdag", "06-05", "06-05"),
        ("mortensaften", "2027-11-10", "2027-11-11"),
        ("helligtrekonger", "01-05", "01-05"),
        ("arbejdernes kampdag", "05-01", "05-01"),
        ("good friday", "03-26", "03-26"),
        ("pinse", "05-16", "05-17"),
        ("kristi himmelfart", "05-06", "05-06"),
        ("nytaarsdag", "12-31", "01-01"),
        # Holidays
        ("vinterferie", "02-15", "02-21"),
        ("vinterferien", "02-15", "02-21"),
        ("sommerferien", "07-05", "08-15"),
        ("kartoffelferien", "10-18", "10-24"),
        ("half term", "02-15", "02-21"),
        ("summer vacation", "07-05", "08-15"),
        ("the autumn break", "10-18", "10-24"),
        ("winter holidays", "02-15", "02-21"),
        ("winter", "12-01", "02-28"),
        ("autumn", "09-01", "2027-11-30"),
        # Days of the month
        ("den femte", "12-05", "12-05"),
        ("the fifth", "12-05", "12-05"),
        ("mandag den 7", "12-07", "12-07"),
        ("monday the 7th", "12-07", "12-07"),
        ("paa mandag den 7", "12-07", "12-07"),
        ("den 31", "12-31", "12-31"),
    ],
)  # fmt: skip
def test_these_words_name_these_days(text: str, first: str, last: str) -> None:
    assert days_of(text, MONDAY) == days(first, last)


@pytest.mark.parametrize(
    "text",
    [
        "om 900-901 dage",
        "3 dage efter ballerup",
        "900 dage efter jul",
        "ugen efter ballerup",
        "femte mandag i januar",
        "foerste mandag i maaneden",
        "first monday in the month",
        "i 2025",
        "torsdag uge 60",
        "femte kvartal",
        "uge 53 2027",
        "slutningen af ballerup",
    ],
)
def test_what_is_too_far_or_not_there_is_no_day(text: str) -> None:
    assert days_of(text, MONDAY) is None


@pytest.mark.parametrize(
    "text",
    ["3. maj", "den 3. maj", "d. 3. maj", "paa den 3. maj", "on the 3rd of may", "the 3rd of may",
     "on 3 may", "paa mandag den 3. maj"],
)  # fmt: skip
def test_a_date_may_have_these_words_before_it(text: str) -> None:
    assert days_of(text, MONDAY) == days("05-03")


@pytest.mark.parametrize(
    ("text", "today", "first", "last"),
    [
        ("uge 1 2032", MONDAY, "2031-12-29", "2032-01-04"),
        ("slutningen af 2026", MONDAY, "2026-11-23", "2026-12-31"),
        ("foerste halvdel af sommeren", MONDAY, "2027-06-01", "2027-07-16"),
        ("anden halvdel af sommeren", MONDAY, "2027-07-17", "2027-08-31"),
        ("naeste vinter", date(2027, 1, 15), "2027-12-01", "2028-02-29"),
    ],
)  # fmt: skip
def test_what_runs_and_what_comes_are_told_apart(
    text: str, today: date, first: str, last: str
) -> None:
    assert days_of(text, today) == days(first, last)


@pytest.mark.parametrize(
    ("words", "feast"),
    [("jul", True), ("vinterferien", True), ("the summer holidays", True), ("januar", False),
     ("i jul", False), ("winter", False)],
)  # fmt: skip
def test_a_feast_or_a_holiday_alone_is_one(words: str, *, feast: bool) -> None:
    assert is_feast(words) is feast
