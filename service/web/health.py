"""For operations: is it alive, is it ready, what does it count. No personal data."""

from __future__ import annotations

import asyncio
import hmac
import time
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referrals import schema
from referrals.database import Database
from referrals.staff import NotAllowed, NotSignedIn

_ONLY_FOR_OPERATIONS: dict[int | str, dict[str, Any]] = {
    401: {"description": "Neither the token nor this machine."},
    403: {"description": "A member of staff without the token."},
}
_THIS_MACHINE = frozenset({"127.0.0.1", "::1"})
_SAYS_FOR_WHOM = ("forwarded", "x-forwarded-for", "x-real-ip")


class Metrics:
    """Counts requests by route template, never by address."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter(
            "henvis_requests", "Requests answered.", labels, registry=self.registry
        )
        self.telegram_personal = Counter(
            "henvis_telegram_personal",
            "Messages that seemed to hold personal data: deleted, not read.",
            registry=self.registry,
        )
        self.seconds = Histogram(
            "henvis_request_seconds", "How long answers took.", ("route",), registry=self.registry
        )


class Counting:
    """ASGI middleware that counts what was answered."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and count by the template of the route that answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, began = 500, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.requests.labels(scope["method"], route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - began)


def router() -> APIRouter:
    """Give the three routes."""
    routes = APIRouter(tags=["operations"])

    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "alive"}

    @routes.get("/readyz", responses={503: {"description": "Not ready; says which part."}})
    async def readyz(request: Request) -> JSONResponse:
        """Say whether a message would be answered: engine, database and migrations."""
        state = request.app.state
        parts = {
            "engine": await state.engine.is_ready(),
            **await asyncio.to_thread(_database_parts, state.database),
        }
        status = 200 if all(parts.values()) else 503
        return JSONResponse({"ready": all(parts.values()), **parts}, status)

    @routes.get("/metrics", responses=_ONLY_FOR_OPERATIONS)
    async def metrics(request: Request) -> Response:
        """Give the counts to whoever has the token; without one set, to this machine only."""
        if not _may_read_metrics(request):
            raise NotAllowed if request.state.staff else NotSignedIn
        counts = generate_latest(request.app.state.metrics.registry)
        return Response(counts, media_type=CONTENT_TYPE_LATEST)

    return routes


def _may_read_metrics(request: Request) -> bool:
    token: str = request.app.state.metrics_token
    if token:
        return hmac.compare_digest(request.state.secret.encode(), token.encode())
    # What a reverse proxy passes on comes from this machine as well, but says for whom.
    passed_on = any(name in request.headers for name in _SAYS_FOR_WHOM)
    address = request.client.host if request.client else ""
    return address in _THIS_MACHINE and not passed_on


def _database_parts(database: Database) -> dict[str, bool]:
    try:
        with database.read() as session:
            session.execute(text("SELECT 1"))
        return {"database": True, "migrations": schema.is_current(database)}
    except SQLAlchemyError:
        return {"database": False, "migrations": False}
