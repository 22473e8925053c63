"""Henvis beside stock Rasa: training, start, memory, one turn, and many nurses at once.

Both run at the same time on the same machine, and are asked by turns, so that both see the same
weather. What Henvis does besides (sealing, encounters, audit, commits to disk) is in its figures;
the stock bot's actions only say a sentence.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.measuring import Bars, Benchmark, Result, Scale, Spread, Tell, percentile, spread
from bench.processes import Running, a_henvis, henvis, whole_memory_mb
from bench.stock_rasa import DEFAULT_EPOCHS, Stock, StockProject
from bench.talking import Bot, HenvisBot, RasaBot, Rush, Times, hold, rush

NURSES = (1, 10, 50)
PER_MS = 1000.0


def run(scale: Scale, tell: Tell) -> list[Result]:
    """Measure all of it."""
    with tempfile.TemporaryDirectory(prefix="henvis-bench-") as folder, ExitStack() as stack:
        data, project = Path(folder) / "henvis", StockProject(Path(folder) / "stock")
        prepared = _prepare(scale, tell, data, project)
        tell("starting both")
        henvis_starts, stock_starts = _starts(scale, data, project)
        ours = stack.enter_context(a_henvis(data))
        stock = stack.enter_context(project.run())
        _first_answer(HenvisBot(ours.url, ours.token))
        _first_answer(RasaBot(stock.url))
        tell("turn by turn")
        turns = _turns(scale, HenvisBot(ours.url, ours.token), RasaBot(stock.url))
        rushes = _rushes(scale, tell, HenvisBot(ours.url, ours.token), RasaBot(stock.url))
        once = _once(prepared, (henvis_starts, stock_starts), (ours, stock))
        return [once, turns, *_of_rushes(rushes)]


def _prepare(
    scale: Scale, tell: Tell, data: Path, project: StockProject
) -> tuple[float, float, int, float]:
    """Train both; give our seconds, stock's, its epochs, and what one epoch of it takes."""
    data.mkdir(parents=True)
    tell("training Henvis")
    began = time.monotonic()
    henvis("train", data=data, env={"HENVIS_MODEL": ""})
    our_seconds = time.monotonic() - began
    few, many = 1, scale.pick(1, 4)
    tell(f"training stock Rasa for {few} epoch of {DEFAULT_EPOCHS}")
    project.write(few)
    first = project.train()
    if many == few:
        return our_seconds, first, few, 0.0
    tell(f"training stock Rasa for {many} epochs of {DEFAULT_EPOCHS}")
    project.write(many)
    second = project.train()
    return our_seconds, second, many, (second - first) / (many - few)


def _starts(scale: Scale, data: Path, project: StockProject) -> tuple[list[float], list[float]]:
    """Start both by turns, each from nothing but its model, until the first answer."""
    ours, stock = [], []
    with a_henvis(data):
        pass  # the demo data is made at the very first start
    for _ in range(scale.pick(1, 3)):
        with a_henvis(data) as running:
            ours.append(running.started_in_s + _first_answer(HenvisBot(running.url, running.token)))
        with project.run() as running_stock:
            stock.append(running_stock.started_in_s + _first_answer(RasaBot(running_stock.url)))
    return ours, stock


def _first_answer(bot: Bot) -> float:
    return hold(bot, 1).text[0]


def _once(
    prepared: tuple[float, float, int, float],
    starts: tuple[list[float], list[float]],
    running: tuple[Running, Stock],
) -> Result:
    our_training, stock_training, epochs, epoch_s = prepared
    our_memory = whole_memory_mb(running[0].supervisor)
    stock_memory = running[1].memory_mb()
    our_start, stock_start = (spread(seconds) for seconds in starts)
    result = Result("Once", ("what", "Henvis", "stock Rasa", "ratio", "goal"))
    result.rows.append(
        (
            f"training, s (stock: {epochs} of {DEFAULT_EPOCHS} epochs)",
            our_training,
            stock_training,
            _ratio(our_training, stock_training),
            "≤ 1/5 of all epochs",
        )
    )
    if epoch_s:
        whole = stock_training + (DEFAULT_EPOCHS - epochs) * epoch_s
        result.rows.append(
            (
                f"training, s (stock: {DEFAULT_EPOCHS} epochs, reckoned from {epoch_s:.1f} s each)",
                our_training,
                whole,
                _ratio(our_training, whole),
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
    for _ in range(scale.pick(25, 100)):
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
            seconds = scale.pick(5, 15)
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
