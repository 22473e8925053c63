"""A whole encounter, message by message: how much of each turn is the engine's own.

The engine alone is sent what Henvis sends it, sealed, and its actions only say a sentence; so what
a message does besides, such as filing a referral, shows.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Mapping
from statistics import mean
from typing import Any

from bench.encounter import Patient
from bench.growth import file
from bench.http_client import Client
from bench.measuring import Result, Spread, spread
from bench.talking import HenvisBot, RasaBot

MESSAGES = (
    "begin",
    "smokes daily",
    "yes to the offer",
    "consent to be called",
    "consent to the outcome",
    "name, phone, postcode, typed",
    "municipality",
    "skip the rest",
    "send: files the referral",
)
SEALED = "[[name:3f9a2c1b7d60]], [[phone:3f9a2c1b7d61]], 2750"
FIRST_PATIENT = 900_000
WARM_UP = 5
NOTE = "Both by turns, encounter after encounter, each message after the other without a pause."


class Noting:
    """A nurse's connection that notes what was said and how many seconds each answer took."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.said: list[str] = []
        self.seconds: list[float] = []

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Pass on; note messages."""
        began = time.perf_counter()
        answer = await self._client.post(path, body)
        if path.endswith("/messages"):
            self.seconds.append(time.perf_counter() - began)
            self.said.append(body.get("payload") or SEALED)
        return answer


def measure(whole: HenvisBot, engine: RasaBot, encounters: int) -> Result:
    """Hold so many encounters with both, and give a row for each message."""
    of_whole, of_engine = asyncio.run(_hold(whole, engine, encounters))
    result = Result(
        f"A whole encounter, {len(MESSAGES)} messages, one nurse alone",
        ("message", "the engine's own turn, ms", "the whole turn, ms", "whole / engine"),
        notes=[NOTE],
    )
    for number, name in enumerate(MESSAGES):
        _add(
            result, name, [each[number] for each in of_engine], [each[number] for each in of_whole]
        )
    _add(result, "all, mean", [mean(each) for each in of_engine], [mean(each) for each in of_whole])
    return result


async def _hold(
    whole: HenvisBot, engine: RasaBot, encounters: int
) -> tuple[list[list[float]], list[list[float]]]:
    of_whole, of_engine = [], []
    async with whole.connect() as nurse, engine.connect() as to_engine:
        for number in range(encounters + WARM_UP):
            noting = Noting(nurse)
            await file(noting, Patient(FIRST_PATIENT + number))
            sender, seconds = uuid.uuid4().hex, []
            for message in noting.said:
                body = {"sender": sender, "message": message, "metadata": {"language": "da"}}
                began = time.perf_counter()
                await to_engine.post("/webhooks/rest/webhook", body)
                seconds.append(time.perf_counter() - began)
            if number >= WARM_UP:
                of_whole.append(noting.seconds)
                of_engine.append(seconds)
    return of_whole, of_engine


def _add(result: Result, name: str, of_engine: list[float], of_whole: list[float]) -> None:
    engine_turn, turn = _ms(of_engine), _ms(of_whole)
    result.rows.append((name, engine_turn, turn, turn.median / engine_turn.median))


def _ms(seconds: list[float]) -> Spread:
    return spread([each * 1000 for each in seconds])
