"""The words of the chat page's own frame, from ``templates/words.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from referrals.yaml_files import read_yaml


@cache
def page_words(language: str) -> Mapping[str, str]:
    """Give the words in ``da`` or ``en``; Danish for any other language."""
    spoken: dict[str, dict[str, str]] = read_yaml(files("bot").joinpath("templates/words.yml"))
    return spoken.get(language, spoken["da"])
