"""The words around days, one case each: before, after, about, within, from here to there."""

from __future__ import annotations

from datetime import date

import pytest

from referrals.courses.when import NOTHING, resolve

MONDAY = date(2026, 11, 23)


def d(written: str) -> date | None:
    """Read "12-01" as a day of the winter around 23 November 2026, "" as an open end."""
    if not written:
        return None
    if len(written) == len("2027-01-01"):
        return date.fromisoformat(written)
    month, day = map(int, written.split("-"))
    return date(2026 if month >= 11 else 2027, month, day)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        # A week on either side
        ("omkring den 12.", "12-05", "12-19"),
        ("around the 12th", "12-05", "12-19"),
        ("omkring jul", "12-17", "01-02"),
        # Not sooner than in some time
        ("tidligst om 14 dage", "12-07", ""),
        ("først om en måned", "12-23", ""),
        ("om mindst 3 uger", "12-14", ""),
        ("ikke før om 3 uger", "12-14", ""),
        ("not for two months", "01-23", ""),
        # From today on, for some time
        ("inden for de næste 14 dage", "11-23", "12-07"),
        ("i de kommende 2 uger", "11-23", "12-07"),
        ("over the next 3 weeks", "11-23", "12-14"),
        ("the coming 3 weeks", "11-23", "12-14"),
        ("inden for den næste uge", "11-23", "11-30"),
        ("indenfor den kommende måned", "11-23", "12-23"),
        ("within the next month", "11-23", "12-23"),
        ("over the next week", "11-23", "11-30"),
        ("de kommende 2 uger", "11-23", "12-07"),
        ("inden for de første 3 uger", "11-23", "12-14"),
        # The first day, and what comes after
        ("fra torsdag", "11-26", ""),
        ("from thursday", "11-26", ""),
        ("tidligst den 12.", "12-12", ""),
        ("januar eller senere", "01-01", ""),
        ("january onwards", "01-01", ""),
        ("january and onwards", "01-01", ""),
        ("january or later", "01-01", ""),
        ("lige efter jul", "12-27", ""),
        ("kort efter nytår", "01-02", ""),
        # What comes before, and the last day
        ("op til jul", "", "12-23"),
        ("lige før jul", "", "12-23"),
        ("inden starten af februar", "", "01-31"),
        ("inden slutningen af januar", "", "01-31"),
        ("before the end of january", "", "01-31"),
        ("før ultimo januar", "", "01-31"),
        ("senest januar", "", "01-31"),
        ("senest slutningen af januar", "", "01-31"),
        ("by january", "", "01-31"),
        ("til og med den 12.", "", "12-12"),
        ("frem til den 12.", "", "12-12"),
        ("indtil den 12.", "", "12-12"),
        ("until the 12th", "", "12-12"),
        ("no later than the 12th", "", "12-12"),
        # From here to there
        ("den 1. - 15. december", "12-01", "12-15"),
        ("1.-15. december", "12-01", "12-15"),
        ("1 til 15 december", "12-01", "12-15"),
        ("fra 1. december indtil 15. december", "12-01", "12-15"),
        ("from 1 to 15 december", "12-01", "12-15"),
        ("between the 1st and the 15th of december", "12-01", "12-15"),
        ("from the 2nd to the 15th of december", "12-02", "12-15"),
        ("from the 3rd to the 15th of december", "12-03", "12-15"),
        ("from the 4th to the 15th of december", "12-04", "12-15"),
        ("mellem den 1. og den 15. januar", "01-01", "01-15"),
        ("fra jul til nytår", "12-27", "12-30"),
        ("between christmas and new year", "12-27", "12-30"),
        ("mellem jul og 15. januar", "12-24", "01-15"),
        # Words that say nothing about days
        ("og i januar", "01-01", "01-31"),
        ("hvad med januar?", "01-01", "01-31"),
        ("what about january", "01-01", "01-31"),
        ("starter i januar", "01-01", "01-31"),
        ("begynder i januar", "01-01", "01-31"),
        ("starts in january", "01-01", "01-31"),
        ("starting in january", "01-01", "01-31"),
        ("around new year’s", "12-24", "01-08"),
        ("»i januar«", "01-01", "01-31"),
        ("torsdag eftermiddag", "11-26", "11-26"),
        ("om formiddagen på torsdag", "11-26", "11-26"),
        ("thursday at 9 am", "11-26", "11-26"),
        ("torsdag kl. 9.30", "11-26", "11-26"),
        ("torsdag klokken 18", "11-26", "11-26"),
    ],
)  # fmt: skip
def test_the_words_around_days_mean_this_span(text: str, first: str, last: str) -> None:
    assert resolve(text, MONDAY) == (d(first), d(last))


