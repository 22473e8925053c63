"""The day's list as a page: found by a part of a name, and followed by a fingerprint."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from sqlalchemy import select
from starlette.testclient import TestClient

from referrals.consent.receipt import Receipts
from referrals.referral.tables import ReferralRow
from tests.inbox.queue.test_pages import move

Find = Callable[[str], str]


def pulse(client: TestClient, query: str = "") -> str:
    answer = client.get(f"/koe/puls{query}")
    assert answer.status_code == 200
    return answer.text


def test_the_fingerprint_is_the_page_s_own_until_somebody_does_something(
    adviser: TestClient, reference: Find
) -> None:
    for query in ("", "?hvem=mig", "?kun=call"):
        page = adviser.get(f"/koe{query}").text
        [shown] = re.findall(r'data-pulse="([0-9a-f]+)"', page)
        assert shown == pulse(adviser, query)
    before = pulse(adviser)
    move(adviser, reference("filed"), "assign", about="demo-manager-0151")
    assert pulse(adviser) != before


def test_the_fingerprint_tells_nothing_of_anybody(adviser: TestClient) -> None:
    assert re.fullmatch("[0-9a-f]{16}", pulse(adviser))


def test_a_part_of_a_name_shows_who_may_be_meant_and_opens_nobody(adviser: TestClient) -> None:
    page = adviser.post("/koe/soeg", data={"words": "patient"}, follow_redirects=False)
    assert page.status_code == 200
    assert "Ingen hedder præcis sådan." in page.text
    assert "Demo Patient To" in page.text
    assert "20 11 22 02" in page.text
    alone = adviser.post("/koe/soeg", data={"words": "pat to"}, follow_redirects=False)
    assert alone.status_code == 200
    assert "Én åben henvisning" in alone.text


def receipt(client: TestClient, reference: str) -> tuple[Receipts, str]:
    """Give the patient's own page and the secret of its link."""
    state = client.app.state  # type: ignore[attr-defined]
    return Receipts(state.database, state.vault), state.vault.link_secret("receipt", reference)


def shown(page: str) -> Counter[str]:
    """Count how often each referral is shown on the day's list."""
    day = page.partition('<div id="day"')[2].partition('id="read-at"')[0]
    return Counter(re.findall(r'href="/koe/(H-[0-9A-Z-]+)"', day))


def line_of(page: str, reference: str) -> str:
    """Give the words of somebody's own line."""
    [line] = [row for row in re.findall(r"<tr .*?</tr>", page, re.DOTALL) if reference in row]
    return " ".join(re.sub(r"<[^>]+>", " ", line).split())


def test_nobody_is_shown_twice_whatever_happened_to_them(
    adviser: TestClient, reference: Find
) -> None:
    now = adviser.app.state.now()  # type: ignore[attr-defined]
    overdue, filed, received = (
        reference(state) for state in ("contact_attempted", "filed", "received")
    )
    for each, wanted in ((overdue, "afternoon"), (filed, "afternoon"), (received, "evening")):
        page, secret = receipt(adviser, each)
        page.change_best_time(each, secret, wanted, now)
    page, secret = receipt(adviser, received)
    page.withdraw(received, secret, now)
    for query in ("", "?hvem=mig", "?kun=call"):
        assert set(shown(adviser.get(f"/koe{query}").text).values()) == {1}
    today = adviser.get("/koe").text
    for each in (overdue, filed):
        changed = "Valgte et andet tidspunkt at blive ringet op: eftermiddag"
        assert changed in line_of(today, each)
    assert changed in line_of(adviser.get("/koe?kun=call").text, overdue)
    assert "1 borger venter over fristen" in today
    assert {overdue, filed, received} <= set(shown(today))
    told = today.partition('id="nyt"')[2].partition("</section>")[0]
    assert re.findall(r">(H-[0-9A-Z-]+)<", told) == [received]
    assert "Ring ikke" in told
    assert "Valgte et andet tidspunkt" in told


def test_a_line_tells_language_interpreter_and_when_to_call(
    adviser: TestClient, reference: Find
) -> None:
    filed = reference("filed")
    with adviser.app.state.database.write() as session:  # type: ignore[attr-defined]
        row = session.scalars(select(ReferralRow).where(ReferralRow.reference == filed)).one()
        changed = {"spoken_language": "ar", "interpreter": "yes", "best_time": "evening"}
        row.details = {**row.details, **changed}
    line = line_of(adviser.get("/koe").text, filed)
    assert "arabisk, tolk" in line
    assert "aften" in line


def test_each_heading_counts_who_stands_under_it(adviser: TestClient) -> None:
    today = adviser.get("/koe").text
    headings = re.findall(r'<h2 id="([a-z_]+)">[^<]+<span class="quiet">\((\d+)\)', today)
    assert "call" in dict(headings)
    for section, counted in headings:
        part = today.partition(f'<h2 id="{section}">')[2].partition("</section>")[0]
        assert len(re.findall('scope="row"', part)) == int(counted), section
