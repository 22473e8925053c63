"""How much of a turn is the work, and how much is the way.

The same message: understood by the model in process; the same rows written and committed, alone;
through the engine, whose actions know beforehand what to say; and as a whole turn of Henvis.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import mean
from typing import Self

from bench.driving.encounter import Patient
from bench.driving.http_client import Client, Posts
from bench.driving.processes import a_henvis
from bench.driving.talking import TEXT, HenvisBot, RasaBot, Times
from bench.floor import floor_alone
from bench.floor.floor_alone import KINDS, Seconds
from bench.floor.floor_turns import Hold, Line, SideBySide, the_engine_alone, write_down
from bench.growth import file
from bench.measuring import Bars, Benchmark, Result, Scale, Spread, Tell, spread

NOTE = (
    "The engine's own turn: REST channel, understanding, rule, action call, wording. It is sent "
    "what it was sent in the whole turn, and its actions say what ours said, without doing "
    "anything. Goal: the whole turn (log-in, seal, engine, decision, commits, audit) ≤ 2 of it. "
    "Only a typed turn is sealed and understood; a button names its intent."
)
WHOLE_NOTE = "Each message goes to Henvis, then to the engine alone; the ratio is of such pairs."
BOTH = "one of each, mean"
FIRST_PATIENT = 900_000
WARM_UP = 5
CANCEL = "annullér"
CANCELLED = ("smokes daily", "cancel: leaves a mark in the audit log")
ENCOUNTER = (
    "begin",
    "smokes daily",
    "yes to the offer",
    "consent to be called",
    "consent to the outcome",
    "name, phone, postcode",
    "municipality",
    "skip the rest",
    "send: files the referral",
)


@dataclass(frozen=True)
class Pair:
    """One turn, again and again: the engine's own, the whole, and the whole by the engine's own."""

    engine: Spread
    whole: Spread
    ratio: Spread

    @classmethod
    def of(cls, engine: Sequence[float], whole: Sequence[float]) -> Self:
        """Sum up seconds that were measured pair by pair."""
        pairs = zip(whole, engine, strict=True)
        return cls(_ms(engine), _ms(whole), spread([both / own for both, own in pairs]))


@dataclass
class Turns:
    """Seconds of each turn of one conversation, held again and again."""

    whole: list[list[float]] = field(default_factory=list)
    engine: list[list[float]] = field(default_factory=list)

    def of(self, number: int) -> Pair:
        """Give one turn."""
        return Pair.of(
            [each[number] for each in self.engine], [each[number] for each in self.whole]
        )

    @property
    def mean(self) -> Pair:
        """Give the mean turn of each conversation."""
        return Pair.of([mean(each) for each in self.engine], [mean(each) for each in self.whole])


@dataclass(frozen=True)
class Plan:
    """A conversation to hold, what the engine is sent in it, and how often."""

    hold: Hold
    lines: Sequence[Line]
    repeats: int


def run(scale: Scale, tell: Tell) -> list[Result]:
    """Measure the parts and the whole, whole and engine by turns."""
    repeats = scale.pick(50, 300)
    with tempfile.TemporaryDirectory(prefix="henvis-bench-") as folder:
        tell("the model alone, in process")
        understood = floor_alone.understanding(scale.model, repeats)
        tell("the database alone")
        written = floor_alone.writing(Path(folder) / "alone", repeats)
        short, cancelled, pressed, typed = asyncio.run(_side_by_side(Path(folder), scale, tell))
    whole = f"A whole encounter, {len(ENCOUNTER)} messages"
    return [
        _parts(understood, written, short),
        _message_by_message("Typed turns, the last with everything", CANCELLED, cancelled),
        _message_by_message(f"{whole}, pressed", ENCOUNTER, pressed),
        _message_by_message(f"{whole}, typed but for the consent", ENCOUNTER, typed),
    ]


async def _side_by_side(folder: Path, scale: Scale, tell: Tell) -> list[Turns]:
    """Hold each conversation; an engine alone repeats each turn."""
    tell("starting Henvis")
    with a_henvis(folder / "data") as running:
        bot, patients = HenvisBot(running.url, running.token), count(FIRST_PATIENT)

        async def short(nurse: Posts) -> None:
            await bot.hold(nurse, Times())

        async def cancelled(nurse: Posts) -> None:
            conversation = (await nurse.post("/api/conversations", {}))["id"]
            for number, text in enumerate((TEXT, CANCEL)):
                said = {"message_id": str(number), "text": text}
                await nurse.post(f"/api/conversations/{conversation}/messages", said)

        async def pressed(nurse: Posts) -> None:
            await file(nurse, Patient(next(patients)))

        async def typed(nurse: Posts) -> None:
            await file(nurse, Patient(next(patients)), typing=True)

        async with bot.connect() as nurse:
            plans = [
                Plan(hold, await write_down(hold, nurse, running), repeats)
                for hold, repeats in (
                    (short, scale.pick(40, 300)),
                    (cancelled, scale.pick(20, 200)),
                    (pressed, scale.pick(6, 100)),
                    (typed, scale.pick(6, 100)),
                )
            ]
            tell("starting an engine with actions that only say what was said")
            lines = [line for plan in plans for line in plan.lines]
            with the_engine_alone(folder / "engine", scale.model, lines) as url:
                async with RasaBot(url).connect() as engine:
                    tell("turn by turn")
                    return [await _by_turns(plan, nurse, engine) for plan in plans]


async def _by_turns(plan: Plan, nurse: Client, engine: Client) -> Turns:
    turns = Turns()
    for number in range(plan.repeats + WARM_UP):
        both = SideBySide(nurse, engine, plan.lines)
        await plan.hold(both)
        if number >= WARM_UP:  # what is loaded at first use is no turn
            turns.whole.append(both.whole)
            turns.engine.append(both.own)
    return turns


def _parts(understood: Seconds, written: Seconds, turns: Turns) -> Result:
    result = Result(
        "The floor: a turn and its parts, one nurse alone",
        (
            "turn",
            "the model in process, ms",
            "the same rows written, ms",
            "the engine's own turn, ms",
            "the whole turn, ms",
            "whole / engine",
            "whole / (model + rows)",
        ),
        notes=[NOTE],
    )
    timed = {kind: turns.of(number) for number, kind in enumerate(KINDS)} | {BOTH: turns.mean}
    for kind, pair in timed.items():
        nlu, rows = (
            _ms(_both(each) if kind == BOTH else each[kind]) for each in (understood, written)
        )
        alone = nlu.median + rows.median
        figures = (nlu, rows, pair.engine, pair.whole)
        result.rows.append((kind, *figures, pair.ratio, pair.whole.median / alone))
        if kind != BOTH:
            names = ("the model", "the rows", "the engine", "the whole")
            medians = dict(zip(names, (each.median for each in figures), strict=True))
            result.bars.append(Bars(f"A {kind} turn and its parts, median", "ms", medians))
    return result


def _message_by_message(title: str, messages: Sequence[str], turns: Turns) -> Result:
    result = Result(
        f"{title}, one nurse alone",
        ("message", "the engine's own turn, ms", "the whole turn, ms", "whole / engine"),
        notes=[WHOLE_NOTE],
    )
    timed = {name: turns.of(number) for number, name in enumerate(messages)}
    for name, pair in (timed | {"all, mean": turns.mean}).items():
        result.rows.append((name, pair.engine, pair.whole, pair.ratio))
    return result


def _both(seconds: Seconds) -> list[float]:
    """Give the mean turn of each conversation."""
    return [mean(pair) for pair in zip(*seconds.values(), strict=True)]


def _ms(seconds: Sequence[float]) -> Spread:
    return spread([each * 1000 for each in seconds])


BENCHMARK = Benchmark("floor", "how much of a turn is the work", run)
