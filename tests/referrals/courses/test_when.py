"""What nurses mean by "inden jul", "efter den 12." and the like."""

from __future__ import annotations

from datetime import date

import pytest

from referrals.courses.when import NOTHING, resolve

MONDAY = date(2026, 11, 23)


def d(written: str) -> date | None:
    """Read "12-01" as a day of the winter around 23 November 2026, "" as an open end."""
    if not written:
        return None
    month, day = map(int, written.split("-"))
    return date(2026 if month >= 11 else 2027, month, day)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        # One day
        ("i dag", "11-23", "11-23"),
        ("idag", "11-23", "11-23"),
        ("today", "11-23", "11-23"),
        ("i aften", "11-23", "11-23"),
        ("tonight", "11-23", "11-23"),
        ("i morgen", "11-24", "11-24"),
        ("imorgen formiddag", "11-24", "11-24"),
        ("i morgen aften", "11-24", "11-24"),
        ("tomorrow", "11-24", "11-24"),
        ("i overmorgen", "11-25", "11-25"),
        ("iovermorgen", "11-25", "11-25"),
        ("the day after tomorrow", "11-25", "11-25"),
        ("om 3 dage", "11-26", "11-26"),
        ("om tre dage", "11-26", "11-26"),
        ("in 3 days", "11-26", "11-26"),
        ("næste hverdag", "11-24", "11-24"),
        ("den første hverdag", "11-24", "11-24"),
        # Weekdays
        ("på torsdag", "11-26", "11-26"),
        ("torsdag", "11-26", "11-26"),
        ("nu på torsdag", "11-26", "11-26"),
        ("på lørdag", "11-28", "11-28"),
        ("paa soendag", "11-29", "11-29"),
        ("på mandag", "11-30", "11-30"),
        ("mandag aften", "11-30", "11-30"),
        ("tirsdag kl. 18", "11-24", "11-24"),
        ("this friday", "11-27", "11-27"),
        ("on thursday", "11-26", "11-26"),
        ("næste tirsdag", "12-01", "12-01"),
        ("næste tirsdag aften", "12-01", "12-01"),
        ("next tuesday", "12-01", "12-01"),
        ("fredag i næste uge", "12-04", "12-04"),
        ("i weekenden", "11-28", "11-29"),
        ("this weekend", "11-28", "11-29"),
        ("næste weekend", "12-05", "12-06"),
        # Weeks and months
        ("i denne uge", "11-23", "11-29"),
        ("this week", "11-23", "11-29"),
        ("i næste uge", "11-30", "12-06"),
        ("næste uge", "11-30", "12-06"),
        ("next week", "11-30", "12-06"),
        ("ugen efter", "12-07", "12-13"),
        ("the week after next", "12-07", "12-13"),
        ("om 14 dage", "12-07", "12-13"),
        ("om fjorten dage", "12-07", "12-13"),
        ("om to uger", "12-07", "12-13"),
        ("om et par uger", "12-07", "12-13"),
        ("in two weeks", "12-07", "12-13"),
        ("in a fortnight", "12-07", "12-13"),
        ("om en måned", "12-21", "12-27"),
        ("i denne måned", "11-23", "11-30"),
        ("i næste måned", "12-01", "12-31"),
        ("next month", "12-01", "12-31"),
        ("i uge 49", "11-30", "12-06"),
        ("uge 3", "01-18", "01-24"),
        ("week 50", "12-07", "12-13"),
        ("i november", "11-23", "11-30"),
        ("i januar", "01-01", "01-31"),
        ("januar måned", "01-01", "01-31"),
        ("in february", "02-01", "02-28"),
        ("i januar 2027", "01-01", "01-31"),
        ("i starten af januar", "01-01", "01-10"),
        ("midt i december", "12-11", "12-20"),
        ("sidst i januar", "01-21", "01-31"),
        ("early january", "01-01", "01-10"),
        ("til foråret", "03-01", "05-31"),
        ("in the spring", "03-01", "05-31"),
        ("til sommer", "06-01", "08-31"),
        ("til vinter", "12-01", "02-28"),
        # Dates
        ("den 12.", "12-12", "12-12"),
        ("den 12", "12-12", "12-12"),
        ("d. 12.", "12-12", "12-12"),
        ("den 24.", "11-24", "11-24"),
        ("den 31.", "12-31", "12-31"),
        ("the 12th", "12-12", "12-12"),
        ("den 3. maj", "05-03", "05-03"),
        ("3/5", "05-03", "05-03"),
        ("3.5.", "05-03", "05-03"),
        ("den 3/5-2027", "05-03", "05-03"),
        ("d. 12. december", "12-12", "12-12"),
        ("12.12.", "12-12", "12-12"),
        ("mandag den 7. december", "12-07", "12-07"),
        ("den tredje maj", "05-03", "05-03"),
        ("1. feb", "02-01", "02-01"),
        ("december 3rd", "12-03", "12-03"),
        ("the 3rd of may", "05-03", "05-03"),
        # Open ends
        ("efter den 12.", "12-13", ""),
        ("efter d. 12", "12-13", ""),
        ("after the 12th", "12-13", ""),
        ("fra den 12.", "12-12", ""),
        ("tidligst 1. februar", "02-01", ""),
        ("fra og med 1/2", "02-01", ""),
        ("fra januar", "01-01", ""),
        ("fra på torsdag", "11-26", ""),
        ("januar og frem", "01-01", ""),
        ("inden den 12.", "", "12-11"),
        ("før 12/12", "", "12-11"),
        ("before the 12th", "", "12-11"),
        ("senest den 12.", "", "12-12"),
        ("senest 12. december", "", "12-12"),
        ("by the 12th", "", "12-12"),
        ("inden fredag", "", "11-26"),
        ("senest på fredag", "", "11-27"),
        ("efter på onsdag", "11-26", ""),
        ("inden januar", "", "12-31"),
        ("inden februar", "", "01-31"),
        ("efter januar", "02-01", ""),
        ("efter næste uge", "12-07", ""),
        ("ikke før februar", "02-01", ""),
        ("tidligst om 14 dage", "12-07", ""),
        # Feasts and holidays
        ("inden jul", "", "12-23"),
        ("før jul", "", "12-23"),
        ("before Christmas", "", "12-23"),
        ("efter jul", "12-27", ""),
        ("efter nytår", "01-02", ""),
        ("after new year", "01-02", ""),
        ("efter juleferien", "01-02", ""),
        ("inden nytår", "", "12-30"),
        ("mellem jul og nytår", "12-27", "12-30"),
        ("inden påske", "", "03-24"),
        ("efter påske", "03-30", ""),
        ("after easter", "03-30", ""),
        ("i påsken", "03-25", "03-29"),
        ("efter pinse", "05-18", ""),
        ("efter kristi himmelfart", "05-07", ""),
        ("efter vinterferien", "02-22", ""),
        ("inden sommerferien", "", "07-04"),
        ("efter sommerferien", "08-16", ""),
        # From here to there
        ("mellem den 1. og den 15. december", "12-01", "12-15"),
        ("mellem 1. og 15. januar", "01-01", "01-15"),
        ("fra 1/12 til 15/12", "12-01", "12-15"),
        ("between january and march", "01-01", "03-31"),
        ("fra på torsdag til næste tirsdag", "11-26", "12-01"),
        ("inden for 14 dage", "11-23", "12-07"),
        ("indenfor en måned", "11-23", "12-23"),
        ("inden 14 dage", "11-23", "12-07"),
        ("i løbet af de næste 3 uger", "11-23", "12-14"),
        ("de næste to uger", "11-23", "12-07"),
        ("within two weeks", "11-23", "12-07"),
        ("in the next 3 weeks", "11-23", "12-14"),
    ],
)  # fmt: skip
def test_the_words_mean_these_days(text: str, first: str, last: str) -> None:
    assert resolve(text, MONDAY) == (d(first), d(last))


