"""The launcher, started as a person would, in a checkout of its own and with a pretended uv."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

from tests.service.waiting import until

ROOT = Path(__file__).resolve().parents[2]
MODERN = ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt")
"""What serves people, what stands in for Telegram, what tries the code."""


@dataclass(frozen=True)
class Checkout:
    """A folder with the launcher in it, and a machine that has nothing but Python and `uv`."""

    folder: Path
    machine: Path

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the launcher with a pipe for each of its outputs."""
        return subprocess.Popen(
            [sys.executable, str(self.folder / "henvis"), *arguments],
            env={
                "PATH": f"{self.machine}:/usr/bin:/bin",
                "HOME": str(self.machine),
                "PYTHONDONTWRITEBYTECODE": "1",  # as container images set it
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str, list[str]]:
        """Run the launcher to its end: exit code, standard output, lines of standard error."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=60)
        return process.returncode, output, errors.splitlines()

    def pretend(self, what: str) -> None:
        """Let uv misbehave from now on."""
        (self.machine / "PRETEND").write_text(what)

    def uv_calls(self, *words: str) -> list[str]:
        """Return the calls of uv that begin with these words."""
        calls = self.machine / "UV_CALLS"
        lines = calls.read_text().splitlines() if calls.exists() else []
        return [line for line in lines if line.startswith(" ".join(words))]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    folder, machine = tmp_path / "checkout", tmp_path / "machine"
    machine.mkdir()
    (folder / "service").mkdir(parents=True)
    (folder / "nlu").mkdir()
    shutil.copy(ROOT / "henvis", folder)
    for name in (*MODERN, "nlu/requirements.txt"):
        (folder / name).write_text("# one\n")
    (folder / "service" / "__main__.py").write_text("import sys; print('service', *sys.argv[1:])")
    shutil.copy(ROOT / "tests" / "service" / "pretend_uv.py", machine)
    uv = machine / "uv"
    uv.write_text(f'#!/bin/sh\nexec {sys.executable} {machine}/pretend_uv.py "$@"\n')
    uv.chmod(0o755)
    return Checkout(folder, machine)


@pytest.fixture
def launcher() -> ModuleType:
    """The launcher as a module, for what cannot be brought about from outside."""
    loader = SourceFileLoader("henvis_launcher", str(ROOT / "henvis"))
    spec = spec_from_loader(loader.name, loader)
    assert spec
    module = module_from_spec(spec)
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module


def test_the_first_start_builds_both_environments_and_becomes_the_command(
    checkout: Checkout,
) -> None:
    code, output, told = checkout.run("up", "--port", "0", "--no-demo")
    assert (code, output) == (0, "service up --port 0 --no-demo\n")
    assert len(checkout.uv_calls("venv")) == len(checkout.uv_calls("pip sync")) == 2
    assert "set-up 1/4: an empty modern environment (about 1 s)" in told
    assert any(line.startswith("set-up 4/4: the packages of the engine env") for line in told)


def test_the_second_start_installs_nothing_and_says_nothing(checkout: Checkout) -> None:
    checkout.run("train")
    before = checkout.uv_calls()
    assert checkout.run("train") == (0, "service train\n", [])
    assert checkout.uv_calls() == before


def test_a_command_that_needs_no_engine_does_not_wait_for_one(checkout: Checkout) -> None:
    assert checkout.run("token", "demo-nurse")[1] == "service token demo-nurse\n"
    assert len(checkout.uv_calls("venv")) == 1


def pretend_pytest(checkout: Checkout) -> None:
    """Put a module in pytest's place that says what it is handed."""
    (checkout.folder / "pytest.py").write_text("import sys; print('pytest', *sys.argv[1:])")


def test_a_test_that_needs_no_engine_does_not_wait_for_one(checkout: Checkout) -> None:
    pretend_pytest(checkout)
    assert checkout.run("test", "-q", "tests/referrals")[1] == "pytest -q tests/referrals\n"
    assert len(checkout.uv_calls("venv")) == 1


def test_a_run_of_all_tests_makes_the_engine_ready_meanwhile(checkout: Checkout) -> None:
    pretend_pytest(checkout)
    output, told = checkout.run("test")[1:]
    assert output.startswith("pytest -p tests.side_by_side")
    assert len(checkout.uv_calls("venv")) == 2
    assert any("the packages of the engine env" in line for line in told)


def test_modules_are_compiled_once_whatever_the_machine_says(checkout: Checkout) -> None:
    (checkout.folder / "service" / "__init__.py").touch()
    checkout.run("token", "demo-nurse")
    assert list((checkout.folder / "service" / "__pycache__").glob("__init__.*.pyc"))


def test_every_package_is_installed_by_its_hash(checkout: Checkout) -> None:
    checkout.run("train")
    assert all("--require-hashes" in call for call in checkout.uv_calls("pip sync"))


@pytest.mark.parametrize(
    ("words", "lists"),
    [
        (("token", "demo-nurse"), MODERN[:1]),
        (("up", "--no-demo"), MODERN[:1]),
        (("up", "--telegram-demo"), MODERN[:2]),
        (("test", "-q"), MODERN),
        (("lint",), MODERN),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_where_people_are_served_neither_stand_ins_nor_tools_are_installed(
    checkout: Checkout, words: tuple[str, ...], lists: tuple[str, ...]
) -> None:
    pretend_pytest(checkout)
    checkout.run(*words)
    [first, *_] = checkout.uv_calls("pip sync")
    assert tuple(word for word in first.split() if word in MODERN) == lists


def test_an_environment_with_the_tools_in_it_serves_people_too(checkout: Checkout) -> None:
    pretend_pytest(checkout)
    checkout.run("test", "-q")
    before = checkout.uv_calls()
    checkout.run("token", "demo-nurse")
    assert checkout.uv_calls() == before


def test_changed_requirements_change_the_environment_that_is_there(checkout: Checkout) -> None:
    checkout.run("train")
    (checkout.folder / "requirements.txt").write_text("# two\n")
    checkout.run("train")
    assert len(checkout.uv_calls("venv")) == 2
    assert len(checkout.uv_calls("pip sync")) == 3


def test_an_environment_whose_python_is_gone_is_built_anew(checkout: Checkout) -> None:
    checkout.run("token")
    (checkout.folder / ".henvis/modern/bin/python").unlink()
    assert checkout.run("token")[0] == 0
    assert len(checkout.uv_calls("venv")) == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_installation_is_not_believed(
    checkout: Checkout, number: signal.Signals
) -> None:
    checkout.pretend("hang")
    process = checkout.start("token")
    hanging = checkout.machine / "HANGING"
    installer = int(until(lambda: hanging.exists() and hanging.read_text()))
    process.send_signal(number)
    process.communicate(timeout=10)
    assert process.returncode not in (0, None)
    if number == signal.SIGKILL:
        os.kill(installer, signal.SIGKILL)
    until(lambda: not Path(f"/proc/{installer}").exists())
    checkout.pretend("")
    assert checkout.run("token")[:2] == (0, "service token\n")
    assert len(checkout.uv_calls("venv")) == 2


def test_two_starts_at_once_build_once(checkout: Checkout) -> None:
    both = [checkout.start("train"), checkout.start("train")]
    outputs = [process.communicate(timeout=60)[0] for process in both]
    assert outputs == ["service train\n"] * 2
    assert len(checkout.uv_calls("venv")) == 2


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("full", "the disk is full; free some space and start again"),
        ("offline", "the package registry cannot be reached; check the network and start again"),
        ("no-python", "Python 3.10 is missing and could not be fetched; install it"),
    ],
)
def test_what_the_person_can_mend_is_said_in_one_line(
    checkout: Checkout, what: str, says: str
) -> None:
    checkout.run("token")
    (checkout.folder / "requirements.txt").write_text("# other\n")
    if what == "no-python":
        checkout.run("token")
    checkout.pretend(what)
    code, output, told = checkout.run("train")
    assert (code, output) == (1, "")
    assert says in told[-1]
    assert sum(line.startswith("henvis:") for line in told) == 1
    assert not any("Traceback" in line for line in told)


def test_a_busy_port_is_told_before_anything_is_installed(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, _, told = checkout.run("up", "--port", port)
    assert code == 1
    [line] = told
    assert line.startswith(f"henvis: port {port} cannot be used (Address already in use)")
    assert checkout.uv_calls() == []


def test_help_needs_no_free_port(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        code, output, _ = checkout.run("up", "--help", "--port", str(busy.getsockname()[1]))
    assert (code, output.split()[:2]) == (0, ["service", "up"])


def test_a_missing_requirements_file_is_named(checkout: Checkout) -> None:
    (checkout.folder / "nlu" / "requirements.txt").unlink()
    code, _, told = checkout.run("train")
    assert code == 1
    assert "nlu/requirements.txt is missing" in told[-1]


def pretend_linters(checkout: Checkout, complains: str = "") -> None:
    """Put programs in the linters' place that say what they are handed; one may complain."""
    checkout.run("token")
    for name in ("ruff", "mypy", "lint-imports"):
        program = checkout.folder / ".henvis" / "modern" / "bin" / name
        program.write_text(f'#!/bin/sh\necho {name} "$@"\nexit {int(name == complains)}\n')
        program.chmod(0o755)


def test_the_linters_read_everything_unless_they_are_told_files(checkout: Checkout) -> None:
    pretend_linters(checkout)
    code, output, _ = checkout.run("lint")
    assert code == 0
    assert output.splitlines() == [
        "ruff check .",
        "ruff format --check .",
        "mypy",
        "lint-imports",
    ]


def test_told_files_only_what_crosses_files_still_reads_everything(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_linters(checkout)
    monkeypatch.chdir(checkout.folder / "service")
    one, two = checkout.folder / "service" / "__main__.py", checkout.folder / "henvis"
    code, output, _ = checkout.run("lint", "__main__.py", "../henvis")
    assert code == 0
    assert output.splitlines() == [
        f"ruff check {one} {two}",
        f"ruff format --check {one} {two}",
        "mypy",
        "lint-imports",
    ]


def test_a_linter_that_complains_is_named_after_all_have_run(checkout: Checkout) -> None:
    pretend_linters(checkout, complains="ruff")
    code, output, told = checkout.run("lint", "henvis")
    assert code == 1
    assert len(output.splitlines()) == 4
    assert told[-1] == "henvis: not clean: ruff check, ruff format --check"


def test_an_installation_that_cannot_end_is_not_begun(
    launcher: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "HOME", tmp_path)
    with pytest.raises(launcher.LauncherError, match=r"not enough disk space: .* needs 1000000\.0"):
        launcher.check_disk(10**15)
