"""Who may read the counts: whoever has the token, and nobody where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from service import database as preparing
from service.settings import Settings
from service.web.app import create_app

HERE, ELSEWHERE = "127.0.0.1", "192.0.2.7"
TOKEN = "a-long-token-of-operations"


PATHS = ("/metrics", "/metrics/own")


def status(app: object, address: str, path: str = "/metrics", **headers: str) -> int:
    client = TestClient(app, base_url="http://127.0.0.1:8000", client=(address, 50000))  # type: ignore[arg-type]
    return client.get(path, headers=headers).status_code


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("metrics")
    made = Settings.load(data_dir=folder, engine_url="http://127.0.0.1:9")
    preparing.prepare(made, demo=False)
    return made


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("address", [HERE, "::1", ELSEWHERE])
def test_without_a_token_nobody_reads_the_counts(
    settings: Settings, address: str, path: str
) -> None:
    assert status(create_app(settings), address, path) == 401
    assert status(create_app(settings), address, path, Authorization="Bearer ") == 401


@pytest.mark.parametrize("path", PATHS)
def test_with_a_token_nothing_but_the_token_counts(settings: Settings, path: str) -> None:
    app = create_app(settings.model_copy(update={"metrics_token": SecretStr(TOKEN)}))
    assert status(app, ELSEWHERE, path, Authorization=f"Bearer {TOKEN}") == 200
    assert status(app, ELSEWHERE, path, Authorization=f"Bearer {TOKEN}x") == 401
    assert status(app, HERE, path) == 401
