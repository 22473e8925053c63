"""The seat and the call on the page of a referral."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from referrals.booking import calls, seats
from referrals.referral.tables import ReferralRow
from tests.inbox.conftest import ADVISER
from tests.referrals.booking.seating import add_course, expire

Browser = Callable[..., TestClient]
Browser = Callable[..., TestClient]
Find = Callable[[str], str]


@pytest.fixture
def mine(adviser: TestClient, reference: Find) -> str:
    """Give a referral of Ballerup that has the last seat of a course in Herlev, and a call."""
    found, now = reference("filed"), datetime.now(UTC)
    with adviser.app.state.database.write() as session:  # type: ignore[attr-defined]
        row = session.scalars(select(ReferralRow).where(ReferralRow.reference == found)).one()
        rolling = {"intake": "rolling", "starts_at": None, "municipality_code": "0163"}
        course = add_course(session, 1, **rolling)
        seats.hold(session, course, row.encounter_id, now, "demo-nurse")
        slot = calls.free_slots(session, "0151", now, 1)[0]
        calls.book(session, slot, row.encounter_id, now, "demo-nurse")
    return found


def do(client: TestClient, reference: str, deed: str, slot: str = "") -> httpx.Response:
    return client.post(f"/koe/{reference}/reserveret", data={"deed": deed, "slot": slot})


def call_times(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<option value="([0-9]+-[0-9]+)">([^<]+)</option>', page)


def test_where_no_call_would_be_on_a_list_none_is_offered(
    adviser: TestClient, reference: Find
) -> None:
    enrolled = reference("enrolled")
    assert call_times(adviser.get(f"/koe/{enrolled}").text)
    with adviser.app.state.database.write() as session:  # type: ignore[attr-defined]
        row = session.scalars(select(ReferralRow).where(ReferralRow.reference == enrolled)).one()
        row.state = "started"
        slot = calls.free_slots(session, "0151", datetime.now(UTC), 1)[0]
    assert "Plads og samtale" not in adviser.get(f"/koe/{enrolled}").text
    assert "Ingen samtale er booket" in do(adviser, enrolled, "book-samtale", slot.code).text


def test_the_demo_shows_a_held_seat_with_a_call_and_a_place_in_line(
    adviser: TestClient, reference: Find
) -> None:
    filed = adviser.get(f"/koe/{reference('filed')}").text
    assert "Holdt til" in filed
    assert "med Demo Rådgiver Ballerup" in filed
    assert "På venteliste" in adviser.get(f"/koe/{reference('received')}").text


def test_the_held_seat_and_the_call_are_shown_with_their_times(
    adviser: TestClient, mine: str
) -> None:
    page = adviser.get(f"/koe/{mine}").text
    assert "Rygestop i hold" in page
    assert "(Herlev)" in page
    assert "Holdt til" in page
    assert "med Demo Rådgiver Ballerup" in page


def test_a_seat_is_confirmed_and_released(adviser: TestClient, mine: str) -> None:
    confirmed = do(adviser, mine, "bekraeft-plads").text
    assert "Pladsen er bekræftet." in confirmed
    assert 'value="bekraeft-plads"' not in confirmed
    released = do(adviser, mine, "frigiv-plads").text
    assert "Pladsen er frigivet" in released
    assert 'value="frigiv-plads"' not in released


def test_a_seat_that_is_gone_is_said_to_be_gone(adviser: TestClient, mine: str) -> None:
    do(adviser, mine, "frigiv-plads")
    assert "Der var ingen plads mere" in do(adviser, mine, "bekraeft-plads").text


def test_a_call_is_cancelled(adviser: TestClient, mine: str) -> None:
    page = do(adviser, mine, "aflys-samtale").text
    assert "Samtalen er aflyst" in page
    assert 'value="aflys-samtale"' not in page


def test_a_call_is_moved_to_another_free_time(adviser: TestClient, mine: str) -> None:
    code, shown = call_times(adviser.get(f"/koe/{mine}").text)[-1]
    page = do(adviser, mine, "flyt-samtale", code).text
    assert "Samtalen er flyttet" in page
    assert code not in dict(call_times(page))
    assert shown in adviser.get("/opkald").text


@pytest.mark.parametrize("slot", ["", "1-0", "noget", "999999-1800000000"])
def test_a_time_that_is_not_free_moves_no_call(adviser: TestClient, mine: str, slot: str) -> None:
    before = adviser.get("/opkald").text
    assert "Samtalen er ikke flyttet" in do(adviser, mine, "flyt-samtale", slot).text
    assert adviser.get("/opkald").text == before


def test_a_call_is_cancelled_and_booked_again_with_a_colleague(
    adviser: TestClient, browser: Browser, mine: str
) -> None:
    do(adviser, mine, "aflys-samtale")
    manager = browser("demo-manager-0151")
    code, shown = call_times(manager.get(f"/koe/{mine}").text)[0]
    page = do(manager, mine, "book-samtale", code).text
    assert "Samtalen er booket." in page
    assert "med Demo Rådgiver Ballerup" in page
    assert shown in adviser.get("/opkald").text


def test_of_two_who_book_at_once_one_is_told_that_a_call_stands(
    adviser: TestClient, mine: str
) -> None:
    do(adviser, mine, "aflys-samtale")
    (first, shown), (second, _), *_ = call_times(adviser.get(f"/koe/{mine}").text)
    do(adviser, mine, "book-samtale", first)
    page = do(adviser, mine, "book-samtale", second).text
    assert "En kollega har allerede booket en samtale." in page
    assert shown in adviser.get("/opkald").text


def test_the_week_shows_what_is_booked_and_books_what_is_free(
    adviser: TestClient, browser: Browser, mine: str
) -> None:
    manager = browser("demo-manager-0151")
    week = manager.get("/opkald/ugen").text
    assert mine in week
    assert "Demo Rådgiver Ballerup" in week
    assert "ledige tider" in week
    assert 'name="slot"' not in week
    to_choose = manager.get(f"/opkald/ugen?til={mine}").text
    code = re.findall(r'name="slot" value="([0-9-]+)"', to_choose)[0]
    assert "Samtalen er flyttet" in do(manager, mine, "flyt-samtale", code).text
    assert mine not in browser("demo-adviser-0157").get("/opkald/ugen").text
    assert browser("demo-adviser-0157").get(f"/opkald/ugen?til={mine}").status_code == 404


def test_a_call_that_was_cancelled_is_not_moved(adviser: TestClient, mine: str) -> None:
    code, _ = call_times(adviser.get(f"/koe/{mine}").text)[-1]
    do(adviser, mine, "aflys-samtale")
    assert "Samtalen er ikke flyttet" in do(adviser, mine, "flyt-samtale", code).text


def test_a_hold_that_ran_out_and_a_place_in_line_are_told_apart(
    adviser: TestClient, reference: Find, mine: str
) -> None:
    other = reference("received")
    now = datetime.now(UTC)
    with adviser.app.state.database.write() as session:  # type: ignore[attr-defined]
        row = session.scalars(select(ReferralRow).where(ReferralRow.reference == other)).one()
        course = add_course(session, 0)
        seats.hold(session, course, row.encounter_id, now, "demo-nurse")
        expire(session, now + seats.HOLD_LASTS)
    assert "På venteliste" in adviser.get(f"/koe/{other}").text
    assert "ikke bekræftet" in adviser.get(f"/koe/{mine}").text


def test_an_unknown_deed_is_refused(adviser: TestClient, mine: str) -> None:
    assert do(adviser, mine, "slet").status_code == 422


def test_nobody_else_touches_seat_or_call(browser: Browser, mine: str) -> None:
    for deed in ("bekraeft-plads", "frigiv-plads", "aflys-samtale", "flyt-samtale"):
        assert do(browser("demo-adviser-0163"), mine, deed).status_code == 404
        for name in ("demo-nurse", "demo-lead", "demo-admin"):
            assert do(browser(name), mine, deed).status_code == 403
    page = browser(ADVISER).get(f"/koe/{mine}").text
    assert "Holdt til" in page
    assert "med Demo Rådgiver Ballerup" in page