def test_nothing_is_a_span_without_ends() -> None:
    assert NOTHING == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "omkring Ballerup",
        "inden Ballerup",
        "senest snart",
        "fra Ballerup",
        "efter operationen",
        "fra Ballerup til Herlev",
        "mellem torsdag og operationen",
        "mellem operationen og torsdag",
        "fra den 15. december til den 12. december",
        "tidligst om 0 dage",
        "om mindst 900 dage",
        "inden for 900 dage",
    ],
)
def test_words_around_what_is_no_day_mean_nothing(text: str) -> None:
    assert resolve(text, MONDAY) == NOTHING


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        # That day and later
        ("jul og frem", "12-24", ""),
        ("januar og fremover", "01-01", ""),
        ("januar og derefter", "01-01", ""),
        ("januar eller derefter", "01-01", ""),
        ("januar og senere", "01-01", ""),
        ("januar and later", "01-01", ""),
        ("january or after", "01-01", ""),
        ("tidligst i januar", "01-01", ""),
        ("i januar tidligst", "01-01", ""),
        ("january at the earliest", "01-01", ""),
        ("january at earliest", "01-01", ""),
        # After it is over
        ("jul er ovre", "12-27", ""),
        ("jul er forbi", "12-27", ""),
        ("christmas is over", "12-27", ""),
        ("holidays are over", "01-02", ""),
        ("julen er overstaaet", "12-27", ""),
        # That day at the latest
        ("januar eller foer", "", "01-31"),
        ("januar eller tidligere", "", "01-31"),
        ("january or before", "", "01-31"),
        ("january or earlier", "", "01-31"),
        ("januar senest", "", "01-31"),
        ("january at the latest", "", "01-31"),
        ("january at latest", "", "01-31"),
        # Between two words for the ends
        ("fra 1. til den 12. december", "12-01", "12-12"),
        ("from january until march", "01-01", "03-31"),
        ("fra januar - marts", "01-01", "03-31"),
        ("mellem jul og nytaar", "12-27", "12-30"),
        ("between easter and whitsun", "03-30", "05-15"),
        # From day to day
        ("den 1. eller 2. december", "12-01", "12-02"),
        ("1. og 2. december", "12-01", "12-02"),
        ("the 1st or 2nd of december", "12-01", "12-02"),
        ("den 4.-20. januar", "01-04", "01-20"),
        ("den 4/1-20/1", "01-04", "01-20"),
        ("1/12-15/12", "12-01", "12-15"),
        ("4.-20. 1. 2027", "01-04", "01-20"),
        # So long at most or at least
        ("senest om 14 dage", "", "12-07"),
        ("om højst 3 uger", "", "12-14"),
        ("in at most 2 weeks", "", "12-07"),
        ("om tidligst 14 dage", "12-07", ""),
        ("at least 2 weeks", "12-07", ""),
        ("in at least 2 weeks", "12-07", ""),
        # About a day
        ("about the 12th", "12-05", "12-19"),
        ("cirka den 12.", "12-05", "12-19"),
        ("ca. den 12.", "12-05", "12-19"),
        ("ca den 12.", "12-05", "12-19"),
        # Not later
        ("ikke senere end den 12.", "", "12-12"),
        ("not later than the 12th", "", "12-12"),
        ("no later than the 12th", "", "12-12"),
        ("ikke efter den 12.", "", "12-12"),
        ("not after the 12th", "", "12-12"),
        # Not earlier
        ("ikke før den 12.", "12-12", ""),
        ("not before the 12th", "12-12", ""),
        ("ikke tidligere end den 12.", "12-12", ""),
        ("no earlier than the 12th", "12-12", ""),
        ("not until the 12th", "12-12", ""),
        # Later
        ("senere end den 12.", "12-13", ""),
        ("later than the 12th", "12-13", ""),
        ("straks efter den 12.", "12-13", ""),
        ("just after the 12th", "12-13", ""),
        ("shortly after christmas", "12-27", ""),
        ("på den anden side af jul", "12-27", ""),
        # Since
        ("since the 12th", "12-12", ""),
        ("siden den 12.", "12-12", ""),
        # Shortly before
        ("frem mod jul", "", "12-23"),
        ("kort før jul", "", "12-23"),
        ("just before christmas", "", "12-23"),
        ("shortly before christmas", "", "12-23"),
        ("tidligere end den 12.", "", "12-11"),
        ("earlier than the 12th", "", "12-11"),
        ("ahead of christmas", "", "12-23"),
        # Until
        ("till the 12th", "", "12-12"),
        ("at the latest the 12th", "", "12-12"),
        # One joined to another
        ("januar og februar", "01-01", "02-28"),
        ("januar eller februar", "01-01", "02-28"),
        ("januar samt februar", "01-01", "02-28"),
        ("january through march", "01-01", "03-31"),
        ("january till march", "01-01", "03-31"),
        ("januar til marts", "01-01", "03-31"),
        ("januar indtil marts", "01-01", "03-31"),
        ("januar - marts", "01-01", "03-31"),
        ("januar-marts", "01-01", "03-31"),
        ("january to march", "01-01", "03-31"),
        ("torsdag/fredag", "11-26", "11-27"),
        ("uge 2 til 4", "01-11", "01-31"),
        ("januar til marts 2028", "2028-01-01", "2028-03-31"),
        ("i januar til marts 2028", "2028-01-01", "2028-03-31"),
        ("til januar til marts 2028", "2028-01-01", "2028-03-31"),
        # Months that are running
        ("oktober-december", "11-23", "12-31"),
        ("november-januar", "11-23", "01-31"),
        ("september til november", "11-23", "11-30"),
        # A number behind a date
        ("fra 20. december til den 10.", "12-20", "01-10"),
        ("fra den 20. til den 10.", "12-20", "01-10"),
        # Words that add nothing
        ("hele januar", "01-01", "01-31"),
        ("all of january", "01-01", "01-31"),
        ("her i december", "12-01", "12-31"),
        ("nu i december", "12-01", "12-31"),
        ("allerede i januar", "01-01", "01-31"),
        ("already in january", "01-01", "01-31"),
        ("during january", "01-01", "01-31"),
        ("throughout january", "01-01", "01-31"),
        ("gennem januar", "01-01", "01-31"),
        ("i løbet af januar", "01-01", "01-31"),
        ("i løbet af 3 uger", "11-23", "12-14"),
        # Where a course starts
        ("tidligst med opstart i januar", "01-01", ""),
        ("senest opstart i januar", "", "01-31"),
        ("from starting in january", "01-01", ""),
        ("before starting in january", "", "12-31"),
        ("inden begyndelsen af januar", "", "12-31"),
        ("inden start i februar", "", "01-31"),
        ("efter starten af januar", "01-11", ""),
        ("after the start of january", "01-11", ""),
        # Part and month with a dash
        ("mid-january", "01-11", "01-20"),
        ("early-january", "01-01", "01-10"),
        ("late-january", "01-21", "01-31"),
        # Long dashes
        ("januar–marts", "01-01", "03-31"),
        ("den 12.–15. december", "12-12", "12-15"),
        # The end and the turn of the year
        ("inden udgangen af januar", "", "01-31"),
        ("inden årets udgang", "", "12-31"),
        ("inden det nye år", "", "12-30"),
        ("efter det nye år", "01-02", ""),
        ("senest det nye år", "", "01-01"),
        ("before the new year", "", "12-30"),
        # And
        ("mellem påske og jul", "11-23", "12-23"),
        ("mellem nytår og jul", "11-23", "12-23"),
        # Two days of a month
        ("4. og 5. januar", "01-04", "01-05"),
        ("den 1. og den 15. december", "12-01", "12-15"),
    ],
)  # fmt: skip
def test_these_words_around_days_mean_the_same_as_those(text: str, first: str, last: str) -> None:
    assert resolve(text, MONDAY) == (d(first), d(last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("fra start i januar", "01-01", ""),
        ("from start of january", "01-01", ""),
        ("tidligst begynder i januar", "01-01", ""),
        ("after starting in january", "02-01", ""),
        ("before start of february", "", "01-31"),
        ("by starting in january", "", "01-31"),
        ("after begins in january", "02-01", ""),
        ("begins in february", "02-01", "02-28"),
        ("starting january", "01-01", "01-31"),
    ],
)  # fmt: skip
def test_that_a_course_starts_is_no_part_of_the_time(text: str, first: str, last: str) -> None:
    assert resolve(text, MONDAY) == (d(first), d(last))


@pytest.mark.parametrize(
    ("text", "today", "first", "last"),
    [
        ("mellem jul og nytår", date(2026, 12, 27), "2026-12-27", "2026-12-30"),
        ("mellem jul og nytår", date(2026, 12, 31), "2027-12-27", "2027-12-30"),
        ("mellem påske og jul", date(2026, 12, 25), "2027-03-30", "2027-12-23"),
        ("mellem pinse og påske", date(2026, 4, 5), "2026-05-26", "2027-03-24"),
        ("januar og marts", MONDAY, "2027-01-01", "2027-03-31"),
        ("january and march", MONDAY, "2027-01-01", "2027-03-31"),
        ("i løbet af de første 3 uger", MONDAY, "2026-11-23", "2026-12-14"),
        ("i løbet af den næste måned", MONDAY, "2026-11-23", "2026-12-23"),
        ("oktober-december", date(2026, 12, 31), "2026-12-31", "2026-12-31"),
        ("fra uge 50 til den 10.", MONDAY, "2026-12-07", "2026-12-10"),
    ],
)  # fmt: skip
def test_of_two_ends_the_last_comes_after_the_first(
    text: str, today: date, first: str, last: str
) -> None:
    assert resolve(text, today) == (d(first), d(last))
