"""Runs the tests of a module against one mutant after the other, each in a forked process.

What stands on others' libraries is imported once, and nothing of ours: so a process meets the
mutant wherever it is imported, and no file is ever changed on disk.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from math import ceil
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
WITHOUT_POSTGRES = ("-k", "not postgres")
SLOWER = 3.0
"""A mutant whose tests need so many times as much of the processor goes round in circles."""
PATIENCE = 20.0
"""Seconds of the clock to a second of the processor: others may need it as well."""


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

    It is stopped after ``limit`` seconds of the processor, and has found something then.
    """

    def run() -> int:
        with_mutant(file, source)
        return _pytest(arguments)

    return in_fork(run, limit)[0] == 0


def with_mutant(file: Path, source: str) -> None:
    """Let whoever imports the module of ``file`` from now on meet this source."""
    sys.meta_path.insert(0, _Finder(file, source))  # type: ignore[arg-type]


def cheapest(
    tests: Sequence[Path], file: Path, source: str, within: float, leaving_out: Sequence[str] = ()
) -> tuple[list[object], float]:
    """Give the arguments that run the tests, the fastest first, and the seconds of all of them.

    Those that need more than ``within`` seconds of the processor are left out. The shared fixtures,
    which import the whole app, are left out where no test asks for one. Refuses tests that fail as
    things are.
    """
    for options in (["--noconftest", *leaving_out], [*leaving_out]):
        took: dict[Path, float] = {}
        for test in tests:
            before = _used()
            if not passes([*options, test], file, source):
                break
            took[test] = _used() - before
        else:
            chosen = [test for test in sorted(took, key=took.__getitem__) if took[test] <= within]
            return [*options, *chosen], sum(took[test] for test in chosen)
    raise SystemExit(f"the tests of {file} fail without any mutant")


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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


def in_fork(work: Callable[[], int], limit: float = 600) -> tuple[int, float]:
    """Give the exit code of some work in a process of its own, and its seconds of the processor.

    The code is -1 if it was stopped.
    """
    process = os.fork()
    if process == 0:
        code = 70
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (ceil(limit), ceil(limit) + 1))
            with _Silence():
                code = work()
        finally:
            os._exit(code)
    before = _used()
    deadline = time.monotonic() + PATIENCE * limit
    while time.monotonic() < deadline:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), _used() - before
        time.sleep(0.01)
    os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return -1, limit
