"""The story of somebody who knows a nurse's name and wants her locked out, at a shift's change."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
import time_machine
from starlette.testclient import TestClient

from demo.people import PASSWORD
from inbox.staff.devices import KNOWN_COOKIE
from referrals.denmark.municipalities import load_municipalities
from referrals.referral.clock import now_utc
from referrals.staff import house_rules

Clients = Callable[..., TestClient]
HOSPITAL, ELSEWHERE = "198.51.100.1", "203.0.113.7"
NURSE = "demo-nurse"
ADVISERS = [f"demo-adviser-{each.code}" for each in load_municipalities().partners()]


class Device:
    """A browser at an address, with the cookies that it was given."""

    def __init__(self, clients: Clients, address: str) -> None:
        app = clients().app
        self.client = TestClient(
            app, base_url="https://127.0.0.1:8000", client=(address, 1), follow_redirects=False
        )
        self.client.headers["Accept"] = "text/html"

    def logs_in(self, name: str, password: str = PASSWORD) -> int:
        form = {"name": name, "password": password}
        return self.client.post("/log-ind", data=form).status_code

    def is_told_to_wait(self, name: str) -> int:
        """Give the seconds after which another password will be looked at; 0 for now."""
        answer = self.client.post("/log-ind", data={"name": name, "password": "forkert"})
        return int(answer.headers.get("retry-after", 0))

    def shows_a_code(self) -> int:
        """Enrol the phone that the page offers."""
        [shared] = re.findall(r'class="key">([A-Z2-7]+)<', self.client.get("/log-ind/kode").text)
        code = pyotp.TOTP(shared).now()
        return self.client.post("/log-ind/kode", data={"code": code}).status_code

    def forgets_who(self) -> None:
        """End the session as a closed browser does; the device stays the same."""
        kept = self.client.cookies.get(KNOWN_COOKIE)
        self.client.cookies.clear()
        if kept:
            self.client.cookies.set(KNOWN_COOKIE, kept)


@pytest.fixture
def asking_twice(app_client: Clients) -> None:
    """Ask for a second factor, as an installation with real patients does."""
    with app_client().app.state.database.write() as session:
        house_rules.change(session, "require_second_factor", True, "demo-admin", now_utc())


def test_a_stranger_who_guesses_at_her_name_keeps_only_themselves_out(app_client: Clients) -> None:
    stranger = Device(app_client, ELSEWHERE)
    answers = [stranger.logs_in(NURSE, "forkert") for _ in range(12)]
    assert answers[-1] == 429
    assert Device(app_client, HOSPITAL).logs_in(NURSE) == 303


def test_whoever_has_to_wait_is_told_how_long_and_that_is_true(app_client: Clients) -> None:
    stranger = Device(app_client, ELSEWHERE)
    while not (seconds := stranger.is_told_to_wait(NURSE)):
        pass
    assert 0 < seconds <= 300
    with time_machine.travel(now_utc() + timedelta(seconds=seconds), tick=False):
        assert stranger.logs_in(NURSE, "forkert") == 401
        assert stranger.is_told_to_wait(NURSE)


def test_whoever_comes_to_a_door_too_often_is_told_when_to_come_again(app_client: Clients) -> None:
    client = app_client()
    answers = [client.get("/kvittering/findes-ikke") for _ in range(62)]
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "1"


def test_a_neighbour_at_her_own_hospital_does_not_keep_her_computer_out(
    app_client: Clients,
) -> None:
    hers = Device(app_client, HOSPITAL)
    assert hers.logs_in(NURSE) == 303
    hers.forgets_who()
    neighbour = Device(app_client, HOSPITAL)
    assert [neighbour.logs_in(NURSE, "forkert") for _ in range(12)][-1] == 429
    assert hers.logs_in(NURSE) == 303


@pytest.mark.usefixtures("asking_twice")
def test_a_shift_s_change_behind_one_address_gets_in_by_password_and_code(
    app_client: Clients,
) -> None:
    """Fifty people within one minute, each on a device that nobody knows."""
    for adviser in ADVISERS:
        device = Device(app_client, HOSPITAL)
        assert device.logs_in(adviser) == 303
        assert device.shows_a_code() == 200
    for _ in range(40):
        assert Device(app_client, HOSPITAL).logs_in(NURSE) == 303


def test_the_cookie_of_a_known_device_is_for_our_pages_alone(app_client: Clients) -> None:
    device = Device(app_client, HOSPITAL)
    form = {"name": NURSE, "password": PASSWORD}
    answer = device.client.post("/log-ind", data=form)
    [told] = [
        each.casefold() for each in answer.headers.get_list("set-cookie") if KNOWN_COOKIE in each
    ]
    assert {"secure", "httponly", "samesite=strict", "path=/"} <= set(
        told.replace(" ", "").split(";")
    )
    assert NURSE not in told


@pytest.mark.usefixtures("asking_twice")
def test_a_device_is_known_only_once_the_second_proof_was_shown(app_client: Clients) -> None:
    device = Device(app_client, HOSPITAL)
    assert device.logs_in(ADVISERS[0]) == 303
    assert KNOWN_COOKIE not in device.client.cookies
    assert device.shows_a_code() == 200
    assert KNOWN_COOKIE in device.client.cookies
