"""Tells of an event: one line of JSON in the field names of ECS, with who asked and from where.

Nothing that a person typed can get in: what a line says is declared, numbers, or codes of ours.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address

from referrals.security_events.events import AUDITED, Event

LOGGER = "henvis.security"
ECS_VERSION = "8.17.0"
FIRST_FIELD = '{"@timestamp":'
"""How every line begins; by this it is known among what else a process says."""
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_USER = re.compile(r"user:([0-9]{1,18})")
_LOG = logging.getLogger(LOGGER)


@dataclass
class Around:
    """The request within which something happens. The later fields are known later than others.

    ``route`` gives the template of the route that answers, never an address, once it is found.
    ``session`` is a digest that opens nothing, the one that the account page shows.
    """

    address: str
    request_id: str
    method: str = ""
    route: Callable[[], str] = str
    session: str = ""
    user_id: int | None = None
    role: str = ""


around: ContextVar[Around | None] = ContextVar("around", default=None)
"""The request that is answered now; None for work that nobody asked for."""


def tell(
    event: Event,
    reason: str = "",
    *,
    about: int | None = None,
    row: int | None = None,
    anchor: str = "",
) -> None:
    """Tell of an event, if anybody listens: why, which user it is about, which row of the log.

    ``anchor`` is an anchor of that row, as written. Raises ValueError for a reason that is not a
    code of ours.
    """
    if reason and not _CODE.fullmatch(reason):
        raise ValueError("a reason is a code")
    if not _LOG.hasHandlers():
        return
    told = {
        "event.reason": reason,
        "user.target.id": _text(about),
        "henvis.audit.row": row,
        "henvis.audit.anchor": anchor,
    }
    line = line_of(event, told, around.get(), datetime.now(UTC))
    _LOG.log(event.value.level, line, extra={"security_event": event})


def tell_audited(action: str, record: str, number: int) -> None:
    """Tell of what is written into the audit log, if it is an event."""
    event = AUDITED.get(action)
    if event is not None:
        user = _USER.fullmatch(record)
        tell(event, action, about=int(user[1]) if user else None, row=number)


def line_of(event: Event, told: Mapping[str, object], asked: Around | None, now: datetime) -> str:
    """Write one line: flat field names, times in UTC, nothing that is not known."""
    kind = event.value
    fields: dict[str, object] = {
        "@timestamp": now.astimezone(UTC).isoformat(timespec="milliseconds"),
        "log.level": logging.getLevelName(kind.level).lower(),
        "message": kind.says,
        "ecs.version": ECS_VERSION,
        "service.name": "henvis",
        "event.kind": "event",
        "event.category": [kind.category],
        "event.type": [kind.type],
        "event.action": kind.action,
        "event.outcome": kind.outcome,
        **told,
    }
    if asked is not None:
        fields |= {
            "source.ip" if _is_ip(asked.address) else "source.address": asked.address,
            "http.request.id": asked.request_id,
            "http.request.method": asked.method,
            "henvis.route": asked.route(),
            "henvis.session": asked.session,
            "user.id": _text(asked.user_id),
            "user.roles": [asked.role] if asked.role else None,
        }
    known = {name: value for name, value in fields.items() if value not in (None, "")}
    return json.dumps(known, ensure_ascii=True, separators=(",", ":"))


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


def _is_ip(address: str) -> bool:
    try:
        ip_address(address)
    except ValueError:
        return False
    return True
