"""Habits of Rasa's decisions, broken in the light engine: they cost a third of a turn.

Rasa runs its graph of components by a scheduler for clusters, which plans anew for each message
what to run in which order; it compares each message with each rule, though few messages differ in
what rules look at; and it copies deeply whatever it would log at a level that is off. Here the
order is planned once and kept, so are the rules that fitted, and nothing is copied. What is run and
what is decided stays the same.

At a start, Rasa checks a model's domain by the schema that it was checked by when it was trained:
a fifth of what loading takes. Here it is believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from rasa.core import processor
from rasa.core.policies import rule_policy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import GraphSchema
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.utils import validation

SITUATIONS = 2_000
"""How many situations with their rules are kept; then all are forgotten."""

Order = Sequence[tuple[str, Sequence[str]]]


def plan_the_order_once() -> None:
    """Run the nodes of a graph one after the other, in an order that is kept."""

    def run(
        runner: DaskGraphRunner,
        inputs: Mapping[str, Any] | None = None,
        targets: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        wanted = tuple(targets or runner._graph_schema.target_names)
        kept: dict[tuple[str, ...], Order] = runner.__dict__.setdefault("_orders", {})
        if wanted not in kept:
            kept[wanted] = list(order(runner._graph_schema, wanted))
        done = {name: (name, value) for name, value in (inputs or {}).items()}
        try:
            for name, needs in kept[wanted]:
                if name not in done:
                    # What nobody provides is passed by its name, which the node knows to tell.
                    given = (done.get(need, need) for need in needs)
                    done[name] = runner._instantiated_nodes[name](*given)
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return dict(done[name] for name in wanted)

    DaskGraphRunner.run = run


def order(schema: GraphSchema, wanted: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Give each node that the wanted ones depend on, after what it needs."""
    given: set[str] = set()

    def with_what_it_needs(name: str) -> Iterator[tuple[str, Sequence[str]]]:
        if name in given or name not in schema.nodes:  # an input is no node
            return
        given.add(name)
        needs = list(schema.nodes[name].needs.values())
        for need in needs:
            yield from with_what_it_needs(need)
        yield name, needs

    for name in wanted:
        yield from with_what_it_needs(name)


def keep_fitting_rules() -> None:
    """Look up the rules that fit a situation, once for each that there is."""
    look_through = RulePolicy._get_possible_keys

    def look_up(policy: RulePolicy, lookup: dict[str, str], states: list[Any]) -> set[str]:
        kept: dict[tuple[int, str], set[str]] = policy.__dict__.setdefault("_fitting", {})
        situation = id(lookup), repr(states)
        if situation not in kept:
            if len(kept) >= SITUATIONS:
                kept.clear()
            kept[situation] = look_through(policy, lookup, states)
        return set(kept[situation])

    RulePolicy._get_possible_keys = look_up


def copy_nothing_for_logs() -> None:
    """Hand to the log what it is about. These two modules copy for nothing else."""
    for module in (processor, rule_policy):
        module.copy = SimpleNamespace(deepcopy=lambda thing: thing)


def believe_the_model() -> None:
    """Take a domain as it stands. Only for what reads no domain but a trained model's."""
    validation.validate_yaml_schema = lambda *_, **__: None
