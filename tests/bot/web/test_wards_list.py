"""The ward's list on the first page: shown, noted upon, crossed off, taken up by one of two."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from bot.showing import Showing
from referrals.advice.encounter import Step
from referrals.bedside import answering
from tests.bot.web.test_pages import begin, browser, staff_of

Clients = Callable[..., TestClient]


@pytest.fixture
def nurse(app_client: Clients) -> TestClient:
    """Give the browser of the demo nurse."""
    return browser(app_client, "demo-nurse")


@pytest.fixture
def colleague(app_client: Clients) -> TestClient:
    """Give the browser of another nurse of the ward."""
    return browser(app_client, "demo-nurse-2")


def defer(client: TestClient) -> str:
    """Defer a patient who was asleep before the offer; give the address of the place."""
    deferred_id = begin(client).rsplit("/", 1)[1]
    encounters = client.app.state.encounters  # type: ignore[attr-defined]
    told = ((Step.STATUS, "daily"), (Step.OFFER, "unable"), (Step.DEFER_REASON, "asleep"))
    for step, value in told:
        pressed = answering.Pressed(step, value)
        encounters.receive(staff_of(client), deferred_id, f"m-{step}", "/played", ())
        encounters.apply(deferred_id, f"m-{step}", lambda b, p=pressed: answering.press(b, p))
    return f"/afsnittets-liste/{deferred_id}"


def the_list(page: str) -> str:
    return page.split('id="afsnittets-liste"')[1].split("</section>")[0]


def test_an_empty_list_says_so(nurse: TestClient) -> None:
    assert "Ingen udskudte patienter venter" in the_list(nurse.get("/chat").text)


def test_the_list_shows_whom_to_ask_until_when(nurse: TestClient, colleague: TestClient) -> None:
    place = defer(nurse)
    nurse.post(f"{place}/stue", data={"bed": "stue 12", "discharge": ""})
    shown = the_list(colleague.get("/chat").text)
    for words in ("stue 12", "sov", "Spørg senest 7. dec. 2026", "Spørg nu"):
        assert words in shown


def test_a_colleague_takes_the_patient_up_in_a_conversation_of_her_own(
    nurse: TestClient, colleague: TestClient
) -> None:
    place = defer(nurse)
    answer = colleague.post(f"{place}/spoerg", follow_redirects=False)
    assert answer.status_code == 303
    page = colleague.get(answer.headers["location"]).text
    assert "Fra sidst: ryger dagligt." in page
    assert "RÅDGIV" in page
    assert "har begyndt en samtale med patienten" in the_list(nurse.get("/chat").text)


def test_a_conversation_that_is_put_aside_still_says_in_which_room_the_patient_lies(
    nurse: TestClient, colleague: TestClient
) -> None:
    place = defer(nurse)
    nurse.post(f"{place}/stue", data={"bed": "stue 12", "discharge": ""})
    colleague.post(f"{place}/spoerg")
    own = colleague.get("/chat").text.split('id="afsnittets-liste"')[1].split("</section>")[1]
    assert "stue 12" in own


def test_who_comes_second_is_told_by_whom_the_patient_was_taken_up(
    nurse: TestClient, colleague: TestClient
) -> None:
    place = defer(nurse)
    colleague.post(f"{place}/spoerg")
    answer = nurse.post(f"{place}/spoerg")
    assert answer.status_code == 409
    alert = re.search(r'role="alert">.*?</div>', answer.text, re.DOTALL)
    assert alert
    assert f"{staff_of(colleague).display_name} har netop taget patienten op" in alert[0]


def test_a_patient_is_crossed_off_with_a_reason(nurse: TestClient, colleague: TestClient) -> None:
    place = defer(nurse)
    colleague.post(f"{place}/stryg", data={"reason": "moved"})
    assert "Ingen udskudte patienter" in the_list(nurse.get("/chat").text)
    gone = nurse.post(f"{place}/spoerg")
    assert (gone.status_code, "står ikke længere på listen" in gone.text) == (404, True)


def test_a_reason_that_is_none_is_refused(nurse: TestClient) -> None:
    place = defer(nurse)
    for reason in ("ran_out", "asked", ""):
        assert nurse.post(f"{place}/stryg", data={"reason": reason}).status_code == 422
    assert "sov" in the_list(nurse.get("/chat").text)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"bed": "010203-1234"}, "Skriv kun stue eller initialer"),
        ({"bed": "Zebulon Quistgaard Vråby"}, "Skriv kun stue eller initialer"),
        ({"bed": "C47", "discharge": "2026-11-01"}, "Vælg en dag fra i dag"),
    ],
)
def test_what_cannot_be_noted_is_said_and_nothing_kept(
    nurse: TestClient, sent: dict[str, str], said: str
) -> None:
    answer = nurse.post(f"{defer(nurse)}/stue", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{sent["bed"]}"' in answer.text, "what was typed is there to be put right"
    shown = the_list(nurse.get("/chat").text)
    assert "Uden stue eller initialer" in shown
    assert sent["bed"] not in shown


def test_the_day_of_discharge_is_the_last_to_ask(nurse: TestClient) -> None:
    place = defer(nurse)
    nurse.post(f"{place}/stue", data={"bed": "", "discharge": "2026-11-23"})
    assert "Spørg i dag, det er sidste dag" in the_list(nurse.get("/chat").text)


def test_the_chat_leads_to_the_list(nurse: TestClient) -> None:
    path = begin(nurse)
    encounters = nurse.app.state.encounters  # type: ignore[attr-defined]
    shown = Showing(encounters, "http://127.0.0.1:8000")._unsealed(
        path.rsplit("/", 1)[1], "Skriv på listen: [[wards_list]]", {}
    )
    assert shown == "Skriv på listen: http://127.0.0.1:8000/chat#afsnittets-liste"
