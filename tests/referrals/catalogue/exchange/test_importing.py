"""Courses in and out as files: whole or not at all, and the same again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from demo import courses
from referrals.audit.tables import AuditRow
from referrals.booking import seats
from referrals.catalogue.exchange.csv_form import read_csv, write_csv
from referrals.catalogue.exchange.importing import Changed, Imported, import_courses, preview
from referrals.catalogue.exchange.written import (
    FIELDS,
    MAX_BYTES,
    MAX_COURSES,
    BadFile,
    BadRows,
    Written,
)
from referrals.courses.course import Course, CourseStatus
from referrals.courses.tables import CourseRow
from referrals.staff.roles import NotAllowed
from referrals.words.labels import Labels
from tests.conftest import World
from tests.referrals.booking.seating import add_encounters
from tests.referrals.courses.coursework import CODES, NOW, a_course, a_text, catalogue, keep

make_demo = courses.add
HEAD = "key;title;concept;format;intake;sessions;place;postcode;contact_email;status"
ROW = "K-1;Rygestop;gold_standard;group;fixed;2027-01-12 17:00-19:00;Huset;2750;a@b.dk;open"


def csv_of(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *rows]).encode()


def take_in(world: World, content: bytes, code: str = "0151") -> Did:
    return did(import_courses(catalogue(world, code), read_csv(content), CODES, world.clock()))


@dataclass(frozen=True)
class Did:
    """How many courses a file created, changed and left."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0


def did(what: Imported) -> Did:
    return Did(len(what.created), len(what.changed), what.unchanged)


def wrong_rows(world: World, content: bytes) -> list[tuple[int, str, str]]:
    """Give line, field and code of each mistake, after making sure that nothing was kept."""
    before = stored(world)
    with pytest.raises(BadRows) as raised:
        take_in(world, content)
    assert stored(world) == before
    return [(row.line, row.field, row.mistake.code) for row in raised.value.rows]


def stored(world: World) -> dict[str, int]:
    """Give the version of each stored course by its key."""
    with world.database.read() as session:
        return dict(iter(session.execute(select(CourseRow.key, CourseRow.version))))


def exported(world: World) -> bytes:
    return "".join(write_csv(catalogue(world).every())).encode()


def test_the_demo_catalogue_goes_out_and_comes_in_unchanged(world: World) -> None:
    with world.database.write() as session:
        make_demo(session, world.around.labels, world.around.municipalities, NOW)
    content = exported(world)
    assert take_in(world, content) == Did(unchanged=25)
    assert exported(world) == content


def test_what_went_out_builds_the_same_catalogue_elsewhere(world: World) -> None:
    keep(world, title="Æ Ø Å; »hold« \"og\" komma, mere", interpreter="ja", products="snus",
         contact_phone="44772000", access="-1. sal", deadline_on="2027-01-05")  # fmt: skip
    keep(world, format="digital", place="", postcode="", online_link="https://a.example/b")
    keep(world, published=False, intake="rolling", sessions="", audience="pregnant", price_dkk="50")
    content = exported(world)
    with world.database.write() as session:
        for row in session.scalars(select(CourseRow)).all():
            session.delete(row)
    assert take_in(world, content) == Did(created=3)
    assert exported(world) == content


def test_the_same_file_again_changes_nothing_and_writes_nothing(world: World) -> None:
    content = csv_of(ROW)
    assert take_in(world, content) == Did(created=1)
    with world.database.read() as session:
        before = session.scalar(select(func.count()).select_from(AuditRow))
    world.clock.forward(days=3)
    assert take_in(world, content) == Did(unchanged=1)
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditRow)) == before
    assert stored(world) == {"K-1": 1}


def test_an_import_that_changes_a_course_changes_what_questions_find(world: World) -> None:
    take_in(world, csv_of(ROW))
    assert take_in(world, csv_of(ROW.replace("17:00-19:00", "09:00-10:00"))) == Did(changed=1)
    [course] = catalogue(world).every()
    assert course.time_of_day == "morning"
    assert course.verified_on == NOW.date()


