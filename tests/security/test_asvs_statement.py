"""The statement on OWASP ASVS: complete, counted right, and naming what is there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache

from service.settings import ROOT

TEXT = (ROOT / "docs" / "security" / "asvs.md").read_text("utf-8")
NUMBERS = (ROOT / "tests" / "security" / "asvs_5_level_2.txt").read_text("utf-8").split("\n")[1:-1]
VERDICTS = ("met", "not applicable", "open")
ROWS = re.findall(r"^\| (\d[\d.]*) \| (.*?) \| (.*?) \| (.+) \|$", TEXT, re.MULTILINE)
COUNTS = re.findall(r"^\| (met|not applicable|open) \| (\d+) \|$", TEXT, re.MULTILINE)
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]+|requirements\.txt|pyproject\.toml)(?:::(\w+))?`")
HEADING = re.compile(r"`(docs/[\w/-]+\.md)`, ([A-Z][a-z ]+)")


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


def test_every_requirement_of_level_one_and_two_stands_there_once_and_in_order() -> None:
    assert [number for number, *_ in ROWS] == NUMBERS


def test_each_is_met_not_applicable_or_open() -> None:
    assert {verdict for _, _, verdict, _ in ROWS} <= set(VERDICTS)


def test_the_counts_at_the_top_are_right() -> None:
    counted = Counter(verdict for _, _, verdict, _ in ROWS)
    assert [(name, int(told)) for name, told in COUNTS] == [(v, counted[v]) for v in VERDICTS]


def test_what_is_met_names_by_what() -> None:
    nothing = [n for n, _, verdict, why in ROWS if verdict == "met" and not PATH.search(why)]
    assert nothing == []


def test_every_file_and_test_that_is_named_is_there() -> None:
    named = [(number, *found) for number, _, _, why in ROWS for found in PATH.findall(why)]
    missing = [
        (number, file, test)
        for number, file, test in named
        if not (ROOT / file).is_file() or (test and test not in functions_of(file))
    ]
    assert missing == []


def test_every_section_that_is_named_is_there() -> None:
    named = [found for *_, why in ROWS for found in HEADING.findall(why)]
    assert named
    texts = {file: (ROOT / file).read_text("utf-8").splitlines() for file, _ in named}
    assert [each for each in named if f"## {each[1].strip()}" not in texts[each[0]]] == []
