"""Rasa's own command line, started lighter: `python -m nlu.engine run …`, with Rasa's arguments.

Plain `rasa train`, `rasa run` and `rasa shell` do the same on the same files where TensorFlow is
installed; they only take longer to start and hold more memory.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import yaml

from nlu.without_tensorflow import leave_out, needs_tensorflow

OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""Python's default of 700 has each message look through a hundred thousand objects of the model."""


def config_file(arguments: Sequence[str]) -> Path:
    """Give the configuration that a command is about: the one it names, else the project's."""
    given = [after for option, after in pairwise(arguments) if option == "--config"]
    return Path(given[-1] if given else "config.yml")


def main(arguments: Sequence[str]) -> None:
    """Leave out what the configuration does not need, and become Rasa."""
    if not needs_tensorflow(yaml.safe_load(config_file(arguments).read_text("utf-8"))):
        leave_out()
    elif find_spec("tensorflow") is None:
        sys.exit("config.yml asks for TensorFlow, which is not installed: see nlu/left_out.txt")
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    from rasa.__main__ import main as rasa

    from nlu.action_calls import keep_connections, prove_the_schema_once
    from nlu.graph_runs import (
        believe_the_model,
        copy_nothing_for_logs,
        keep_fitting_rules,
        plan_the_order_once,
    )

    prove_the_schema_once()
    keep_connections()
    if "run" in arguments:  # while training, rules and graphs still change
        plan_the_order_once()
        keep_fitting_rules()
        copy_nothing_for_logs()
        believe_the_model()
    rasa()


if __name__ == "__main__":
    main(sys.argv[1:])