def test_what_a_file_leaves_out_of_enrolment_stays(world: World) -> None:
    keep(world, key="K-1", taken="4")
    take_in(world, csv_of(ROW))
    [course] = catalogue(world).every()
    assert course.taken == 4


def test_every_bad_row_is_reported_with_its_line_and_nothing_is_kept(world: World) -> None:
    content = csv_of(
        ROW,
        "K-2;;gold_standard;group;fixed;2027-01-12 17:00-19:00;Huset;27;a@b.dk;open",
        'K-3;"To\nlinjer";gold_standard;group;fixed;2027-03-28 02:15-03:00;H;2750;a@b.dk;open',
        ";Navn;magic;group;rolling;;Huset;2750;;sold",
    )
    assert wrong_rows(world, content) == [
        (3, "title", "missing"),
        (3, "postcode", "not_a_postcode"),
        (4, "sessions", "no_such_time"),
        (6, "concept", "unknown_choice"),
        (6, "contact_email", "needs_contact"),
        (6, "key", "missing"),
        (6, "status", "unknown_choice"),
    ]


@pytest.mark.parametrize(
    ("extra", "value", "wrong"),
    [
        ("municipality", "0163", ("municipality", "other_municipality")),
        ("verified_on", "2026-11-24", ("verified_on", "in_future")),
        ("verified_on", "i går", ("verified_on", "not_a_date")),
        ("price_dkk", "49.5", ("price_dkk", "not_a_number")),
    ],
)
def test_what_stands_in_a_cell_is_checked_as_on_the_page_and_what_only_files_say_too(
    world: World, extra: str, value: str, wrong: tuple[str, str]
) -> None:
    content = csv_of(f"{ROW};{value}", head=f"{HEAD};{extra}")
    assert wrong_rows(world, content) == [(2, *wrong)]


def test_a_key_that_cannot_be_shown_is_refused(world: World) -> None:
    assert wrong_rows(world, csv_of(ROW.replace("K-1", "K\x001"))) == [(2, "key", "not_printable")]


def test_one_key_stands_once_in_a_file(world: World) -> None:
    assert wrong_rows(world, csv_of(ROW, ROW)) == [(3, "key", "repeated_key")]


def test_another_municipality_s_courses_are_never_touched(world: World) -> None:
    keep(world, "0163", key="K-1")
    assert take_in(world, csv_of(ROW)) == Did(created=1)
    [theirs] = catalogue(world, "0163").every()
    assert theirs.title == "Rygestop på hold"


@pytest.mark.parametrize("status", ["cancelled", "finished"])
def test_a_file_does_not_end_a_course_that_people_sit_in(world: World, status: str) -> None:
    course_id = keep(world, key="K-1")
    with world.database.write() as session:
        [encounter] = add_encounters(session, 1)
        seats.hold(session, course_id, encounter, NOW, "demo-nurse")
    ending = csv_of(ROW.replace(";open", f";{status}"))
    assert wrong_rows(world, ending) == [(2, "status", "has_people")]
    with world.database.write() as session:
        seats.release(session, encounter, NOW, "demo-nurse", "test")
    assert take_in(world, ending) == Did(changed=1)
    [course] = catalogue(world).every()
    assert course.status is CourseStatus(status)
    assert wrong_rows(world, csv_of(ROW)) == [(2, "status", "ended")]


def test_a_file_does_not_hide_a_course_that_was_shown(world: World) -> None:
    take_in(world, csv_of(ROW))
    hiding = csv_of(ROW.replace(";open", ";draft"))
    assert wrong_rows(world, hiding) == [(2, "status", "not_to_draft")]


