"""Tells which of the packages that are installed beside Rasa an engine that answers has loaded.

`python -m nlu.serving.inventory MODEL`, by the engine's Python: loads the model, reads one message,
and prints a line for each package: its name, `loaded` or `installed`.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import io
import re
import sys
from importlib.metadata import Distribution, distributions
from types import ModuleType

from nlu.without_tensorflow import leave_out

OURS = ("graph_runs", "action_calls", "tracker_store", "log_privacy", "serving.guarded_rest")


def load(model: str) -> None:
    """Load what an engine loads, and have it read a message."""
    leave_out()
    importlib.import_module("rasa.__main__")
    for name in ("rasa.cli.run", "rasa.core.run", "rasa.server"):
        importlib.import_module(name)
    for name in OURS:
        importlib.import_module(f"nlu.{name}")
    agent = importlib.import_module("rasa.core.agent").Agent.load(model)
    asyncio.run(agent.parse_message("hej"))


def is_loaded(distribution: Distribution) -> bool:
    """Tell whether a module of it is in memory, and no stand-in of its name."""
    tops = {file.parts[0].split(".")[0] for file in distribution.files or ()} - {""}
    modules = [sys.modules[top] for top in tops if top in sys.modules]
    site = str(distribution.locate_file(""))
    places = [p for each in modules for p in (getattr(each, "__file__", ""), *_paths(each))]
    return any(str(place).startswith(site) for place in places if place)


def _paths(module: ModuleType) -> list[str]:
    return list(getattr(module, "__path__", ()))


def name_of(distribution: Distribution) -> str:
    """Give the name as lists of requirements write it."""
    return re.sub(r"[-_.]+", "-", distribution.metadata["Name"]).lower()


def main(model: str) -> None:
    """Print the list."""
    with contextlib.redirect_stdout(io.StringIO()):
        load(model)
    told = {name_of(each): is_loaded(each) for each in distributions()}
    for name in sorted(told):
        print(name, "loaded" if told[name] else "installed")


if __name__ == "__main__":
    main(sys.argv[1])
