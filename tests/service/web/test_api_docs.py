"""The page of the API: open to everybody, about every call and problem, nothing from outside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from service.settings import ROOT
from service.web.problems import PROBLEMS

DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
CALLS = [
    (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    if path.startswith("/api/")
    for method, operation in methods.items()
]


@pytest.fixture(scope="module")
def page(shared_client: Callable[..., TestClient]) -> str:
    answer = shared_client().get("/api/docs")
    assert answer.status_code == 200
    return answer.text


def test_every_call_is_there_with_what_it_takes(page: str) -> None:
    for method, path, operation in CALLS:
        heading = f'<span class="verb">{method}</span> <code>{path}</code>'
        assert heading in page
        for parameter in operation.get("parameters", ()):
            assert f"<code>{parameter['name']}</code>" in page


def test_every_problem_is_there(page: str) -> None:
    assert [code for code in PROBLEMS if f'id="problem-{code}"' not in page] == []


def test_every_link_within_the_page_leads_somewhere(page: str) -> None:
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets - set(re.findall(r'id="([^"]+)"', page)) == set()


def test_no_script_and_nothing_from_elsewhere_is_loaded(page: str) -> None:
    assert "<script" not in page
    assert "style=" not in page
    loaded = re.findall(r'(?:src|rel="stylesheet" href)="([^"]+)"', page)
    assert loaded
    assert [each for each in loaded if not each.startswith("/static/")] == []


def test_ids_are_given_once(page: str) -> None:
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
