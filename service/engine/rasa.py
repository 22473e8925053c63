"""How the engine's programs are called: Rasa, in its own environment, knowing nothing of ours.

The engine is given no variable of ours, no address of the database and no key. What it says goes
to a log, at level WARNING.
"""

import os
import re
import socket
import tempfile
from collections.abc import Sequence
from pathlib import Path

import yaml

from referrals.words.yaml_files import read_yaml
from service.engine.own_user import engine_user, lend
from service.settings import ROOT, Settings

WEBHOOK_PATH = "/engine/webhook"
"""Where the service answers the engine's calls for actions."""

CHANNEL = "nlu.serving.guarded_rest.GuardedRest"
"""Rasa's REST channel behind a secret."""

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "LOG_LEVEL": "WARNING",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "FORCE_JSON_LOGGING": "true",
    "PYTHONWARNINGS": "ignore",
    "PYTHONUNBUFFERED": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}
# One message is one small computation: more threads would only contend for the same cores, and
# more arenas of memory would only lie half empty.
FRUGAL = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_ERROR = re.compile(r"^(?:[\w.]+\.)?(\w+(?:Error|Exception|Exit)): (.+)")
_WARNING = re.compile(r"UserWarning: (.+)")
# Said of every project that trains: no reason for a failure.
_HARMLESS = ("is not used in any", "is not found in the NLU", "Deprecat")


def engine_env(settings: Settings) -> dict[str, str]:
    """Return the environment of the engine's programs: the machine's, without anything of ours."""
    machine = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HENVIS_", "PYTHON", "VIRTUAL_ENV"))
    }
    home = settings.engine_folder / "home"
    folders = {
        "HOME": str(home),  # Rasa writes settings into it
        "MPLCONFIGDIR": str(home / "matplotlib"),
        "RASA_CACHE_DIRECTORY": str(home / "cache"),
        # Its own cache does not notice a changed module of our components: train from nothing.
        "RASA_MAX_CACHE_SIZE": "0",
    }
    return machine | QUIET | FRUGAL | folders


def train_argv(settings: Settings, config: Path, out: Path, name: str) -> list[str]:
    """Return the command that trains `out/name.tar.gz` from a copy of our configuration.

    A copy, since Rasa writes what it misses into the file.
    """
    return [
        *_rasa(settings, "train"),
        *("--config", str(config)),
        *("--domain", str(ROOT / "domain.yml")),
        *("--data", str(ROOT / "nlu")),
        *("--out", str(out)),
        *("--fixed-model-name", name),
    ]


def run_argv(
    settings: Settings, model: Path, endpoints: Path, port: int, credentials: Path | None = None
) -> list[str]:
    """Return the command that answers messages on a loopback port with a trained model.

    Without ``credentials`` it answers everybody on this machine.
    """
    return [
        *_rasa(settings, "run"),
        "--quiet",
        *("--model", str(model)),
        *("--endpoints", str(endpoints)),
        *("--credentials", str(credentials or ROOT / "credentials.yml")),
        # Rasa prints message text at failures; this configuration keeps it out.
        *("--logging-config-file", str(ROOT / "nlu" / "logging.yml")),
        *("--interface", "127.0.0.1"),
        *("--port", str(port)),
    ]


def write_endpoints(settings: Settings, token: str) -> Path:
    """Write the engine's endpoints file: the repository's, calling our service with this token."""
    path = settings.engine_folder / "endpoints.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    endpoints = read_yaml(ROOT / "endpoints.yml")
    endpoints["action_endpoint"] |= {
        "url": settings.url + WEBHOOK_PATH,
        "headers": {"Authorization": f"Bearer {token}"},
    }
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(endpoints))
    return lend(settings, path)


def write_credentials(settings: Settings, token: str) -> Path:
    """Write the engine's channels file: ours alone, for who shows this token."""
    path = settings.engine_folder / "credentials.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump({CHANNEL: {"secret": token}}))
    return lend(settings, path)


def fenced(settings: Settings, argv: Sequence[str], port: int) -> list[str]:
    """Return the same command, fenced in: no keys, no database, no net (`service/engine/fence.py`).

    It reads its own packages, the system's and the engine's part of this folder, writes into its
    own home, listens on ``port`` and calls the service; as its own user, if there is one.
    """
    python = settings.engine_python
    prefix = python.parent.parent
    own, user = settings.engine_folder, engine_user(settings)
    read = [
        own,
        *(ROOT / name for name in ("nlu", "data", "domain.yml", "config.yml", "credentials.yml")),
        *(ROOT / "service" / "engine" / "fence.py", prefix, python.resolve().parent.parent),
        (prefix / "lib").resolve(),  # as packages may be linked from elsewhere
        *map(Path, ("/usr", "/bin", "/lib", "/lib64", "/etc", "/sys")),
        # Of /proc its own and the machine's: others' variables may be secrets.
        *map(Path, ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/sys")),
    ]
    write = [own / "home", Path(tempfile.gettempdir()), Path("/dev")]
    options = [
        *(word for path in read for word in ("--read", str(path))),
        *(word for path in write for word in ("--write", str(path))),
        *("--listed", str(ROOT), "--bind", str(port), "--connect", str(settings.port)),
        *(("--user", str(user.uid), str(user.gid)) if user else ()),
    ]
    return [str(python), "-I", str(ROOT / "service" / "engine" / "fence.py"), *options, "--", *argv]


def free_port() -> int:
    """Return a loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def failure_reason(lines: Sequence[str]) -> str:
    """Return in one line why a program of the engine's failed, from what it printed.

    Prefers the last exception, then the first telling warning, then the last line.
    """
    plain = [_COLOUR.sub("", line).strip() for line in lines]
    for index in range(len(plain) - 1, -1, -1):
        if match := _ERROR.match(plain[index]):
            return " ".join([match[2], *filter(None, plain[index + 1 : index + 3])])[:400]
    warnings = [match[1] for line in plain if (match := _WARNING.search(line))]
    telling = [line for line in warnings if not any(word in line for word in _HARMLESS)]
    return (telling or [line for line in plain if line][-1:] or ["it said nothing"])[0][:400]


def _rasa(settings: Settings, command: str) -> list[str]:
    return [str(settings.engine_python), "-W", "ignore", "-m", "nlu.engine", command]
