"""The words of the Telegram front end and of the contact page: both languages, all of them."""

from __future__ import annotations

import re

import pytest

from bot.telegram.words import COMMANDS, language_of, words
from inbox.contact_words import all_words
from referrals.consent import LANGUAGES


def gaps(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_both_languages_say_the_same_things() -> None:
    danish, english = words("da"), words("en")
    assert danish.keys() == english.keys()
    assert {key for key in danish if gaps(danish[key]) != gaps(english[key])} == set()


def test_the_contact_page_is_written_in_every_language_of_the_consent() -> None:
    spoken = all_words()
    assert set(spoken) == set(LANGUAGES)
    assert spoken["da"].keys() == spoken["en"].keys()
    assert {
        key for key in spoken["da"] if gaps(spoken["da"][key]) != gaps(spoken["en"][key])
    } == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_described_as_telegram_allows(name: str) -> None:
    assert re.fullmatch(r"[a-z]{1,32}", name)
    for language in LANGUAGES:
        assert 1 <= len(words(language)[f"command_{name}"]) <= 256


@pytest.mark.parametrize(
    ("code", "language"), [("da", "da"), ("sv", "da"), (None, "da"), ("en-US", "en"), ("pl", "en")]
)
def test_a_stranger_is_answered_in_danish_or_english(code: str | None, language: str) -> None:
    assert language_of(code) == language
