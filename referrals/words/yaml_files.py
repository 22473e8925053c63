"""Reads YAML with the loader written in C where there is one: a tenth of the time."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from typing import Any

import yaml


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Refuses a key that is written twice: the first would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, *, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        if len(mapping) < len(node.value):
            keys = [self.construct_object(key) for key, _ in node.value]
            twice = next(key for key in keys if keys.count(key) > 1)
            at = [key for key, _ in node.value if self.construct_object(key) == twice][-1]
            raise yaml.MarkedYAMLError(None, None, f"{twice} stands there twice", at.start_mark)
        return mapping


def read_yaml(file: Traversable) -> Any:
    """Give what a file holds. Raises OSError, UnicodeDecodeError or yaml.YAMLError."""
    return yaml.load(file.read_text("utf-8"), Loader=_Loader)  # noqa: S506 - both are safe
