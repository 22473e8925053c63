"""Courses in and out as files: whole or not at all, and the same again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from referrals import demo_courses, seats
from referrals.course import CourseStatus
from referrals.course_exchange.csv_form import read_csv, write_csv
from referrals.course_exchange.hsds_reading import read_hsds
from referrals.course_exchange.hsds_writing import HsdsWriter
from referrals.course_exchange.importing import Imported, import_courses
from referrals.course_exchange.written import (
    FIELDS,
    MAX_BYTES,
    MAX_COURSES,
    BadFile,
    BadRows,
    Written,
)
from referrals.course_tables import CourseRow
from referrals.labels import Labels
from referrals.municipality import load_municipalities
from referrals.staff import NotAllowed
from referrals.tables import AuditRow
from tests.conftest import World
from tests.referrals.coursework import CODES, NOW, a_course, a_text, catalogue, keep
from tests.referrals.seating import add_encounters

make_demo = demo_courses.add
HEAD = "key;title;concept;format;intake;sessions;place;postcode;contact_email;status"
ROW = "K-1;Rygestop;gold_standard;group;fixed;2027-01-12 17:00-19:00;Huset;2750;a@b.dk;open"
WRITER = HsdsWriter(Labels(), load_municipalities())


def csv_of(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *rows]).encode()


def take_in(world: World, content: bytes, code: str = "0151") -> Imported:
    read = read_hsds if content[:1] in b"{[" else read_csv
    return import_courses(catalogue(world, code), read(content), CODES, world.clock())


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


def scheduled(**schedule: object) -> dict[str, Any]:
    """Give the change that makes a service meet as ``schedule`` says, on New Year's Day."""
    usual = {"dtstart": "2027-01-01", "opens_at": "09:00", "closes_at": "10:00"}
    return {"schedules": [usual | schedule]}


def exported(world: World, form: str, code: str = "0151") -> bytes:
    courses = catalogue(world, code).every()
    return b"".join(write_csv(courses) if form == "csv" else WRITER.write(courses))


def a_service(**changes: Any) -> dict[str, Any]:
    """Give a service as another system writes it, with our attributes for what HSDS lacks."""
    ours = {"concept": "gold_standard", "format": "group", "intake": "fixed"}
    return {
        "id": "ac148810-d857-441c-9679-408f346de14b",
        "name": "Rygestop",
        "status": "active",
        "email": "a@b.dk",
        "languages": [{"id": "x", "code": "en"}],
        "service_at_locations": [
            {
                "location": {
                    "location_type": "physical",
                    "addresses": [{"address_1": "Vej 1", "postal_code": "2750"}],
                },
                "schedules": [
                    {
                        "freq": "WEEKLY",
                        "dtstart": "2027-03-16",
                        "count": 3,
                        "opens_at": "17:00",
                        "closes_at": "19:00",
                    }
                ],
            }
        ],
        "attributes": [
            {"value": value, "taxonomy_term": {"code": f"henvis-course-{name}"}}
            for name, value in ours.items()
        ],
        **changes,
    }


def hsds(*services: dict[str, Any]) -> bytes:
    return json.dumps({"contents": list(services)}, indent=1).encode()


@pytest.mark.parametrize("form", ["csv", "hsds"])
def test_the_demo_catalogue_goes_out_and_comes_in_unchanged(world: World, form: str) -> None:
    with world.database.write() as session:
        make_demo(session, world.around.labels, world.around.municipalities, NOW)
    content = exported(world, form)
    assert take_in(world, content) == Imported(unchanged=25)
    assert exported(world, form) == content


@pytest.mark.parametrize("form", ["csv", "hsds"])
def test_what_went_out_builds_the_same_catalogue_elsewhere(world: World, form: str) -> None:
    keep(world, title="Æ Ø Å; »hold« \"og\" komma, mere", interpreter="ja", products="snus",
         contact_phone="44772000", access="-1. sal", deadline_on="2027-01-05")  # fmt: skip
    keep(world, format="digital", place="", postcode="", online_link="https://a.example/b")
    keep(world, published=False, intake="rolling", sessions="", audience="pregnant", price_dkk="50")
    content = exported(world, form)
    with world.database.write() as session:
        for row in session.scalars(select(CourseRow)).all():
            session.delete(row)
    assert take_in(world, content) == Imported(created=3)
    assert exported(world, form) == content


