"""What a reply is made of when it is shown: words, sentences to say aloud, own links. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SPECIAL = re.compile(r"(?P<aloud>»[^»«]*«|“[^“”]*”)|(?P<link>https?://\S+)")


@dataclass(frozen=True)
class BubblePart:
    """A stretch of a reply. ``kind`` is ``words``, ``aloud`` or ``link``."""

    kind: str
    text: str


def parts(text: str, own_url: str) -> Iterator[BubblePart]:
    """Cut a reply into its parts, in order and without losing a sign.

    Only addresses under ``own_url`` become links: whatever else a nurse typed stays words.
    """
    at = 0
    for match in _SPECIAL.finditer(text):
        kind = str(match.lastgroup)
        if kind == "link" and not match[0].startswith(f"{own_url}/"):
            continue
        if match.start() > at:
            yield BubblePart("words", text[at : match.start()])
        yield BubblePart(kind, match[0])
        at = match.end()
    if at < len(text):
        yield BubblePart("words", text[at:])
