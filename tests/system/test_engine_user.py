"""The engine as a user of its own, `nobody`: it answers, opens nothing of ours, ends with us.

Only root, or who has some of root's rights, can start it so; for anybody else the start is refused,
and that is what is held then. As in an installation code and Python lie where everybody can read.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
import sys
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
class Python:
    """An environment that everybody can read: its interpreter, and where that one's library is."""

    path: Path
    libraries: Path


@dataclass(frozen=True)
class Installed:
    """Where everybody can read: our code, and what runs it and the engine."""

    folder: Path
    code: Path
    engine: Python
    modern: Python

    @property
    def env(self) -> dict[str, str]:
        """What tells a start of it. A Python looks for its library where it was built."""
        libraries = f"{self.engine.libraries}:{self.modern.libraries}"
        return {
            "HENVIS_ENGINE_USER": NOBODY.name,
            "HENVIS_ENGINE_PYTHON": str(self.engine.path),
            "LD_LIBRARY_PATH": libraries,
            "TMPDIR": str(self.folder / "tmp"),
        }


@pytest.fixture(scope="module")
def installed(trained_model: Path) -> Iterator[Installed]:
    with tempfile.TemporaryDirectory(prefix="installed-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "tmp").mkdir()
        (folder / "tmp").chmod(0o1777)
        not_code = shutil.ignore_patterns(".git", ".henvis", ".*_cache", "__pycache__", "tests")
        code = shutil.copytree(ROOT, folder / "code", ignore=not_code)
        engine = _python(Settings.load().engine_python, folder / "engine")
        yield Installed(folder, code, engine, _python(Path(sys.executable), folder / "modern"))


def _python(python: Path, folder: Path) -> Python:
    """Give an environment like that of a Python, in a folder."""
    beneath = _readable(python.resolve().parent.parent, folder / "beneath", "lib")
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(f"home = {beneath / 'bin'}\n")
    (folder / "bin" / "python").symlink_to(beneath / "bin" / python.resolve().name)
    packages = _readable(python.parent.parent / "lib", folder / "packages")
    (folder / "lib").symlink_to(packages)
    return Python(folder / "bin" / "python", beneath / "lib")


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
            start_henvis(tmp_path_factory.mktemp("own-user"), code=installed.code, **installed.env)
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


RIGHTS = "+kill,+setgid,+setuid"
DAEMON = pwd.getpwnam("daemon")


def _given(*more: str) -> list[str]:
    """Begin a command as the sample of the service does: no root, but three rights; as daemon."""
    who = [f"--reuid={DAEMON.pw_uid}", f"--regid={DAEMON.pw_gid}", f"--groups={NOBODY.gid}"]
    return ["setpriv", *who, f"--inh-caps={RIGHTS}", f"--ambient-caps={RIGHTS}", *more, "--"]


def test_a_service_that_is_not_root_starts_and_ends_it_and_keeps_no_right(
    installed: Installed, trained_model: Path
) -> None:
    if not may_become_others():  # the start is refused, as above
        return
    folder = installed.folder / "service"
    folder.mkdir(mode=0o700)
    model = Path(shutil.copy(trained_model, folder / trained_model.name))
    for path in (folder, model):
        os.chown(path, DAEMON.pw_uid, DAEMON.pw_gid)
    alone = f"--bounding-set=-all,{RIGHTS}"
    by = [*_given(alone, "--no-new-privs"), str(installed.modern.path), "-P"]
    env = {**installed.env, "HENVIS_MODEL": str(model), "HOME": str(folder)}
    running = start_henvis(folder, code=installed.code, by=by, **env)
    try:
        engine, service = pid_of(running, "engine"), _status(pid_of(running, "service"))
        _is_nobody(engine)
        assert service["Uid"].split() == [str(DAEMON.pw_uid)] * 4
        assert {int(service[which], 16) for which in ("CapEff", "CapPrm", "CapAmb")} == {0}
        running.process.kill()
        until(lambda: not Path(f"/proc/{engine}").exists())
    finally:
        stop_henvis(running)


def test_who_was_given_the_rights_by_a_service_manager_hands_none_of_them_on(
    installed: Installed,
) -> None:
    """As `docs/samples/henvis.service` does: no root, but the rights to become another user."""
    said = subprocess.run(
        [
            *(_given() if may_become_others() else []),
            *(installed.engine.path, "-I", installed.code / "service" / "engine" / "fence.py"),
            *(word for path in ("/bin", "/usr", "/lib", "/lib64", "/etc") for word in _read(path)),
            *_read("/proc"),
            *_read(str(installed.folder)),
            *("--user", str(NOBODY.uid), str(NOBODY.gid)),
            *("--", "/bin/cat", "/proc/self/status"),
        ],
        env=installed.env,
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
