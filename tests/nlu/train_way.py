"""Runs in the engine's environment: trains one way of reading intents and saves it.

Usage: python -m tests.nlu.train_way DIRECTORY '{"sentences": false}'. The settings are those of
``ways.train``; what is not said is as in ``config.yml``. Prints the processor time in seconds, on
the last line.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from tests.nlu import phrases, ways


def main(directory: Path, differing: dict[str, Any]) -> None:
    """Train on all examples by the configured seed."""
    settings = ways.configured()
    examples = [(one.text, one.intent) for one in phrases.training_phrases()]
    before = time.process_time()
    cascade = ways.train(examples, int(settings["seed"]), **differing)
    seconds = time.process_time() - before
    ways.save(cascade, float(differing.get("sure_from", settings["sure_from"])), directory)
    print(seconds)


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
