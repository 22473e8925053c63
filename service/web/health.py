"""For operations: is it alive, is it ready, what does it count. No personal data."""

from __future__ import annotations

import asyncio
import hmac

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    generate_latest,
)
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from referrals.staff.roles import NotAllowed, NotSignedIn
from referrals.storage import schema
from referrals.storage.database import Database


def router() -> APIRouter:
    """Give the three routes."""
    routes = APIRouter(tags=["operations"])

    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "alive"}

    not_ready = {"model": dict[str, bool], "description": "Not ready; says which part."}

    @routes.get("/readyz", responses={503: not_ready})
    async def readyz(request: Request) -> JSONResponse:
        """Say whether a message would be answered: engine, database and migrations."""
        state = request.app.state
        parts = {
            "engine": await state.engine.is_ready(),
            **await asyncio.to_thread(_database_parts, state.database),
        }
        status = 200 if all(parts.values()) else 503
        return JSONResponse({"ready": all(parts.values()), **parts}, status)

    @routes.get("/metrics", responses={status: {} for status in (401, 403)})
    async def metrics(request: Request) -> Response:
        """Give the counts to whoever has the token; without one set, to nobody."""
        if not _may_read_metrics(request):
            raise NotAllowed if request.state.staff else NotSignedIn
        counts = generate_latest(request.app.state.metrics.registry)
        return Response(counts, media_type=CONTENT_TYPE_LATEST)

    return routes


def _may_read_metrics(request: Request) -> bool:
    token: str = request.app.state.metrics_token
    shown: str = request.state.secret
    return bool(token) and hmac.compare_digest(shown.encode(), token.encode())


def _database_parts(database: Database) -> dict[str, bool]:
    try:
        with database.read() as session:
            session.execute(text("SELECT 1"))
        return {"database": True, "migrations": schema.is_current(database)}
    except SQLAlchemyError:
        return {"database": False, "migrations": False}
