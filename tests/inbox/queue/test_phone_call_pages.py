"""The panel under the phone number."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.inbox.queue.test_pages import version_of

Find = Callable[[str], str]


def call(client: TestClient, reference: str, result: str, **more: object) -> Any:
    form = {"version": version_of(client, reference), "result": result, **more}
    return client.post(f"/koe/{reference}/opkald", data=form)


def state_of(client: TestClient, reference: str) -> str:
    return str(client.get(f"/api/referrals/{reference}").json()["state"])


def test_one_press_saves_a_call_without_an_answer(adviser: TestClient, reference: Find) -> None:
    filed = reference("filed")
    page = call(adviser, filed, "no_answer").text
    assert "Gemt: intet svar." in page
    assert "Næste forsøg" in page
    holder = page.partition('id="hvem">Ansvarlig')[2].partition("</section>")[0]
    assert "<strong>Demo Rådgiver Ballerup</strong>" in holder
    assert state_of(adviser, filed) == "contact_attempted"


def test_it_goes_on_to_the_next_where_that_is_wanted(adviser: TestClient, reference: Find) -> None:
    filed = reference("filed")
    answer = call(adviser, filed, "voicemail", go_on="true")
    assert answer.url.path.startswith("/koe/H-")
    assert answer.url.path != f"/koe/{filed}"
    assert f'Gemt for <a href="/koe/{filed}">{filed}</a>: telefonsvarer' in answer.text
    assert "Her er den næste." in answer.text


def test_a_talk_enrols_by_one_press(adviser: TestClient, reference: Find) -> None:
    filed = reference("filed")
    page = adviser.get(f"/koe/{filed}").text
    found = re.search(r'id="samtale-kursus".*?<option value="(\d+)"', page, re.DOTALL)
    assert found
    said = call(adviser, filed, "talk", answer="yes", course=found[1]).text
    assert "Gemt: ja til kursus" in said
    assert state_of(adviser, filed) == "enrolled"


@pytest.mark.parametrize(
    ("form", "status", "told"),
    [
        ({}, 422, "Vælg, om borgeren vil i gang."),
        ({"answer": "no"}, 422, "Vælg en grund."),
        ({"answer": "yes", "course": "99999"}, 409, "Kurset tager ikke imod flere herfra."),
        ({"answer": "yes", "note": "n" * 2001}, 422, "Noten er for lang"),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_saved(
    adviser: TestClient, reference: Find, form: dict[str, str], status: int, told: str
) -> None:
    filed = reference("filed")
    answer = call(adviser, filed, "talk", **form)
    assert answer.status_code == status
    assert told in answer.text
    assert state_of(adviser, filed) == "filed"


def test_what_was_written_stays_when_a_talk_is_refused(
    adviser: TestClient, reference: Find
) -> None:
    filed = reference("filed")
    page = call(adviser, filed, "talk", answer="no", note="Har travlt").text
    panel = page.partition('id="samtalen"')[2].partition("</details>")[0]
    assert "Har travlt</textarea>" in panel
    assert re.search(r'value="no" required checked', panel)


def test_the_second_of_two_at_one_case_is_told_what_the_first_did(
    adviser: TestClient, reference: Find
) -> None:
    filed = reference("filed")
    version = version_of(adviser, filed)
    call(adviser, filed, "no_answer")
    answer = adviser.post(
        f"/koe/{filed}/opkald",
        data={"version": version, "result": "voicemail", "note": "Lagde besked"},
    )
    assert answer.status_code == 409
    assert "En anden nåede at ændre henvisningen." in answer.text
    assert "Lagde besked</textarea>" in answer.text


def test_an_unknown_result_changes_nothing(adviser: TestClient, reference: Find) -> None:
    filed = reference("filed")
    assert call(adviser, filed, "noget").status_code == 422
    assert state_of(adviser, filed) == "filed"


def test_nobody_is_called_whose_case_is_over(adviser: TestClient, reference: Find) -> None:
    assert 'id="samtalen"' not in adviser.get(f"/koe/{reference('enrolled')}").text


def test_whoever_said_yes_is_enrolled_from_the_same_place(
    adviser: TestClient, reference: Find
) -> None:
    filed = reference("filed")
    call(adviser, filed, "talk", answer="yes")
    page = adviser.get(f"/koe/{filed}").text
    assert "Har talt sammen" in page
    assert 'id="intet-svar"' not in page
    assert "Vælg et kursus." in call(adviser, filed, "talk", answer="yes").text


def test_whoever_chose_nobody_is_told(adviser: TestClient) -> None:
    page = adviser.post("/koe/fordel", data={"to": "demo-adviser-0151"}).text
    assert "Ingen henvisninger var valgt." in page


def test_the_chips_keep_the_other_choices(adviser: TestClient) -> None:
    page = adviser.get("/koe?vis=aabne&ringes=evening").text
    assert 'href="/koe?vis=haster&amp;ringes=evening"' in page
