"""How much of a turn is the work, and how much is the way.

The same message: understood by the model in process; the same rows written and committed, alone;
through the engine with an action that only says a sentence; and as a whole turn of Henvis.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import mean

import yaml

from actions.answers import AnswerAction
from actions.bedside_action import Heard
from bench import floor_encounter
from bench.measuring import Bars, Benchmark, Result, Scale, Spread, Tell, spread
from bench.processes import a_henvis, a_process, wait_until_it_answers
from bench.stock_rasa import stock_actions
from bench.talking import BUTTON, TEXT, HenvisBot, RasaBot, Times, hold
from service.composition import build_store
from service.database import prepare
from service.engine_process import engine_env, free_port, run_argv, write_endpoints
from service.settings import ROOT, Settings

REPLY = [{"text": "Svar", "buttons": [{"title": "Ja", "payload": "/affirm"}] * 4, "copy": False}]
NOTE = (
    "The engine's own turn: REST channel, understanding, rule, action call, wording, with an "
    "action that only says a sentence. Goal: the whole turn (log-in, seal, engine, decision, "
    "commits, audit) ≤ 2 of it. Only a typed turn is sealed and understood; a button names its "
    "intent."
)
KINDS = ("text", "button")
BOTH = "one of each, mean"
Seconds = dict[str, list[float]]
HEARD: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("text", "smokes_daily", {}),
    ("button", "answer", {"step": "offer", "value": "not_now"}),
)


def run(scale: Scale, tell: Tell) -> list[Result]:
    """Measure the parts and the whole, whole and engine by turns."""
    repeats = scale.pick(50, 300)
    with tempfile.TemporaryDirectory(prefix="henvis-bench-") as folder, ExitStack() as stack:
        tell("the model alone, in process")
        understood = _understanding(scale.model, repeats)
        tell("the database alone")
        written = _writing(Path(folder) / "alone", repeats)
        tell("starting Henvis, and an engine with actions that only say a sentence")
        henvis_running = stack.enter_context(a_henvis(Path(folder) / "data"))
        whole = HenvisBot(henvis_running.url, henvis_running.token)
        engine = RasaBot(stack.enter_context(_engine_alone(Path(folder) / "engine", scale.model)))
        for bot in (whole, engine):
            hold(bot, 10)  # what is loaded at first use is no turn
        tell("turn by turn")
        of_whole, of_engine = Times(), Times()
        for _ in range(repeats):
            for bot, times in ((whole, of_whole), (engine, of_engine)):
                times.add(hold(bot, 1))
        tell("whole encounters, message by message")
        encounter = floor_encounter.measure(whole, engine, scale.pick(10, 100))
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
    seconds = [understood, written, _by_kind(of_engine), _by_kind(of_whole)]
    for kind in (*KINDS, BOTH):
        parts = [_ms(_both(each) if kind == BOTH else each[kind]) for each in seconds]
        nlu, rows, engine_turn, turn = (part.median for part in parts)
        result.rows.append((kind, *parts, turn / engine_turn, turn / (nlu + rows)))
        if kind != BOTH:
            names = ("the model", "the rows", "the engine", "the whole")
            medians = dict(zip(names, (nlu, rows, engine_turn, turn), strict=True))
            result.bars.append(Bars(f"A {kind} turn and its parts, median", "ms", medians))
    return [result, encounter]


def _by_kind(times: Times) -> Seconds:
    return {kind: getattr(times, kind) for kind in KINDS}


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


@contextmanager
def _engine_alone(folder: Path, model: Path) -> Iterator[str]:
    """Run an engine as `up` does, with an action server that only says a sentence."""
    settings, port = Settings.load(data_dir=folder), free_port()
    endpoints = write_endpoints(settings, "")
    with stock_actions(folder) as actions:
        told = yaml.safe_load(endpoints.read_text())
        told["action_endpoint"]["url"] = actions.url
        endpoints.write_text(yaml.safe_dump(told))
        argv, log = run_argv(settings, model, endpoints, port), folder / "engine.log"
        with a_process(argv, log, engine_env(settings)) as process:
            wait_until_it_answers(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"


def _ms(seconds: list[float]) -> Spread:
    return spread([each * 1000 for each in seconds])


BENCHMARK = Benchmark("floor", "how much of a turn is the work", run)
