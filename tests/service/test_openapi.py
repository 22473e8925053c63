"""The JSON API does what its description says, whatever is sent: no 5xx, no undocumented answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service import database as preparing
from service.app import create_app
from service.composition import build_store
from service.settings import Settings

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
        data_dir=tmp_path_factory.mktemp("openapi"), engine_url="http://127.0.0.1:9"
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