def test_a_mistake_that_only_the_database_knows_keeps_nothing_of_the_file(world: World) -> None:
    course_id = keep(world, key="K-1")
    with world.database.write() as session:
        for encounter in add_encounters(session, 3):
            seats.hold(session, course_id, encounter, NOW, "demo-nurse")
    content = csv_of(f"{ROW.replace('K-1', 'K-0')};9", f"{ROW};2", head=f"{HEAD};capacity")
    assert wrong_rows(world, content) == [(3, "capacity", "under_seats")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(b"\xef\xbb\xbf\r\n \r\n", "empty", id="blank lines"),
        pytest.param(HEAD.encode(), "empty", id="head only"),
        pytest.param(csv_of(ROW).replace(b"Huset", b"H\x81j"), "not_utf8", id="no encoding"),
        pytest.param(csv_of(ROW, head="key;title"), "missing_column", id="columns missing"),
        pytest.param(csv_of(ROW, head=f"{HEAD};pris"), "unknown_column", id="unknown column"),
        pytest.param(csv_of(ROW, head=f"{HEAD};key"), "repeated_column", id="column twice"),
        pytest.param(csv_of(ROW.replace(";", ",")), "not_csv", id="commas"),
        pytest.param(csv_of(ROW + ";for meget"), "not_csv", id="a cell too many"),
        pytest.param(csv_of('K-1;"uden slut'), "not_csv", id="open quote"),
        pytest.param(csv_of(*[ROW] * (MAX_COURSES + 1)), "too_many_rows", id="too many"),
        pytest.param(b"x" * (MAX_BYTES + 1), "too_large", id="too large"),
    ],
)  # fmt: skip
def test_what_is_no_csv_of_courses_says_why(content: bytes, code: str) -> None:
    with pytest.raises(BadFile) as raised:
        read_csv(content)
    assert raised.value.code == code
    assert "{" not in raised.value.words(Labels())


def test_a_byte_order_mark_and_capital_letters_in_the_head_do_no_harm() -> None:
    plain = read_csv(csv_of(ROW))
    assert read_csv(b"\xef\xbb\xbf" + csv_of(ROW, head=HEAD.upper())) == plain
    assert plain == [Written(2, dict(zip(HEAD.split(";"), ROW.split(";"), strict=True)))]


@pytest.mark.parametrize("danger", ["=1+1", "+45", "-2", "@SUM(A1)", "\tx", "'=1", "'"])
def test_no_cell_is_a_formula_and_every_one_comes_back(danger: str) -> None:
    content = "".join(write_csv([a_course(access=danger)])).encode()
    row = content.decode("utf-8-sig").splitlines()[1]
    assert f";'{danger}" in row or f";\"'{danger}" in row
    [written] = read_csv(content)
    assert written.fields["access"] == danger


@given(st.text(max_size=40))
def test_any_text_survives_a_csv_cell(text: str) -> None:
    [written] = read_csv("".join(write_csv([a_course(access=text.replace("\x00", ""))])).encode())
    assert written.fields["access"] == text.replace("\x00", "")
    assert set(written.fields) == set(FIELDS)


def only_course(world: World) -> Course:
    [course] = catalogue(world).every()
    return course


def test_a_course_that_excel_in_danish_saved_comes_in_as_it_was_meant(world: World) -> None:
    head = f"{HEAD};municipality;price_dkk;capacity;deadline_on;verified_on;open_to;interpreter"
    row = (
        f"{ROW.replace('2027-01-12', '12-01-2027')};151;1.000;12,00;10-01-2027;20-11-2026;163;SAND"
    )
    assert take_in(world, csv_of(row, head=head)) == Did(created=1)
    course = only_course(world)
    assert (course.price_dkk, course.capacity, course.interpreter) == (1000, 12, True)
    assert (course.municipality_code, course.open_to) == ("0151", ("0151", "0163"))
    assert course.deadline_on == date(2027, 1, 10)
    assert course.verified_on == date(2026, 11, 20)
    assert course.starts_at == datetime(2027, 1, 12, 16, 0, tzinfo=UTC)
    assert take_in(world, csv_of(row, head=head)) == Did(unchanged=1)


@pytest.mark.parametrize("price", ["1,000", "1.00", "49,50", "1e3"])
def test_a_price_that_may_mean_two_things_is_refused_and_never_one_krone(
    world: World, price: str
) -> None:
    content = csv_of(f"{ROW};{price}", head=f"{HEAD};price_dkk")
    assert wrong_rows(world, content) == [(2, "price_dkk", "not_a_number")]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("between", [";", "\t", ","])
