"""Runs in the engine's environment: keeps vectors in files of all kinds, prints what it saw."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import numpy as np

from nlu.components.sentence_vectors import PLACE, FloatArray, kept_vectors

asked: list[list[str]] = []


def embed(texts: Sequence[str]) -> FloatArray:
    """Give each text a vector of its own, and note that it was asked for."""
    asked.append(list(texts))
    return np.array([[len(text), ord(text[0])] for text in texts], dtype=np.float32)


def kept(*texts: str) -> tuple[list[list[float]], list[list[str]]]:
    """Give the vectors, and the texts that were asked for meanwhile."""
    asked.clear()
    return kept_vectors(texts, embed).tolist(), list(asked)


def main() -> None:
    """Train four times, so to speak: at first, again, with one more, and with one less."""
    told: dict[str, object] = {}
    warnings.simplefilter("ignore")
    os.environ.pop(PLACE, None)
    told["nowhere"] = kept("ja", "nej")
    with tempfile.TemporaryDirectory() as folder:
        os.environ[PLACE] = str(Path(folder) / "vectors.npz")
        told["first"] = kept("ja", "nej")
        told["again"] = kept("nej", "ja")
        told["one more"] = kept("ja", "nej", "måske")
        kept("ja", "tak")
        told["forgotten"] = kept("nej", "ja")
        Path(os.environ[PLACE]).write_bytes(b"PK no archive")
        told["broken"] = kept("ja")
        told["mended"] = kept("ja")
        os.environ[PLACE] = str(Path(folder) / "missing" / "vectors.npz")
        told["unwritable"] = kept("ja")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