def test_the_same_file_again_changes_nothing_and_writes_nothing(world: World) -> None:
    content = csv_of(ROW)
    assert take_in(world, content) == Imported(created=1)
    with world.database.read() as session:
        before = session.scalar(select(func.count()).select_from(AuditRow))
    world.clock.forward(days=3)
    assert take_in(world, content) == Imported(unchanged=1)
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditRow)) == before
    assert stored(world) == {"K-1": 1}


def test_an_import_that_changes_a_course_changes_what_questions_find(world: World) -> None:
    take_in(world, csv_of(ROW))
    assert take_in(world, csv_of(ROW.replace("17:00-19:00", "09:00-10:00"))) == Imported(changed=1)
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
    ],
)
def test_what_only_files_say_is_checked_too(
    world: World, extra: str, value: str, wrong: tuple[str, str]
) -> None:
    content = csv_of(f"{ROW};{value}", head=f"{HEAD};{extra}")
    assert wrong_rows(world, content) == [(2, *wrong)]


def test_one_key_stands_once_in_a_file(world: World) -> None:
    assert wrong_rows(world, csv_of(ROW, ROW)) == [(3, "key", "repeated_key")]


def test_another_municipality_s_courses_are_never_touched(world: World) -> None:
    keep(world, "0163", key="K-1")
    assert take_in(world, csv_of(ROW)) == Imported(created=1)
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
    assert take_in(world, ending) == Imported(changed=1)
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
        pytest.param(csv_of(ROW).replace(b"Huset", b"H\xf8j"), "not_utf8", id="latin-1"),
        pytest.param(csv_of(ROW).decode().encode("utf-16"), "not_utf8", id="utf-16"),
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
    content = b"".join(write_csv([a_course(access=danger)]))
    row = content.decode("utf-8-sig").splitlines()[1]
    assert f";'{danger}" in row or f";\"'{danger}" in row
    [written] = read_csv(content)
    assert written.fields["access"] == danger


@given(st.text(max_size=40))
def test_any_text_survives_a_csv_cell(text: str) -> None:
    [written] = read_csv(b"".join(write_csv([a_course(access=text.replace("\x00", ""))])))
    assert written.fields["access"] == text.replace("\x00", "")
    assert set(written.fields) == set(FIELDS)


