"""The pages of an adviser's own calls."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import select
from starlette.testclient import TestClient

from referrals.advice.tables import EncounterRow
from referrals.booking import calls
from referrals.booking.adviser_calls import AdviserCalls
from referrals.booking.call_hours import Hours
from referrals.denmark.dates import local_day
from referrals.referral.tables import ReferralRow
from referrals.staff.tables import UserRow
from tests.inbox.conftest import ADVISER
from tests.worlds import staff_called

Browser = Callable[..., TestClient]
Find = Callable[[str], str]


def week(*lines: tuple[int, str, str]) -> dict[str, list[str]]:
    return {
        "weekday": [str(line[0]) for line in lines],
        "begins": [line[1] for line in lines],
        "ends": [line[2] for line in lines],
    }


def save(client: TestClient, *lines: tuple[int, str, str]) -> httpx.Response:
    return client.post("/opkald/uge", data=week(*lines))


def hours(client: TestClient) -> list[Hours]:
    database = client.app.state.database  # type: ignore[attr-defined]
    return AdviserCalls(database, staff_called(ADVISER, database)).week()


def book_for(client: TestClient, reference: str) -> calls.Slot:
    """Book the first free slot for a referral, as a nurse would have done before sending it."""
    now = datetime.now(UTC)
    with client.app.state.database.write() as session:  # type: ignore[attr-defined]
        row = session.scalars(select(ReferralRow).where(ReferralRow.reference == reference)).one()
        slot: calls.Slot = calls.free_slots(session, "0151", now, 1)[0]
        calls.book(session, slot, row.encounter_id, now, "demo-nurse")
        return slot


def test_an_adviser_sees_the_week_and_what_is_booked(browser: Browser, reference: Find) -> None:
    page = browser(ADVISER).get("/opkald").text
    assert "Mine samtaletider" in page
    assert 'value="09:00"' in page
    assert reference("filed") in page
    assert "Ingen samtaler er aftalt" in browser("demo-adviser-0163").get("/opkald").text


def test_the_queue_leads_an_adviser_to_the_calls_and_a_manager_not(browser: Browser) -> None:
    assert 'href="/opkald"' in browser(ADVISER).get("/koe").text
    assert 'href="/opkald"' not in browser("demo-manager-0151").get("/koe").text


def test_a_booked_call_shows_time_reference_and_language_and_no_identity(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("filed")
    slot = book_for(adviser, mine)
    page = adviser.get("/opkald").text
    assert slot.starts_at.isoformat() in page
    assert f'href="/koe/{mine}"' in page
    assert "dansk" in page
    assert "Demo Patient" not in page
    assert "20 11 22" not in page


def test_a_call_before_the_referral_is_sent_has_no_reference_yet(adviser: TestClient) -> None:
    now = datetime.now(UTC)
    with adviser.app.state.database.write() as session:  # type: ignore[attr-defined]
        nurse = session.scalars(select(UserRow).where(UserRow.name == "demo-nurse")).one()
        row = EncounterRow(
            id="11111111-1111-4111-8111-111111111111",
            nurse_id=nurse.id,
            ward_id=nurse.ward_id,
            language="da",
            answers=[["municipality", "0151"]],
            consent_proof={},
            step="summary",
            started_at=now,
            updated_at=now,
            expires_at=now + timedelta(hours=2),
        )
        session.add(row)
        slot = calls.free_slots(session, "0151", now, 1)[0]
        calls.book(session, slot, row.id, now, "demo-nurse")
    assert "Henvisningen er ikke sendt endnu" in adviser.get("/opkald").text


def test_the_week_that_is_saved_is_the_week_that_is_shown(adviser: TestClient) -> None:
    answer = save(adviser, (0, "9.00", "12:00"), (0, "", ""), (4, "13", "1420"))
    assert answer.status_code == 200
    assert "Dine samtaletider er gemt." in answer.text
    assert hours(adviser) == [Hours(0, 540, 720), Hours(4, 780, 860)]
    assert 'value="13:00"' in answer.text


BAD_HOURS = {
    ("9:00", ""): "skriv både »fra« og »til«",
    ("ni", "ti"): "skriv både »fra« og »til«",
    ("9:00", "9:10"): "mindst én samtale på 20 minutter",
    ("12:00", "9:00"): "mindst én samtale på 20 minutter",
}


def test_a_week_that_cannot_be_kept_says_why_and_keeps_what_was_typed(adviser: TestClient) -> None:
    before = hours(adviser)
    for (begins, ends), said in BAD_HOURS.items():
        answer = save(adviser, (0, "8:00", "9:00"), (2, begins, ends))
        assert answer.status_code == 422
        assert "Onsdag:" in answer.text
        assert said in answer.text
        assert f'value="{begins}"' in answer.text
        assert f'value="{ends}"' in answer.text
    assert hours(adviser) == before


def test_hours_that_overlap_say_so(adviser: TestClient) -> None:
    answer = save(adviser, (1, "9:00", "11:00"), (1, "10:00", "12:00"))
    assert answer.status_code == 422
    assert "tiderne overlapper" in answer.text


def test_a_day_off_is_added_and_removed(adviser: TestClient) -> None:
    day = (local_day(datetime.now(UTC)) + timedelta(days=3)).isoformat()
    assert "Fridagen er gemt." in adviser.post("/opkald/fri", data={"day": day}).text
    assert f'value="{day}"' in adviser.get("/opkald").text
    assert "Fridagen er fjernet." in adviser.post("/opkald/arbejde", data={"day": day}).text
    assert f'value="{day}"' not in adviser.get("/opkald").text


def test_a_day_off_in_the_past_or_none_at_all_is_refused(adviser: TestClient) -> None:
    for day in ("2020-01-01", ""):
        answer = adviser.post("/opkald/fri", data={"day": day})
        assert answer.status_code == 422
        assert "Vælg en dag fra i dag og frem." in answer.text


def test_calls_outside_changed_hours_are_marked(adviser: TestClient, reference: Find) -> None:
    book_for(adviser, reference("filed"))
    assert "Uden for dine tider" not in adviser.get("/opkald").text
    save(adviser, (6, "5:00", "5:20"))
    assert "Uden for dine tider, men stadig aftalt" in adviser.get("/opkald").text


def test_nobody_but_an_adviser_enters(browser: Browser) -> None:
    for name in ("demo-nurse", "demo-lead", "demo-admin", "demo-manager-0151", None):
        client = browser(name)
        client.follow_redirects = False
        for answer in (
            client.get("/opkald"),
            save(client, (0, "9:00", "10:00")),
            client.post("/opkald/fri", data={"day": "2099-01-01"}),
            client.post("/opkald/arbejde", data={"day": "2099-01-01"}),
        ):
            assert answer.status_code == (403 if name else 303)
            assert name or answer.headers["location"].startswith("/log-ind")


def test_the_page_needs_no_script(adviser: TestClient) -> None:
    page = adviser.get("/opkald").text
    assert re.search(r"<script(?![^>]*\bsrc=)", page) is None
    assert re.search(r"\son[a-z]+=", page) is None
