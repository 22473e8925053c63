"""The page on which developers read how a municipality's system uses the API; open to everybody.

Written from the description of the routes, so that it says what they do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from inbox.access import SCOPE
from service.web.openapi import TAGS

PATH = "/api/docs"
_REF = "#/components/schemas/"
_CODE = re.compile(r"`+([^`]+)`+")


@dataclass(frozen=True)
class Piece:
    """A run of text: plain, a code, or the name of an object that the page describes."""

    text: str
    code: bool = False
    object: bool = False


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of an object."""

    name: str
    kind: list[Piece]
    allowed: list[str]
    about: list[Piece]
    required: bool
    place: str = ""


@dataclass(frozen=True)
class Operation:
    """One call."""

    id: str
    method: str
    path: str
    about: list[Piece]
    scope: str
    fields: list[Field]
    sent: list[Piece]
    given: list[Piece]
    status: str
    refusals: list[tuple[str, list[Piece]]]


def router() -> APIRouter:
    """Give the one page."""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route(PATH, show_docs, methods=["GET"])
    return routes


def show_docs(request: Request) -> Response:
    """Show how the API is used."""
    document = request.app.openapi()
    context = {
        "language": "en",
        "words": {"skip": "Skip to the content", "log_out": "Log out"},
        "tags": [(tag, operations(document, tag["name"])) for tag in TAGS],
        "objects": {
            name: (pieces(schema.get("description", "")), fields(schema))
            for name, schema in sorted(document["components"]["schemas"].items())
            if "properties" in schema
        },
        "problems": _problems(document),
        "address": str(request.app.state.public_url).rstrip("/"),
    }
    answer: Response = request.app.state.templates.TemplateResponse(
        request, "api_docs.html", context
    )
    return answer


def operations(document: dict[str, Any], tag: str) -> list[Operation]:
    """Give the calls of a tag, in the order of the description."""
    return [
        _operation(method, path, each)
        for path, methods in document["paths"].items()
        for method, each in methods.items()
        if tag in each["tags"] and path.startswith("/api/")
    ]


def _operation(method: str, path: str, told: dict[str, Any]) -> Operation:
    status, good = next((s, r) for s, r in told["responses"].items() if s.startswith("2"))
    refused = [(s, pieces(r["description"])) for s, r in told["responses"].items() if s >= "4"]
    return Operation(
        told["operationId"],
        method.upper(),
        path,
        pieces(told.get("description", "")),
        told.get(SCOPE, ""),
        [_field(p["name"], p["schema"], p) for p in told.get("parameters", ())],
        _content(told.get("requestBody", {})),
        _content(good),
        status,
        refused,
    )


def fields(schema: dict[str, Any]) -> list[Field]:
    """Give the fields of an object."""
    required = schema.get("required", ())
    return [
        _field(name, its, {"required": name in required})
        for name, its in schema.get("properties", {}).items()
    ]


def _field(name: str, schema: dict[str, Any], told: dict[str, Any]) -> Field:
    return Field(
        name,
        kind(schema),
        _allowed(schema),
        pieces(told.get("description") or schema.get("description", "")),
        told.get("required", False),
        told.get("in", ""),
    )


def kind(schema: dict[str, Any]) -> list[Piece]:
    """Say of which kind a value is, such as ``string``, a list of objects, or one of several."""
    if "$ref" in schema:
        return [Piece(schema["$ref"].removeprefix(_REF), object=True)]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            each = [kind(one) for one in schema[several]]
            return [p for n, one in enumerate(each) for p in ([Piece(" or ")] if n else []) + one]
    if schema.get("type") == "array":
        return [Piece("list of "), *kind(schema.get("items", {}))]
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict):
        return [Piece("map to "), *kind(inner)]
    return [Piece(schema.get("format") or schema.get("type", "anything"))]


def pieces(text: str) -> list[Piece]:
    """Tell codes from plain words."""
    parts = _CODE.split(text)
    return [Piece(part, code=n % 2 == 1) for n, part in enumerate(parts) if part]


def _allowed(schema: dict[str, Any]) -> list[str]:
    inner = [each for one in schema.get("anyOf", ()) for each in _allowed(one)]
    return [*map(str, schema.get("enum", ())), *inner]


def _content(told: dict[str, Any]) -> list[Piece]:
    return next((kind(each["schema"]) for each in told.get("content", {}).values()), [])


def _problems(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    """List the problems: code, address of the type, sentence."""
    told = document["components"]["schemas"]["Problem"]["properties"]["type"]
    lines = told["description"].splitlines()
    sentences = dict(line.removeprefix("- `").split("`: ", 1) for line in lines)
    codes = {uri.rpartition(":")[2]: uri for uri in told["enum"]}
    return [(code, uri, sentences[code]) for code, uri in codes.items()]
