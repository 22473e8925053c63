"""Where the keys come from: a file of ours, a variable, or a command that asks a key service."""

from __future__ import annotations

import os
import secrets
import shlex
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from subprocess import SubprocessError, run
from typing import Protocol

from referrals.vault.keys import PURPOSES, BadKeys, Keys, dump, new_keys, parse

COMMAND_S = 30.0
LOOK_AGAIN_S = 5.0
"""How often a running service looks whether its keys have changed."""


class KeySource(Protocol):
    """Gives the keys of an installation."""

    name: str
    """What it is called in a message to the operator."""
    again_s: float
    """How often it may be asked again because a key is lacking."""

    def exists(self) -> bool:
        """Tell whether there are keys."""

    def load(self) -> Keys:
        """Give the keys, drawing them where that is possible and there are none. Raises BadKeys."""

    def stamp(self) -> object:
        """Give something that differs once the keys may have; cheap."""


class KeyFile:
    """A file that only its owner can read; the one source that Henvis itself can change."""

    again_s = 1.0

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = str(path)

    def exists(self) -> bool:
        """Tell whether there is a file."""
        return self.path.exists()

    def load(self) -> Keys:
        """Read the file, or make it if there is none. Raises BadKeys."""
        return load_or_create_keys(self.path)

    def stamp(self) -> object:
        """Give what tells one file from another in its place."""
        try:
            at = self.path.stat()
        except OSError:
            return None
        return at.st_ino, at.st_mtime_ns

    def make(self, keys: Keys) -> None:
        """Write a set where there is none. Raises FileExistsError."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _linked(self.path, keys)
        _sync(self.path.parent)

    def change(self, change: Callable[[Keys], Keys]) -> Keys:
        """Put a changed set into the place of the file, whole or not at all."""
        keys = change(self.load())
        draft = _written(self.path, keys)
        draft.replace(self.path)
        _sync(self.path.parent)
        return keys


class KeyText:
    """A set that was given as it is: by a variable, as of a service manager's environment file."""

    again_s = 60.0

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self.name = name

    def exists(self) -> bool:
        """Say yes."""
        return True

    def load(self) -> Keys:
        """Read what was given. Raises BadKeys."""
        return parse(self._text)

    def stamp(self) -> object:
        """Say that it never changes while this process runs."""
        return None


class KeyCommand:
    """A command that prints the set, such as one that has a key service or a card decrypt it."""

    again_s = 60.0

    def __init__(self, command: str) -> None:
        self._command = command
        self.name = f"the command {command.partition(' ')[0]!r}"

    def exists(self) -> bool:
        """Say yes: whether it gives any is seen when it is asked."""
        return True

    def load(self) -> Keys:
        """Run it, for half a minute at most. Raises BadKeys, which shows nothing of its output."""
        try:
            answer = run(  # noqa: S603 - the operator's own command
                shlex.split(self._command), capture_output=True, timeout=COMMAND_S, check=True
            )
            return parse(answer.stdout.decode("ascii"))
        except (OSError, ValueError, IndexError, SubprocessError) as error:
            raise BadKeys(f"{self.name} gave no keys ({type(error).__name__})") from None

    def stamp(self) -> object:
        """Say that nobody knows without asking; it is asked again when a key is lacking."""
        return None


class HeldKeys:
    """The keys in memory; those of a running process follow their source."""

    def __init__(
        self,
        keys: Keys,
        source: KeySource | None = None,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._keys = keys
        self._source = source
        self._now_s = now_s
        self._stamp = source.stamp() if source else None
        self._looked_s = self._asked_s = now_s()
        self._one = threading.Lock()

    def now(self) -> Keys:
        """Give the keys, read again if their source has changed."""
        if self._source is not None and self._now_s() - self._looked_s >= LOOK_AGAIN_S:
            with self._one:
                self._looked_s = self._now_s()
                if self._source.stamp() != self._stamp:
                    self._read(self._source)
        return self._keys

    def having(self, purpose: str, key_id: str) -> Keys:
        """Give the keys, asking the source if one is lacking. Raises KeyError if it has none."""
        if key_id not in self._keys.of(purpose):
            self.again()
        self._keys.of(purpose)[key_id]
        return self._keys

    def again(self) -> Keys:
        """Ask the source, unless that was just done."""
        with self._one:
            if self._source is not None and self._may_ask(self._source):
                self._asked_s = self._now_s()
                self._read(self._source)
        return self._keys

    def _may_ask(self, source: KeySource) -> bool:
        due = self._now_s() - self._asked_s >= source.again_s
        return due or source.stamp() != self._stamp

    def _read(self, source: KeySource) -> None:
        """Read the source; what cannot be read, or is another's, leaves the keys that are there."""
        stamp = source.stamp()
        try:
            keys = source.load() if source.exists() else self._keys
        except BadKeys:
            return
        if follows(keys, self._keys):
            self._keys, self._stamp = keys, stamp


def follows(keys: Keys, before: Keys) -> bool:
    """Tell whether a set came of another by drawing keys and leaving some out."""
    for purpose in PURPOSES:
        now, then = keys.of(purpose).keys, before.of(purpose).keys
        both = now.keys() & then.keys()
        if not both or any(now[key_id] != then[key_id] for key_id in both):
            return False
    return True


def load_or_create_keys(path: Path) -> Keys:
    """Read the key file, or make it (mode 0600) if there is none. Never overwrites one.

    Two processes that start at once end with the same keys: a complete file is linked into place.
    Raises BadKeys.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            _linked(path, new_keys())
    return parse(path.read_text(encoding="ascii"))


def _linked(path: Path, keys: Keys) -> None:
    """Put a complete file into its place, unless one is there. Raises FileExistsError."""
    draft = _written(path, keys)
    try:
        os.link(draft, path)
    finally:
        draft.unlink()


def _written(path: Path, keys: Keys) -> Path:
    """Write a set beside its place, and have the disk hold it."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(dump(keys))
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
