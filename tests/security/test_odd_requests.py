"""The story of somebody who asks for and sends what no page does: zero bytes, endless numbers.

None of it may be an unexpected fault, on either database, at any route, for anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from service import database as preparing
from service.composition import Store, build_store
from service.settings import Settings
from service.web.app import create_app
from tests import postgres
from tests.service.test_route_guard import routes_of

ODD = {
    "a zero byte": "a\x00b",
    "half a letter": "a\ud800",
    "5,000 figures": "9" * 5000,
    "beyond any key": "9" * 19,
}
NAMES = ("demo-nurse", "demo-adviser-0151", "demo-manager-0151", "demo-admin")
PLACE = re.compile(r"\{[^}]*\}")
SOMEBODY = "2"
"""A key that is there, and of nobody who signs in here: some routes suspend whom they name."""
STREAMS = "stream"
ASKED_BY = ("q", "hvem")
"""What pages ask by, besides what has a form of its own."""
WRITING = ("POST", "PUT", "PATCH")
ODD_JSON = {
    "a number of 5,000 figures": "9" * 5_000,
    "30,000 brackets": "[" * 15_000 + "]" * 15_000,
    "30,000 brackets that nobody closes": "[" * 30_000,
    "a zero byte": r'"a\u0000b"',
    "half a letter": r'"a\ud800"',
}


class Person:
    """Somebody who is signed in, and signs in again where one of the routes has ended that."""

    def __init__(self, name: str, app: FastAPI, store: Store) -> None:
        self.name, self.app, self._store = name, app, store
        self._client = TestClient(
            app,
            base_url="http://127.0.0.1:8000",
            raise_server_exceptions=False,
            follow_redirects=False,
        )
        self._sign_in()

    def _sign_in(self) -> None:
        token = self._store.accounts.issue_token(self.name, datetime.now(UTC))
        self._client.headers["Authorization"] = f"Bearer {token}"

    def asks(self, method: str, path: str, **more: Any) -> Response:
        answer = self._client.request(method, path, **more)
        if answer.status_code == 401:
            self._sign_in()
            answer = self._client.request(method, path, **more)
        return answer


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def people(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Person]]:
    """Give people of an app on demo data, by who is signed in."""
    url = request.getfixturevalue("odd_postgres") if request.param == "postgres" else ""
    settings = Settings.load(
        data_dir=tmp_path_factory.mktemp("odd") / "data",
        database_url=url,
        engine_url="http://127.0.0.1:9",
        beside=False,
    )
    preparing.prepare(settings, demo=True)
    app, store = create_app(settings), build_store(settings)
    yield {name: Person(name, app, store) for name in NAMES}
    store.database.close()
    with TestClient(app):  # whose end closes what the app opened
        pass


@pytest.fixture(scope="module")
def odd_postgres(postgres_server: str) -> Iterator[str]:
    """Give a PostgreSQL database for this file."""
    with postgres.a_database(postgres_server) as url:
        yield url


@dataclass(frozen=True)
class Door:
    """A route, and who may come in by it."""

    method: str
    path: str
    person: Person


@pytest.fixture(scope="module")
def doors(people: dict[str, Person]) -> list[Door]:
    """List every route, with the first of the people whom it does not turn away."""
    first, *_ = people.values()
    app = first.app
    found = []
    for each in sorted(routes_of(app)[0]):
        method, path = each.split(" ")
        if STREAMS in path or (method != "GET" and not PLACE.search(path)):
            continue
        let_in = (each for each in people.values() if _comes_in(each, method, path))
        found.append(Door(method, path, next(let_in, first)))
    return found


@pytest.fixture(scope="module")
def mouths(people: dict[str, Person]) -> list[tuple[Door, tuple[str, ...]]]:
    """List every route that takes a body, with the fields that it reads of one."""
    first, *_ = people.values()
    found = []
    for path, method, fields in sorted(_writing(first.app.routes)):
        let_in = (each for each in people.values() if _comes_in(each, method, path))
        found.append((Door(method, path, next(let_in, first)), fields))
    return found


def _writing(routes: Iterable[Any]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for route in routes:
        if hasattr(route, "original_router"):
            yield from _writing(route.original_router.routes)
        for method in sorted((getattr(route, "methods", None) or set()) & set(WRITING)):
            body = getattr(route, "dependant", None) and _every_body(route.dependant)
            yield route.path, method, tuple(sorted(body or ()))


def _every_body(dependant: Any) -> set[str]:
    """Give the names of what a route reads in a body, in its own words or its dependencies'."""
    names = set()
    for param in dependant.body_params:
        model = getattr(param.field_info.annotation, "model_fields", {})
        names |= {field.alias or name for name, field in model.items()} or {param.alias}
    return names.union(*(_every_body(each) for each in dependant.dependencies))


def _comes_in(person: Person, method: str, path: str) -> bool:
    answer = person.asks(method, PLACE.sub(SOMEBODY, path))
    return answer.status_code not in (401, 403, 303)


def _failed(door: Door, path: str, **more: Any) -> list[str]:
    answer = door.person.asks(door.method, path, **more)
    odd = answer.status_code >= 500 and answer.status_code != 503  # the engine is away
    return [f"{door.method} {door.path} {answer.status_code}"] if odd else []


def test_every_route_is_tried(doors: list[Door]) -> None:
    assert len(doors) > 100
    assert {door.person.name for door in doors} == set(NAMES)


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_in_an_address(doors: list[Door], odd: str) -> None:
    told = "".join(f"%{byte:02X}" for byte in odd.encode("utf-8", "surrogatepass"))
    failed = []
    for door in doors:
        if PLACE.search(door.path):
            failed += _failed(door, PLACE.sub(told, door.path))
    assert failed == []


@pytest.mark.parametrize("odd", ["%00"], ids=["a zero byte"])
def test_in_a_question(doors: list[Door], odd: str) -> None:
    failed = []
    for door in doors:
        if door.method == "GET":
            for name in ASKED_BY:
                failed += _failed(door, f"{PLACE.sub(SOMEBODY, door.path)}?{name}={odd}")
    assert failed == []


@pytest.mark.parametrize("odd", ODD_JSON.values(), ids=ODD_JSON)
def test_in_a_body(mouths: list[tuple[Door, tuple[str, ...]]], odd: str) -> None:
    failed = []
    for door, fields in mouths:
        path = PLACE.sub(SOMEBODY, door.path)
        every = ",".join(f'"{field}":{odd}' for field in fields)
        each = (f'{{"{field}":{odd}}}' for field in fields)
        for body in (odd, f"{{{every}}}", *each):
            sent = {"content": body, "headers": {"Content-Type": "application/json"}}
            failed += _failed(door, path, **sent)
    assert failed == []


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_in_a_form(mouths: list[tuple[Door, tuple[str, ...]]], odd: str) -> None:
    told = "".join(f"%{byte:02X}" for byte in odd.encode("utf-8", "surrogatepass"))
    failed = []
    for door, fields in mouths:
        body = "&".join(f"{field}={told}" for field in fields)
        sent = {
            "content": body,
            "headers": {"Content-Type": "application/x-www-form-urlencoded"},
        }
        failed += _failed(door, PLACE.sub(SOMEBODY, door.path), **sent)
    assert failed == []


def test_every_route_that_takes_a_body_is_tried(
    mouths: list[tuple[Door, tuple[str, ...]]],
) -> None:
    assert {door.method for door, _ in mouths} <= set(WRITING)
    assert len(mouths) > 80
    assert sum(bool(fields) for _, fields in mouths) > 50
