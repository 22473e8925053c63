"""A system that may write and not read is shown nobody, whatever it writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from referrals.programs.service_accounts import make
from referrals.staff.roles import Scope

LIST = "/api/referrals"


@pytest.fixture
def reference(app_client: Callable[..., TestClient]) -> str:
    adviser = app_client("demo-adviser-0151")
    return str(adviser.get(LIST).json()["referrals"][0]["reference"])


def system(app_client: Callable[..., TestClient], *scopes: Scope) -> TestClient:
    client = app_client()
    state = client.app.state  # type: ignore[attr-defined]
    with state.database.write() as session:
        token = make(session, "nexus", "0151", scopes, "demo-admin", state.now())
    client.headers["Authorization"] = f"Bearer {token}"
    return client


@pytest.mark.parametrize(
    ("scopes", "shown"),
    [((Scope.WRITE,), 0), ((Scope.READ, Scope.WRITE), 1)],
    ids=["write", "read and write"],
)
def test_the_answer_to_a_comment_holds_a_name_only_for_who_may_read(
    app_client: Callable[..., TestClient], reference: str, scopes: tuple[Scope, ...], shown: int
) -> None:
    told = system(app_client, *scopes).post(f"{LIST}/{reference}/comments", json={"text": "hej"})
    assert told.status_code in (200, 201), told.text
    body = told.json()
    assert list(body["details"]).count("name") == shown
    assert bool(body["history"]) == bool(shown)
