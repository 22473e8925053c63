"""Takes over the tables of benchmarks that are programs of their own and print Markdown."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.measuring import Bars, Benchmark, Result, Scale, Tell
from service.settings import ROOT


@dataclass(frozen=True)
class Program:
    """A module with a ``main``, and its arguments for a quick and for a full run."""

    module: str
    about: str
    quick: Sequence[str] = ()
    full: Sequence[str] = ()

    @property
    def name(self) -> str:
        """What it is called at the command line."""
        return self.module.removeprefix("bench.").replace("_", "-")

    def run(self, scale: Scale, tell: Tell) -> list[Result]:
        """Run it and read its tables."""
        arguments = self.quick if scale.quick else self.full
        tell(" ".join([self.module, *arguments]))
        done = subprocess.run(
            [sys.executable, "-P", "-m", self.module, *arguments],
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            check=True,
        )
        results = read_tables(self.about, done.stdout)
        for result in results:
            result.bars.extend(bars_of(result))
        return results


PROGRAMS = (
    Program(
        "bench.course_query",
        "A question about courses, in catalogues of very different size",
        quick=("--courses", "2000", "--seats", "8000", "--repeats", "10"),
    ),
    Program(
        "bench.queue_page",
        "A page of a municipality's queue",
        quick=("--referrals", "8000", "--repeats", "10"),
    ),
    Program(
        "bench.feedback",
        "The feedback pages",
        quick=("--encounters", "5000"),
        full=("--encounters", "500000"),
    ),
)
BENCHMARKS = tuple(
    Benchmark(each.name, each.about, each.run)
    for each in PROGRAMS
    if importlib.util.find_spec(each.module)
)


def bars_of(result: Result) -> Iterator[Bars]:
    """Draw the last column of milliseconds: what was measured on most."""
    columns = [number for number, name in enumerate(result.columns) if name.endswith("ms")]
    if columns:
        figures = {
            str(row[0]): float(str(row[columns[-1]]).replace(",", "")) for row in result.rows
        }
        yield Bars(f"{result.title}: {result.columns[columns[-1]]}", "ms", figures)


def read_tables(title: str, printed: str) -> list[Result]:
    """Read the Markdown tables of a text; other lines become notes of the table before them."""
    results: list[Result] = []
    in_table = False
    for line in printed.splitlines():
        cells = [each.strip() for each in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            in_table = False
            if line.strip() and results:
                results[-1].notes.append(line.strip())
        elif not in_table:
            results.append(Result(title, cells))
            in_table = True
        elif not set(line) <= set("|-: "):
            results[-1].rows.append(cells)
    return results
