"""The words of the chat page: all that its templates name."""

from __future__ import annotations

import re
from pathlib import Path

from bot import web
from bot.web.page_words import page_words

TEMPLATES = Path(web.__file__).parent / "templates"


def test_every_word_that_a_page_uses_is_there() -> None:
    used = set()
    for template in TEMPLATES.glob("*.html"):
        used |= set(re.findall(r'words(?:\.|\[")([a-z_]+)', template.read_text("utf-8")))
    assert used - {"stage_", "copy"} <= page_words("da").keys()