def test_another_system_s_weekly_rule_becomes_sessions_at_the_same_clock_time(world: World) -> None:
    assert take_in(world, hsds(a_service())) == Imported(created=1)
    [course] = catalogue(world).every()
    assert course.key == "ac148810-d857-441c-9679-408f346de14b"
    assert course.place == "Vej 1"
    assert course.language == "en"
    assert [s.starts_at.isoformat() for s in course.sessions] == [
        "2027-03-16T16:00:00+00:00",
        "2027-03-23T16:00:00+00:00",
        "2027-03-30T15:00:00+00:00",
    ]


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        ({"dtstart": "2027-01-12", "opens_at": "16:00Z", "closes_at": "18:00Z"}, ["12T16"]),
        (
            {"valid_from": "2027-01-12", "opens_at": "1700+0100", "closes_at": "19:00+01:00"},
            ["12T16"],
        ),
        (
            {"dtstart": "2027-01-12", "timezone": 1, "opens_at": "17:00", "closes_at": "19:00:00"},
            ["12T16"],
        ),
        (
            {
                "dtstart": "2027-01-11", "freq": "WEEKLY", "interval": 2, "until": "2027-01-31",
                "byday": "TU,TH", "opens_at": "17:00", "closes_at": "19:00",
            },
            ["12T16", "14T16", "26T16", "28T16"],
        ),
    ],
    ids=["utc", "offset", "timezone", "rule"],
)  # fmt: skip
def test_times_are_read_in_the_ways_that_hsds_allows(
    schedule: dict[str, Any], days: list[str]
) -> None:
    places = [{"location": {"addresses": []}, "schedules": [schedule]}]
    [written] = read_hsds(hsds(a_service(service_at_locations=places)))
    starts = [part.split("-19:00")[0] for part in written.fields["sessions"].split(" | ")]
    assert starts == [f"2027-01-{day[:2]} 17:00" for day in days]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": None}, "row", "not_in_this_form"),
        ({"status": "open"}, "row", "not_in_this_form"),
        (scheduled(dtstart="0001-01-01", opens_at="00:00+14:00"), "sessions", "not_in_this_form"),
        ({"cost_options": [{"amount": float("inf")}]}, "price_dkk", "not_a_number"),
        ({"cost_options": [{"amount": 49.5}]}, "price_dkk", "not_a_number"),
        ({"id": "a\x00b"}, "key", "not_printable"),
        ({"name": "\ud800abc"}, "title", "not_printable"),
        (scheduled(dtstart="x"), "sessions", "not_in_this_form"),
        (scheduled(opens_at="9"), "sessions", "not_in_this_form"),
        (scheduled(freq="MONTHLY"), "sessions", "not_weekly"),
        (scheduled(freq="WEEKLY"), "sessions", "not_in_this_form"),
        (scheduled(freq="WEEKLY", count=9, byday="XX"), "sessions", "not_in_this_form"),
        (scheduled(freq="WEEKLY", count=999), "sessions", "too_many_sessions"),
        (scheduled(dtstart="2027-03-28", opens_at="02:30"), "sessions", "no_such_time"),
        ({"attributes": []}, "concept", "missing"),
    ],
)
def test_a_service_that_cannot_be_a_course_is_reported_with_its_line(
    world: World, change: dict[str, Any], field: str, code: str
) -> None:
    content = hsds(a_service(id="first"), a_service(**change))
    second_id = json.dumps(a_service(**change)["id"])
    name_line = content.decode().split("\n").index(f'   "id": {second_id},')
    assert (name_line, field, code) in wrong_rows(world, content)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "not_json"),
        (b'{"a": 1}', "not_hsds"),
        (b"[]", "empty"),
        (b"7", "not_hsds"),
        (b"[" * 100_000, "not_json"),
    ],
)
def test_what_is_no_hsds_says_why(content: bytes, code: str) -> None:
    with pytest.raises(BadFile) as raised:
        read_hsds(content)
    assert raised.value.code == code


def test_hsds_is_taken_as_a_page_a_list_or_one_service() -> None:
    service = a_service()
    forms = [{"contents": [service]}, [service], service]
    read = [read_hsds(json.dumps(form).encode())[0].fields for form in forms]
    assert read[0] == read[1] == read[2]


def test_a_service_says_in_hsds_s_own_fields_what_hsds_has_fields_for() -> None:
    service = WRITER.service(
        a_course(interpreter=True, contact_phone="+4544772000", price_dkk=50, demo=True)
    )
    assert service["name"] == "Rygestop på hold"
    assert service["status"] == "active"
    assert service["assured_date"] == "2026-11-20"
    assert service["interpretation_services"]
    assert service["languages"][0]["code"] == "da"
    assert [area["extent"] for area in service["service_areas"]] == ["0151", "0163"]
    assert service["cost_options"][0]["amount"] == 50
    assert service["organization"]["organization_identifiers"][0]["identifier"] == "0151"
    location = service["service_at_locations"][0]["location"]
    assert location["addresses"][0]["postal_code"] == "2750"
    assert location["addresses"][0]["city"] == "Ballerup"
    ours = {a["taxonomy_term"]["code"]: a["value"] for a in service["attributes"]}
    assert ours["henvis-course-key"] == "K-1"
    assert ours["henvis-course-demo"] == "ja"
    assert json.loads(b"".join(WRITER.write([])))["empty"] is True


def test_an_adviser_takes_nothing_in(world: World) -> None:
    rows = [Written(2, a_text(key="K-1"))]
    with pytest.raises(NotAllowed):
        import_courses(catalogue(world, role="adviser"), rows, CODES, NOW)
