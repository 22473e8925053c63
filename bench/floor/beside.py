"""What a turn costs beside the same turn of another checkout.

`python -m bench.floor.beside FOLDER`

Both run on this machine at once, and each message goes to one and then to the other, so that what
else the machine does weighs on both alike. The other checkout has environments and a model of its
own; they are made where they are missing.

Beside the time that a message takes stands what it costs the processor in the service and in the
engine, by what the kernel counted for them until the next message goes to the same side:
that holds on a machine that does other things, too.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import mean
from typing import Any

import typer

from bench.driving.encounter import Patient, messages
from bench.driving.http_client import Client
from bench.driving.processes import Running, a_henvis, children_of, processor_ms
from bench.driving.talking import HenvisBot
from bench.floor.floor import CANCEL, ENCOUNTER, FIRST_PATIENT, WARM_UP
from bench.measuring import spread
from service.settings import ROOT

SETTLES_S = 0.02
"""How long the last message of a conversation is given to end behind its answer."""
Conversation = list[dict[str, str]]
SHORT = (
    "begin",
    "typed: smokes daily",
    "typed: ten a day, wants to be referred",
    "typed: cancel",
)
ONE_TYPED: Conversation = [
    {"payload": "/resume"},
    {"text": "hun ryger hver dag"},
    {"text": "ja, hun vil gerne henvises, ring helst om aftenen"},
    {"text": CANCEL},
]


@dataclass(frozen=True)
class Cost:
    """What one message took, and what it cost the processor, in milliseconds."""

    turn: float
    service: float
    engine: float

    @property
    def both(self) -> float:
        """Processor time of service and engine together."""
        return self.service + self.engine


MEASURED: dict[str, Callable[[Cost], float]] = {
    "processor time of service and engine": lambda cost: cost.both,
    "processor time of the service": lambda cost: cost.service,
    "processor time of the engine": lambda cost: cost.engine,
    "the whole turn, by the clock": lambda cost: cost.turn,
}


class Side:
    """One of the two, with a conversation open. A message ends where the next one begins."""

    def __init__(self, client: Client, supervisor: int) -> None:
        self._client, self._path, self._number = client, "", 0
        started = list(children_of(supervisor))
        self._service = [pid for pid, command in started if "serve" in command]
        self._engine = [pid for pid, command in started if "run" in command]
        self._before, self._took = (0.0, 0.0), 0.0
        self.costs: list[Cost] = []

    async def begin(self) -> None:
        """Open a new conversation."""
        conversation = (await self._client.post("/api/conversations", {}))["id"]
        self._path, self._number = f"/api/conversations/{conversation}/messages", 0
        self.costs = []

    async def say(self, message: dict[str, str]) -> Any:
        """Send one message, give its replies."""
        self.note()
        body = {"message_id": str(self._number), **message}
        self._number += 1
        self._before = self._processor()
        began = time.perf_counter()
        answer = await self._client.post(self._path, body)
        self._took = (time.perf_counter() - began) * 1000
        return answer["replies"]

    def note(self) -> None:
        """Note what the last message cost, if there was one."""
        if self._number > len(self.costs):
            spent = [now - then for now, then in zip(self._processor(), self._before, strict=True)]
            self.costs.append(Cost(self._took, *spent))

    def _processor(self) -> tuple[float, float]:
        return sum(map(processor_ms, self._service)), sum(map(processor_ms, self._engine))


def main(folder: Path, encounters: int = 60) -> None:
    """Print seconds and ratio of every message; the other checkout stands in FOLDER."""
    other = folder.resolve()
    with (
        tempfile.TemporaryDirectory(prefix="henvis-bench-") as data,
        a_henvis(Path(data) / "now") as now,
        a_henvis(Path(data) / "other", checkout=other) as before,
    ):
        asyncio.run(_compare(now, before, encounters))


async def _compare(now: Running, before: Running, encounters: int) -> None:
    patients = count(FIRST_PATIENT)
    async with _connect(now) as ours, _connect(before) as theirs:
        both = Side(ours, now.supervisor), Side(theirs, before.supervisor)
        for title, names in (
            ("Typed, and cancelled", SHORT),
            ("An encounter, pressed", ENCOUNTER),
            ("An encounter, typed but for the consent", ENCOUNTER),
        ):
            rows = []
            for number in range(encounters + WARM_UP):
                patient = Patient(next(patients))
                turns = await _hold(both, title, patient, first=number % 2)
                if number >= WARM_UP:  # what is loaded at first use is no turn
                    rows.append(turns)
            for what, measure in MEASURED.items():
                _print(
                    f"{title}: {what}",
                    names,
                    [[(measure(a), measure(b)) for a, b in row] for row in rows],
                )


def _connect(running: Running) -> Client:
    return HenvisBot(running.url, running.token).connect()


async def _hold(
    both: tuple[Side, Side], title: str, patient: Patient, *, first: int
) -> list[tuple[Cost, Cost]]:
    """Hold one conversation with both, message by message; the first to be asked alternates."""
    for side in both:
        await side.begin()
    plans = [_plan(title, patient) for _ in both]
    said = [next(plan) for plan in plans]
    while any(said):
        for which in (first, 1 - first):
            replies = await both[which].say(said[which])
            try:
                said[which] = plans[which].send(replies)
            except StopIteration:
                said[which] = {}
    await asyncio.sleep(SETTLES_S)
    for side in both:
        side.note()
    return list(zip(both[0].costs, both[1].costs, strict=True))


def _plan(title: str, patient: Patient) -> Any:
    if title == "Typed, and cancelled":
        return _one_typed()
    return messages(patient, typing="typed" in title)


def _one_typed() -> Any:
    for message in ONE_TYPED:
        _replies = yield message  # is sent them, as the plan of a whole encounter is


def _print(title: str, names: tuple[str, ...], rows: list[list[tuple[float, float]]]) -> None:
    typer.echo(f"\n{title}, {len(rows)} times: now ms, before ms, now / before (median, quartiles)")
    for number, name in enumerate(names):
        _line(name, [row[number] for row in rows])
    _line("all, mean", [(mean(a for a, _ in row), mean(b for _, b in row)) for row in rows])


def _line(name: str, pairs: list[tuple[float, float]]) -> None:
    now, before = (spread([pair[which] for pair in pairs]) for which in (0, 1))
    typer.echo(f"{name:45} {now}  {before}  {spread([a / b for a, b in pairs])}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    typer.run(main)
