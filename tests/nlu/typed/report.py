"""Prints what typed sentences come to on a whole Henvis; `./henvis nlu report` calls it.

Usage: python -m tests.nlu.typed.report MODEL [FOLDER]. Without a folder our own sentences are
played; with one, its ``said.tsv`` and ``harm.tsv``. Each sentence of ours that is not right is
told, but none that is held out: who reads them tunes on them. Exit code 1 when a goal is missed.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from service.composition import build_store
from service.settings import Settings
from tests.nlu.typed.cases import Case, cases_of, own_cases
from tests.nlu.typed.judging import HARM, RECORD, RIGHT, VERDICTS, Became
from tests.nlu.typed.playing import NURSE, Player
from tests.running import RunningHenvis, start_henvis, stop_henvis

TWO_FACTS = frozenset({"two_facts", "twofact"})
LANGUAGES = ("da", "en")
GOAL, GOAL_OF_TWO = 0.92, 0.85
Played = tuple[Case, Became, str]


@dataclass(frozen=True)
class Figure:
    """One figure with its goal; ``at_most`` for counts of what must not happen."""

    name: str
    goal: float
    value: float
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        """Tell whether the goal is met."""
        return self.value <= self.goal if self.at_most else self.value >= self.goal


def figures(played: Sequence[Played]) -> list[Figure]:
    """Give what is held to a goal; sentences that only must do no harm count there alone."""
    counted = [one for one in played if not one[0].lenient]
    shares = [
        Figure(f"right, {language}", GOAL, share)
        for language in LANGUAGES
        if (share := _right(one for one in counted if one[0].language == language)) is not None
    ]
    two = _right(one for one in counted if one[0].kind in TWO_FACTS)
    return [
        Figure(HARM, 0, sum(verdict == HARM for *_, verdict in played), at_most=True),
        Figure(RECORD, 0, sum(verdict == RECORD for *_, verdict in played), at_most=True),
        *shares,
        *([] if two is None else [Figure("right, two facts", GOAL_OF_TWO, two)]),
    ]


def play(running: RunningHenvis, cases: Iterable[Case]) -> list[Played]:
    """Play cases on a running Henvis."""
    store = build_store(Settings.load(data_dir=running.data))
    client = running.client(NURSE)
    try:
        return list(Player(client, store).play(cases))
    finally:
        client.close()
        store.database.close()


def main(model: Path, folder: Path | None) -> int:
    """Play and print; give 1 when a goal is missed."""
    cases = cases_of(folder) if folder else own_cases()
    with tempfile.TemporaryDirectory(prefix="henvis-typed-") as place:
        running = start_henvis(Path(place), HENVIS_MODEL=str(model), HENVIS_DEMO_ENCOUNTERS="0")
        try:
            played = play(running, cases)
        finally:
            stop_henvis(running)
    print(f"\n{len(cases)} sentences typed into a whole Henvis, {folder or 'our own'}\n")
    print(table(played))
    if not folder:
        held = [one for one in played if one[0].held_out]
        seen = _right(one for one in played if not one[0].held_out)
        print(f"\nheld out: {_right(held):.3f} right of {len(held)}, of the others {seen:.3f}")
    print("\n| figure | goal | measured |\n|---|---|---|")
    for figure in figures(played):
        mark = "" if figure.is_met else " **misses the goal**"
        bound = f"{'≤' if figure.at_most else '≥'} {figure.goal:g}"
        print(f"| {figure.name} | {bound} | {figure.value:.3g}{mark} |")
    print()
    for one in played:
        if one[2] != RIGHT and not one[0].held_out:
            print(told(one))
    return 0 if all(figure.is_met for figure in figures(played)) else 1


def table(played: Iterable[Played]) -> str:
    """Give the counts by kind and language, and their sums, as a table."""
    rows: dict[tuple[str, str], Counter[str]] = {}
    for case, _, verdict in played:
        for kind in (case.kind, "all"):
            rows.setdefault((kind, case.language), Counter())[verdict] += 1
    ordered = sorted(rows, key=lambda row: (row[0] == "all", *row))
    lines = ["| kind | | " + " | ".join(VERDICTS) + " |", "|---" * (2 + len(VERDICTS)) + "|"]
    for kind, language in ordered:
        counts: Mapping[str, int] = rows[kind, language]
        told_counts = " | ".join(str(counts[verdict] or "") for verdict in VERDICTS)
        lines.append(f"| {kind} | {language} | {told_counts} |")
    return "\n".join(lines)


def told(one: Played) -> str:
    """Tell one sentence and what became of it."""
    case, became, verdict = one
    recorded = " ".join(f"{step}={value}" for step, value in became.recorded.items())
    said = " ".join(each.removeprefix("utter_") for each in became.said)
    where = f"{verdict}: {case.kind} at {case.step}: {case.text!r}"
    return f"{where} recorded {recorded or '-'}, said {said}"


def _right(played: Iterable[Played]) -> float | None:
    verdicts = [verdict for *_, verdict in played]
    return verdicts.count(RIGHT) / len(verdicts) if verdicts else None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None))