@pytest.mark.parametrize(
    "text",
    ["", "?", "i Ballerup", "snart", "om 900 dage", "om 0 dage", "den 32.", "uge 60", "31. februar",
     "aften", "kl. 18", "efter kl. 18", "fra 15/12 til 1/12", "2750"],
)  # fmt: skip
def test_words_that_name_no_time_mean_nothing(text: str) -> None:
    assert resolve(text, MONDAY) == NOTHING


@pytest.mark.parametrize(
    ("text", "today", "expected"),
    [
        ("inden jul", date(2026, 12, 25), (None, date(2026, 12, 23))),
        ("efter nytår", date(2027, 1, 1), (date(2027, 1, 2), None)),
        ("efter nytår", date(2027, 1, 2), (date(2028, 1, 2), None)),
        ("i januar", date(2027, 1, 20), (date(2027, 1, 20), date(2027, 1, 31))),
        ("i november", date(2026, 12, 1), (date(2027, 11, 1), date(2027, 11, 30))),
        ("den 31.", date(2027, 2, 10), (date(2027, 3, 31), date(2027, 3, 31))),
        ("den 29. februar", date(2028, 1, 10), (date(2028, 2, 29), date(2028, 2, 29))),
        ("uge 53", date(2026, 11, 23), (date(2026, 12, 28), date(2027, 1, 3))),
        ("næste hverdag", date(2027, 3, 24), (date(2027, 3, 30), date(2027, 3, 30))),
        ("på søndag", date(2026, 11, 22), (date(2026, 11, 29), date(2026, 11, 29))),
        ("i weekenden", date(2026, 11, 29), (date(2026, 11, 29), date(2026, 11, 29))),
        ("til vinter", date(2027, 1, 15), (date(2027, 1, 15), date(2027, 2, 28))),
        ("om en måned", date(2027, 1, 31), (date(2027, 2, 22), date(2027, 2, 28))),
    ],
)  # fmt: skip
def test_the_days_are_counted_from_today(
    text: str, today: date, expected: tuple[date | None, date | None]
) -> None:
    assert resolve(text, today) == expected
