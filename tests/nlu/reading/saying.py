"""Reading for tests: facts as short words, and what the script would hear of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple
from functools import cache

from nlu.reading.fact import Fact as Asserted
from nlu.reading.reader import Reader
from referrals.advice.asserted import Fact, Words


@cache
def reader() -> Reader:
    """Give the one reader of all tests."""
    return Reader()


def asserted(text: str) -> set[str]:
    """Write each fact as ``kind=value``, with "-", "@whose" and "~certainty" where unusual.

    A remark asserts nothing; ``remarks`` gives those.
    """
    return {_written(fact) for fact in reader().read(text).facts if fact.kind != "remark"}


def remarks(text: str) -> list[str]:
    """Give the words that answer nothing and are told as not used."""
    facts = reader().read(text).facts
    return [text[fact.start : fact.end] for fact in facts if fact.kind == "remark"]


def words(
    text: str, intent: str, entities: Mapping[str, str] | None = None, *, sure: bool = False
) -> Words:
    """Give the words as the service hands them to the script, with the classifier's ``intent``."""
    facts = tuple(Fact(*astuple(fact)) for fact in reader().read(text).facts)
    return Words(intent, facts, entities or {}, 1.0 if sure else 0.5, text)


def _written(fact: Asserted) -> str:
    denied = "" if fact.polarity else "-"
    whose = "" if fact.whose == "patient" else f"@{fact.whose}"
    sure = "" if fact.certainty == "stated" else f"~{fact.certainty}"
    return f"{fact.kind}={fact.value}{denied}{whose}{sure}"
