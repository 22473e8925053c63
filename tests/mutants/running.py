"""Runs the tests of a module against one mutant after the other, each in a forked process.

What stands on others' libraries is imported once, and nothing of ours: so a process meets the
mutant wherever it is imported, and no file is ever changed on disk.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType

import hypothesis
import pytest

from tests.mutants.modules import ROOT

OURS = frozenset(
    {"actions", "bench", "bot", "demo", "inbox", "nlu", "referrals", "service", "tests"}
)
IMPORTED_BEFORE = "ignore::pytest.PytestAssertRewriteWarning"
ARGUMENTS = ("-x", "-q", "-p", "no:cacheprovider", "-W", IMPORTED_BEFORE)
SLOWER = 5.0
"""A mutant whose tests take so many times as long, and ten seconds, goes round in circles."""


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self.source = source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec", dont_inherit=True)


class _Finder:
    """Finds the mutant in the place of its module."""

    def __init__(self, file: Path, source: str) -> None:
        self.name = ".".join(file.with_suffix("").parts)
        self.loader = _Loader(self.name, str(ROOT / file), source)

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.loader.path, loader=self.loader)


def warm_up(tests: Sequence[Path]) -> None:
    """Import what the tests stand on, then forget what is ours."""
    hypothesis.settings.register_profile(
        "mutants",
        deadline=None,
        derandomize=True,
        database=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    hypothesis.settings.load_profile("mutants")
    sys.dont_write_bytecode = False
    with _Silence():
        _pytest([*tests, "--collect-only"])
    for name in [name for name in sys.modules if name.split(".")[0] in OURS]:
        del sys.modules[name]
    gc.collect()
    gc.freeze()  # or each process would look through all of this again, twice


def passes(arguments: Sequence[object], file: Path, source: str, limit: float = 600) -> bool:
    """Tell whether pytest finds nothing wrong although the module has this source.

    It is stopped after ``limit`` seconds, and has found something then.
    """

    def run() -> int:
        sys.meta_path.insert(0, _Finder(file, source))  # type: ignore[arg-type]
        return _pytest(arguments)

    return _in_fork(run, limit) == 0


def cheapest(tests: Sequence[Path], file: Path, source: str) -> tuple[list[object], float]:
    """Give the arguments that run the tests, the fastest first, and the seconds of all of them.

    The shared fixtures, which import the whole app, are left out where no test asks for one.
    Refuses tests that fail as things are.
    """
    for options in (["--noconftest"], []):
        took: dict[Path, float] = {}
        for test in tests:
            begun = time.monotonic()
            if not passes([*options, test], file, source):
                break
            took[test] = time.monotonic() - begun
        else:
            return [*options, *sorted(took, key=took.__getitem__)], sum(took.values())
    raise SystemExit(f"the tests of {file} fail without any mutant")


def _pytest(arguments: Sequence[object]) -> int:
    return int(pytest.main([*ARGUMENTS, *map(str, arguments)]))


class _Silence:
    def __enter__(self) -> None:
        sys.stdout.flush()
        self.kept = [os.dup(1), os.dup(2)]
        null = os.open(os.devnull, os.O_WRONLY)
        for number in (1, 2):
            os.dup2(null, number)
        os.close(null)

    def __exit__(self, *_: object) -> None:
        sys.stdout.flush()
        for number, kept in zip((1, 2), self.kept, strict=True):
            os.dup2(kept, number)
            os.close(kept)


def _in_fork(work: Callable[[], int], limit: float = 600) -> int:
    """Give the exit code of some work in a process of its own, -1 if it was stopped."""
    process = os.fork()
    if process == 0:
        code = 70
        try:
            os.setsid()
            with _Silence():
                code = work()
        finally:
            os._exit(code)
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return -1
