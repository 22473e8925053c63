"""The words of the chat page: complete in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import bot
from bot.page_words import page_words

TEMPLATES = Path(bot.__file__).parent / "templates"


def test_both_languages_have_the_same_words() -> None:
    assert page_words("da").keys() == page_words("en").keys()


def test_an_unknown_language_is_answered_in_danish() -> None:
    assert page_words("kl") == page_words("da")


def test_every_word_that_a_page_uses_is_there() -> None:
    used = set()
    for template in TEMPLATES.glob("*.html"):
        used |= set(re.findall(r'words(?:\.|\[")([a-z_]+)', template.read_text("utf-8")))
    assert used - {"stage_", "copy"} <= page_words("da").keys()
