"""A provider that hangs: nobody else waits for it, and it is not asked again at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from demo.log_in import PASSWORD
from inbox.staff.signing_in import COOKIE
from service import database as preparing
from service.settings import Settings
from service.web import oidc
from service.web.app import create_app
from tests.conftest import Clock

MANY = 45
"""More than there are threads for pages (40)."""


@dataclass
class Hanging:
    """A provider on this machine that takes connections and answers none of them."""

    address: str = ""
    asked: int = 0
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)
    gives_up: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked += 1
        self.was_asked.set()
        await self.gives_up.wait()
        writer.close()


@asynccontextmanager
async def hanging() -> AsyncIterator[Hanging]:
    provider = Hanging()
    async with await asyncio.start_server(provider.take, "127.0.0.1", 0) as server:
        provider.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield provider
        finally:
            provider.gives_up.set()


@dataclass
class Counting(Clock):
    """A clock that tells when all have come: each looks at it once."""

    looked: int = 0
    all_came: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self) -> datetime:
        self.looked += 1
        if self.looked == MANY:
            self.all_came.set()
        return self.at


@pytest.fixture
def app_at(tmp_path: Path) -> Callable[[str], FastAPI]:
    def create(issuer: str) -> FastAPI:
        settings = Settings.load(
            data_dir=tmp_path, engine_url="http://127.0.0.1:9", oidc_issuer=issuer
        )
        preparing.prepare(settings, demo=True)
        return create_app(settings)

    return create


def visitor(app: FastAPI, number: int = 0) -> httpx.AsyncClient:
    """Give a browser at an address of its own, as how often one may come is counted by address."""
    transport = httpx.ASGITransport(app, client=(f"192.0.2.{number}", 50_000))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")


async def leave(app: FastAPI, number: int) -> str:
    async with visitor(app, number) as browser:
        answer = await browser.get("/log-ind/udefra")
    return answer.headers["location"]


async def log_in_as_always(app: FastAPI) -> bool:
    async with visitor(app, MANY) as browser:
        page = await browser.get("/log-ind")
        sent = {"name": "demo-nurse", "password": PASSWORD}
        answer = await browser.post("/log-ind", data=sent)
        return page.status_code == 200 and COOKIE in answer.cookies


def test_forty_five_at_a_provider_that_hangs_keep_nobody_else_waiting(
    app_at: Callable[[str], FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "TIMEOUT_S", 3600.0)  # here it is the provider that gives up

    async def scene() -> None:
        async with hanging() as provider:
            app = app_at(provider.address)
            app.state.now = clock = Counting()
            leaving = [asyncio.create_task(leave(app, number)) for number in range(MANY)]
            async with asyncio.timeout(30):
                await clock.all_came.wait()
                await provider.was_asked.wait()
                assert await log_in_as_always(app)
            assert not any(each.done() for each in leaving)
            assert provider.asked == 1, "one look-up for all of them"
            leaving.pop().cancel()  # one goes away, and takes nothing from the others
            provider.gives_up.set()
            assert set(await asyncio.gather(*leaving)) == {"/log-ind?udefra=fejl"}

    asyncio.run(scene())


def test_a_failure_is_remembered_for_a_while_and_then_tried_again(
    app_at: Callable[[str], FastAPI],
) -> None:
    async def scene() -> None:
        async with hanging() as provider:
            app = app_at(provider.address)
            app.state.now = clock = Clock()
            provider.gives_up.set()
            for _ in range(3):
                assert await leave(app, 1) == "/log-ind?udefra=fejl"
            assert provider.asked == 1
            clock.forward(seconds=oidc.BACK_OFF.total_seconds())
            await leave(app, 1)
            assert provider.asked == 2

    asyncio.run(scene())


def test_a_provider_has_only_so_long(
    app_at: Callable[[str], FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc, "TIMEOUT_S", 0.01)

    async def scene() -> None:
        async with hanging() as provider, asyncio.timeout(30):
            assert await leave(app_at(provider.address), 1) == "/log-ind?udefra=fejl"

    asyncio.run(scene())
