"""A prepared installation to copy, and a way to hold a scene in one event loop."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine

from bot.sealing.vocabulary import load_vocabulary
from service import composition
from service import database as preparing
from service.sending import telegram_bot as wiring
from tests.bot.telegram.chatroom import Moving, Room, room, settings_for
from tests.conftest import FORENOON

_vocabulary = cache(load_vocabulary)
Scene = Callable[[Room], Awaitable[Any]]
Play = Callable[..., Any]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepare a database with demo data once."""
    folder = tmp_path_factory.mktemp("prepared")
    with time_machine.travel(FORENOON - timedelta(hours=1)):
        preparing.prepare(settings_for(folder, "http://127.0.0.1:9"), demo=True)
    return folder


@pytest.fixture
def play(forenoon: None, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    """Give what plays a scene in a room of its own."""
    monkeypatch.setattr(wiring, "_READ_S", 0.5)
    monkeypatch.setattr(composition, "load_vocabulary", _vocabulary)
    folder = tmp_path / "data"
    shutil.copytree(prepared, folder)

    def now_play(scene: Scene, clock: Moving | None = None, **options: Any) -> Any:
        async def whole() -> Any:
            async with room(folder, clock or Moving(), **options) as found:
                return await scene(found)

        return asyncio.run(whole())

    return now_play
