"""Reads YAML with the loader written in C where there is one: a tenth of the time."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(file: Traversable) -> Any:
    """Give what a file holds. Raises OSError, UnicodeDecodeError or yaml.YAMLError."""
    return yaml.load(file.read_text("utf-8"), Loader=_LOADER)  # noqa: S506 - both are safe
