"""Turns of whole conversations, each beside the engine's own part of the same turn.

A conversation is held once and written down: what the engine was sent, and what our actions had
it say. From then on the engine alone is sent the same after each turn, and an action server has it
say the same, without knowing why (``bench/floor/floor_actions.py``).
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select

from bench.driving.http_client import Client, Posts
from bench.driving.processes import Running, a_process, wait_until_it_answers
from bench.floor.floor_actions import FILE
from bench.stock.stock_rasa import action_server
from bot.buttons import with_language
from referrals.advice.tables import TurnRow
from service.composition import build_store
from service.engine.rasa import engine_env, free_port, run_argv, write_endpoints
from service.settings import Settings

LANGUAGE = "da"
FIRST_STEP = "status"
MESSAGES = "/messages"
Hold = Callable[[Posts], Awaitable[None]]
"""Holds one conversation."""


@dataclass(frozen=True)
class Line:
    """One turn as the engine sees it. ``said`` is what the actions answered it."""

    message: str
    metadata: Mapping[str, str]
    said: Sequence[Mapping[str, Any]]


@dataclass
class Scribe:
    """A nurse's connection that notes what the conversation waited for before each turn."""

    client: Client
    conversation: str = ""
    awaits: list[str] = field(default_factory=lambda: [FIRST_STEP])

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Pass on; note."""
        answer = await self.client.post(path, body)
        if path.endswith(MESSAGES):
            self.awaits.append(answer["replies"][-1]["awaits"])
        else:
            self.conversation = answer["id"]
        return answer


async def write_down(hold: Hold, client: Client, running: Running) -> list[Line]:
    """Hold a conversation and give its turns."""
    scribe = Scribe(client)
    await hold(scribe)
    store = build_store(Settings.load(data_dir=running.data))
    kept = select(TurnRow).where(TurnRow.encounter_id == scribe.conversation)
    with store.database.read() as session:
        turns = session.scalars(kept.order_by(TurnRow.number)).all()
    store.database.close()
    return [_line(*pair) for pair in zip(turns, scribe.awaits, strict=False)]


def _line(turn: TurnRow, awaits: str) -> Line:
    text = turn.sealed_text
    message = with_language(text, LANGUAGE) if text.startswith("/") else text
    about = {"message_id": uuid.uuid4().hex, "language": LANGUAGE, "awaits": awaits, "by_page": ""}
    return Line(message, about, turn.said or [])


@dataclass
class SideBySide:
    """A nurse's connection; each turn is at once repeated by the engine alone. Notes seconds."""

    client: Client
    engine: Client
    lines: Sequence[Line]
    whole: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    sender: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Pass on; repeat what is a turn."""
        began = time.perf_counter()
        answer = await self.client.post(path, body)
        if path.endswith(MESSAGES):
            self.whole.append(time.perf_counter() - began)
            await self._repeat(self.lines[len(self.own)])
        return answer

    async def _repeat(self, line: Line) -> None:
        body = {"sender": self.sender, "message": line.message, "metadata": line.metadata}
        began = time.perf_counter()
        answer = await self.engine.post("/webhooks/rest/webhook", body)
        self.own.append(time.perf_counter() - began)
        if not answer:
            raise SystemExit("the engine alone did not answer")


@contextmanager
def the_engine_alone(folder: Path, model: Path, lines: Sequence[Line]) -> Iterator[str]:
    """Run an engine as `up` does, with an action server that says what was written down."""
    settings, port = Settings.load(data_dir=folder), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    said = folder / "said.json"
    said.write_text(json.dumps({line.metadata["message_id"]: line.said for line in lines}))
    endpoints = write_endpoints(settings, "")
    with action_server("bench.floor.floor_actions", folder, {FILE: str(said)}) as actions:
        told = yaml.safe_load(endpoints.read_text())
        told["action_endpoint"]["url"] = actions.url
        endpoints.write_text(yaml.safe_dump(told))
        argv, log = run_argv(settings, model, endpoints, port), folder / "engine.log"
        with a_process(argv, log, engine_env(settings)) as process:
            wait_until_it_answers(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
