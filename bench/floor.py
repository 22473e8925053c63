"""How much of a turn is the work, and how much is the way.

The same message: understood by the model in process; the same rows written and committed, alone;
through the engine, whose actions know beforehand what to say; and as a whole turn of Henvis.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import mean

from actions.answers import AnswerAction
from actions.bedside_action import Heard
from bench.encounter import Patient
from bench.floor_turns import Hold, Line, SideBySide, the_engine_alone, write_down
from bench.growth import file
from bench.http_client import Client, Posts
from bench.measuring import Bars, Benchmark, Result, Scale, Spread, Tell, spread
from bench.processes import a_henvis
from bench.talking import BUTTON, TEXT, HenvisBot, RasaBot, Times
from service.composition import build_store
from service.database import prepare
from service.engine_process import engine_env
from service.settings import ROOT, Settings

REPLY = [{"text": "Svar", "buttons": [{"title": "Ja", "payload": "/affirm"}] * 4, "copy": False}]
NOTE = (
    "The engine's own turn: REST channel, understanding, rule, action call, wording. It is sent "
    "what it was sent in the whole turn, and its actions say what ours said, without doing "
    "anything. Goal: the whole turn (log-in, seal, engine, decision, commits, audit) ≤ 2 of it. "
    "Only a typed turn is sealed and understood; a button names its intent."
)
WHOLE_NOTE = "Each message is first sent to Henvis, then to the engine alone."
KINDS = ("text", "button")
BOTH = "one of each, mean"
Seconds = dict[str, list[float]]
HEARD: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("text", "smokes_daily", {}),
    ("button", "answer", {"step": "offer", "value": "not_now"}),
)


FIRST_PATIENT = 900_000
WARM_UP = 5
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


@dataclass
class Turns:
    """Seconds of each turn of one conversation, held again and again."""

    whole: list[list[float]] = field(default_factory=list)
    engine: list[list[float]] = field(default_factory=list)

    def of(self, number: int) -> tuple[Spread, Spread]:
        """Give one turn: the engine's own, and the whole."""
        return _ms([each[number] for each in self.engine]), _ms(
            [each[number] for each in self.whole]
        )

    @property
    def mean(self) -> tuple[Spread, Spread]:
        """Give the mean turn of each conversation."""
        return _ms([mean(each) for each in self.engine]), _ms([mean(each) for each in self.whole])


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
        understood = _understanding(scale.model, repeats)
        tell("the database alone")
        written = _writing(Path(folder) / "alone", repeats)
        short, pressed, typed = asyncio.run(_side_by_side(Path(folder), scale, tell))
    return [
        _parts(understood, written, short),
        _message_by_message("pressed", pressed),
        _message_by_message("typed but for the consent", typed),
    ]


async def _side_by_side(folder: Path, scale: Scale, tell: Tell) -> list[Turns]:
    """Hold each conversation; an engine alone repeats each turn."""
    tell("starting Henvis")
    with a_henvis(folder / "data") as running:
        bot, patients = HenvisBot(running.url, running.token), count(FIRST_PATIENT)

        async def short(nurse: Posts) -> None:
            await bot.hold(nurse, Times())

        async def pressed(nurse: Posts) -> None:
            await file(nurse, Patient(next(patients)))

        async def typed(nurse: Posts) -> None:
            await file(nurse, Patient(next(patients)), typing=True)

        async with bot.connect() as nurse:
            plans = [
                Plan(hold, await write_down(hold, nurse, running), repeats)
                for hold, repeats in (
                    (short, scale.pick(40, 300)),
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
    for kind, (engine, whole) in timed.items():
        nlu, rows = (
            _ms(_both(each) if kind == BOTH else each[kind]) for each in (understood, written)
        )
        alone = nlu.median + rows.median
        figures = (nlu, rows, engine, whole)
        result.rows.append((kind, *figures, whole.median / engine.median, whole.median / alone))
        if kind != BOTH:
            names = ("the model", "the rows", "the engine", "the whole")
            medians = dict(zip(names, (each.median for each in figures), strict=True))
            result.bars.append(Bars(f"A {kind} turn and its parts, median", "ms", medians))
    return result


def _message_by_message(how: str, turns: Turns) -> Result:
    result = Result(
        f"A whole encounter, {len(ENCOUNTER)} messages, {how}, one nurse alone",
        ("message", "the engine's own turn, ms", "the whole turn, ms", "whole / engine"),
        notes=[WHOLE_NOTE],
    )
    timed = {name: turns.of(number) for number, name in enumerate(ENCOUNTER)}
    for name, (engine, whole) in (timed | {"all, mean": turns.mean}).items():
        result.rows.append((name, engine, whole, whole.median / engine.median))
    return result


def _both(seconds: Seconds) -> list[float]:
    """Give the mean turn of each conversation."""
    return [mean(pair) for pair in zip(*seconds.values(), strict=True)]


def _understanding(model: Path, repeats: int) -> Seconds:
    argv = [Settings.load().engine_python, "-W", "ignore", "-m", "bench.floor_nlu", model]
    done = subprocess.run(
        [str(word) for word in (*argv, repeats, TEXT, BUTTON)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        env=engine_env(Settings.load()),
    )
    return dict(zip(KINDS, json.loads(done.stdout.splitlines()[-1]), strict=True))


def _writing(folder: Path, repeats: int) -> Seconds:
    """Receive, apply and finish both messages of new encounters, as the service does."""
    settings = Settings.load(data_dir=folder)
    prepare(settings, demo=True)
    store = build_store(settings)
    action = AnswerAction(store.encounters)
    seconds: Seconds = {kind: [] for kind in KINDS}
    token = store.accounts.issue_token("demo-nurse", store.around.now())
    nurse = store.accounts.authenticate(token or "", store.around.now())
    if nurse is None:
        raise SystemExit("the demo data lacks demo-nurse")
    for _ in range(repeats):
        encounter = store.encounters.start(nurse)
        for kind, intent, told in HEARD:
            message = uuid.uuid4().hex
            began = time.perf_counter()
            store.encounters.receive(nurse, encounter, message, TEXT, ())
            action.apply(Heard(encounter, message, intent, told, {}))
            store.encounters.finish(encounter, message, REPLY)
            seconds[kind].append(time.perf_counter() - began)
    store.database.close()
    return seconds


def _ms(seconds: list[float]) -> Spread:
    return spread([each * 1000 for each in seconds])


BENCHMARK = Benchmark("floor", "how much of a turn is the work", run)
