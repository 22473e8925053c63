"""The day's list as a page: found by a part of a name, and followed by a fingerprint."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.testclient import TestClient

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
