"""Writes what was measured: Markdown for people, JSON for programs, bars as SVG."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from html import escape
from pathlib import Path
from typing import Any

from bench.measuring import Bars, Result, cell

BAR, GAP, LEFT, WIDTH = 22, 8, 190, 640
LOOK = 'role="img" font-family="sans-serif" font-size="13" fill="#5b6770"'


def markdown(results: Mapping[str, Sequence[Result]], about: Mapping[str, str]) -> str:
    """Write all results under a heading for each benchmark."""
    lines: list[str] = ["# Measured by `./henvis bench`", ""]
    lines += [f"- {name}: {value}" for name, value in about.items()]
    for name, found in results.items():
        for result in found:
            lines += ["", f"## {result.title} (`{name}`)", "", *table(result)]
            lines += ["", *result.notes] if result.notes else []
    return "\n".join(lines) + "\n"


def table(result: Result) -> Iterator[str]:
    """Write one table, line by line."""
    yield f"| {' | '.join(result.columns)} |"
    yield "|---" + "|---:" * (len(result.columns) - 1) + "|"
    for row in result.rows:
        yield f"| {' | '.join(cell(value) for value in row)} |"


def write(
    folder: Path, results: Mapping[str, Sequence[Result]], about: Mapping[str, str]
) -> Iterator[Path]:
    """Write everything into a folder; give the files."""
    folder.mkdir(parents=True, exist_ok=True)
    told: dict[str, Any] = {
        "about": about,
        "results": {name: [asdict(each) for each in found] for name, found in results.items()},
    }
    files = {"bench.json": json.dumps(told, indent=2) + "\n", "bench.md": markdown(results, about)}
    for name, found in results.items():
        for number, bars in enumerate([bars for result in found for bars in result.bars]):
            files[f"{name}-{number + 1}.svg"] = svg(bars)
    for file, content in files.items():
        (folder / file).write_text(content, "utf-8")
        yield folder / file


def svg(bars: Bars) -> str:
    """Draw bars as SVG, each with its label and figure, readable in light and dark."""
    most = max(bars.values.values(), default=0.0) or 1.0
    height = 40 + len(bars.values) * (BAR + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {LOOK}>',
        f"<title>{escape(bars.title)}</title>",
        f'<text x="8" y="22" font-weight="bold">{escape(bars.title)}</text>',
    ]
    for number, (label, value) in enumerate(bars.values.items()):
        y = 36 + number * (BAR + GAP)
        long = max(1.0, (WIDTH - LEFT - 110) * value / most)
        end = f'x="{LEFT + long + 8:.1f}" y="{y + 15}"'
        parts += [
            f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{escape(label)}</text>',
            f'<rect x="{LEFT}" y="{y}" width="{long:.1f}" height="{BAR}" rx="3" fill="#1f7a6d"/>',
            f"<text {end}>{cell(value)} {escape(bars.unit)}</text>",
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"
