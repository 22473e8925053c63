"""Henvis beside stock Rasa: training, start, memory, one turn, and many nurses at once.

Both run at the same time on the same machine, and are asked by turns, so that both see the same
weather. What Henvis does besides (sealing, encounters, audit, commits to disk) is in its figures;
the stock bot's actions only say a sentence.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.driving.processes import Running, a_henvis, whole_memory_mb
from bench.driving.talking import Bot, HenvisBot, RasaBot, Rush, Times, hold, rush
from bench.measuring import Bars, Benchmark, Result, Scale, Spread, Tell, percentile, spread
from bench.stock.stock_rasa import DEFAULT_EPOCHS, Stock, StockProject
from service.database import prepare
from service.engine.model import training_cost_s
from service.settings import ROOT, Settings

NURSES = (1, 10, 50)
PER_MS = 1000.0


@dataclass(frozen=True)
class Trained:
    """What training took: ours, stock's for so many epochs, and one epoch more (0: unknown).

    In seconds, or in what ``note`` says.
    """

    ours: float
    stock: float
    epochs: int
    epoch_s: float = 0.0
    note: str = ""


def run(scale: Scale, tell: Tell) -> list[Result]:
    """Measure all of it."""
    with tempfile.TemporaryDirectory(prefix="henvis-bench-") as folder, ExitStack() as stack:
        data, project = Path(folder) / "henvis", StockProject(Path(folder) / "stock")
        data.mkdir(parents=True)
        trained = _train(scale, tell, data, project)
        prepare(Settings.load(data_dir=data), demo=True)  # made at the very first start only
        starts: tuple[list[float], list[float]] = ([], [])
        for number in range(scale.pick(0, 1)):
            tell(f"starting both, round {number + 1}")
            with ExitStack() as once:
                _start(once, data, project, starts)
        tell("starting both")
        ours, stock = _start(stack, data, project, starts)
        tell("turn by turn")
        bots = HenvisBot(ours.url, ours.token), RasaBot(stock.url)
        turns = _turns(scale, *bots)
        rushes = _rushes(scale, tell, *bots)
        return [_once(trained, starts, (ours, stock)), turns, *_of_rushes(rushes)]


def _train(scale: Scale, tell: Tell, data: Path, project: StockProject) -> Trained:
    """Train both. A quick run takes what our model's training is known to have cost."""

    def stock(epochs: int) -> float:
        tell(f"training stock Rasa for {epochs} of {DEFAULT_EPOCHS} epochs")
        project.write(epochs)
        return project.train()

    known = training_cost_s(scale.model) if scale.quick else None
    if known is not None:
        before = os.times()
        stock(1)
        after = os.times()
        spent = after.children_user + after.children_system
        spent -= before.children_user + before.children_system
        return Trained(known, spent, 1, note="Training: seconds of processor time.")
    tell("training Henvis")
    began = time.monotonic()
    env = {name: value for name, value in os.environ.items() if name != "HENVIS_MODEL"}
    argv = [sys.executable, "-P", "-m", "service", "train", "--data", str(data)]
    subprocess.run(argv, cwd=ROOT, env=env, check=True, capture_output=True)
    ours = time.monotonic() - began
    few, many = 1, scale.pick(1, 4)
    first = stock(few)
    if many == few:
        return Trained(ours, first, few)
    second = stock(many)
    return Trained(ours, second, many, (second - first) / (many - few))


def _start(
    stack: ExitStack, data: Path, project: StockProject, starts: tuple[list[float], list[float]]
) -> tuple[Running, Stock]:
    """Start both, each from nothing but its model, and note how long the first answer took."""
    ours = stack.enter_context(a_henvis(data))
    starts[0].append(ours.started_in_s + _first_answer(HenvisBot(ours.url, ours.token)))
    stock = stack.enter_context(project.run())
    starts[1].append(stock.started_in_s + _first_answer(RasaBot(stock.url)))
    return ours, stock


def _first_answer(bot: Bot) -> float:
    return hold(bot, 1).text[0]


