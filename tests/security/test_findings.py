"""The list of findings: each names tests that are there, and whether they were seen to fail."""

from __future__ import annotations

import re

from service.settings import ROOT
from tests.security.test_asvs_statement import functions_of

TEXT = (ROOT / "docs" / "security" / "findings.md").read_text("utf-8")
ROWS = re.findall(r"^\| (.+?) \| (`tests/.+?) \| (.+) \|$", TEXT, re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_each_section_of_the_review_has_findings() -> None:
    sections = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
    assert [each[0] for each in sections] == list("1234567")
    assert all("| `tests/" in each for each in sections)


def test_every_test_that_is_named_is_there() -> None:
    named = [test for _, tests, _ in ROWS for test in TEST.findall(tests)]
    assert [
        (file, name)
        for file, name in named
        if not (ROOT / file).is_file() or name not in functions_of(file)
    ] == []


def test_each_says_whether_it_was_seen_to_fail() -> None:
    said = [seen.split(":")[0] for *_, seen in ROWS]
    assert set(said) <= {"taken out", "then", "not seen"}
    assert said.count("taken out") >= 10
