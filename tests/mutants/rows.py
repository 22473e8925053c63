"""Calls the functions of tests row by row, without pytest: some ten times as fast.

Properties, walks and tests that ask for a fixture from elsewhere are left out, so what survives
here may be noticed by them; what is noticed here is. What does not stand on the mutant's module is
imported once for all.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.mutants.modules import ROOT
from tests.mutants.running import OURS, in_fork, with_mutant

LIMIT = 3.0
"""A mutant whose rows need so many times as long, and a second, goes round in circles."""


class Rows:
    """The rows of some tests, to be tried against one mutant of ``file`` after the other."""

    def __init__(self, file: Path, tests: Sequence[Path], source: str, within: float = 600) -> None:
        """Take all tests but those that need more than ``within`` seconds for their rows."""
        self._file = file
        self._names = [".".join(each.relative_to(ROOT).with_suffix("").parts) for each in tests]
        self._within = within
        self._took: dict[tuple[str, str], float] = {}
        self._call()  # what it fills once for a process, it fills here
        _forget(".".join(file.with_suffix("").parts))
        self._limit = 600.0
        passed, took = self._run(source)
        if not passed:
            raise SystemExit(f"the tests of {file} fail without any mutant")
        self._limit = 1 + LIMIT * took

    def pass_with(self, source: str) -> bool:
        """Tell whether every row passes although the module has this source."""
        return self._run(source)[0]

    def _run(self, source: str) -> tuple[bool, float]:
        def run() -> int:
            with_mutant(self._file, source)
            self._call()
            return 0

        code, took = in_fork(run, self._limit)
        return code == 0, took

    def _call(self) -> None:
        """Call the tests, once their time is known the fastest first."""
        tests = [
            ((name, test.__name__), test, rows)
            for name in self._names
            for test, rows in _tests_of(importlib.import_module(name))
        ]
        for which, test, rows in sorted(tests, key=lambda each: self._took.get(each[0], 0.0)):
            if self._took.get(which, 0.0) <= self._within:
                before = time.process_time()
                for row in rows:
                    test(**row)
                self._took[which] = time.process_time() - before


def _tests_of(module: ModuleType) -> Iterator[tuple[Callable[..., None], list[dict[str, Any]]]]:
    made: dict[str, Any] = {}
    for name, test in list(vars(module).items()):
        if not name.startswith("test_") or not inspect.isfunction(test) or _is_property(test):
            continue
        if test.__module__ != module.__name__:
            continue
        marks = [m for m in getattr(test, "pytestmark", ()) if m.name == "parametrize"]
        given = [_rows(*mark.args[:2]) for mark in marks]
        named = {name for rows in given for name in rows[0]}
        asked = inspect.signature(test).parameters.keys() - named
        fixtures = {each: _fixture(module, each) for each in asked}
        for each, make in fixtures.items():
            if make and each not in made:
                made[each] = make()
        if asked <= made.keys():
            of_module = {each: made[each] for each in asked}
            yield test, [_joined(of_module, *row) for row in product(*given)]


def _is_property(test: Callable[..., None]) -> bool:
    return hasattr(test, "hypothesis")


def _rows(names: str | Sequence[str], values: Sequence[Any]) -> list[dict[str, Any]]:
    keys = [each.strip() for each in names.split(",")] if isinstance(names, str) else list(names)
    rows = (getattr(each, "values", each) if hasattr(each, "marks") else each for each in values)
    return [
        dict(zip(keys, row if len(keys) > 1 or hasattr(each, "marks") else (row,), strict=True))
        for each, row in zip(values, rows, strict=True)
    ]


def _fixture(module: ModuleType, name: str) -> Callable[[], Any] | None:
    """Give the function of a fixture of the module that asks for nothing itself."""
    definition = vars(module).get(name)
    made = getattr(definition, "_fixture_function", None)
    return made if made and not inspect.signature(made).parameters else None


def _joined(*rows: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for row in rows for key, value in row.items()}


def _forget(mutated: str) -> None:
    """Forget the module, and all that stands on it."""
    ours = [
        name
        for name, module in sys.modules.items()
        if name.split(".")[0] in OURS and str(getattr(module, "__file__", "")).endswith(".py")
    ]
    stands_on = {name: _imports(Path(str(sys.modules[name].__file__))) for name in ours}
    gone = {mutated}
    while more := {name for name, on in stands_on.items() if on & gone} - gone:
        gone |= more
    for name in gone & sys.modules.keys():
        package, _, own = name.rpartition(".")
        if package in sys.modules and hasattr(sys.modules[package], own):
            delattr(sys.modules[package], own)
        del sys.modules[name]


def _imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
        elif isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
    return found
