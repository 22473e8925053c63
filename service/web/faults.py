"""What is wrong with a request, field by field: which one, why and what would do.

Repeats nothing that was sent: a name that the description does not know becomes a star.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel

from referrals.referral.moves import MOVES, IllegalMove, Move

UNKNOWN = "unknown"
_UNKNOWN_TO_PYDANTIC = "extra_forbidden"
_BOUNDS = ("ge", "gt", "le", "lt", "min_length", "max_length")
_QUOTED = re.compile(r"'([^']*)'")
_PLACES = frozenset({"body", "query", "path", "header", "cookie"})


class Fault(BaseModel):
    """One field: ``why`` is a code such as ``missing``, ``allowed`` are all values that would do.

    ``bounds`` are the least and most that were passed, such as ``le`` or ``max_length``.
    """

    field: str
    why: str
    allowed: list[str] | None
    bounds: dict[str, float] | None


async def known_parameters_only(request: Request) -> None:
    """Refuse a query parameter that the call does not have, instead of passing over a slip."""
    if not request.url.path.startswith("/api/"):
        return
    asked = set(request.query_params)
    if not asked:
        return
    known = sorted(_parameters(request.scope["route"].dependant))
    if not asked <= set(known):
        fault = {"loc": ("query",), "type": UNKNOWN, "msg": "", "ctx": {"names": known}}
        raise RequestValidationError([fault])


def _parameters(dependant: Dependant) -> set[str]:
    own = {each.alias for each in dependant.query_params}
    return own.union(*(_parameters(each) for each in dependant.dependencies))


def faults_of(error: RequestValidationError, document: dict[str, Any]) -> list[Fault]:
    """Write what a request lacks or has too much of; ``document`` says which names there are."""
    names = _PLACES | set(_names(document))
    return [_fault(each, names) for each in error.errors()]


def reason_fault(error: IllegalMove) -> list[Fault]:
    """Write which reasons a move takes; none at all for one that takes no reason."""
    reasons = MOVES[Move(error.move)].reasons
    return [Fault(field="body.reason", why="reason", allowed=[*reasons], bounds=None)]


def _fault(error: dict[str, Any], names: Iterable[str]) -> Fault:
    told: dict[str, Any] = error.get("ctx") or {}
    fields = [
        part if isinstance(part, int) or part in names else "*" for part in error.get("loc", ())
    ]
    why = UNKNOWN if error["type"] == _UNKNOWN_TO_PYDANTIC else error["type"]
    allowed = told.get("names")
    if allowed is None and "expected" in told:
        allowed = _QUOTED.findall(str(told["expected"])) or None
    bounds = {name: told[name] for name in _BOUNDS if isinstance(told.get(name), int | float)}
    return Fault(field=".".join(map(str, fields)), why=why, allowed=allowed, bounds=bounds or None)


def _names(document: dict[str, Any]) -> Iterator[str]:
    for schema in document.get("components", {}).get("schemas", {}).values():
        yield from schema.get("properties", ())
    for operations in document.get("paths", {}).values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                yield parameter["name"]
