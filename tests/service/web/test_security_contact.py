"""Whom to tell of a hole: what `/.well-known/security.txt` says, and when it is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from starlette.testclient import TestClient

from service.errors import UserError
from service.settings import Settings
from service.web.security_contact import PATH
from tests import apps
from tests.conftest import FORENOON

CONTACT = "mailto:it-sikkerhed@hospital.example"


@pytest.fixture(scope="module")
def client(
    still: time_machine.Traveller, demo_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("told") / "data"
    for clients in apps.clients(demo_data, folder, security_contact=CONTACT):
        yield clients()


def fields(client: TestClient) -> dict[str, str]:
    answer = client.get(PATH)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    return dict(line.split(": ", 1) for line in answer.text.splitlines())


def test_it_names_the_contact_of_the_settings(client: TestClient) -> None:
    assert fields(client)["Contact"] == CONTACT


def test_it_is_good_for_months_and_less_than_a_year_whenever_it_is_asked(
    client: TestClient, still: time_machine.Traveller
) -> None:
    for years in (0, 10):
        now = FORENOON + timedelta(days=365 * years)
        still.move_to(now)
        left = datetime.fromisoformat(fields(client)["Expires"]) - now
        assert timedelta(days=150) < left < timedelta(days=365)
    still.move_to(FORENOON)


def test_without_a_contact_there_is_none(shared_client: Callable[..., TestClient]) -> None:
    assert shared_client().get(PATH).status_code == 404


@pytest.mark.parametrize("contact", ["it@hospital.example", "mailto:a@b\nContact: mailto:c@d", "ø"])
def test_what_is_no_address_of_that_kind_is_refused(contact: str) -> None:
    with pytest.raises(UserError, match="HENVIS_SECURITY_CONTACT"):
        Settings.load(security_contact=contact)
