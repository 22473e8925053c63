"""Runs in the engine's environment: reads messages as JSON from stdin, prints what is understood.

Usage: python predict.py MODEL < messages.json > understood.json
Input: a list of texts. Output, on the last line since Rasa logs to stdout too: a list of
{"intent", "confidence", "entities"} in the same order.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rasa.core.channels.channel import UserMessage
from rasa.engine import loader
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage


def main(model: Path) -> None:
    """Understand every message of stdin with the whole trained pipeline."""
    texts = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as directory:
        metadata, runner = loader.load_predict_graph_runner(
            Path(directory), model, LocalModelStorage, DaskGraphRunner
        )
    understood = []
    for text in texts:
        message = UserMessage(text, metadata={"language": "da"})
        inputs = {PLACEHOLDER_MESSAGE: [message], PLACEHOLDER_TRACKER: None}
        parsed = runner.run(inputs, [metadata.nlu_target])[metadata.nlu_target][0].as_dict()
        understood.append(
            {
                "intent": parsed["intent"]["name"],
                "confidence": parsed["intent"]["confidence"],
                "entities": [[one["entity"], one["value"]] for one in parsed.get("entities", [])],
            }
        )
    print(json.dumps(understood))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
