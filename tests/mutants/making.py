"""Makes the mutants of a module: its source with one thing wrong."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from tests.mutants.operators import decides_nothing, operators


@dataclass(frozen=True)
class Mutant:
    """``source`` is the whole module; ``change`` tells what is wrong, and on which line."""

    operator: str
    source: str
    change: str


def mutants_of(source: str) -> list[Mutant]:
    """Give every mutant that compiles, each once."""
    found: dict[str, Mutant] = {}
    for operator in operators():
        occurrence = -1
        for node in ast_nodes(get_ast(source)):
            for _ in operator.mutation_positions(node):
                occurrence += 1
                if decides_nothing(node):
                    continue
                changed = mutate_code(source, operator, occurrence)
                if changed and _is_another(changed, source):
                    name = type(operator).__name__
                    found.setdefault(changed, Mutant(name, changed, _change(source, changed)))
    return sorted(found.values(), key=lambda each: int(each.change.split(":")[0]))


def _is_another(changed: str, source: str) -> bool:
    """Leave out what is no Python, and "not not": to leave its one "not" out is the same."""
    try:
        compile(changed, "mutant", "exec")
    except SyntaxError:
        return False
    return changed != source and changed.count("not not") == source.count("not not")


def _change(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    blocks = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    _, start, end, to, until = next(each for each in blocks if each[0] != "equal")
    was, is_now = (" ".join(" ".join(lines).split()) for lines in (old[start:end], new[to:until]))
    return f"{start + 1}: {was}  →  {is_now or '(gone)'}"
