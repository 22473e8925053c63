"""The JSON API does what its description says, whatever is sent; the description is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from inbox.access import SCOPE
from service import database as preparing
from service.composition import build_store
from service.settings import ROOT, Settings
from service.web.app import create_app
from service.web.openapi import written
from service.web.problems import PROBLEMS

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = {"demo-adviser-0151": 40, "demo-nurse": 15, "demo-lead": 5, "demo-admin": 5, "nobody": 5}
"""How many requests each person makes of each call: an adviser may make most of them."""


@pytest.fixture(scope="module")
def installation(forenoon: None, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Prepare demo data once."""
    chosen = Settings.load(
        hosts=("testserver",),  # as which schemathesis calls
        data_dir=tmp_path_factory.mktemp("openapi"),
        engine_url="http://127.0.0.1:9",
    )
    preparing.prepare(chosen, demo=True)
    return chosen


@pytest.fixture(scope="module")
def described(installation: Settings) -> schemathesis.schemas.BaseSchema:
    """Read the description; operations outside /api are for machines that watch over us."""
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", create_app(installation))
    return schema.include(path_regex="^/api/")


@pytest.fixture(scope="module")
def tokens(installation: Settings) -> Iterator[dict[str, str]]:
    """Give a token of each, and of nobody one that opens nothing."""
    store = build_store(installation)
    now = datetime.now(UTC)
    yield {name: f"Bearer {store.accounts.issue_token(name, now)}" for name in EXAMPLES}
    store.database.close()


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_answer_is_documented(
    described: schemathesis.schemas.BaseSchema, tokens: dict[str, str], name: str
) -> None:
    headers = {"Authorization": tokens[name]}
    bounded = settings(
        max_examples=EXAMPLES[name],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    for found in described.get_all_operations():
        operation = found.ok()

        @bounded
        @given(case=operation.as_strategy())
        def answers_as_described(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=CHECKS, headers=headers)

        answers_as_described()


KEPT = ROOT / "docs" / "openapi.json"
DOCUMENT: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
OPERATIONS = {
    f"{verb} {path}": operation
    for path, operations in DOCUMENT["paths"].items()
    for verb, operation in operations.items()
}
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_the_description_is_the_one_that_is_kept() -> None:
    told = "if the change is meant: python -m service.web.openapi > docs/openapi.json"
    assert written() == KEPT.read_text("utf-8"), told


def test_what_is_kept_is_what_the_service_gives(installation: Settings) -> None:
    assert create_app(installation).openapi() == DOCUMENT


def test_each_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(names) == len(set(names))
    assert all(name.isidentifier() for name in names)


def test_every_tag_is_described_and_none_in_vain() -> None:
    used = {tag for operation in OPERATIONS.values() for tag in operation["tags"]}
    assert used == {tag["name"] for tag in DOCUMENT["tags"] if tag["description"]}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_says_who_may_call_it_what_it_takes_and_how_it_fails(name: str) -> None:
    operation = OPERATIONS[name]
    if " /api/" in name:
        people, systems = operation["security"][:2], operation["security"][2:]
        assert people == [{"bearer": []}, {"session": []}]
        assert systems == ([{"service": [operation[SCOPE]]}] if SCOPE in operation else [])
    assert [p["name"] for p in operation.get("parameters", []) if not p.get("description")] == []
    errors = {
        status: answer["content"]
        for status, answer in operation["responses"].items()
        if int(status) >= 400 and name != "get /readyz"
    }
    assert errors == dict.fromkeys(errors, PROBLEM)


def test_a_problem_lists_every_type_there_is() -> None:
    schema = DOCUMENT["components"]["schemas"]["Problem"]["properties"]["type"]
    assert [each.rpartition(":")[2] for each in schema["enum"]] == list(PROBLEMS)
