"""The chat pages as plain forms: what they show, keep and refuse. Here no engine ever answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from bot.engine.rasa import EngineUnavailable
from referrals.staff.accounts import Accounts
from referrals.staff.roles import Staff
from referrals.staff.tables import UserRow

Clients = Callable[..., TestClient]
ALOUD = "»Ryger du?«"


@pytest.fixture
def nurse(app_client: Clients) -> TestClient:
    """Give the browser of the demo nurse."""
    return browser(app_client, "demo-nurse")


def browser(app_client: Clients, name: str) -> TestClient:
    client = app_client(name)
    client.headers["Accept"] = "text/html"
    return client


def begin(client: TestClient) -> str:
    """Begin a conversation and give its path."""
    answer = client.post("/chat", follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"]).partition("#")[0]


def staff_of(client: TestClient) -> Staff:
    secret = client.headers["Authorization"].removeprefix("Bearer ")
    accounts: Accounts = client.app.state.accounts  # type: ignore[attr-defined]
    known = accounts.recognise(secret, datetime.now(UTC))
    assert known is not None
    return known.staff


def answered(client: TestClient, path: str, said: str, *replies: dict[str, object]) -> None:
    """Put a turn into the conversation as if the engine had answered it."""
    encounters = client.app.state.encounters  # type: ignore[attr-defined]
    conversation_id, message_id = path.rsplit("/", 1)[1], f"turn-{said}"
    encounters.receive(staff_of(client), conversation_id, message_id, said, ())
    encounters.finish(conversation_id, message_id, list(replies))


def reply(text: str, *titles: str, copy: bool = False) -> dict[str, object]:
    buttons = [{"title": title, "payload": f"/answer_{title}"} for title in titles]
    return {"text": text, "buttons": buttons, "copy": copy}


def hidden_ids(page: str) -> list[str]:
    return re.findall(r'name="message_id" value="([^"]+)"', page)


class Mute:
    """Where nothing answers at all, not even what stands in for the engine."""

    async def send(self, *_message: object) -> list[dict[str, object]]:
        raise EngineUnavailable("no answer")


@pytest.fixture
def mute_nurse(nurse: TestClient) -> TestClient:
    """Give the browser of a nurse whose buttons have no answer either."""
    nurse.app.state.conversations._engine = Mute()  # type: ignore[attr-defined]
    return nurse


def test_a_new_conversation_begins_although_no_engine_answers(nurse: TestClient) -> None:
    page = nurse.get(begin(nurse)).text
    assert "SPØRG – sig:" in page
    assert ">Ryger dagligt</button>" in page


def test_a_new_conversation_offers_to_begin_when_nothing_answers(mute_nurse: TestClient) -> None:
    nurse = mute_nurse
    page = nurse.get(begin(nurse)).text
    assert 'value="/resume" class="primary">Begynd</button>' in page


def test_the_page_shows_what_was_said_and_only_the_newest_answers(nurse: TestClient) -> None:
    path = begin(nurse)
    answered(nurse, path, "et", reply("Første svar", "Gammel knap"))
    answered(nurse, path, "to", reply(f"SPØRG – sig:\n{ALOUD}", "Ja", "Nej"))
    page = nurse.get(path).text
    assert "Første svar" in page
    assert f'<span class="aloud">{ALOUD}</span>' in page
    assert "Gammel knap" not in page
    assert 'value="/answer_Ja"' in page
    assert 'value="/answer_Nej"' in page


def test_the_page_marks_the_present_stage(nurse: TestClient) -> None:
    path = begin(nurse)
    answered(nurse, path, "et", reply("Svar"))
    stage = re.search(r'<li data-steps="status [^>]*aria-current="step"', nurse.get(path).text)
    assert stage


def test_only_the_journal_line_can_be_copied(nurse: TestClient) -> None:
    path = begin(nurse)
    answered(nurse, path, "et", reply("Sendt"), reply("Linje til journalen", copy=True))
    shown = nurse.get(path).text.partition("<template")[0]
    assert shown.count('class="copy"') == 1


def test_what_was_typed_is_shown_as_text_and_never_as_markup(nurse: TestClient) -> None:
    path = begin(nurse)
    answered(nurse, path, "<img src=x>", reply("<b>fed</b>", "<i>knap</i>"))
    page = nurse.get(path).text
    assert "&lt;img src=x&gt;" in page
    assert "&lt;b&gt;fed&lt;/b&gt;" in page
    assert "<i>knap</i>" not in page


def test_a_text_that_did_not_get_through_stays_in_the_box_with_its_id(nurse: TestClient) -> None:
    path = begin(nurse)
    answer = nurse.post(path, data={"message_id": "min-id", "text": "hun ryger ikke"})
    assert answer.status_code == 503
    assert 'value="hun ryger ikke"' in answer.text
    assert "min-id" in hidden_ids(answer.text)
    assert "Henvis kan ikke læse fri tekst lige nu. Brug knapperne" in answer.text


def test_a_button_that_did_not_get_through_can_be_pressed_again(mute_nurse: TestClient) -> None:
    form = {"message_id": "min-id", "payload": "/help"}
    page = mute_nurse.post(begin(mute_nurse), data=form).text
    again = page.partition('class="notice bad"')[2].partition("</form>")[0]
    assert hidden_ids(again) == ["min-id"]
    assert 'value="/help">Prøv igen' in again


def test_a_text_that_is_too_long_stays_in_the_box_under_a_new_id(nurse: TestClient) -> None:
    text = "x" * 1001
    answer = nurse.post(begin(nurse), data={"message_id": "min-id", "text": text})
    assert answer.status_code == 422
    assert f'value="{text}"' in answer.text
    assert "min-id" not in hidden_ids(answer.text)


def test_cancelling_is_asked_about_first(nurse: TestClient) -> None:
    path = begin(nurse)
    form = {"message_id": "min-id", "payload": "/cancel"}
    asked = nurse.post(path, data=form, follow_redirects=False)
    assert asked.headers["location"] == f"{path}?annuller=1#annuller"
    page = nurse.get(f"{path}?annuller=1").text
    assert re.search(r'<dialog id="annuller"[^>]* open>', page)
    assert "Ja, annullér" in page


def test_an_empty_message_says_nothing(nurse: TestClient) -> None:
    path = begin(nurse)
    answer = nurse.post(path, data={"message_id": "a", "text": "  "}, follow_redirects=False)
    assert answer.status_code == 303


def test_every_form_of_a_page_shares_one_id_so_that_a_double_press_counts_once(
    nurse: TestClient,
) -> None:
    page = nurse.get(begin(nurse)).text.partition("<dialog")[0]
    assert len(hidden_ids(page)) == 3
    assert len(set(hidden_ids(page))) == 1


def test_the_list_offers_what_is_unfinished(nurse: TestClient) -> None:
    assert "Du har ingen forløb, der venter." in nurse.get("/chat").text
    path = begin(nurse)
    page = nurse.get("/chat").text
    assert f'action="{path}"' in page
    assert "Fortsæt" in page


def test_another_nurse_s_conversation_does_not_exist(
    nurse: TestClient, app_client: Clients
) -> None:
    path, other = begin(nurse), browser(app_client, "demo-nurse-2")
    assert other.get(path).status_code == 404
    assert other.post(path, data={"message_id": "a", "text": "hej"}).status_code == 404
    assert other.get(f"{path}/events").status_code == 404
    assert path not in other.get("/chat").text


@pytest.mark.parametrize("name", ["demo-adviser-0151", "demo-lead", "demo-admin"])
def test_nobody_but_nurses_enters(nurse: TestClient, app_client: Clients, name: str) -> None:
    path, other = begin(nurse), browser(app_client, name)
    assert other.get("/chat").status_code == 403
    assert other.post("/chat").status_code == 403
    assert other.get(path).status_code == 403
    assert other.get(f"{path}/events").status_code == 403


def test_a_nurse_who_reads_english_sees_the_page_in_english(nurse: TestClient) -> None:
    with nurse.app.state.database.write() as session:  # type: ignore[attr-defined]
        session.execute(update(UserRow).where(UserRow.name == "demo-nurse").values(language="en"))
    page = nurse.get(begin(nurse)).text
    assert '<html lang="en">' in page
    assert "Ny patient" not in page
    assert "New patient" in page


def test_the_pages_are_never_kept_by_a_browser(nurse: TestClient) -> None:
    assert nurse.get(begin(nurse)).headers["cache-control"] == "no-store"


def test_practice_is_marked_on_its_page_and_on_every_bubble(nurse: TestClient) -> None:
    started = nurse.post("/chat", data={"practice": "kirsten"}, follow_redirects=False)
    path = str(started.headers["location"]).partition("#")[0]
    pressed = {"message_id": "m", "payload": '/answer{"step":"status","value":"daily"}'}
    nurse.post(path, data=pressed)
    page = nurse.get(path).text
    assert "Øvelse: Patienten er opdigtet." in page
    bubbles = re.findall(r'<div class="(?:said|reply)">(.*?)</div>', page, re.DOTALL)
    assert len(bubbles) > 4
    assert all('class="practice"' in bubble for bubble in bubbles)
    assert ">Øvelse</span>" in nurse.get("/chat").text
    real = nurse.get(begin(nurse)).text
    assert "Øvelse" not in real


def test_nobody_practises_with_a_patient_who_is_not_made_up(nurse: TestClient) -> None:
    assert nurse.post("/chat", data={"practice": "karin"}).status_code == 422
