"""A command that begins while another ./henvis installs waits for it, and shows no traceback."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.settings import ROOT

BEGIN = """
import sys
from pathlib import Path
from service.processes.set_up import begin_again
try:
    import packed_meanwhile
except ImportError as error:
    sys.exit(begin_again(error, Path(sys.argv[1])))
print("begun")
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = tmp_path / "lock"
    file.touch()
    return file


def _begin(lock: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN, str(lock)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{lock.parent}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_waits_until_the_other_is_through_and_begins_anew(lock: Path) -> None:
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        process = _begin(lock)
        assert process.stderr is not None
        line = process.stderr.readline()
        (lock.parent / "packed_meanwhile.py").touch()
    assert line == "waiting for another ./henvis that is setting up\n"
    assert process.communicate(timeout=30) == ("begun\n", "")


def test_where_nobody_sets_up_it_says_what_is_missing(lock: Path) -> None:
    output, errors = _begin(lock).communicate(timeout=30)
    assert (output, errors) == (
        "",
        "henvis: packed_meanwhile is not installed; start it by ./henvis\n",
    )


def test_a_command_whose_packages_are_missing_shows_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text('raise ImportError("No module", name="typer")\n')
    done = subprocess.run(
        [sys.executable, "-P", "-m", "service", "sbom"],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.endswith("henvis: typer is not installed; start it by ./henvis\n")
