"""Becomes a program that reaches only what it was given: some folders, one port to listen on.

A script for the engine's own Python, which is older than ours: the standard library alone. The
kernel holds it (Landlock, Linux 5.13; ports since 6.7), for all that the program starts as well:
they cannot read, signal or trace what is another's within ours. Where the kernel has no Landlock
the program runs unfenced, and `./henvis doctor` says so. It becomes another user if it is told one.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import struct
import sys

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
PATH_BENEATH, NET_PORT = 1, 2
GET_VERSION = 1
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 1, 38, 47
CLEAR_ALL = 4
CAPABILITIES_3 = 0x20080522
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
BIND_TCP, CONNECT_TCP = 1, 2
ABSTRACT_SOCKETS, SIGNALS = 1, 2
PORTS_SINCE, SCOPES_SINCE = 4, 6
_FILES = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many kinds of access to files each version knows; from the fifth on all sixteen of ours."""


def version() -> int:
    """Give the version of Landlock that the kernel has; 0 for none."""
    return max(0, _call(CREATE_RULESET, None, 0, GET_VERSION))


def enclose(read: list[str], write: list[str], listed: list[str], ports: dict[int, int]) -> bool:
    """Fence this process in for good; False if the kernel cannot. Raises OSError if it will not.

    ``listed`` are folders whose names alone may be read; ``ports`` what may be done with each.
    """
    gain_nothing()
    known = version()
    if not known:
        return False
    files = (1 << _FILES.get(known, 16)) - 1
    net = BIND_TCP | CONNECT_TCP if known >= PORTS_SINCE else 0
    scopes = ABSTRACT_SOCKETS | SIGNALS if known >= SCOPES_SINCE else 0
    asked = struct.pack("QQQ", files, net, scopes)
    size = 24 if scopes else 16 if net else 8
    ruleset = _checked(_call(CREATE_RULESET, asked, size, 0))
    for paths, access in (
        (read, EXECUTE | READ_FILE | READ_DIR),
        (write, files),
        (listed, READ_DIR),
    ):
        for path in paths:
            _allow(ruleset, path, access & files)
    for port, access in ports.items() if net else ():
        rule = struct.pack("QQ", access, port)
        _checked(_call(ADD_RULE, ruleset, NET_PORT, rule, 0))
    _checked(_call(RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)
    return True


def gain_nothing() -> None:
    """Let no program that we become give us rights, whatever its file says."""
    _checked(ctypes.CDLL(None, use_errno=True).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def become(uid: int, gid: int) -> None:
    """Become another user for good: no group but their own, no right kept. Raises OSError.

    The kernel forgets over it that we die with our parent, so it is asked again.
    """
    parent = os.getppid()
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    libc = ctypes.CDLL(None, use_errno=True)
    # Root's rights ended with its number; those that a service manager gave did not.
    _checked(libc.prctl(PR_CAP_AMBIENT, CLEAR_ALL, 0, 0, 0))
    _checked(libc.capset(struct.pack("Ii", CAPABILITIES_3, 0), bytes(24)))
    _checked(libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0))
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def _allow(ruleset: int, path: str, access: int) -> None:
    """Allow what lies beneath a path; one that is not there needs no rule."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):  # noqa: PTH112 - the engine's side is plain
            access &= OF_A_FILE
        rule = struct.pack("=Qi", access, descriptor)
        _checked(_call(ADD_RULE, ruleset, PATH_BENEATH, rule, 0))
    finally:
        os.close(descriptor)


def _call(*arguments: object) -> int:
    said: int = ctypes.CDLL(None, use_errno=True).syscall(*arguments)
    return said


def _checked(said: int) -> int:
    if said < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return said


def main(arguments: list[str]) -> None:
    """Fence in, and become the program that is named after the options."""
    options = argparse.ArgumentParser()
    for name in ("--read", "--write", "--listed"):
        options.add_argument(name, action="append", default=[])
    options.add_argument("--bind", type=int, action="append", default=[])
    options.add_argument("--connect", type=int, action="append", default=[])
    options.add_argument("--user", type=int, nargs=2, metavar=("UID", "GID"))
    options.add_argument("program", nargs=argparse.REMAINDER)
    told = options.parse_args(arguments)
    ports = dict.fromkeys(told.bind, BIND_TCP)
    for port in told.connect:
        ports[port] = ports.get(port, 0) | CONNECT_TCP
    enclose(told.read, told.write, told.listed, ports)
    if told.user:
        become(*told.user)
    program = told.program[1:]  # after the "--"
    os.execv(program[0], program)


if __name__ == "__main__":
    main(sys.argv[1:])
