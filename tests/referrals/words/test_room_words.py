"""The words of every room: all of them in both languages, with the same gaps."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from referrals.consent.texts import LANGUAGES
from referrals.words.room_words import RoomWords
from referrals.words.yaml_files import read_yaml
from service.settings import ROOT

FILES = [
    file.relative_to(ROOT)
    for package in ("bot", "demo", "inbox", "referrals", "service")
    for file in sorted((ROOT / package).rglob("*.yml"))
    if file.name in {"words.yml", "texts.yml", "labels.yml"}
]


def texts(words: Mapping[str, Any], *path: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Give every text of a file with the path of its code."""
    for code, below in words.items():
        if "da" in below and isinstance(below["da"], str):
            yield "/".join((*path, code)), below
        else:
            yield from texts(below, *path, code)


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_there_are_rooms_with_words() -> None:
    assert len(FILES) >= 6


@pytest.mark.parametrize("file", FILES, ids=str)
def test_every_text_stands_in_every_language_with_the_same_gaps(file: Any) -> None:
    found = dict(texts(read_yaml(ROOT / file)))
    assert found
    assert [code for code, text in found.items() if set(text) != set(LANGUAGES)] == []
    assert [code for code, text in found.items() if gaps(text["da"]) != gaps(text["en"])] == []


def test_an_unknown_language_is_answered_in_danish() -> None:
    words = RoomWords("inbox.contact")
    assert words.spoken("kl") == words.spoken("da")
    assert words.word("send", "kl") == "Send"


def test_a_code_without_a_word_is_an_error_and_not_an_empty_page() -> None:
    with pytest.raises(KeyError):
        RoomWords("inbox.contact").word("unheard of", "da")
