"""Runs in the engine's environment: graphs and rules by Rasa's way and by ours, printed as JSON."""

from __future__ import annotations

import ast
import inspect
import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nlu.without_tensorflow import leave_out

leave_out()

from rasa.core import processor  # noqa: E402
from rasa.core.policies import rule_policy  # noqa: E402
from rasa.core.policies.rule_policy import RulePolicy  # noqa: E402
from rasa.engine.exceptions import GraphRunError  # noqa: E402
from rasa.engine.graph import GraphSchema  # noqa: E402
from rasa.engine.runner.dask import DaskGraphRunner  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.exceptions import YamlException  # noqa: E402

from nlu.graph_runs import (  # noqa: E402
    believe_the_model,
    copy_nothing_for_logs,
    keep_fitting_rules,
    plan_the_order_once,
)

NEEDS = {"both": ("left", "right"), "left": ("top",), "right": ("top", "said"), "top": ("said",)}
"""A diamond, the last first; ``said`` is what comes from outside."""
RULES = {
    json.dumps([{"prev_action": {"action_name": "action_listen"}, "user": {"intent": name}}]): name
    for name in ("greet", "help", "deny")
}


def runner(ran: list[str], *, fails: bool = False) -> DaskGraphRunner:
    """Give a runner whose nodes write down that they ran, and give what they were given."""

    def node(name: str) -> Any:
        def run(*given: Any) -> Any:
            if fails:
                raise RuntimeError(name)
            ran.append(name)
            return name, {name: [list(each) for each in given]}

        return run

    made: DaskGraphRunner = object.__new__(DaskGraphRunner)
    nodes = {
        name: SimpleNamespace(needs={need: need for need in needs}, is_target=name == "both")
        for name, needs in NEEDS.items()
    }
    made._graph_schema = GraphSchema(nodes)
    made._instantiated_nodes = {name: node(name) for name in NEEDS}
    made._execution_context = None
    return made


def graphs() -> dict[str, Any]:
    """Run all of the graph, a part of it, and one that fails."""
    ran: list[str] = []
    diamond = runner(ran)
    told: dict[str, Any] = {"whole": diamond.run(inputs={"said": "hej"})}
    told["part"] = [diamond.run({"said": text}, targets=["left"]) for text in ("a", "b")]
    told["each once"] = sorted(ran[:4]) == sorted(NEEDS) and len(ran) == 8
    try:
        runner([], fails=True).run(inputs={"said": "hej"})
    except GraphRunError as error:
        told["fails"] = str(error)
    return told


def rules() -> list[Any]:
    """Look up rules for what a few nurses say, twice."""
    policy: RulePolicy = object.__new__(RulePolicy)
    found = []
    for intent in ("greet", "help", "greet", "thanks"):
        state = {"prev_action": {"action_name": "action_listen"}, "user": {"intent": intent}}
        fitting = policy._get_possible_keys(RULES, [state])
        found.append(sorted(RULES[key] for key in fitting))
        fitting.clear()  # whoever is given them may change them
    return found


def domains() -> dict[str, Any]:
    """Read our domain, and one that the schema refuses."""
    ours = Path(__file__).parents[2] / "domain.yml"
    told: dict[str, Any] = {"ours": Domain.from_yaml(ours.read_text("utf-8")).fingerprint()}
    wrong = "session_config: {carry_over_slots_to_new_session: 3}"
    try:
        told["wrong"] = bool(Domain.from_yaml(wrong))
    except YamlException as error:
        told["wrong"] = type(error).__name__
    return told


def outside_logs(module: ModuleType) -> int:
    """Count the copies that a module makes for anything but its log."""
    tree = ast.parse(inspect.getsource(module))
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call)]
    copies = {each for each in calls if ast.unparse(each.func).startswith("copy.")}
    logs = (each for each in calls if ast.unparse(each.func).startswith("structlogger."))
    return len(copies - {part for each in logs for part in ast.walk(each)})


rasa = {"graphs": graphs(), "rules": rules(), "domains": domains()}
plan_the_order_once()
keep_fitting_rules()
copied = [outside_logs(module) for module in (processor, rule_policy)]
copy_nothing_for_logs()
believe_the_model()
ours = {"graphs": graphs(), "rules": rules(), "domains": domains()}
told = {"rasa": rasa, "ours": ours, "copied": copied}
print(json.dumps(told))
