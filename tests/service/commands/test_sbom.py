"""The list of what Henvis is made of says what the pinned lists say, and the same every time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from service.commands.sbom import LISTS, pinned_in, written_sbom
from service.settings import ROOT

A = "a" * 64
B = "b" * 64
MODERN = f"""# made by a tool
aiofiles==25.1.0 \\
    --hash=sha256:{A}
    # via sanic
psycopg[binary]==3.3.9 ; implementation_name != 'pypy' \\
    --hash=sha256:{A} \\
    --hash=sha256:{B}
"""
ENGINE = f"aiofiles==25.1.0 \\\n    --hash=sha256:{B}\n"


@pytest.fixture(scope="module")
def components() -> list[dict[str, Any]]:
    document = json.loads(written_sbom())
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    found: list[dict[str, Any]] = document["components"]
    return found


@pytest.fixture
def small(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "nlu").mkdir()
    for environment, text in (("modern", MODERN), ("engine", ENGINE)):
        (tmp_path / LISTS[environment]).write_text(text)
    document: dict[str, Any] = json.loads(written_sbom(tmp_path))
    return document


def test_every_pinned_line_of_every_list_is_in_it(components: list[dict[str, Any]]) -> None:
    told = {
        (p["value"], c["name"], c["version"])
        for c in components
        for p in c["properties"]
        if p["name"] == "henvis:environment"
    }
    pinned = {
        (environment, *line.split(" ")[0].lower().split("=="))
        for environment, file in LISTS.items()
        for line in (ROOT / file).read_text("utf-8").splitlines()
        if line[:1].isalnum()
    }
    assert told == {(where, name.partition("[")[0], version) for where, name, version in pinned}


def test_every_hash_of_every_list_is_in_it(components: list[dict[str, Any]]) -> None:
    told = {each["content"] for c in components for each in c["hashes"]}
    texts = [(ROOT / file).read_text("utf-8") for file in LISTS.values()]
    pinned = {part[:64] for text in texts for part in text.split("--hash=sha256:")[1:]}
    assert told == pinned


def test_each_component_has_a_name_of_its_own_within_it(components: list[dict[str, Any]]) -> None:
    names = [c["bom-ref"] for c in components]
    assert len(names) == len(set(names))
    assert all(c["purl"] == f"pkg:pypi/{c['name']}@{c['version']}" for c in components)


def test_it_is_the_same_every_time() -> None:
    assert written_sbom() == written_sbom()


def test_a_package_of_both_environments_stands_once_with_the_hashes_of_both(
    small: dict[str, Any],
) -> None:
    [shared] = [c for c in small["components"] if c["name"] == "aiofiles"]
    assert [each["content"] for each in shared["hashes"]] == [A, B]
    assert [p["value"] for p in shared["properties"]] == ["modern", "engine"]


def test_a_condition_is_told(small: dict[str, Any]) -> None:
    [conditional] = [c for c in small["components"] if c["name"] == "psycopg"]
    only_if = {"name": "henvis:only_if:modern", "value": "implementation_name != 'pypy'"}
    assert only_if in conditional["properties"]


def test_what_is_no_pinned_line_is_passed_over() -> None:
    assert list(pinned_in("# a comment\n--index\n\n")) == []
