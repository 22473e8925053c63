"""The administrator's page of what was not understood, from the bedside to the file."""

from __future__ import annotations

from collections.abc import Callable

import yaml
from starlette.testclient import TestClient

from referrals.bedside.not_understood import note
from referrals.words.labels import Labels
from tests.nlu import phrases
from tests.nlu.test_data import WITHOUT_EXAMPLES, intents_of_domain

PATH = "/admin/ikke-forstaaet"


def admin_with(browser: Callable[..., TestClient], *texts: str) -> TestClient:
    admin = browser("demo-admin")
    state = admin.app.state  # type: ignore[attr-defined]
    with state.database.write() as session:
        for text in texts:
            note(session, text, "da", state.now())
    return admin


def test_a_text_becomes_a_training_file_in_two_clicks(
    browser: Callable[..., TestClient],
) -> None:
    admin = admin_with(browser, "hvad gør jeg med [[word:0a1b2c3d4e5f]]")
    page = admin.get(PATH).text
    assert "hvad gør jeg med •••" in page
    assert "0a1b2c3d4e5f" not in page
    number = page.split('name="text_id" value="')[1].split('"')[0]
    admin.post(PATH, data={"text_id": number, "intent": "help"}, follow_redirects=False)
    answer = admin.get(f"{PATH}/eksempler.yml")
    assert "reviewed-" in answer.headers["content-disposition"]
    [block] = yaml.safe_load(answer.text)["nlu"]
    assert (block["intent"], block["metadata"]) == ("help", {"language": "da"})
    assert block["examples"] == "- hvad gør jeg med [[word:000000000000]]\n"


def test_a_text_that_teaches_nothing_is_gone(browser: Callable[..., TestClient]) -> None:
    admin = admin_with(browser, "vrøvl")
    number = admin.get(PATH).text.split('name="text_id" value="')[1].split('"')[0]
    admin.post(PATH, data={"text_id": number, "intent": "forget"})
    assert "vrøvl" not in admin.get(PATH).text


def test_an_unknown_meaning_or_text_is_not_found(browser: Callable[..., TestClient]) -> None:
    admin = admin_with(browser, "vrøvl")
    assert admin.post(PATH, data={"text_id": "1", "intent": "rule_the_world"}).status_code == 404
    assert admin.post(PATH, data={"text_id": "999", "intent": "help"}).status_code == 404


def test_every_intent_that_is_trained_can_be_chosen_and_no_other() -> None:
    assert set(Labels().groups["intent"]) == intents_of_domain() - WITHOUT_EXAMPLES


def test_reviewed_files_are_read_as_training_data() -> None:
    reviewed = phrases.PROJECT / "nlu" / "reviewed"
    assert {path.parent for path in phrases.training_files()} <= {phrases.INTENT_FILES, reviewed}
