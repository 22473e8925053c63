"""The engine as a user of its own, `nobody`: it answers, opens nothing of ours, ends with us.

Only root, or who has some of root's rights, can start it so; for anybody else the start is refused,
and that is what is held then. As in an installation code and Python lie where everybody can read.
"""

from __future__ import annotations

import asyncio
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.engine.own_user import EngineUser, may_become_others, opened_by
from service.settings import ROOT, Settings
from tests.conftest import RunningHenvis, start_henvis, stop_henvis
from tests.service.waiting import until
from tests.system.a_nurse import Command, Nurse, Type, a_client
from tests.system.processes import kill, pid_of

NOBODY = EngineUser("nobody", pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
Start = Callable[[], RunningHenvis]


@dataclass(frozen=True)
class Installed:
    """Where everybody can read: our code, the engine's environment, the Python beneath it."""

    code: Path
    python: Path
    libraries: Path
    """Where this Python's own library lies: it looks for it where it was built."""


@pytest.fixture(scope="module")
def installed(trained_model: Path) -> Iterator[Installed]:
    with tempfile.TemporaryDirectory(prefix="installed-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        not_code = shutil.ignore_patterns(".git", ".henvis", ".*_cache", "__pycache__", "tests")
        code = shutil.copytree(ROOT, folder / "code", ignore=not_code)
        python = Settings.load().engine_python
        beneath = _readable(python.resolve().parent.parent, folder / "python", "lib")
        (folder / "engine" / "bin").mkdir(parents=True)
        (folder / "engine" / "pyvenv.cfg").write_text(f"home = {beneath / 'bin'}\n")
        (folder / "engine" / "bin" / "python").symlink_to(beneath / "bin" / python.resolve().name)
        packages = _readable(python.parent.parent / "lib", folder / "packages")
        (folder / "engine" / "lib").symlink_to(packages)
        yield Installed(code, folder / "engine" / "bin" / "python", beneath / "lib")


def _readable(source: Path, copy: Path, what: str = "") -> Path:
    """Give a folder that everybody can read: this one, or a copy."""
    if not may_become_others() or opened_by(NOBODY, [source / what]):
        return source
    left = shutil.ignore_patterns("__pycache__", "test")
    return Path(shutil.copytree(source, copy, symlinks=True, ignore=left))


@pytest.fixture(scope="module")
def henvis(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """Give how to start it so; whatever still runs at the end is stopped."""
    running: list[RunningHenvis] = []

    def start() -> RunningHenvis:
        running.append(
            start_henvis(
                tmp_path_factory.mktemp("own-user"),
                code=installed.code,
                HENVIS_ENGINE_USER=NOBODY.name,
                HENVIS_ENGINE_PYTHON=str(installed.python),
                LD_LIBRARY_PATH=str(installed.libraries),
            )
        )
        return running[-1]

    yield start
    for each in running:
        stop_henvis(each)


def _status(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def test_it_answers_as_nobody_who_opens_nothing_and_ends_with_the_rest(henvis: Start) -> None:
    if not may_become_others():
        with pytest.raises(AssertionError, match="Henvis may not start the engine as nobody"):
            henvis()
        return
    running = henvis()
    _is_nobody(pid_of(running, "engine"))
    _nothing_of_ours_is_open(running.data)

    assert _hears(running, "hun ryger hver dag") == "offer"
    kill(running, "engine")
    _is_nobody(until(lambda: pid_of(running, "engine"), seconds=60))
    engine = pid_of(running, "engine")
    running.process.kill()
    until(lambda: not Path(f"/proc/{engine}").exists())


def _is_nobody(pid: int) -> None:
    status = until(lambda: (found := _status(pid))["Uid"].startswith(f"{NOBODY.uid}\t") and found)
    assert status["Uid"].split() == [str(NOBODY.uid)] * 4
    assert status["Gid"].split() == [str(NOBODY.gid)] * 4
    assert status["Groups"] == ""
    assert status["NoNewPrivs"] == "1"
    assert {int(status[which], 16) for which in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {0}


def _nothing_of_ours_is_open(data: Path) -> None:
    ours = [data, *data.rglob("*")]
    names = {path.name for path in ours}
    assert names >= {"henvis.db", "keys.json", "engine-folder", "logs"}
    assert opened_by(NOBODY, ours) == []
    folder = Path((data / "engine-folder").read_text())
    lent = {"credentials.yml", "endpoints.yml", "model.tar.gz", "home"}
    assert {path.name for path in folder.iterdir()} == lent
    assert {path.name for path in opened_by(NOBODY, folder.iterdir())} == lent
    others = {path.name: path.stat().st_mode & 0o027 for path in folder.iterdir()}
    assert others == dict.fromkeys(lent - {"home"}, 0) | {"home": 0o020}


def _hears(running: RunningHenvis, words: str) -> str:
    """Type words that the engine alone understands; give what is waited for then."""

    async def say() -> str:
        nurse = Nurse(a_client(running.url, running.token("demo-nurse")))
        await nurse.begin()
        await nurse.send_all((Command("/resume"), Type(words)))
        await nurse.client.aclose()
        return nurse.awaits

    return asyncio.run(say())


def test_who_was_given_the_rights_by_a_service_manager_hands_none_of_them_on(
    installed: Installed,
) -> None:
    """As `docs/samples/henvis.service` does: no root, but the rights to become another user."""
    rights = "+kill,+setgid,+setuid"
    daemon = pwd.getpwnam("daemon")
    given = [
        *("setpriv", f"--reuid={daemon.pw_uid}", f"--regid={daemon.pw_gid}", "--clear-groups"),
        *(f"--inh-caps={rights}", f"--ambient-caps={rights}"),
    ]
    said = subprocess.run(
        [
            *(given if may_become_others() else []),
            *(installed.python, "-I", installed.code / "service" / "engine" / "fence.py"),
            *(word for path in ("/bin", "/usr", "/lib", "/lib64", "/etc") for word in _read(path)),
            *_read("/proc"),
            *_read(str(installed.python.parent.parent.parent)),
            *("--user", str(NOBODY.uid), str(NOBODY.gid)),
            *("--", "/bin/cat", "/proc/self/status"),
        ],
        env={"LD_LIBRARY_PATH": str(installed.libraries)},
        capture_output=True,
        text=True,
        check=False,
    )
    if not may_become_others():
        assert "PermissionError" in said.stderr
        return
    lines = (line.partition(":") for line in said.stdout.splitlines())
    status = {name: value.strip() for name, _, value in lines}
    assert status["Uid"].split() == [str(NOBODY.uid)] * 4, said.stderr
    assert status["Groups"] == ""
    assert {int(status[which], 16) for which in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {0}


def _read(path: str) -> tuple[str, str]:
    return "--read", path
