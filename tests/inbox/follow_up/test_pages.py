"""The pages and calls of what comes after the first talk: course, attendance, follow-ups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from referrals.catalogue.records import write_openings
from referrals.courses.tables import CourseRow, CourseSessionRow
from tests.referrals.booking.seating import add_course

Find = Callable[[str], str]


class Desk:
    """An adviser of Ballerup at work with one person, on the pages and by the API."""

    def __init__(self, client: TestClient, reference: str) -> None:
        self.client = client
        self.reference = reference

    @property
    def version(self) -> int:
        return int(self.client.get(f"/api/referrals/{self.reference}").json()["version"])

    @property
    def state(self) -> str:
        return str(self.client.get(f"/api/referrals/{self.reference}").json()["state"])

    def move(self, *moves: str) -> None:
        for move in moves:
            address = f"/api/referrals/{self.reference}/events"
            assert self.client.post(address, json={"event": move}).status_code == 200

    def form(self, what: str, *, status: int = 200, **fields: Any) -> str:
        """Send a form of the referral's page and give the page that comes back."""
        sent = {"version": self.version, **fields}
        answer = self.client.post(f"/koe/{self.reference}/{what}", data=sent)
        assert answer.status_code == status
        return str(answer.text)

    def says_yes(self, course: int, **fields: Any) -> str:
        """Save on the call panel that the person says yes to a course."""
        return self.form("opkald", result="talk", answer="yes", course=course, **fields)

    def progress(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get(f"/api/referrals/{self.reference}/progress").json()
        return found

    def course(self, begins: timedelta, sessions: int = 3, capacity: int = 5) -> int:
        """Put a course of Ballerup into the catalogue whose first session is so far away."""
        first = datetime.now(UTC).replace(second=0, microsecond=0) + begins
        starts = [first + timedelta(days=7 * week) for week in range(sessions)]
        with self.client.app.state.database.write() as session:  # type: ignore[attr-defined]
            course_id = add_course(
                session,
                capacity,
                title="Rygestop på Rådhuset",
                starts_at=first,
                ends_at=starts[-1] + timedelta(hours=2),
            )
            session.add_all(
                CourseSessionRow(course_id=course_id, starts_at=s, ends_at=s + timedelta(hours=2))
                for s in starts
            )
            session.flush()
            write_openings(session.get_one(CourseRow, course_id, populate_existing=True))
        return course_id

    def shift(self, course_id: int, by: timedelta) -> None:
        """Let time pass for a course: move its sessions."""
        with self.client.app.state.database.write() as session:  # type: ignore[attr-defined]
            row = session.get_one(CourseRow, course_id)
            row.starts_at, row.ends_at = row.starts_at - by, row.ends_at - by
            for each in row.sessions:
                session.delete(each)
            moved = [(each.starts_at - by, each.ends_at - by) for each in row.sessions]
            session.flush()
            session.add_all(
                CourseSessionRow(course_id=course_id, starts_at=s, ends_at=e) for s, e in moved
            )


@pytest.fixture
def desk(adviser: TestClient, reference: Find) -> Desk:
    """Give the desk with a person who said yes."""
    desk = Desk(adviser, reference("filed"))
    desk.move("reach", "accept")
    return desk


def test_a_person_is_enrolled_from_the_list_of_courses(desk: Desk) -> None:
    course = desk.course(timedelta(days=3))
    page = desk.client.get(f"/koe/{desk.reference}").text
    assert f'<option value="{course}">Rygestop på Rådhuset' in page
    assert "5 ledige" in page
    assert "Gemt: ja til kursus" in desk.says_yes(course)
    assert desk.state == "enrolled"
    assert desk.progress()["course_id"] == course


def test_a_full_course_is_waited_for(desk: Desk, adviser: TestClient, reference: Find) -> None:
    course = desk.course(timedelta(days=3), capacity=1)
    desk.says_yes(course)
    second = Desk(adviser, reference("received"))
    second.move("reach", "accept")
    assert "fuldt, 0 på venteliste" in adviser.get(f"/koe/{second.reference}").text
    assert "Borgeren står på ventelisten" in second.says_yes(course)
    assert second.state == "accepted"


def test_a_course_that_is_none_is_refused_in_words(desk: Desk) -> None:
    for course in (0, 99_999, 10**18):
        assert "Kurset tager ikke imod flere herfra." in desk.says_yes(course, status=409)
    assert desk.state == "accepted"


def test_a_form_of_yesterday_changes_nothing(desk: Desk) -> None:
    course = desk.course(timedelta(days=3))
    page = desk.says_yes(course, version=1, status=409)
    assert "En anden nåede at ændre henvisningen." in page
    assert desk.state == "accepted"


def _started(desk: Desk) -> int:
    course = desk.course(timedelta(days=1))
    desk.says_yes(course)
    desk.shift(course, timedelta(days=2))
    sheet = desk.client.get(f"/kurser/{course}/fremmoede").text
    assert "Hvem kom?" in sheet
    session = sheet.partition('name="moede" value="')[2].partition('"')[0]
    marks = {"moede": session, desk.reference: "ja", "H-2222-2": "ja", "andet": "ja"}
    answer = desk.client.post(f"/kurser/{course}/fremmoede", data=marks)
    assert "Fremmødet er gemt." in answer.text
    assert "1 af 3" in answer.text
    return course


def test_a_session_attended_begins_the_course(desk: Desk) -> None:
    _started(desk)
    assert desk.state == "started"
    assert [each["kind"] for each in desk.progress()["follow_ups"]] == ["end", "six_months"]
    assert "1 af 3 gange" in desk.client.get(f"/koe/{desk.reference}").text


def test_a_session_that_is_none_is_refused_in_words(desk: Desk) -> None:
    course = desk.course(timedelta(days=1))
    desk.says_yes(course)
    for session in ("", "i går", "2030-01-01T10:00Z", "2020-01-01T10:00"):
        marks = {"moede": session, desk.reference: "ja"}
        answer = desk.client.post(f"/kurser/{course}/fremmoede", data=marks)
        assert "Intet er gemt." in answer.text
    assert desk.state == "enrolled"


def test_the_sheet_before_the_first_session_says_when_it_is(desk: Desk) -> None:
    course = desk.course(timedelta(days=1))
    assert "Første mødegang er" in desk.client.get(f"/kurser/{course}/fremmoede").text
    assert "Ingen er tilmeldt" in desk.client.get(f"/kurser/{course}/fremmoede").text


def test_the_end_is_answered_put_right_and_tried_in_vain(desk: Desk) -> None:
    course = _started(desk)
    desk.shift(course, timedelta(days=30))
    desk.move("complete")
    page = desk.client.get("/opfoelgning").text
    assert f'href="/koe/{desk.reference}#forloeb"' in page
    assert "Demo Patient" not in page
    vain = {"kind": "end", "deed": "forgaeves", "reason": "no_answer"}
    assert "Opkaldet er gemt." in desk.form("opfoelgning", **vain)
    assert "1 opkald uden svar" in desk.client.get("/opfoelgning").text
    told = {"kind": "end", "deed": "svar", "method": "co", "satisfied": "true"}
    assert "Svaret er gemt." in desk.form("opfoelgning", smoke_free="false", **told)
    page = desk.form("opfoelgning", smoke_free="true", nicotine_free="false", **told)
    assert "<strong>Røgfri</strong>, bruger nikotin, tilfreds (målt med CO-måler)" in page
    assert page.count("Opfølgning ved kursets slut</strong>") == 3  # the history keeps all


REFUSED: list[tuple[dict[str, str], str]] = [
    ({"deed": "svar"}, "Vælg, om borgeren er røgfri"),
    (
        {"deed": "svar", "smoke_free": "false", "nicotine_free": "true", "method": "co"},
        "er også røgfri. Ret det ene svar.",
    ),
    ({"deed": "opgiv"}, "Vælg en grund."),
    ({"deed": "forgaeves", "reason": "smoke_free"}, "Vælg en grund."),
]


def test_what_cannot_be_kept_is_said_in_words(desk: Desk) -> None:
    _started(desk)
    for fields, words in REFUSED:
        assert words in desk.form("opfoelgning", kind="end", **fields)
    assert desk.progress()["follow_ups"][0]["state"] == "due"


def test_a_case_is_not_closed_while_a_follow_up_is_due(desk: Desk) -> None:
    _started(desk)
    desk.move("complete")
    form = {"version": desk.version, "move": "close"}
    answer = desk.client.post(f"/koe/{desk.reference}", data=form)
    assert answer.status_code == 409
    assert "før begge opfølgninger er noteret" in answer.text


def test_the_quit_date_is_kept_and_a_slip_refused(desk: Desk) -> None:
    today = datetime.now(UTC).date()
    assert "Stopdatoen er gemt." in desk.form("stopdato", quit_on=today.isoformat())
    assert desk.progress()["quit_on"] == today.isoformat()
    for slip in ("", (today - timedelta(days=400)).isoformat()):
        assert "højst et år tilbage" in desk.form("stopdato", quit_on=slip)


def test_the_api_does_the_same(desk: Desk) -> None:
    course, address = desk.course(timedelta(days=1)), f"/api/referrals/{desk.reference}"
    client = desk.client
    enrolled = client.post(f"{address}/enrolment", json={"course_id": course})
    assert enrolled.json() == {"seat": "confirmed", "position": None}
    desk.shift(course, timedelta(days=40))
    sheet = client.get(f"/api/courses/{course}/attendance").json()
    (line,) = sheet["participants"]
    assert (line["reference"], line["name"]) == (desk.reference, "Demo Patient Et")
    marks = {"session_starts_at": sheet["sessions"][0], "came": {desk.reference: True}}
    sheet = client.post(f"/api/courses/{course}/attendance", json=marks).json()
    assert list(sheet["participants"][0]["marks"].values()) == [True]
    desk.move("complete")
    work = client.get("/api/follow-ups").json()
    assert (work["due_in_all"], work["due"][0]["reference"]) == (1, desk.reference)
    told = {"kind": "end", "state": "answered", "smoke_free": True, "method": "self_report"}
    kept = client.post(f"{address}/outcomes", json=told).json()
    assert (kept["follow_ups"][0]["state"], kept["follow_ups"][0]["smoke_free"]) == (
        "answered",
        True,
    )
    early = client.post(f"{address}/outcomes", json=told | {"kind": "six_months"})
    assert early.status_code == 422
    lost = {"kind": "six_months", "state": "lost", "reason": "does_not_want"}
    assert client.post(f"{address}/outcomes", json=lost).status_code == 200
    assert desk.state == "lost_to_follow_up"
    again = client.post(f"{address}/enrolment", json={"course_id": course})
    assert again.status_code == 409
