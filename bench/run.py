"""Runs benchmarks by name, tells how far they are, and writes what they found."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import against_stock, growth, load, printed, replicas, telegram_load
from bench.floor import floor
from bench.measuring import Benchmark, Result, Scale
from bench.report import table, write
from service.engine.model import ensure_model
from service.errors import UserError
from service.processes.progress import Progress
from service.settings import ROOT, Settings

RESULTS = ROOT / "bench" / "results"
BENCHMARKS: tuple[Benchmark, ...] = (
    against_stock.BENCHMARK,
    floor.BENCHMARK,
    load.BENCHMARK,
    replicas.BENCHMARK,
    growth.BENCHMARK,
    telegram_load.BENCHMARK,
    *printed.BENCHMARKS,
)


def bench(names: Sequence[str], *, quick: bool) -> None:
    """Run the benchmarks of these names, or all. Raises UserError for a name that there is not."""
    known = {each.name: each for each in BENCHMARKS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UserError(f"there is no benchmark {unknown[0]}; there are {', '.join(known)}")
    chosen = [known[name] for name in names] or list(BENCHMARKS)
    about = machine(names, quick=quick)
    found: dict[str, list[Result]] = {}
    model = ensure_model(Settings.load(), Progress(total=1))
    os.environ["HENVIS_MODEL"] = str(model)  # so that nothing that is started trains its own
    os.environ["HENVIS_DEMO_ENCOUNTERS"] = "0"  # each begins with the few demo rows alone
    began = time.monotonic()
    for number, each in enumerate(chosen, start=1):
        found[each.name] = _run(each, Scale(quick, model), f"{number}/{len(chosen)}")
    about["took"] = f"{time.monotonic() - began:.0f} s"
    about["load at the end"] = _load()
    for path in write(RESULTS, found, about):
        _say(f"bench: wrote {path.relative_to(ROOT)}")


def machine(names: Sequence[str], *, quick: bool) -> dict[str, str]:
    """Say on what and when this is measured."""
    return {
        "command": " ".join(["./henvis bench", *names, *["--quick"] * quick]),
        "at": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "load at the start": _load(),
    }


def _run(each: Benchmark, scale: Scale, which: str) -> list[Result]:
    began = time.monotonic()

    def tell(step: str) -> None:
        _say(f"bench {which} {each.name}: {step} ({time.monotonic() - began:.0f} s so far)")

    tell(each.about)
    results = each.run(scale, tell)
    for result in results:
        print(f"\n{result.title}", *table(result), *result.notes, "", sep="\n", flush=True)
    return results


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
