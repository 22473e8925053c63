"""What the documents name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.settings import ROOT

DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
"""Not the changelog: it also tells of what is gone."""
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir() and path.name != ".henvis"}
WRITTEN_BY_A_RUN = "bench/results/"

CODE_SPAN = re.compile(r"`([^`\n]+)`")
INDENTED = re.compile(r"^ {4}(?![-*\d])([^#\n]+)", re.MULTILINE)
PLACEHOLDER = re.compile(r"<\w+>|…")
MODULE = re.compile(r"-m ((?:\w+\.)+\w+)")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")

each_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS]
)


def paths_in(document: Path) -> list[str]:
    """Give each path that stands in a code span and begins with a folder of ours.

    What stands for many names becomes a pattern: ``nlu/intents/<intent>.yml``.
    """
    text = document.read_text("utf-8")
    spans = [
        *CODE_SPAN.findall(text),
        *(w for line in INDENTED.findall(text) for w in line.split()),
    ]
    paths = [span.split("::")[0] for span in spans if span.partition("/")[0] in FOLDERS]
    ours = [path for path in paths if "/" in path and not path.startswith(WRITTEN_BY_A_RUN)]
    return [PLACEHOLDER.sub("*", path) for path in ours]


@each_document
def test_every_path_that_a_document_names_is_there(document: Path) -> None:
    assert [path for path in paths_in(document) if not list(ROOT.glob(path))] == []


@each_document
def test_every_module_that_a_document_runs_is_there(document: Path) -> None:
    modules = MODULE.findall(document.read_text("utf-8"))
    files = [name.replace(".", "/") for name in modules if name.split(".")[0] in FOLDERS]
    runs = ("{}.py", "{}/__main__.py")
    missing = [f for f in files if not any((ROOT / run.format(f)).is_file() for run in runs)]
    assert missing == []


@each_document
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text("utf-8"))
    near = [link for link in links if ":" not in link]
    assert [link for link in near if not (document.parent / link).exists()] == []
