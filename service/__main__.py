"""The entry of every command: runs it, and turns what went wrong into one line."""

import errno
import gc
import os
import signal
import sqlite3
import sys
import traceback
from types import FrameType

from service.processes import set_up

try:
    import typer

    from service.cli import app
    from service.errors import UserError
    from service.processes.progress import say
    from service.settings import Settings
except ImportError as lacking:
    sys.exit(set_up.begin_again(lacking))

INTERRUPTED = 130
OBJECTS_BETWEEN_COLLECTIONS = 10_000
"""Starting makes a million and a turn some thousands; by Python's default of 700 a fifth of a
start goes into looking for rubbish.
"""


def main(commands: typer.Typer | None = None) -> int:
    """Run a command line, by default the service's own. Gives the exit code; no traceback."""
    os.umask(0o077)  # what we write is for the one who runs us
    signal.signal(signal.SIGTERM, _stop)
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    try:
        code = (commands or app)(
            sys.argv[1:] or ["--help"], prog_name="henvis", standalone_mode=False
        )
    except UserError as error:
        _fail(str(error))
        return error.exit_code
    except typer.TyperException as error:
        return _fail(error.format_message())
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return _fail("the disk is full; free some space and start again")
        if error.filename is not None:
            return _fail(f"{error.strerror}: {error.filename}{_may_not(error)}")
        return _unexpected(error)
    except Exception as error:  # noqa: BLE001 - the last stop of what nobody expected
        return _database_away(error) or _unexpected(error)
    if code == INTERRUPTED:  # which is also what Typer makes of a Ctrl-C
        say("henvis: stopped")
    return code if isinstance(code, int) else 0


def _may_not(error: OSError) -> str:
    if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ""
    return "; start it as the user to whom that belongs, or name another place"


def _database_away(error: Exception) -> int:
    """Say what the database said, if it is that; 0 if it is something else."""
    from referrals.storage.outage import DATABASE  # not for --help: it takes long

    if not isinstance(error, (*DATABASE, sqlite3.OperationalError)):
        return 0
    why = str(getattr(error, "orig", None) or error).splitlines()[0]
    return _fail(
        f"the database cannot be used ({why}); check that you may write --data and that its disk "
        "has room, or HENVIS_DATABASE_URL"
    )


def _unexpected(error: Exception) -> int:
    """Say where it happened, but not its text: that may hold what a person typed."""
    if Settings.load().debug:
        raise error
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return _fail(
        f"unexpected {type(error).__name__} in {frame.filename} line {frame.lineno}; "
        "HENVIS_DEBUG=1 shows more"
    )


def _fail(line: str) -> int:
    say(f"henvis: {' '.join(line.split())}")
    return 1


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
