"""The history of a referral on its page: in the order of time, numbered, with names."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from starlette.testclient import TestClient

from referrals.referral import history
from referrals.referral.tables import ReferralRow
from tests.inbox.queue.test_pages import move

Find = Callable[[str], str]


def lines(page: str) -> list[tuple[int, str]]:
    """Give the number of each line of the history and its words, as they stand on the page."""
    shown = page.partition('<ol class="history">')[2].partition("</ol>")[0]
    found = re.findall(r'<li value="(\d+)">(.*?)</li>', shown, re.DOTALL)
    return [
        (int(number), " ".join(re.sub(r"<[^>]+>", " ", words).split())) for number, words in found
    ]


def test_the_history_begins_with_what_was_first(adviser: TestClient, reference: Find) -> None:
    mine = reference("filed")
    move(adviser, mine, "attempt_contact", reason="busy")
    told = lines(move(adviser, mine, "reach").text)
    assert [number for number, _ in told] == list(range(1, len(told) + 1))
    assert told[0][1].startswith("Henvisning sendt")
    assert told[-2][1].startswith("Forsøgt at ringe : Optaget")
    assert told[-1][1].startswith("Fik kontakt")


def test_what_was_written_late_stands_where_it_happened(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("filed")
    move(adviser, mine, "reach")
    moved = move(adviser, mine, "put_right", reason="wrong_choice")
    state = adviser.app.state  # type: ignore[attr-defined]
    with state.database.write() as session:
        row = session.scalars(select(ReferralRow).where(ReferralRow.reference == mine)).one()
        entry = history.Entry("system:clock", state.now() - timedelta(minutes=1))
        history.mark(session, row, "warning", entry)
    told = lines(adviser.get(f"/koe/{mine}").text)
    assert len(told) == len(lines(moved.text)) + 1
    assert told[-3][1].startswith("Haster")
    assert told[-2][1].startswith("Fik kontakt (rettet)")
    assert f"linje {told[-2][0]}" in told[-1][1]


def test_a_correction_names_the_number_that_the_corrected_line_bears(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("filed")
    move(adviser, mine, "reach")
    told = lines(move(adviser, mine, "put_right", reason="wrong_choice").text)
    [named] = re.findall(r"linje (\d+)", told[-1][1])
    assert dict(told)[int(named)].startswith("Fik kontakt (rettet)")


def test_a_system_is_called_by_its_name_and_as_what_it_is(
    adviser: TestClient, reference: Find
) -> None:
    mine = reference("filed")
    state = adviser.app.state  # type: ignore[attr-defined]
    with state.database.write() as session:
        row = session.scalars(select(ReferralRow).where(ReferralRow.reference == mine)).one()
        history.mark(session, row, "warning", history.Entry("service:nexus", state.now()))
    page = adviser.get(f"/koe/{mine}").text
    assert lines(page)[-1][1].endswith("· Systemet nexus")
    assert "service" not in page.partition('id="historik"')[2].partition("</section>")[0]
