"""What is looked at before a start: unsafe starts are refused in one line, doubtful ones are told.

Pure: `service/commands/doctor.py` finds the facts, `./henvis up` and `./henvis doctor` tell them.
A check gives the line to say, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from referrals.storage.schema import Standing

NEWER = (
    "the database was made by a newer Henvis than this one; start that one, "
    "or restore a backup from before into an empty --data"
)


OLD_BACKUP = timedelta(days=2)
"""A daily backup that failed once is told the day after."""


PORTS_SINCE = 4
"""The version of Landlock that knows ports (`service/engine/fence.py`)."""


class Severity(StrEnum):
    """What a finding means for a start."""

    REFUSED = "refused"
    WARNING = "warning"


@dataclass(frozen=True)
class DatabaseFacts:
    """What is found in a database that can be read."""

    standing: Standing
    demo: bool = False
    in_use: bool = False
    keys: str = "fit"
    """``fit``, ``missing``, ``unreadable`` or ``others``."""
    second_factor: bool = True
    """Whether whoever reads identity proves who they are twice."""
    backed_up_at: datetime | None = None
    backup_encrypted: bool = False
    clock_waits_s: float = 0
    """For how many seconds more the clock is not believed, after a jump."""


@dataclass(frozen=True)
class EngineUserFacts:
    """What is found of the user of this machine that the engine is to run as."""

    name: str
    known: bool = True
    other: bool = True
    """Whether it is neither root nor the one that Henvis runs as."""
    may_become: bool = True
    opens: str = ""
    """What is ours and can be opened by them; empty: nothing."""
    lacks: str = ""
    """What they must read and cannot; empty: nothing."""


@dataclass(frozen=True)
class Facts:
    """Everything that the checks look at; ``database`` is None where there is none yet."""

    data: str
    host: str = "127.0.0.1"
    public_url: str = ""
    demo_wanted: bool = True
    debug: bool = False
    root: bool = False
    proxies_named: bool = False
    embedded: bool = True
    keys_source: str = ""
    """Where the keys come from: the name of a file, or what else gives them."""
    keys_mode: int | None = None
    """Permissions of the key file; None if there is none."""
    now: datetime | None = None
    database: DatabaseFacts | None = None
    fence: int = 7
    """The version of Landlock that the kernel has, which keeps the engine in; 0 for none."""
    engine_user: EngineUserFacts | None = None
    """None where the engine runs as Henvis does."""
    unreachable: str = ""
    """Why the database cannot be read, if it cannot."""

    @property
    def demo(self) -> bool:
        """Whether this start is one of demo data, be they there or to be made."""
        if self.database and (self.database.demo or self.database.in_use):
            return self.database.demo
        return self.demo_wanted

    @property
    def exposed(self) -> bool:
        """Whether other machines reach it."""
        return not is_loopback(self.host) or (bool(self.public_url) and not self._public_is_local)

    @property
    def encrypted(self) -> bool:
        """Whether people come by https."""
        return self.public_url.startswith("https://")

    @property
    def _public_is_local(self) -> bool:
        return is_loopback(urlsplit(self.public_url).hostname or "")


@dataclass(frozen=True)
class Finding:
    """One line that says what is wrong and what to do."""

    check: str
    severity: Severity
    line: str


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches a host; an empty one listens everywhere."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def keys_line(source: str, *, missing: bool) -> str:
    """Say that a database is not opened without its keys."""
    what = "are missing" if missing else "are another database's, or lack one of its"
    return (
        f"the keys of {source} {what}; put keys.json back from where this database was made "
        "or from its backup, as without it nobody can read who the patients are"
    )


def bad_keys_line(source: str) -> str:
    """Say that what should be keys is none."""
    return f"what {source} gives are no keys, or damaged ones; put them back from their backup"


def _refused(line: str) -> tuple[Severity, str]:
    return Severity.REFUSED, line


def _warning(line: str) -> tuple[Severity, str]:
    return Severity.WARNING, line


_Told = tuple[Severity, str] | None


def _reachable(facts: Facts) -> _Told:
    if not facts.unreachable:
        return None
    return _warning(
        f"the database cannot be read ({facts.unreachable}); check HENVIS_DATABASE_URL and --data"
    )


def _schema(facts: Facts) -> _Told:
    standing = facts.database.standing if facts.database else None
    if standing is Standing.AHEAD:
        return _warning(
            "the database was brought up to date by a newer Henvis; this one works with it "
            "until the next but one"
        )
    return _refused(NEWER) if standing is Standing.UNKNOWN else None


def _keys_belong(facts: Facts) -> _Told:
    found = facts.database.keys if facts.database else "fit"
    if found == "fit":
        return None
    if found == "unreadable":
        return _refused(bad_keys_line(facts.keys_source))
    return _refused(keys_line(facts.keys_source, missing=found == "missing"))


def _keys_private(facts: Facts) -> _Told:
    if facts.keys_mode is None or not facts.keys_mode & 0o077:
        return None
    line = f"others on this machine can read the keys; chmod 600 {facts.keys_source}"
    return _warning(line) if facts.demo else _refused(line)


def _demo_for_real(facts: Facts) -> _Told:
    if not facts.demo or facts.demo_wanted:
        return None
    return _refused(
        f"the database of {facts.data} is a demo, and everybody knows its log-ins; give another "
        "--data (or HENVIS_DATABASE_URL) for real people, or leave out --no-demo"
    )


def _demo_exposed(facts: Facts) -> _Told:
    if not facts.demo or not facts.exposed or not facts.demo_wanted:
        return None
    return _refused(
        "demo data is for this machine alone, as everybody knows its log-ins; leave out --host "
        "and HENVIS_PUBLIC_URL, or begin for real with --no-demo and another --data"
    )


def _plain_http(facts: Facts) -> _Told:
    if facts.demo or not facts.exposed or facts.encrypted:
        return None
    return _refused(
        "log-ins and patients' names would cross the net for all to read; put a reverse proxy "
        "with TLS in front and set HENVIS_PUBLIC_URL=https://its-address"
    )


def _debug(facts: Facts) -> _Told:
    if not facts.debug:
        return None
    line = "HENVIS_DEBUG shows tracebacks, which may hold what people typed; leave it out"
    return _refused(line) if facts.exposed else _warning(line)


def _root(facts: Facts) -> _Told:
    if not facts.root:
        return None
    return _warning("it runs as root; start it as a user of its own, which needs no rights")


def _second_factor(facts: Facts) -> _Told:
    if facts.database is None or facts.database.second_factor:
        return None
    return _warning(
        "a password alone lets people in who read patients' names; ask for a second factor at "
        "/admin/indstillinger"
    )


def _proxy(facts: Facts) -> _Told:
    if is_loopback(facts.host) or facts.proxies_named:
        return None
    return _warning(
        "no reverse proxy is named, so limits take all who come through one for one person; set "
        'HENVIS_PROXIES, for example ["10.20.0.5/32"], and let nobody else reach the port'
    )


def _backup(facts: Facts) -> _Told:
    if facts.demo or not facts.embedded or not facts.database or not facts.database.in_use:
        return None
    if facts.database.backed_up_at is None:
        return _warning(
            "there is no backup yet; ./henvis backup FILE --to age1… makes one while it runs"
        )
    day = facts.database.backed_up_at.date()
    if not facts.database.backup_encrypted:
        return _warning(
            f"the backup of {day} is not encrypted; make one with --to age1…, and delete it"
        )
    age = facts.now - facts.database.backed_up_at if facts.now else timedelta()
    if age > OLD_BACKUP:
        return _warning(
            f"the last backup is {age.days} days old; see that henvis-backup.timer runs"
        )
    return None


def _fence(facts: Facts) -> _Told:
    if facts.demo or facts.fence >= PORTS_SINCE:
        return None
    what = "the net" if facts.fence else "the keys and the net"
    return _warning(
        f"this kernel does not keep the engine from {what}; Linux 6.7 with Landlock does, "
        "or see docs/security/engine.md"
    )


def _engine_user(facts: Facts) -> _Told:
    user = facts.engine_user
    if user is None:
        return None
    if not user.known:
        return _refused(
            f"HENVIS_ENGINE_USER: this machine has no user {user.name}; "
            f"useradd --system --user-group {user.name}"
        )
    if not user.other:
        return _refused(
            f"HENVIS_ENGINE_USER={user.name} is root or Henvis itself; name a user of the engine's "
            "own, or leave it out"
        )
    if not user.may_become:
        return _refused(
            f"Henvis may not start the engine as {user.name}; give it CAP_SETUID, CAP_SETGID and "
            "CAP_KILL (docs/samples/henvis.service), or leave out HENVIS_ENGINE_USER"
        )
    if user.opens:
        return _refused(
            f"the engine's user {user.name} can open {user.opens}; chmod it so that its owner "
            "alone can, or name another user"
        )
    if user.lacks:
        return _refused(
            f"the engine's user {user.name} cannot read {user.lacks}; open it and the folders "
            "above, or put Henvis and Python 3.10 where everybody can read"
        )
    return None


def _clock(facts: Facts) -> _Told:
    if facts.database is None or not facts.database.clock_waits_s:
        return None
    hours = facts.database.clock_waits_s / 3600
    return _warning(
        f"the clock jumped: nothing is deleted until it has run straight for {hours:.1f} h more; "
        "see that it is set by NTP"
    )


CHECKS: dict[str, Callable[[Facts], _Told]] = {
    "database": _reachable,
    "schema": _schema,
    "keys": _keys_belong,
    "keys readable by others": _keys_private,
    "demo log-ins": _demo_for_real,
    "demo on the net": _demo_exposed,
    "plain http": _plain_http,
    "debug": _debug,
    "root": _root,
    "second factor": _second_factor,
    "proxy": _proxy,
    "backup": _backup,
    "engine": _fence,
    "engine's user": _engine_user,
    "clock": _clock,
}
"""All that is looked at, in the order in which it is told."""


def findings(facts: Facts) -> list[Finding]:
    """Give what is wrong, refusals and warnings, in the order of the checks."""
    told = ((name, check(facts)) for name, check in CHECKS.items())
    return [Finding(name, *found) for name, found in told if found]


def refusal(facts: Facts) -> str | None:
    """Give the first line for which a start is refused."""
    refused = (each.line for each in findings(facts) if each.severity is Severity.REFUSED)
    return next(refused, None)
