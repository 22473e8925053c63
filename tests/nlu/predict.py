"""Runs in the engine's environment: reads messages as JSON from stdin, prints what is understood.

Usage: python predict.py MODEL < messages.json, or python predict.py --seed 7 < messages.json to
train the intents anew by a seed, without entities, or --way '{"sentences": false}' to train them in
another way than configured. Input: a list of texts. Output, on the last
line since Rasa logs to stdout too: a list of {"intent", "confidence", "entities"} in the same
order.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rasa.core.channels.channel import UserMessage
from rasa.engine import loader
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from tests.nlu.ways import as_configured


def main(arguments: list[str]) -> None:
    """Understand every message of stdin."""
    if arguments[0] in ("--seed", "--way"):
        given = json.loads(arguments[1])
        decide = as_configured(given) if arguments[0] == "--seed" else as_configured(20, **given)

        def read(text: str) -> dict[str, Any]:
            decision = decide(text)
            return {"intent": decision.intent, "confidence": decision.confidence, "entities": []}

    else:
        read = _reader_of_model(Path(arguments[0]))
    print(json.dumps([read(text) for text in json.load(sys.stdin)]))


def _reader_of_model(model: Path) -> Callable[[str], dict[str, Any]]:
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
        }

    return read


if __name__ == "__main__":
    main(sys.argv[1:])
