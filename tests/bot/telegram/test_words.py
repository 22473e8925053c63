"""The words of the Telegram front end: what Telegram allows, and who is answered how."""

from __future__ import annotations

import re

import pytest

from bot.telegram.words import COMMANDS, language_of, words
from referrals.consent.texts import LANGUAGES


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
