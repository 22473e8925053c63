"""The story of somebody who sends what no page sends: zero bytes, half letters, endless numbers.

None of it may be an unexpected fault, on either database, at any route, for anybody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from service import database as preparing
from service.composition import build_store
from service.settings import Settings
from service.web.app import create_app
from tests import postgres

ODD = {
    "a zero byte": "a\x00b",
    "half a letter": "a\ud800",
    "5,000 figures": "9" * 5000,
    "beyond any key": "9" * 19,
}
RAW = {
    "a number of 5,000 figures": b'{"text": ' + b"9" * 5000 + b"}",
    "as deep as it fits": b"[" * 30_000 + b"]" * 30_000,
    "no number": b'{"text": NaN}',
    "no letters": b'{"text": "\xff"}',
}
PLACE = re.compile(r"\{[^}]*\}")
STREAMS = "stream"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def clients(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, TestClient]]:
    """Give clients of an app on demo data, by who is signed in."""
    url = request.getfixturevalue("odd_postgres") if request.param == "postgres" else ""
    settings = Settings.load(
        data_dir=tmp_path_factory.mktemp("odd") / "data",
        database_url=url,
        engine_url="http://127.0.0.1:9",
        beside=False,
    )
    preparing.prepare(settings, demo=True)
    app, store = create_app(settings), build_store(settings)
    given = {}
    for name in ("demo-nurse", "demo-adviser-0151", "demo-manager-0151", "demo-admin"):
        client = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
        token = store.accounts.issue_token(name, datetime.now(UTC))
        client.headers["Authorization"] = f"Bearer {token}"
        given[name] = client
    yield given
    store.database.close()
    with TestClient(app):  # whose end closes what the app opened
        pass


@pytest.fixture(scope="module")
def odd_postgres(postgres_server: str) -> Iterator[str]:
    """Give a PostgreSQL database for this file."""
    with postgres.a_database(postgres_server) as url:
        yield url


def operations(client: TestClient) -> list[tuple[str, str, dict[str, Any]]]:
    """List every route with the schema of what it takes."""
    app: Any = client.app
    document = app.openapi()
    found = []
    for route in app.router.routes:
        path = getattr(route, "path", "/static")
        if path.startswith("/static") or STREAMS in path:
            continue
        for method in sorted(route.methods or ()):
            told = document["paths"].get(path, {}).get(method.lower(), {})
            content = told.get("requestBody", {}).get("content", {})
            schema = next((each["schema"] for each in content.values()), {})
            name = schema.get("$ref", "").rpartition("/")[2]
            found.append((method, path, document["components"]["schemas"].get(name, schema)))
    return found


def _filled(schema: dict[str, Any], odd: str) -> dict[str, Any]:
    """Give a body in which every field that may be text holds something odd."""
    body = {}
    for name, field in schema.get("properties", {}).items():
        kinds = {field.get("type"), *(each.get("type") for each in field.get("anyOf", ()))}
        allowed = field.get("enum") or field.get("const")
        if allowed:
            body[name] = allowed[0] if isinstance(allowed, list) else allowed
        elif "string" in kinds:
            body[name] = odd
        elif kinds & {"integer", "number"}:
            body[name] = 10**19
    return body


def _failed(client: TestClient, method: str, path: str, **more: Any) -> list[str]:
    status = client.request(method, path, follow_redirects=False, **more).status_code
    return [f"{method} {path[:60]} {status}"] if status >= 500 and status != 503 else []


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_in_an_address(clients: dict[str, TestClient], odd: str) -> None:
    told = "".join(f"%{byte:02X}" for byte in odd.encode("utf-8", "surrogatepass"))
    failed = []
    for client in clients.values():
        for method, path, _ in operations(client):
            failed += _failed(client, method, PLACE.sub(told, path))
            if method == "GET":
                asked = f"{PLACE.sub('H-7KF3-Q', path)}?q={told}&before={told}&reference={told}"
                failed += _failed(client, method, asked)
    assert failed == []


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_in_a_field(clients: dict[str, TestClient], odd: str) -> None:
    failed = []
    for client in clients.values():
        for method, path, schema in operations(client):
            if method != "GET" and schema:
                body = json.dumps(_filled(schema, odd)).encode()
                headers = {"Content-Type": "application/json"}
                there = PLACE.sub("1", path)
                failed += _failed(client, method, there, content=body, headers=headers)
                form = {k: str(v) for k, v in _filled(schema, odd).items()}
                form = {k: v.encode("utf-8", "surrogatepass") for k, v in form.items()}
                failed += _failed(client, method, there, data=form)
    assert failed == []


@pytest.mark.parametrize("odd", [*ODD.values()], ids=ODD)
def test_typed_in_a_conversation(clients: dict[str, TestClient], odd: str) -> None:
    nurse = clients["demo-nurse"]
    talk = nurse.post("/api/conversations").json()["id"]
    failed = []
    for number, (field, value) in enumerate(
        [("text", odd), ("payload", odd), ("payload", f'/press{{"step": "{odd}"}}')]
    ):
        for message in (f"m-{number}", odd):
            body = json.dumps({"message_id": message, field: value}).encode()
            headers = {"Content-Type": "application/json"}
            path = f"/api/conversations/{talk}/messages"
            failed += _failed(nurse, "POST", path, content=body, headers=headers)
    assert failed == []


@pytest.mark.parametrize("body", RAW.values(), ids=RAW)
def test_a_body_that_is_none(clients: dict[str, TestClient], body: bytes) -> None:
    failed = []
    for client in clients.values():
        for method, path, _ in operations(client):
            if method != "GET":
                headers = {"Content-Type": "application/json"}
                there = PLACE.sub("H-7KF3-Q", path)
                failed += _failed(client, method, there, content=body, headers=headers)
    assert failed == []
