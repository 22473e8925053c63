"""The words of the chat page's own frame, from ``templates/words.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml


@cache
def page_words(language: str) -> Mapping[str, str]:
    """Give the words in ``da`` or ``en``; Danish for any other language."""
    text = files("bot").joinpath("templates/words.yml").read_text("utf-8")
    spoken: dict[str, dict[str, str]] = yaml.safe_load(text)
    return spoken.get(language, spoken["da"])
