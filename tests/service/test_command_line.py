"""Every command, as a process: what it prints where, and how it ends."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service import __main__ as entry
from service import database as preparing
from service.composition import open_store
from service.settings import Settings
from tests.service.waiting import until


def start(*arguments: str, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "service", *arguments],
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: str, **variables: str) -> tuple[int, str, list[str]]:
    process = start(*arguments, **variables)
    output, errors = process.communicate(timeout=60)
    return process.returncode, output, errors.splitlines()


def test_without_a_command_it_says_which_there_are() -> None:
    code, output, told = run()
    assert (code, told) == (0, [])
    assert "Usage: henvis" in output
    assert "henvis test" in output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonsense"], "henvis: No such command 'nonsense'."),
        (["train", "--nonsense"], "henvis: No such option: --nonsense"),
        (["up", "--port", "many"], "henvis: Invalid value for '--port': "),
        (["up", "--port", "70000"], "henvis: port (or HENVIS_PORT): Input should be less than"),
    ],
)
def test_a_wrong_word_is_told_in_one_line(arguments: list[str], says: str) -> None:
    code, output, told = run(*arguments)
    assert code != 0
    assert output == ""
    [line] = told
    assert line.startswith(says)


def test_a_busy_port_is_told_in_one_line_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, output, told = run("up", "--port", port, "--data", str(tmp_path / "data"))
    assert (code, output) == (1, "")
    [line] = told
    assert line.startswith(f"henvis: port {port} of 127.0.0.1 cannot be used (Address already in")
    assert not (tmp_path / "data").exists()


def test_a_service_that_is_started_alone_is_looked_at_as_up_is(tmp_path: Path) -> None:
    preparing.prepare(Settings.load(data_dir=tmp_path), demo=True)
    process = start("serve", "--data", str(tmp_path), HENVIS_HOST="0.0.0.0")
    try:
        _, told = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 78
    assert told.startswith("henvis: demo data is for this machine alone")


def test_a_data_directory_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, _, told = run("train", "--data", str(tmp_path / "file" / "data"))
    assert code == 1
    [line] = told
    assert line.startswith(f"henvis: Not a directory: {tmp_path / 'file'}")


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a data directory with a database in which nobody may write, as on a mount."""
    folder = tmp_path_factory.mktemp("read-only") / "data"
    preparing.prepare(Settings.load(data_dir=folder), demo=False)
    everything = [folder, *folder.rglob("*")]
    for each in everything:
        each.chmod(0o500 if each.is_dir() else 0o400)
    yield folder
    for each in everything:
        each.chmod(0o700)


@pytest.mark.parametrize(
    "command",
    ["up", "train", "queue", "backup b --plain"],
)
def test_a_read_only_data_directory_is_told_in_one_line_that_helps(
    read_only: Path, command: str
) -> None:
    # Root may write anywhere, unless that is taken from it.
    as_others = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    done = subprocess.run(
        [
            *(as_others if os.geteuid() == 0 else []),
            *(sys.executable, "-P", "-m", "service", *command.split(), "--data", str(read_only)),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    [line] = done.stderr.splitlines()
    assert done.returncode != 0
    assert "unexpected" not in line
    assert "start it as the user" in line or "check that you may write" in line


def test_an_unexpected_error_shows_where_but_not_what_was_typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise KeyError("22334455")

    monkeypatch.setattr(entry, "app", fails)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(os, "umask", lambda _: 0)
    assert entry.main() == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("henvis: unexpected KeyError in ")
    assert "test_command_line.py line" in line
    assert "22334455" not in line


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_while_training_leaves_neither_process_nor_half_a_model(
    tmp_path: Path, number: signal.Signals
) -> None:
    engine = tmp_path / "engine-python"
    engine.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/training.pid\nexec sleep 600\n")
    engine.chmod(0o755)
    variables = {"HENVIS_ENGINE_PYTHON": str(engine), "HENVIS_MODEL": "none"}
    process = start("train", "--data", str(tmp_path / "data"), **variables)
    written = tmp_path / "training.pid"
    pid = int(until(lambda: written.exists() and written.read_text()))
    process.send_signal(number)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert errors.splitlines()[-1] == "henvis: stopped"
    until(lambda: not Path(f"/proc/{pid}").exists())  # init may take its time to bury it
    assert [path.name for path in (tmp_path / "data" / "models").iterdir()] == ["lock"]


def test_a_token_is_printed_alone_and_signs_in(tmp_path: Path) -> None:
    settings = Settings.load(data_dir=tmp_path / "data")
    preparing.prepare(settings, demo=True)
    code, output, told = run("token", "demo-nurse", "--data", str(settings.data_dir))
    assert (code, told) == (0, [])
    with open_store(settings) as store:
        known = store.accounts.recognise(output.strip(), store.around.now())
    assert known is not None
    assert not known.half
    assert known.staff.name == "demo-nurse"
