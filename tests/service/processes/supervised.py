"""A program that supervises two tiny children; the tests of the supervisor start it and kill it.

Usage: supervised.py FOLDER NAME=KIND... where KIND is `good`, `stubborn` (ignores SIGTERM),
`parent` (starts a process of its own), `late` (is never ready), `broken` (ends at once), `hopeless`
(says that another try would not help), `second` (comes after the child `one`) or `mute` (listens on
a port where nobody ever answers; the patience with it is short here).
Each process appends its pid to FOLDER/NAME.pids (a late one to FOLDER/late.pids).
"""

import os
import sys
from pathlib import Path

from service.engine.rasa import free_port
from service.errors import UserError
from service.processes import watch
from service.processes.child import Child
from service.processes.supervisor import Supervisor

REGISTER = """
import os, signal, subprocess, sys
def register(name):
    with open(name, "a") as file:
        file.write(f"{os.getpid()}\\n")
"""
KINDS = {
    "good": "register(sys.argv[1]); print('hello from', sys.argv[1], flush=True); signal.pause()",
    "stubborn": "signal.signal(signal.SIGTERM, signal.SIG_IGN); register(sys.argv[1])\n"
    "while True: signal.pause()",
    "parent": "own = subprocess.Popen(['sleep', '600'])\n"
    "open(sys.argv[1] + '.grandchild', 'w').write(str(own.pid))\n"
    "register(sys.argv[1]); signal.pause()",
    "late": "register('late.pids'); signal.pause()",
    "mute": "import socket\nlistener = socket.create_server(('127.0.0.1', int(sys.argv[2])))\n"
    "register(sys.argv[1]); signal.pause()",
    "hopeless": "print('henvis: the disk is gone; buy another'); sys.exit(78)",
    "second": "open(sys.argv[1] + '.order', 'w').write(str(os.path.exists('one.pids')))\n"
    "register(sys.argv[1]); signal.pause()",
    "broken": "print('Traceback'); print('ValueError: the wheel is missing'); sys.exit(3)",
}


def child(folder: Path, name: str, kind: str) -> Child:
    """Return a child that counts as ready once its pid is written."""
    pids, port = folder / f"{name}.pids", str(free_port())
    return Child(
        name=name,
        argv=(sys.executable, "-c", REGISTER + KINDS[kind], str(pids), port),
        env=dict(os.environ),
        cwd=folder,
        log=folder / f"{name}.log",
        is_ready=pids.exists,
        hello=f"http://127.0.0.1:{port}/" if kind == "mute" else "",
        after="one" if kind == "second" else "",
        stop_seconds=0.5,
    )


def main() -> None:
    """Supervise until told to stop, telling on standard output what happens."""
    watch.ASK_EVERY_S = watch.ANSWER_S = 0.1
    folder = Path(sys.argv[1])
    children = [child(folder, *argument.split("=")) for argument in sys.argv[2:]]
    supervisor = Supervisor(children, tell=lambda line: print(line, flush=True))
    try:
        supervisor.run(lambda: print("ready", flush=True), lambda: None)
    except UserError as error:
        sys.exit(str(error))
    print("stopped", flush=True)


if __name__ == "__main__":
    main()
