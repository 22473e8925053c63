"""The engine's own user of the machine: who that is, and a folder where it reads what it must.

Another user cannot open our data directory, whatever the engine's fence (`fence.py`) misses. So
what it reads lies elsewhere then, lent by its group; it writes into `home` alone.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from service.errors import UserError
from service.settings import ROOT, Settings

RIGHTS = {"CAP_KILL": 5, "CAP_SETGID": 6, "CAP_SETUID": 7}
"""What it takes to start a process as another user, and to stop it again; by the kernel's bits."""

_TOLD = 'for path; do if [ -r "$path" ] || [ -x "$path" ]; then echo "$path"; fi; done'


@dataclass(frozen=True)
class EngineUser:
    """A user of this machine that the engine runs as."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Whether that is somebody with less than we have."""
        return self.uid not in (0, os.geteuid()) and self.gid != 0


def engine_user(settings: Settings) -> EngineUser | None:
    """Give the user that is set; None if the engine runs as we do. Raises KeyError if unknown."""
    if not settings.engine_user:
        return None
    found = pwd.getpwnam(settings.engine_user)
    return EngineUser(found.pw_name, found.pw_uid, found.pw_gid)


def may_become_others() -> bool:
    """Tell whether this process has the rights to start and stop processes of another user."""
    status = Path("/proc/self/status").read_text().splitlines()
    [held] = [int(line.split()[1], 16) for line in status if line.startswith("CapEff:")]
    return all(held >> bit & 1 for bit in RIGHTS.values())


def opened_by(user: EngineUser, paths: Iterable[Path]) -> list[Path]:
    """Give which of these files and folders a user can read or enter; it takes the rights to ask.

    A process of theirs tries: modes alone do not tell of access lists and folders on the way.
    """
    done = subprocess.run(
        ["/bin/sh", "-c", _TOLD, "sh", *map(str, paths)],
        user=user.uid,
        group=user.gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    return [Path(line) for line in done.stdout.splitlines()]


def needed_by_engine(settings: Settings) -> list[Path]:
    """Give what of code and Python the engine must be able to read."""
    python = settings.engine_python
    home = python.resolve().parent.parent
    return [ROOT / "nlu", ROOT / "domain.yml", home / "lib", python.parent.parent / "lib", python]


def closed_to_engine(settings: Settings) -> list[Path]:
    """Give what no other user may open: the data directory, and secrets that lie elsewhere."""
    elsewhere = (settings.keys_file, settings.tombstones_file, settings.anchors)
    database = settings.database_file
    return [settings.data_dir, database, *(file for file in elsewhere if file)]


def make_folder(settings: Settings) -> Path:
    """Make the folder that an engine is started from, with its `home`; give its path.

    For a user of its own: a new one where that user gets to. The one of the last start is removed.
    Raises UserError if it cannot be lent to them.
    """
    forget_folder(settings)
    user, note = engine_user(settings), _note(settings)
    if user is None:
        folder = settings.data_dir / "engine"
    else:
        folder = Path(tempfile.mkdtemp(prefix="henvis-engine-"))
        note.write_text(str(folder))
        lend(settings, folder, 0o750)
    home = folder / "home"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lend(settings, home, 0o770)
    return folder


def forget_folder(settings: Settings) -> None:
    """Remove the folder of the last start for a user of its own, if there is one."""
    with suppress(FileNotFoundError):
        shutil.rmtree(_note(settings).read_text(), ignore_errors=True)
        _note(settings).unlink()


def _note(settings: Settings) -> Path:
    """Give the file that says where that folder is, for a start after one that was killed."""
    return settings.data_dir / "engine-folder"


def lend(settings: Settings, path: Path, mode: int = 0o640) -> Path:
    """Let the engine's own user use a file or folder as its group; without one change nothing."""
    user = engine_user(settings)
    if user is not None:
        try:
            os.chown(path, -1, user.gid)
        except PermissionError:
            raise UserError(
                f"what the engine reads cannot be given to the group of {user.name}; make the "
                f"user that Henvis runs as a member of it: usermod -aG {user.name} …"
            ) from None
        path.chmod(mode)
    return path
