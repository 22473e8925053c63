"""The words of the Telegram front end itself, from ``words.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from referrals.yaml_files import read_yaml

LANGUAGES = ("da", "en")
COMMANDS = ("ny", "kurser", "status", "laas", "hjaelp")


@cache
def words(language: str) -> Mapping[str, str]:
    """Give the words in ``da`` or ``en``; Danish for any other language."""
    spoken: dict[str, dict[str, str]] = read_yaml(files("bot").joinpath("telegram/words.yml"))
    return spoken.get(language, spoken["da"])


def language_of(code: str | None) -> str:
    """Give the language for somebody whose language only Telegram told: English unless Nordic."""
    return "en" if code and code.split("-")[0] not in ("da", "no", "nb", "nn", "sv") else "da"
