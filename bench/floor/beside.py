"""What a turn costs beside the same turn of another checkout.

`python -m bench.floor.beside FOLDER`

Both run on this machine at once, and each message goes to one and then to the other, so that what
else the machine does weighs on both alike. The other checkout has environments and a model of its
own; they are made where they are missing.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from statistics import mean
from typing import Any

import typer

from bench.driving.encounter import Patient, messages
from bench.driving.http_client import Client
from bench.driving.processes import Running, a_henvis
from bench.driving.talking import HenvisBot
from bench.floor.floor import CANCEL, ENCOUNTER, FIRST_PATIENT, WARM_UP
from bench.measuring import spread
from service.settings import ROOT

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


class Nurse:
    """One of the two, with a conversation open; ``say`` gives what it answered and how long."""

    def __init__(self, client: Client) -> None:
        self._client, self._path, self._number = client, "", 0

    async def begin(self) -> None:
        """Open a new conversation."""
        conversation = (await self._client.post("/api/conversations", {}))["id"]
        self._path, self._number = f"/api/conversations/{conversation}/messages", 0

    async def say(self, message: dict[str, str]) -> tuple[Any, float]:
        """Send one message: its replies, and seconds."""
        body = {"message_id": str(self._number), **message}
        self._number += 1
        began = time.perf_counter()
        answer = await self._client.post(self._path, body)
        return answer["replies"], time.perf_counter() - began


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
        both = Nurse(ours), Nurse(theirs)
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
            _print(title, names, rows)


def _connect(running: Running) -> Client:
    return HenvisBot(running.url, running.token).connect()


async def _hold(
    both: tuple[Nurse, Nurse], title: str, patient: Patient, *, first: int
) -> list[tuple[float, float]]:
    """Hold one conversation with both, message by message; the first to be asked alternates."""
    for nurse in both:
        await nurse.begin()
    plans = [_plan(title, patient) for _ in both]
    said = [next(plan) for plan in plans]
    turns = []
    while True:
        seconds = [0.0, 0.0]
        for which in (first, 1 - first):
            replies, seconds[which] = await both[which].say(said[which])
            try:
                said[which] = plans[which].send(replies)
            except StopIteration:
                said[which] = {}
        turns.append((seconds[0], seconds[1]))
        if not any(said):
            return turns


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
        pairs = [row[number] for row in rows]
        _line(name, pairs)
    _line("all, mean", [(mean(a for a, _ in row), mean(b for _, b in row)) for row in rows])


def _line(name: str, pairs: list[tuple[float, float]]) -> None:
    now, before = (spread([pair[which] * 1000 for pair in pairs]) for which in (0, 1))
    typer.echo(f"{name:45} {now}  {before}  {spread([a / b for a, b in pairs])}")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    typer.run(main)
