"""The words of the contact page, from ``contact_words.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from referrals.yaml_files import read_yaml


@cache
def all_words() -> Mapping[str, Mapping[str, str]]:
    """Give the words of every language that the page is written in."""
    spoken: dict[str, dict[str, str]] = read_yaml(files("inbox").joinpath("contact_words.yml"))
    return spoken


def contact_words(language: str) -> Mapping[str, str]:
    """Give the words in a language; Danish for any that there is not."""
    spoken = all_words()
    return spoken.get(language, spoken["da"])
