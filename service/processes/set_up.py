"""What to do where a package is missing: perhaps another ./henvis is just installing it.

Knows the standard library only, as nothing else may be there.
"""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

LOCK = Path(__file__).parents[2] / ".henvis" / "lock"
"""Held by the launcher while it changes an environment."""


def begin_again(error: ImportError, lock: Path = LOCK) -> int:
    """Wait until nobody sets up, then begin this command anew, and do not come back.

    Where nobody does, say what is missing, and give the exit code.
    """
    if _waited_for(lock):
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    what = error.name or "a package"
    print(f"henvis: {what} is not installed; start it by ./henvis", file=sys.stderr)
    return 1


def _waited_for(lock: Path) -> bool:
    """Tell whether somebody was setting up, once they are through."""
    if not lock.is_file():
        return False
    with lock.open("rb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another ./henvis that is setting up", file=sys.stderr, flush=True)
            fcntl.flock(held, fcntl.LOCK_SH)
            return True
        return False
