"""A second tap is not an answer, on the page where the patient answers alone."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
import time_machine
from starlette.testclient import TestClient

from referrals.advice.encounter import Step
from tests.inbox.contact.test_pages import FORM, Clients, encounter_of, link

TOO_SOON = "For hurtigt – læs, og tryk igen."


def hidden(page: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in fields}


def read_back(
    client: TestClient, still: time_machine.Traveller, path: str, given: dict[str, str]
) -> dict[str, str]:
    """Write, tap again on the number that is read back, and give what confirms it after a look."""
    confirming = hidden(client.post(path, data=given).text)
    still.shift(timedelta(milliseconds=30))
    second = client.post(path, data=confirming)
    assert TOO_SOON in second.text
    assert hidden(second.text) == confirming  # nothing of it is lost
    still.shift(timedelta(milliseconds=570))
    return confirming


def test_the_number_that_is_read_back_to_the_nurse_is_looked_at_first(
    guarded_client: Clients, still: time_machine.Traveller
) -> None:
    client = guarded_client("demo-nurse")
    secret = link(client)
    given = read_back(client, still, f"/kontakt/{secret}", FORM)
    done = client.post(f"/kontakt/{secret}", data=given, follow_redirects=False)
    assert done.headers["location"].startswith("/kontakt/tak")


@pytest.mark.parametrize("answer", [{"svar": "ja", "consent": "true"}, {"svar": "nej"}])
def test_an_answer_that_comes_too_soon_changes_nothing_and_loses_nothing(
    guarded_client: Clients, still: time_machine.Traveller, answer: dict[str, str]
) -> None:
    client = guarded_client("demo-nurse")
    secret = link(client, consented=False)
    path = f"/kontakt/{secret}/patient"
    given = {**hidden(client.get(path).text), **FORM, **answer}
    still.shift(timedelta(milliseconds=30))
    second = client.post(path, data=given)
    assert second.status_code == 422
    assert TOO_SOON in second.text
    assert encounter_of(client, secret).step == Step.CONSENT_CONTACT
    if answer["svar"] == "ja":
        assert FORM["name"] in second.text
    again = {**given, **hidden(second.text)}
    assert again["since"] == given["since"]  # it goes on being read
    still.shift(timedelta(seconds=16))
    if answer["svar"] == "ja":
        again = read_back(client, still, path, again)
    done = client.post(path, data=again, follow_redirects=False)
    assert done.headers["location"].startswith("/kontakt/tak")
    assert encounter_of(client, secret).step != Step.CONSENT_CONTACT
