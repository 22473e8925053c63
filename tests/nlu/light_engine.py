"""Runs in the engine's environment: imports Rasa as the engine does, prints what came with it.

Usage: python light_engine.py MODEL; the answers are JSON on the last line.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nlu.without_tensorflow import COMPONENTS, TRAINING, NeedsTensorFlow, leave_out


def real_source(module: str) -> str:
    """Read a module of Rasa without importing it."""
    spec = importlib.util.find_spec(module)
    assert spec
    assert spec.origin
    return Path(spec.origin).read_text("utf-8")


def main(model: Path) -> None:
    """Look at the real modules, leave them out, load the trained model, try what was left out."""
    sources = {module: real_source(module) for module in {**COMPONENTS, **TRAINING}}
    leave_out()
    importlib.import_module("rasa.core.run")
    from rasa.core.agent import Agent
    from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS, DIETClassifier

    with tempfile.TemporaryDirectory():
        ready = Agent.load(str(model)).is_ready()
    try:
        DIETClassifier.load({}, None, None, None)
        refused = ""
    except NeedsTensorFlow as error:
        refused = str(error)
    print(
        json.dumps(
            {
                "ready": ready,
                "tensorflow": "tensorflow" in sys.modules,
                "refused": refused,
                "known": sorted(each.__name__ for each in DEFAULT_COMPONENTS),
                "without the import": [
                    module
                    for module, source in sources.items()
                    if not re.search(r"^(import|from) tensorflow|keras", source, re.MULTILINE)
                ],
                "without the name": [
                    name
                    for module, names in {**COMPONENTS, **TRAINING}.items()
                    for name in names
                    if f"class {name}" not in sources[module]
                ],
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
