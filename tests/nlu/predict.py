"""Runs in the engine's environment: reads messages as JSON from stdin, prints what is understood.

Usage: python predict.py MODEL < messages.json; python predict.py DIRECTORY for a way of reading
intents that ``train_way.py`` saved there; or python predict.py --seed 7 to train the intents anew
by a seed, without entities. Input: a list of texts. Output, on the last line since Rasa logs to
stdout too: {"read": a list of {"intent", "confidence", "entities", "reading"} in the same order,
"cost": the process's megabytes once it has read, processor time of a message in milliseconds}.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from nlu.without_tensorflow import leave_out

leave_out()

from rasa.core.channels.channel import UserMessage  # noqa: E402
from rasa.engine import loader  # noqa: E402
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER  # noqa: E402
from rasa.engine.runner.dask import DaskGraphRunner  # noqa: E402
from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402

from tests.nlu import ways  # noqa: E402

Read = Callable[[str], dict[str, Any]]

_UNTIMED = 5
"""The first messages warm up what is made at first use."""


def main(arguments: list[str]) -> None:
    """Understand every message of stdin."""
    if arguments[0] == "--seed":
        read = _reader_of_way(ways.as_configured(int(arguments[1])))
    elif Path(arguments[0]).is_dir():
        read = _reader_of_way(ways.saved_in(Path(arguments[0])))
    else:
        read = _reader_of_model(Path(arguments[0]))
    texts = json.load(sys.stdin)
    for text in texts[:_UNTIMED]:
        read(text)
    answers, times = [], []
    for text in texts:
        before = time.process_time()
        answers.append(read(text))
        times.append(1000 * (time.process_time() - before))
    cost = {"megabytes": _megabytes(), "mean_ms": mean(times), "median_ms": median(times)}
    print(json.dumps({"read": answers, "cost": cost}))


def _megabytes() -> float:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize() / 1e6


def _reader_of_way(decide: ways.Decide) -> Read:
    def read(text: str) -> dict[str, Any]:
        decision = decide(text)
        return {"intent": decision.intent, "confidence": decision.confidence, "entities": []}

    return read


def _reader_of_model(model: Path) -> Read:
    with tempfile.TemporaryDirectory() as directory:
        metadata, runner = loader.load_predict_graph_runner(
            Path(directory), model, LocalModelStorage, DaskGraphRunner
        )

    def read(text: str) -> dict[str, Any]:
        message = UserMessage(text, metadata={"language": "da"})
        inputs = {PLACEHOLDER_MESSAGE: [message], PLACEHOLDER_TRACKER: None}
        parsed = runner.run(inputs, [metadata.nlu_target])[metadata.nlu_target][0].as_dict()
        return {
            "intent": parsed["intent"]["name"],
            "confidence": parsed["intent"]["confidence"],
            "entities": [[one["entity"], one["value"]] for one in parsed.get("entities", [])],
            "reading": parsed.get("reading"),
        }

    return read


if __name__ == "__main__":
    main(sys.argv[1:])
