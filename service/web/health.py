"""For operations: is it alive, is it ready, what does it count. No personal data.

Whether it is alive asks nobody but this process; only that decides whether it is killed.
"""

from __future__ import annotations

import asyncio
import hmac
from contextlib import suppress

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from referrals.installation import watched_clock
from referrals.staff.roles import NotAllowed, NotSignedIn
from referrals.storage import schema
from referrals.storage.database import Database
from service.gathering import PATH as OWN_PATH

PROBE_S = 2.0
NEEDED = ("database", "writing", "migrations")
_PARTS = (*NEEDED, "clock_believed")
_WRITE = text("UPDATE alembic_version SET version_num = version_num")
"""Changes nothing and is written all the same: a full disk refuses it."""


class Readiness(BaseModel):
    """What is ready: all of it, or which part is not."""

    ready: bool
    engine: bool
    database: bool
    writing: bool
    migrations: bool
    clock_believed: bool
    work: dict[str, bool]
    late: list[str]


def router() -> APIRouter:
    """Give the routes."""
    routes = APIRouter(tags=["operations"])

    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "alive"}

    not_ready = {"model": Readiness, "description": "Not ready; says which part."}

    @routes.get("/readyz", response_model=Readiness, responses={503: not_ready})
    async def readyz(request: Request) -> JSONResponse:
        """Say whether a message would be answered, and whether all work beside that goes on.

        While the clock is not believed, after a jump, nothing is deleted, and we are ready.
        ``work`` has a part for each piece of it, and ``late`` names those that have not succeeded
        for too long. What rests on somebody else's service, such as Telegram, may be late while
        we are ready.
        """
        state = request.app.state
        engine = await state.engine.is_ready()
        found = await state.database_probe.parts()
        late = state.work.late()
        names = {piece.name for piece in late}
        parts = (found[part] for part in NEEDED)
        needed = [engine, *parts, *(piece.outside for piece in late)]
        readiness = Readiness(
            ready=all(needed),
            engine=engine,
            **found,
            work={each.piece.name: each.piece.name not in names for each in state.work.records},
            late=sorted(names),
        )
        return JSONResponse(readiness.model_dump(), 200 if readiness.ready else 503)

    @routes.get("/metrics", responses={status: {} for status in (401, 403)})
    async def metrics(request: Request) -> Response:
        """Give the counts to whoever has the token; without one set, to nobody."""
        _check_metrics_token(request)
        return Response(await request.app.state.gathering.all(), media_type=CONTENT_TYPE_LATEST)

    @routes.get(OWN_PATH, include_in_schema=False)
    async def own_metrics(request: Request) -> Response:
        """Give the counts of this process to another service, which has the token as well."""
        _check_metrics_token(request)
        return Response(request.app.state.gathering.own(), media_type=CONTENT_TYPE_LATEST)

    return routes


def _check_metrics_token(request: Request) -> None:
    """Let who shows the token read counts. Raises NotSignedIn or NotAllowed for anybody else."""
    token: str = request.app.state.metrics_token
    shown: str = request.state.secret
    if not token or not hmac.compare_digest(shown.encode(), token.encode()):
        raise NotAllowed if request.state.staff else NotSignedIn


class DatabaseProbe:
    """Asks the database in one thread at a time, however many ask and however long it hangs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asking: asyncio.Task[dict[str, bool]] | None = None

    async def parts(self) -> dict[str, bool]:
        """Tell whether it can be read and written and is up to date; no answer is a no to all."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(asyncio.to_thread(self._ask))
        await asyncio.wait([self._asking], timeout=PROBE_S)
        return self._asking.result() if self._asking.done() else dict.fromkeys(_PARTS, False)

    def _ask(self) -> dict[str, bool]:
        found = dict.fromkeys(_PARTS, False)
        with suppress(SQLAlchemyError, OSError):
            with self._database.read() as session:
                session.execute(text("SELECT 1"))
                found["database"] = True
                kept = watched_clock.read(session)
            found["clock_believed"] = kept is None or not kept.believed_in_s
            found["migrations"] = schema.is_usable(self._database)
            with self._database.write_rows(lasting=False) as connection:
                connection.execute(_WRITE)
            found["writing"] = True
        return found