def _once(
    trained: Trained,
    starts: tuple[list[float], list[float]],
    running: tuple[Running, Stock],
) -> Result:
    our_memory = whole_memory_mb(running[0].supervisor)
    stock_memory = running[1].memory_mb()
    our_start, stock_start = (spread(seconds) for seconds in starts)
    result = Result("Once", ("what", "Henvis", "stock Rasa", "ratio", "goal"))
    result.notes += [trained.note] if trained.note else []
    result.rows.append(
        (
            f"training, s (stock: {trained.epochs} of {DEFAULT_EPOCHS} epochs)",
            trained.ours,
            trained.stock,
            _ratio(trained.ours, trained.stock),
            "≤ 1/5 of all epochs",
        )
    )
    if trained.epoch_s:
        whole = trained.stock + (DEFAULT_EPOCHS - trained.epochs) * trained.epoch_s
        each = f"{DEFAULT_EPOCHS} epochs, reckoned from {trained.epoch_s:.1f} s each"
        result.rows.append(
            (
                f"training, s (stock: {each})",
                trained.ours,
                whole,
                _ratio(trained.ours, whole),
                "≤ 1/5",
            )
        )
    result.rows += [
        (
            "start to first answer, s",
            our_start,
            stock_start,
            _ratio(our_start.median, stock_start.median),
            "≤ 1/2",
        ),
        (
            "memory of all processes, MB",
            our_memory,
            stock_memory,
            _ratio(our_memory, stock_memory),
            "≤ 1/2",
        ),
    ]
    return result


def _turns(scale: Scale, ours: Bot, stock: Bot) -> Result:
    """Hold short conversations by turns, one nurse alone."""
    mine, theirs = Times(), Times()
    for bot in (ours, stock):
        hold(bot, 5)  # what is loaded at first use is no turn
    for _ in range(scale.pick(15, 100)):
        for bot, times in ((ours, mine), (stock, theirs)):
            times.add(hold(bot, 1))
    result = Result(
        "One nurse alone, turn by turn", ("turn", "Henvis, ms", "stock Rasa, ms", "ratio")
    )
    for kind, our_times, stock_times in (
        ("text", mine.text, theirs.text),
        ("button", mine.button, theirs.button),
    ):
        a, b = _ms(our_times), _ms(stock_times)
        result.rows.append((kind, a, b, _ratio(a.median, b.median)))
    return result


def _rushes(
    scale: Scale, tell: Tell, ours: Bot, stock: Bot
) -> dict[int, tuple[list[Rush], list[Rush]]]:
    """Let 1, 10 and 50 nurses talk at once, to both by turns."""
    found: dict[int, tuple[list[Rush], list[Rush]]] = {nurses: ([], []) for nurses in NURSES}
    for nurses in NURSES:
        for number in range(scale.pick(1, 3)):
            tell(f"{nurses} nurses at once, round {number + 1}")
            seconds = scale.pick(2, 8)
            found[nurses][0].append(rush(ours, nurses, seconds))
            found[nurses][1].append(rush(stock, nurses, seconds))
    return found


def _of_rushes(rushes: dict[int, tuple[list[Rush], list[Rush]]]) -> list[Result]:
    rate = Result(
        "Turns a second",
        ("nurses", "Henvis", "stock Rasa", "ratio", "goal"),
        notes=["A second includes what it takes to begin each encounter."],
    )
    wait = Result(
        "A turn, many nurses at once",
        ("nurses", "Henvis median, ms", "p95", "stock median, ms", "p95", "ratio", "p95 / median"),
        notes=["Goals: median ≤ 1/6 of stock's at 10 nurses; p95 ≤ 4 medians at 50."],
    )
    bars: dict[str, float] = {}
    lost = [sum(each.lost for both in rushes.values() for each in both[side]) for side in (0, 1)]
    rate.notes.append(f"Messages without an answer: Henvis {lost[0]}, stock Rasa {lost[1]}.")
    for nurses, (ours, stock) in rushes.items():
        a, b = (spread([each.turns_per_s for each in found]) for found in (ours, stock))
        goal = "≥ 8" if nurses > 1 else ""
        rate.rows.append((str(nurses), a, b, a.median / b.median, goal))
        bars |= {f"Henvis, {nurses}": a.median, f"stock Rasa, {nurses}": b.median}
        mine = [one * PER_MS for found in ours for one in found.times.every]
        theirs = [one * PER_MS for found in stock for one in found.times.every]
        middle, late = spread(mine), percentile(mine, 0.95)
        wait.rows.append(
            (
                str(nurses),
                middle,
                late,
                spread(theirs),
                percentile(theirs, 0.95),
                _ratio(middle.median, spread(theirs).median),
                late / middle.median,
            )
        )
    rate.bars.append(Bars("Turns a second, by nurses at once", "turns/s", bars))
    return [rate, wait]


def _ms(seconds: list[float]) -> Spread:
    return spread([each * PER_MS for each in seconds])


def _ratio(ours: float, stock: float) -> str:
    return f"1/{stock / ours:.1f}" if ours <= stock else f"{ours / stock:.2f}"


BENCHMARK = Benchmark("stock", "Henvis beside stock Rasa", run)
