"""A day before which the patient is not to be called: "ring først efter udskrivelse". Pure.

No step keeps it, so it is said that it is not used.
"""

from __future__ import annotations

import re

from referrals.denmark.named_days import day_span

_CLAUSE = re.compile(r"(?:[^,;.!?\n]|\.(?=\S))+")
_CALL = re.compile(r"\b(?:op)?ring\w*|\bkontakt\w*|\bcall\w*|\bphone\b", re.IGNORECASE)
_NOT_BEFORE = re.compile(
    r"\b(?:f(?:ø|oe)rst|vent\w*|tidligst|efter|n(?:å|aa)r|indtil|wait\w*|after|until|once|when|earliest"
    r"|(?:ikke|not|don't)\b[^,;]*?\b(?:f(?:ø|oe)r|before))\b",
    re.IGNORECASE,
)
_BY_ITSELF = re.compile(r"f(?:ø|oe)rst|vent|tidligst|wait|earliest|until|indtil|ikke|not|don", re.I)
"""Before any day; an "efter" alone is a condition only beside a discharge or a home."""
_HOME = re.compile(r"\b(?:udskriv\w*|udskrev\w*|hjem\w*|discharge\w*|home)\b", re.IGNORECASE)
_SEALED = "[[word:"


def later_call(text: str) -> str:
    """Give the words that put a call off to a day, a discharge or a home; empty for none."""
    if not _CALL.search(text):
        return ""
    for clause in _CLAUSE.finditer(text):
        words = clause[0]
        mark = _NOT_BEFORE.search(words)
        if mark is None:
            continue
        rest = words[mark.start() :]
        to_a_day = _BY_ITSELF.match(rest) and (day_span(rest) or _SEALED in rest)
        if to_a_day or _HOME.search(rest):
            call = _CALL.search(words)
            start = min(mark.start(), call.start()) if call else mark.start()
            return words[start:].split(_SEALED)[0].strip()
    return ""
