"""What stands before every route: whose name we answer to, and how much may come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from service.settings import Settings
from service.web.guarding.protection import MAX_HEAD
from service.web.guarding.secret_paths import SECRET_PATHS

Clients = Callable[..., TestClient]


def asked_as(client: TestClient, host: str, path: str = "/log-ind") -> int:
    return client.get(path, headers={"Host": host}).status_code


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8000", "localhost:1", "LOCALHOST", "[::1]:8000", "[::1]"]
)
def test_this_machine_is_called_by_its_own_names(shared_client: Clients, host: str) -> None:
    assert asked_as(shared_client(), host) == 200


@pytest.mark.parametrize(
    "host",
    ["henvis.evil.example", "127.0.0.1.evil.example", "evil.example:8000", "", "[::1].evil", "[::"],
)
def test_a_name_that_is_not_ours_is_refused(shared_client: Clients, host: str) -> None:
    assert asked_as(shared_client(), host) == 421


def test_a_load_balancer_may_ask_how_it_is_by_any_name(shared_client: Clients) -> None:
    assert asked_as(shared_client(), "10.0.0.7:8000", "/healthz") == 200


@pytest.mark.parametrize(
    ("told", "host"),
    [
        ({"public_url": "https://Henvis.example.dk/"}, "henvis.example.dk"),
        ({"host": "10.0.0.7"}, "10.0.0.7"),
        ({"hosts": ("henvis.intern",)}, "henvis.intern"),
        ({"host": "::"}, "::1"),
    ],
)
def test_names_come_from_the_settings(told: dict[str, object], host: str) -> None:
    assert host in Settings.load(**told).own_hosts


def test_an_address_that_listens_everywhere_is_no_name() -> None:
    assert not Settings.load(host="0.0.0.0").own_hosts & {"0.0.0.0", ""}


def test_a_head_that_nobody_needs_is_refused(shared_client: Clients) -> None:
    client = shared_client()
    assert client.get("/log-ind", headers={"X": "x" * MAX_HEAD}).status_code == 431
    assert client.get(f"/log-ind?next={'x' * MAX_HEAD}").status_code == 431
    many = {f"X-{number}": "x" * 40 for number in range(1000)}
    assert client.get("/log-ind", headers=many).status_code == 431


@pytest.mark.parametrize("figures", [6, 19, 5000])
def test_a_length_that_nobody_needs_is_refused_and_counted_without_a_fault(
    shared_client: Clients, figures: int
) -> None:
    headers = {"Content-Length": "9" * figures, "Content-Type": "application/json"}
    answer = shared_client("demo-nurse").post("/api/conversations", content=b"{}", headers=headers)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    ["/", "/log-ind", "/log-ind/", "/konto", "/invitation/x/", "/healthz", "/api/openapi.json"],
)
def test_no_page_repeats_the_name_it_was_called_by(shared_client: Clients, path: str) -> None:
    """The framework would, where it leads from an address with a stroke to the one without."""
    answer = shared_client().get(
        path, headers={"Host": "henvis.evil.example"}, follow_redirects=False
    )
    assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("path", SECRET_PATHS)
def test_a_secret_address_is_told_to_no_other_page(shared_client: Clients, path: str) -> None:
    answer = shared_client().get(f"{path}x/y")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
