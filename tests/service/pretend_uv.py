"""Stands in for uv in the launcher's tests: same commands, real but empty environments.

Writes each call to UV_CALLS, a line each. Misbehaves as the file PRETEND says: `full` (no space
left), `offline`, `no-python`, `hang` (installs until it is stopped).
"""

import os
import sys
import time
import venv
from pathlib import Path

COMPLAINTS = {
    "full": "error: failed to write `x`: No space left on device (os error 28)",
    "offline": "error: Failed to fetch: `x`\n  Caused by: dns error",
}


def main(arguments: list[str]) -> int:
    """Do as uv would, as far as the launcher can tell."""
    folder = Path(__file__).parent
    pretend = (folder / "PRETEND").read_text() if (folder / "PRETEND").exists() else ""
    if arguments == ["--version"]:
        print("uv 0")
        return 0
    with (folder / "UV_CALLS").open("a") as calls:
        calls.write(" ".join(arguments) + "\n")
    match arguments[:2]:
        case ["python", "find"] if pretend != "no-python":
            print(sys.executable)
        case ["python", _]:
            return 1
        case ["venv", *_]:
            venv.create(arguments[-1], symlinks=True)
        case ["pip", "sync"] if pretend == "hang":
            (folder / "HANGING").write_text(str(os.getpid()))
            time.sleep(600)
        case ["pip", "sync"] if pretend:
            print(COMPLAINTS[pretend], file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
