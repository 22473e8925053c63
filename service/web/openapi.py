"""The description of the API: what FastAPI writes of the routes, and what holds for all of them.

``docs/openapi.json`` is written by ``python -m service.web.openapi > docs/openapi.json``.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI

from inbox.access import SCOPE
from inbox.staff.signing_in import COOKIE
from referrals.words.labels import Labels
from service.web.problems import MEDIA_TYPE, PROBLEMS, TYPE, Problem, told

TAGS = [
    {"name": "operations", "description": "For whoever watches over the service."},
    {"name": "conversations", "description": "For nurses: very brief advice, step by step."},
    {"name": "referrals", "description": "For a municipality: its queue."},
    {"name": "follow-ups", "description": "For a municipality: courses, attendance, outcomes."},
    {"name": "figures", "description": "For a municipality: its own figures."},
    {"name": "courses", "description": "For all staff: courses that can be joined."},
    {"name": "feedback", "description": "For wards and hospitals: what became of referrals."},
    {"name": "notices", "description": "What staff are told of, and what could not be sent."},
]
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "From `./henvis token NAME`."},
    "service": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token of a service account, for a municipality's own system. It has "
        "the scopes `read`, `write` or both; an administrator makes and revokes it.",
    },
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Of the pages."},
    "operations": {
        "type": "http",
        "scheme": "bearer",
        "description": "`HENVIS_METRICS_TOKEN`; where none is set, nobody reads them.",
    },
}
_SECURITY: dict[str, list[dict[str, list[str]]]] = {
    "/api/": [{"bearer": []}, {"session": []}],
    "/metrics": [{"operations": []}],
}
_REF = "#/components/schemas/"
_WAITS = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_RETRY_AFTER = {
    "description": "Seconds until another try is worth it.",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}
_CODES = {"event": "move", "reason": "reason"}
"""Fields of answers that hold a code, and the group of ``labels.yml`` that lists them all."""


class DescribedApp(FastAPI):
    """A FastAPI that says of every operation who may call it and how it can fail."""

    def openapi(self) -> dict[str, Any]:
        """Give the description; written once."""
        if self.openapi_schema is None:
            self.openapi_schema = _completed(super().openapi())
        return self.openapi_schema


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    schemas, labels = document["components"]["schemas"], Labels()
    problem = Problem.model_json_schema(ref_template=_REF + "{model}")
    schemas.update(problem.pop("$defs"))
    problem["properties"]["type"] |= {
        "enum": [f"{TYPE}{code}" for code in PROBLEMS],
        "description": "\n".join(f"- `{code}`: {told(labels, code, 'en')}" for code in PROBLEMS),
    }
    for name in schemas.keys() - _received(document):
        _complete_answer(schemas[name], labels)
    schemas["Problem"] = problem
    document["components"]["securitySchemes"] = _SCHEMES
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["security"] = next(
                ([*each] for start, each in _SECURITY.items() if path.startswith(start)), []
            )
            if SCOPE in operation:
                operation["security"].append({"service": [operation[SCOPE]]})
            if path.startswith("/api/"):  # an unknown parameter is refused everywhere
                operation["responses"].setdefault("422", {})
            _complete_responses(operation["responses"])
    return document


def _complete_answer(schema: dict[str, Any], labels: Labels) -> None:
    """Say that whatever an answer can hold it always holds, and list the codes."""
    properties = schema.get("properties", {})
    if properties:
        schema["required"] = list(properties)
    for name, its in properties.items():
        its.pop("default", None)
        if name in _CODES:
            one, *_ = its.get("anyOf", [its])
            one["enum"] = list(labels.groups[_CODES[name]])


def _complete_responses(responses: dict[str, Any]) -> None:
    """Let whatever a route refuses without saying how be a problem."""
    for status, response in responses.items():
        if int(status) >= HTTPStatus.BAD_REQUEST and "content" not in response:
            codes = [f"`{code}`" for code, (its, _) in PROBLEMS.items() if its == int(status)]
            response["description"] = ", ".join(codes)
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": f"{_REF}Problem"}}}
            if int(status) in _WAITS:
                response["headers"] = {"Retry-After": _RETRY_AFTER}


def _received(document: dict[str, Any]) -> set[str]:
    """Name the schemas of which requests are made."""
    operations = [each for path in document["paths"].values() for each in path.values()]
    found: set[str] = set()
    new = _named([each.get("requestBody") for each in operations])
    while new:
        found |= new
        new = _named([document["components"]["schemas"][name] for name in new]) - found
    return found


def _named(part: Any) -> set[str]:
    return set(re.findall(f'"{_REF}([^"]+)"', json.dumps(part)))


def written() -> str:
    """Write the description of all routes, for people to compare."""
    from service.web.app import bare_app

    return json.dumps(bare_app().openapi(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(written(), end="")
