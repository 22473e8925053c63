"""What benchmarks report: figures summed up, tables written and read, charts that hold together."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.measuring import Bars, Result, Spread, cell, percentile, spread
from bench.printed import read_tables
from bench.report import markdown, svg, table, write


def test_figures_are_summed_up_as_their_median_and_middle_half() -> None:
    assert spread([5, 1, 3, 2, 4]) == Spread(3, 2, 4)
    assert spread([7]) == Spread(7, 7, 7)


def test_a_late_figure_is_found_by_its_share() -> None:
    assert percentile(list(range(100)), 0.95) == 95
    assert percentile([3.0], 0.95) == 3.0


@pytest.mark.parametrize(
    ("value", "written"),
    [(1.234, "1.23"), (12.34, "12.3"), (1234.5, "1,234"), ("text", "text")],
)
def test_cells_are_short(value: float | str, written: str) -> None:
    assert cell(value) == written


def test_a_printed_table_is_read_back() -> None:
    result = Result("Title", ("what", "ms"), [("one", 1.0), ("two", Spread(2.0, 1.0, 3.0))])
    [read] = read_tables("Title", "\n".join([*table(result), "", "a note"]))
    assert read.columns == ["what", "ms"]
    assert read.rows == [["one", "1.00"], ["two", "2.00 (1.00–3.00)"]]
    assert read.notes == ["a note"]


def test_everything_is_written_for_people_and_for_programs(tmp_path: Path) -> None:
    bars = Bars("Turns", "turns/s", {"<Henvis>": 100.0, "stock": 10.0})
    results = {"stock": [Result("Rate", ("who", "turns"), [("Henvis", 100.0)], bars=[bars])]}
    files = {path.name for path in write(tmp_path, results, {"machine": "a laptop"})}
    assert files == {"bench.json", "bench.md", "stock-1.svg"}
    assert json.loads((tmp_path / "bench.json").read_text())["results"]["stock"][0]["rows"]
    assert "- machine: a laptop" in (tmp_path / "bench.md").read_text()


def test_a_chart_is_drawn_to_scale() -> None:
    drawn = ElementTree.fromstring(svg(Bars("Turns", "s", {"<a>": 100.0, "b": 50.0, "c": 0.0})))
    widths = [float(bar.attrib["width"]) for bar in drawn.iter() if bar.tag.endswith("rect")]
    assert widths[0] == 2 * widths[1]
    assert widths[2] == 1.0


def test_a_report_without_results_says_on_what_it_was_made() -> None:
    assert markdown({}, {"machine": "a laptop"}).endswith("- machine: a laptop\n")
