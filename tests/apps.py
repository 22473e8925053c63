"""The app without an engine, on a copy of the demo data, and clients of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from starlette.testclient import TestClient

from inbox.staff.signing_in import COOKIE
from referrals.staff.tables import UserRow
from service.composition import build_store
from service.settings import Settings
from service.web.app import create_app


def clients(demo: Path, folder: Path, **more: object) -> Iterator[Callable[..., TestClient]]:
    shutil.copytree(demo, folder)
    # Nothing goes on beside the answers: each client would start it all, and wait for its end.
    beside = more.pop("beside", False)
    settings = Settings.load(
        data_dir=folder, engine_url="http://127.0.0.1:9", beside=beside, **more
    )
    app = create_app(settings)
    store = build_store(settings)
    opened: list[TestClient] = []

    def client(name: str | None = None, *, by_cookie: bool = False) -> TestClient:
        new = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
        if name is not None and by_cookie:
            with store.database.read() as session:
                user = session.scalars(select(UserRow.id).where(UserRow.name == name)).one()
            now = datetime.now(UTC)
            secret = store.accounts.begin_session(user, now, proved_twice=True)
            new.cookies.set(COOKIE, secret or "")
        elif name is not None:
            token = store.accounts.issue_token(name, datetime.now(UTC))
            new.headers["Authorization"] = f"Bearer {token}"
        new.__enter__()
        opened.append(new)
        return new

    yield client
    for each in opened:
        each.__exit__(None, None, None)
    store.database.close()
