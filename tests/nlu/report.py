"""Prints how well the engine understands the held-out phrases; `./henvis nlu report` calls it.

Usage: python -m tests.nlu.report ENGINE_PYTHON MODEL [SEEDS]. With more than one seed the intents
are trained anew by each, and mean and spread are told. Exit code 1 when a figure of the model
misses its goal, as CI does.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.nlu.measuring import (
    GOALS,
    Exam,
    Goal,
    by_intent,
    confusions,
    exam,
    figures,
    mistakes,
)
from tests.nlu.understanding import Understood, understand

FIRST_SEED = 20
WORST = 20
OFTEN = 2


def main(engine_python: Path, model: Path, seeds: int) -> int:
    """Measure and print; give 1 when a figure misses its goal."""
    asked = exam()
    read = understand(engine_python, asked.texts(), model)
    measured = figures(asked, read)
    print(
        f"{len(asked.plain)} held-out phrases, {len(asked.refusals)} refusals, model {model.name}"
    )
    print("\n| figure | goal | measured |\n|---|---|---|")
    for name, goal in _shown(measured).items():
        missed = goal and not goal.is_met(measured[name])
        mark = " **misses the goal**" if missed else ""
        print(f"| {name} | {_bound(goal)} | {_written(name, measured[name])}{mark} |")
    _print_intents(asked, read)
    _print_confusions(asked, read)
    _print_worst(asked, read)
    if seeds > 1:
        _print_seeds(asked, engine_python, seeds)
    return 0 if all(goal.is_met(measured[goal.name]) for goal in GOALS) else 1


def _print_intents(asked: Exam, read: Mapping[str, Understood]) -> None:
    print("\n| intent | phrases | precision | recall | F1 |\n|---|---|---|---|---|")
    inside = [case for case in asked.plain if not case.phrase.kind]
    for intent, score in sorted(by_intent(inside, read).items(), key=lambda pair: pair[1].f1):
        print(
            f"| {intent} | {score.phrases} | {score.precision:.2f} | {score.recall:.2f} "
            f"| {score.f1:.2f} |"
        )


def _print_confusions(asked: Exam, read: Mapping[str, Understood]) -> None:
    print(f"\nConfused {OFTEN} times or more, a bar a time:")
    counts = confusions(asked.plain, read)
    for (intent, named), count in counts.most_common():
        if count >= OFTEN:
            print(f"  {intent:>26} read as {named:<26} {'█' * count} {count}")


def _print_worst(asked: Exam, read: Mapping[str, Understood]) -> None:
    print(f"\nThe worst {WORST} mistakes, most confident first:")
    for case in mistakes(asked.plain, read)[:WORST]:
        made = read[case.sent]
        print(f"  {made.confidence:.2f} {case.phrase.intent} read as {made.intent}: {case.sent}")


def _print_seeds(asked: Exam, engine_python: Path, seeds: int) -> None:
    each = []
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        print(f"training by seed {seed}", file=sys.stderr)
        read = understand(engine_python, asked.texts(), "--seed", str(seed))
        each.append(figures(asked, read))
    print(f"\n| figure, {seeds} seeds | goal | mean | least to most |\n|---|---|---|---|")
    for name, goal in _shown(each[0]).items():
        if name != "entity F1":  # entities are not learned
            values = [one[name] for one in each]
            least, most = _written(name, min(values)), _written(name, max(values))
            shown = f"{_written(name, statistics.mean(values))} | {least} to {most}"
            print(f"| {name} | {_bound(goal)} | {shown} |")


def _shown(measured: Mapping[str, float]) -> dict[str, Goal | None]:
    """Give the goals in their order, then what else was measured."""
    goals: dict[str, Goal | None] = {goal.name: goal for goal in GOALS}
    return goals | {name: None for name in measured if name not in goals}


def _bound(goal: Goal | None) -> str:
    return f"{'≤' if goal.at_most else '≥'} {goal.bound:g}" if goal else ""


def _written(name: str, value: float) -> str:
    return f"{value:g}" if name == "a no read as yes" else f"{value:.3f}"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
