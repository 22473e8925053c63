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

import yaml

from actions.answers import AnswerAction
from actions.bedside_action import Heard
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
    "commits, audit) ≤ 2 of it."
)
KINDS = ("text", "button")
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
    for number, kind in enumerate(KINDS):
        nlu, rows = understood[number], written[number]
        engine_turn, turn = (_ms(getattr(times, kind)) for times in (of_engine, of_whole))
        result.rows.append(
            (
                kind,
                nlu,
                rows,
                engine_turn,
                turn,
                turn.median / engine_turn.median,
                turn.median / (nlu.median + rows.median),
            )
        )
        parts = {"the model": nlu, "the rows": rows, "the engine": engine_turn, "the whole": turn}
        medians = {name: each.median for name, each in parts.items()}
        result.bars.append(Bars(f"A {kind} turn and its parts, median", "ms", medians))
    return [result]


def _understanding(model: Path, repeats: int) -> list[Spread]:
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
    return [_ms(seconds) for seconds in json.loads(done.stdout.splitlines()[-1])]


def _writing(folder: Path, repeats: int) -> list[Spread]:
    """Receive, apply and finish both messages of new encounters, as the service does."""
    settings = Settings.load(data_dir=folder)
    prepare(settings, demo=True)
    store = build_store(settings)
    action = AnswerAction(store.encounters)
    seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
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
    return [_ms(seconds[kind]) for kind in KINDS]


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