def test_a_file_comes_in_whatever_letters_and_marks_its_spreadsheet_saves(
    world: World, encoding: str, between: str
) -> None:
    text = csv_of(ROW.replace("Huset", "Rådhuset Ølby") + ";;", head=f"{HEAD};;").decode()
    assert take_in(world, text.replace(";", between).encode(encoding)) == Did(created=1)
    assert only_course(world).place == "Rådhuset Ølby"


@given(
    blanks=st.lists(st.text(" \u00a0\u202f", min_size=1, max_size=3), min_size=2, max_size=2),
    before=st.text(" \u00a0", max_size=2),
)
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_key_with_any_blanks_is_one_key_and_resets_nothing(
    world: World, blanks: list[str], before: str
) -> None:
    head = f"{HEAD};capacity;taken"
    first, again = (f"{before}hold{each}2" for each in blanks)
    take_in(world, csv_of(f"{ROW.replace('K-1', first)};12;7", head=head))
    assert take_in(world, csv_of(f"{ROW.replace('K-1', again)};12;", head=head)) == Did(unchanged=1)
    assert (only_course(world).key, only_course(world).taken) == ("hold 2", 7)
    both = csv_of(*(ROW.replace("K-1", each) for each in (first, again)))
    assert wrong_rows(world, both) == [(3, "key", "repeated_key")]


def test_a_key_that_lost_its_zeros_is_the_same_key(world: World) -> None:
    take_in(world, csv_of(ROW.replace("K-1", "0071")))
    assert take_in(world, csv_of(ROW.replace("K-1", "71"))) == Did(unchanged=1)
    assert only_course(world).key == "0071"
    both = csv_of(ROW.replace("K-1", "0082"), ROW.replace("K-1", "82"))
    assert wrong_rows(world, both) == [(3, "key", "repeated_key")]


def test_a_column_that_is_missing_changes_nothing_of_a_course_that_is_there(world: World) -> None:
    keep(world, key="K-1", price_dkk="150", language="ar", access="Elevator", capacity="9")
    before = only_course(world)
    short = "key;title;concept;format;intake\nK-1;Ny titel;gold_standard;group;fixed"
    assert take_in(world, short.encode()) == Did(changed=1)
    assert only_course(world) == replace(before, title="Ny titel")


def test_a_preview_tells_what_would_change_and_changes_nothing(world: World) -> None:
    keep(world, key="K-1", price_dkk="150")
    before = only_course(world)
    content = csv_of(f"{ROW};200", ROW.replace("K-1", "K-2") + ";0", head=f"{HEAD};price_dkk")
    would = preview(catalogue(world), read_csv(content), CODES, world.clock())
    assert [each.key for each in would.created] == ["K-2"]
    [change] = would.changed
    assert change.fields["price_dkk"] == ("150", "200")
    assert "key" not in change.fields
    assert only_course(world) == before


def test_what_was_looked_at_is_what_is_done_or_nothing_is(world: World) -> None:
    rows, own = read_csv(csv_of(ROW)), catalogue(world)
    would = preview(own, rows, CODES, world.clock())
    keep(world, key="K-1", title="En anden var først")
    with pytest.raises(Changed) as refused:
        import_courses(own, rows, CODES, world.clock(), looked_at=would.mark)
    assert only_course(world).title == "En anden var først"
    now = refused.value.would_do
    done = import_courses(own, rows, CODES, world.clock(), looked_at=now.mark)
    assert did(done) == Did(changed=1)


def test_a_mistake_names_what_stands_there_and_what_may(world: World) -> None:
    content = csv_of(ROW.replace("gold_standard", "guld"))
    with pytest.raises(BadRows) as refused:
        take_in(world, content)
    [bad] = refused.value.rows
    assert (bad.line, bad.field, bad.text) == (2, "concept", "guld")
    assert "gold_standard" in bad.mistake.words(Labels())


def test_an_adviser_takes_nothing_in(world: World) -> None:
    rows = [Written(2, a_text(key="K-1"))]
    with pytest.raises(NotAllowed):
        import_courses(catalogue(world, role="adviser"), rows, CODES, NOW)
