"""The engine's fence: what it was not given, the kernel keeps from it and from all it starts."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.engine import fence
from service.engine.own_user import may_become_others
from service.engine.rasa import fenced
from service.settings import ROOT, Settings
from tests.service.waiting import until

FENCE = ROOT / "service" / "engine" / "fence.py"
PYTHON = [str(Path(sys.base_prefix)), str(Path(sys.prefix)), "/usr", "/lib", "/lib64", "/etc"]

FILES_SINCE = 1
"""Landlock's version that knows files."""


def _within(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a line of Python that may read Python alone, and what else is named."""
    read = [word for path in PYTHON for word in ("--read", path)]
    argv = [sys.executable, "-I", str(FENCE), *read, *options, "--", sys.executable, "-I", "-c"]
    return subprocess.run([*argv, code], capture_output=True, text=True, timeout=60, check=False)


def _says(code: str, *options: str) -> str:
    done = _within(code, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def _is_refused(code: str, *options: str, since: int = FILES_SINCE) -> bool:
    """Tell whether the kernel refuses just what it can: all of it, from that version on.

    Where it cannot, the start check says so; then nothing may seem refused either.
    """
    done = _within(code, *options)
    last = (done.stderr.splitlines() or [""])[-1]
    refused = done.returncode == 1 and last.startswith("PermissionError")
    return refused == (fence.version() >= since)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    file = tmp_path / "keys" / "keys.json"
    file.parent.mkdir()
    file.write_text("secret")
    return file


def test_a_key_is_not_read(keys: Path) -> None:
    assert _is_refused(f"open({str(keys)!r}).read()")


def test_nor_by_what_it_starts(keys: Path) -> None:
    code = f"import subprocess; print(subprocess.run(['/usr/bin/cat', {str(keys)!r}]).returncode)"
    assert _says(code) == str(int(fence.version() >= FILES_SINCE))


def test_what_was_given_is_read_and_not_written(keys: Path) -> None:
    given = ("--read", str(keys))
    assert _says(f"print(open({str(keys)!r}).read())", *given) == "secret"
    assert _is_refused(f"open({str(keys)!r}, 'w')", *given)
    assert (keys.read_text() == "secret") is (fence.version() >= FILES_SINCE)


def test_its_own_folder_is_written(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    _says(f"open({str(own / 'new')!r}, 'w').write('x')", "--write", str(own))
    assert (own / "new").read_text() == "x"


def test_of_a_listed_folder_the_names_alone_are_read(keys: Path) -> None:
    listed = ("--listed", str(keys.parent))
    assert _says(f"import os; print(os.listdir({str(keys.parent)!r}))", *listed) == "['keys.json']"
    assert _is_refused(f"open({str(keys)!r})", *listed)


def test_a_path_that_is_not_there_is_passed_over() -> None:
    assert _says("print(1)", "--read", "/nowhere/at/all") == "1"


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _call(port: int) -> str:
    return f"import socket; socket.create_connection(('127.0.0.1', {port}), 5); print('there')"


def test_the_service_is_called_and_nobody_else(listener: int) -> None:
    assert _says(_call(listener), "--connect", str(listener)) == "there"
    assert _is_refused(_call(listener), "--connect", str(listener ^ 1), since=fence.PORTS_SINCE)
    assert _is_refused(_call(listener), since=fence.PORTS_SINCE)


def test_it_listens_at_its_own_port_alone(listener: int) -> None:
    free = listener + 1 if listener < 65_000 else listener - 1
    code = f"import socket; socket.create_server(('127.0.0.1', {free})); print('listens')"
    assert _is_refused(code, "--bind", str(listener), since=fence.PORTS_SINCE)
    assert _says(code, "--bind", str(free)) == "listens"


def test_a_port_to_listen_at_is_none_to_call(listener: int) -> None:
    assert _is_refused(_call(listener), "--bind", str(listener), since=fence.PORTS_SINCE)


def test_the_memory_and_variables_of_another_process_are_not_read() -> None:
    readable = ("--read", "/proc/self")
    assert _says("print(len(open('/proc/self/environ', 'rb').read()) >= 0)", *readable) == "True"
    for what in ("environ", "mem"):
        code = f"open('/proc/{os.getpid()}/{what}', 'rb').read(1)"
        assert _is_refused(code, *readable)


def test_no_signal_reaches_another_process() -> None:
    assert _is_refused(f"import os; os.kill({os.getpid()}, 0)", since=fence.SCOPES_SINCE)


def test_no_rights_are_gained_by_a_program_that_gives_some() -> None:
    code = "print([l for l in open('/proc/self/status') if l.startswith('NoNewPrivs')])"
    assert "1" in _says(code, "--read", "/proc/self")


# Another user

NOBODY = pwd.getpwnam("nobody")
WHO = ("/bin/sh", "-c", "id -u; id -G; cat $0; grep -E '^(CapEff|CapPrm)' /proc/self/status")


def _as_nobody(secret: Path) -> tuple[list[str], bool]:
    """Give what a shell behind the fence says of itself, as nobody; and whether it came to that."""
    user = ("--user", str(NOBODY.pw_uid), str(NOBODY.pw_gid))
    read = [word for path in (*PYTHON, "/bin", "/proc", "/") for word in ("--read", path)]
    argv = [sys.executable, "-I", str(FENCE), *read, *user, "--", *WHO, str(secret)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    return done.stdout.splitlines(), "PermissionError" not in done.stderr


def test_as_another_user_it_has_no_right_left_and_opens_no_file_of_ours(keys: Path) -> None:
    """Here the fence lets it read everything: it is the user who cannot."""
    keys.chmod(0o600)
    said, became = _as_nobody(keys)
    assert became is may_become_others()
    if became:
        uid, gids, *rights = said
        assert (uid, gids) == (str(NOBODY.pw_uid), str(NOBODY.pw_gid))
        assert [line.split()[1] for line in rights] == ["0" * 16] * 2


def test_as_another_user_it_ends_with_who_started_it() -> None:
    """The kernel forgets a process's wish to end with its parent when it becomes another user."""
    user = f"['--user', '{NOBODY.pw_uid}', '{NOBODY.pw_gid}']" if may_become_others() else "[]"
    argv = f"[sys.executable, '-I', {str(FENCE)!r}, '--read', '/', *{user}, '--']"
    code = f"""
import os, pathlib, subprocess, sys, time
from service.processes.spawn import spawn
child = spawn({argv} + ['/bin/sleep', '600'], env={{}}, cwd=pathlib.Path('/'), output=-3)
while b'sleep' not in pathlib.Path(f'/proc/{{child.pid}}/cmdline').read_bytes().split(bytes(1))[0]:
    time.sleep(0.01)
print(child.pid, flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    pid = int(done.stdout)
    until(lambda: not Path(f"/proc/{pid}").exists())


def test_rights_that_a_service_manager_gave_go_to_the_engine_alone(tmp_path: Path) -> None:
    """As `docs/samples/henvis.service` gives them; a process of root's has none to hand on."""
    given = "+setuid" if may_become_others() else "-all"
    code = f"""
import subprocess, sys, pathlib
from service.processes.spawn import spawn
for keep in (True, False):
    with open({str(tmp_path)!r} + f'/{{keep}}', 'wb') as said:
        argv = ['/bin/grep', 'CapAmb', '/proc/self/status']
        spawn(argv, env={{}}, cwd=pathlib.Path('/'), output=said, keep_rights=keep).wait()
"""
    setpriv = ["setpriv", f"--inh-caps={given}", f"--ambient-caps={given}", "--"]
    subprocess.run([*setpriv, sys.executable, "-c", code], cwd=ROOT, check=True)
    kept, dropped = (
        int((tmp_path / name).read_text().split()[1], 16) for name in ("True", "False")
    )
    assert (bool(kept), bool(dropped)) == (may_become_others(), False)


# What the engine is given


def test_the_engine_is_given_neither_keys_nor_database_nor_journal(tmp_path: Path) -> None:
    settings = Settings.load(data_dir=tmp_path, port=8123)
    argv = fenced(settings, ["rasa"], 5005)
    assert "--user" not in argv
    written = {argv[n + 1] for n, word in enumerate(argv) if word == "--write"}
    assert str(tmp_path / "engine" / "home") in written
    assert str(tmp_path / "engine") not in written
    after = {argv[n + 1] for n, word in enumerate(argv) if word in ("--read", "--write")}
    for secret in (settings.keys_dir, settings.database_file, settings.tombstones):
        assert not [path for path in after if secret.is_relative_to(path) and path != "/tmp"]
    assert argv[argv.index("--bind") + 1] == "5005"
    assert argv[argv.index("--connect") + 1] == "8123"
    assert argv[-2:] == ["--", "rasa"]
