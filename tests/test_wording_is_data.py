"""No Danish sentence stands in the product's Python: wording is data, in YAML and templates.

``bench/`` is left out like the tests: it plays a nurse, so it types and waits for what nurses see.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.settings import ROOT

PRODUCT = ("actions", "bot", "demo", "inbox", "migrations", "nlu", "referrals", "service")
_COMMON = """
af aldrig alle blev bliver da de den denne der deres det dette dig din dine dit du efter eller en
endnu er et findes fra før gerne giv går ham han har hende hent hos hun hvad hvem hver hvilken hvis
hvor hvordan igen ikke ind indtil ingen intet jeg jer jeres kan kun kunne lad med mere mig mod må
ned nej nogen nogle nu når og om op os prøv på se sig skal skriv skulle som står så til tryk ud
uden var ved vi vil vælg være
"""
COMMON = frozenset(_COMMON.split())
_PATTERN = re.compile(r"[\\|^]|\(\?|\[[^\]]*-")
"""What a regular expression has and a sentence has not."""

NAMES = "the made-up name of a patient or a ward; a name is the same in each language"
READ = "read, not said: a number in the grammar of dates"
ALLOWED = {
    "Demo Patient Et": NAMES,
    "Gynækologisk sengeafsnit": NAMES,
    "Ortopædkirurgisk sengeafsnit 1": NAMES,
    "Ortopædkirurgisk sengeafsnit 2": NAMES,
    "Kirsten Prøve": NAMES,
    "Jonas Prøve": NAMES,
    "Amina Prøve": NAMES,
    "et par": READ,
    "nogle faa": READ,
    "EEEE 'den' d. MMMM": "how a day is written, in the pattern language of babel",
}


def is_danish(text: str) -> bool:
    """Tell whether a text is two words or more, and one of them is surely Danish."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if len(words) < 2 or " " not in text.strip() or _PATTERN.search(text):
        return False
    return any(word in COMMON or set(word) & set("æøå") for word in words)


def said(source: str) -> Iterator[tuple[int, str]]:
    """Give the strings of a file with their lines: f-strings whole, docstrings not at all."""
    tree = ast.parse(source)
    skipped = {
        id(part)
        for node in ast.walk(tree)
        for part in (
            [node.value]
            if isinstance(node, ast.Expr)
            else node.values
            if isinstance(node, ast.JoinedStr)
            else []
        )
    }
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            parts = (each.value if isinstance(each, ast.Constant) else "…" for each in node.values)
            yield node.lineno, "".join(map(str, parts))


def product_files() -> list[Path]:
    found = [file for package in PRODUCT for file in sorted((ROOT / package).rglob("*.py"))]
    return [ROOT / "henvis", *found]


def sentences(file: Path) -> list[str]:
    return [
        f"{file.relative_to(ROOT)}:{line}: {text}"
        for line, text in said(file.read_text("utf-8"))
        if is_danish(text) and text not in ALLOWED
    ]


def test_no_python_file_of_the_product_holds_a_danish_sentence() -> None:
    assert [each for file in product_files() for each in sentences(file)] == []


def test_every_exception_is_still_needed() -> None:
    texts = {text for file in product_files() for _, text in said(file.read_text("utf-8"))}
    assert ALLOWED.keys() <= texts


@pytest.mark.parametrize(
    "text",
    ["Log ind, og prøv igen.", "Det gik ikke.", "Siden findes ikke.", "Gem ændringer", "Tryk her"],
)
def test_a_sentence_is_known_as_danish(text: str) -> None:
    assert is_danish(text)


@pytest.mark.parametrize(
    "text",
    ["da", "og", "BEGIN IMMEDIATE", "no such place", r"(?:og|and) (?:den|the)", "[a-zæøå] [0-9]"],
)
def test_a_code_a_pattern_and_an_english_sentence_are_not(text: str) -> None:
    assert not is_danish(text)


def test_a_sentence_is_found_in_an_f_string_and_not_in_a_docstring() -> None:
    source = '"""Det er ikke sagt."""\nx = 1\n"""Det er ikke sagt."""\ny = f"Hej {x}, det går"\n'
    assert list(said(source)) == [(4, "Hej …, det går")]
