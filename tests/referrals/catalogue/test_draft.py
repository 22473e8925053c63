"""A course as its municipality writes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.catalogue.draft import BadDraft, CourseDraft, read_draft, write_draft
from referrals.courses.course import CourseSession
from referrals.words.labels import Labels
from tests.referrals.courses.coursework import CODES, a_draft, a_text

LABELS = Labels()


def mistakes(**changes: str) -> dict[str, str]:
    """Give the code of each mistake by field."""
    with pytest.raises(BadDraft) as raised:
        a_draft(**changes)
    return {name: mistake.code for name, mistake in raised.value.mistakes.items()}


def test_clock_times_are_danish_before_and_after_the_clocks_change() -> None:
    draft = a_draft(sessions="2027-03-23 17:00-19:00\n2027-03-30 17.00-19.00")
    assert [s.starts_at for s in draft.sessions] == [
        datetime(2027, 3, 23, 16, tzinfo=UTC),
        datetime(2027, 3, 30, 15, tzinfo=UTC),
    ]


def test_sessions_are_put_in_order() -> None:
    draft = a_draft(sessions="2027-01-19 9:00-10:00 | 2027-01-12 09:00-10:00")
    assert [s.starts_at.day for s in draft.sessions] == [12, 19]


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        pytest.param({"title": ""}, {"title": "missing"}, id="no title"),
        pytest.param({"title": "ab"}, {"title": "too_short"}, id="short title"),
        pytest.param({"title": "x" * 161}, {"title": "too_long"}, id="long title"),
        pytest.param({"title": "Ryge\x00stop"}, {"title": "not_printable"}, id="hidden character"),
        pytest.param({"concept": "magic"}, {"concept": "unknown_choice"}, id="concept"),
        pytest.param({"language": "xx"}, {"language": "unknown_choice"}, id="language"),
        pytest.param({"products": "snus tobak"}, {"products": "unknown_choice"}, id="product"),
        pytest.param({"open_to": "0151 0101"}, {"open_to": "unknown_choice"}, id="not a partner"),
        pytest.param({"interpreter": "måske"}, {"interpreter": "not_yes_or_no"}, id="interpreter"),
        pytest.param({"sessions": ""}, {"sessions": "needs_sessions"}, id="fixed, no sessions"),
        pytest.param(
            {"sessions": "0001-01-01 00:10-01:00"}, {"sessions": "not_a_session"}, id="year one"
        ),
        pytest.param({"contact_email": "a\x00@b.dk"}, {"contact_email": "not_printable"}, id="NUL"),
        pytest.param({"sessions": "mandag"}, {"sessions": "not_a_session"}, id="not a session"),
        pytest.param(
            {"sessions": "2027-02-30 10:00-11:00"}, {"sessions": "not_a_session"}, id="no such day"
        ),
        pytest.param(
            {"sessions": "2027-03-28 02:30-04:00"}, {"sessions": "no_such_time"}, id="skipped hour"
        ),
        pytest.param(
            {"sessions": "2027-01-12 19:00-17:00"}, {"sessions": "ends_before_start"}, id="backward"
        ),
        pytest.param(
            {"sessions": "2027-01-12 17:00-19:00|2027-01-12 18:00-20:00"},
            {"sessions": "overlaps"},
            id="overlap",
        ),
        pytest.param(
            {"sessions": "|".join(f"2027-01-01 {h:02}:{m:02}-{h:02}:{m + 1:02}"
                                  for h in range(6) for m in range(0, 24, 2))},
            {"sessions": "too_many_sessions"},
            id="too many",
        ),
        pytest.param(
            {"deadline_on": "2027-01-13"}, {"deadline_on": "after_start"}, id="deadline after start"
        ),
        pytest.param({"deadline_on": "13/1"}, {"deadline_on": "not_a_date"}, id="not a date"),
        pytest.param(
            {"place": "", "postcode": ""},
            {"place": "needs_place", "postcode": "needs_place"},
            id="no place",
        ),
        pytest.param({"postcode": "275"}, {"postcode": "not_a_postcode"}, id="postcode"),
        pytest.param({"online_link": "javascript:x"}, {"online_link": "not_a_link"}, id="link"),
        pytest.param({"capacity": "0"}, {"capacity": "too_small"}, id="no seats"),
        pytest.param({"capacity": "501"}, {"capacity": "too_large"}, id="too many seats"),
        pytest.param({"capacity": "ti"}, {"capacity": "not_a_number"}, id="seats in words"),
        pytest.param({"taken": "11"}, {"taken": "over_capacity"}, id="more than seats"),
        pytest.param({"price_dkk": "-1"}, {"price_dkk": "too_small"}, id="price"),
        pytest.param({"contact_phone": "12"}, {"contact_phone": "not_a_phone"}, id="phone"),
        pytest.param({"contact_email": "a@b"}, {"contact_email": "not_an_email"}, id="e-mail"),
        pytest.param({"contact_email": ""}, {"contact_email": "needs_contact"}, id="no contact"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_by_its_field(changes: dict[str, str], wrong: dict[str, str]) -> None:
    assert mistakes(**changes) == wrong


def test_all_mistakes_are_told_at_once() -> None:
    assert set(mistakes(title="", capacity="x", language="q")) == {"title", "capacity", "language"}


def test_every_mistake_has_words_in_both_languages() -> None:
    with pytest.raises(BadDraft) as raised:
        a_draft(title="x" * 200, sessions="2027-03-28 02:30-04:00", taken="11")
    for mistake in raised.value.mistakes.values():
        for language in ("da", "en"):
            words = mistake.words(LABELS, language)
            assert words != mistake.code
            assert "{" not in words


def test_what_is_left_out_takes_its_default() -> None:
    draft = a_draft(capacity="", price_dkk="", language="", audience="", deadline_on=" ")
    assert (draft.capacity, draft.price_dkk, draft.language) == (None, 0, "da")
    assert (draft.audience, draft.deadline_on, draft.products) == ("all", None, ())


def test_a_digital_course_needs_no_place() -> None:
    assert a_draft(format="digital", place="", postcode="").place == ""


def test_a_rolling_course_may_have_a_deadline_after_its_first_session() -> None:
    assert a_draft(intake="rolling", deadline_on="2027-01-20").deadline_on is not None


def test_a_draft_is_not_read_without_the_codes_that_it_may_use() -> None:
    with pytest.raises(TypeError):
        CourseDraft.model_validate(a_text(language="ar"))


@given(
    title=st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=3, max_size=60),
    products=st.sets(st.sampled_from(["cigarettes", "snus", "pouches"])),
    open_to=st.sets(st.sampled_from(sorted(CODES.municipalities))),
    capacity=st.none() | st.integers(1, 500),
    interpreter=st.booleans(),
    days=st.sets(st.dates(datetime(2026, 1, 1).date(), datetime(2030, 1, 1).date()), max_size=9),  # noqa: DTZ001
)
def test_what_is_written_reads_back_the_same(
    title: str,
    products: set[str],
    open_to: set[str],
    capacity: int | None,
    days: set[object],
    *,
    interpreter: bool,
) -> None:
    if len(title.strip()) < 3:
        return
    draft = read_draft(
        a_text(
            title=title,
            products=" ".join(products),
            open_to=", ".join(open_to),
            capacity=str(capacity or ""),
            interpreter="ja" if interpreter else "",
            intake="rolling",
            sessions="|".join(f"{day} 17:00-19:30" for day in days),
        ),
        CODES,
    )
    assert read_draft(write_draft(draft), CODES) == draft
    assert all(isinstance(session, CourseSession) for session in draft.sessions)
