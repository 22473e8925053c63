"""What words put off: a call to a day ("ring først efter udskrivelse"), sending to a time. Pure.

No step keeps such a day, so it is said that it is not used; a referral is sent at once or not.
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


_PART = re.compile(
    r"(?:(?!\b(?:men|og|but|and)\b)(?:[^,;.!?\n]|\.(?=\S)|(?<=\bkl)\.))+", re.IGNORECASE
)
_SENDING = re.compile(r"\b(?:af|ind)?send\w*|\bsubmit\w*", re.IGNORECASE)
_LATER = re.compile(
    r"(?<!\d)\d{1,2}(?!\d)|\b(?:kl|klokken|efter|f(?:ø|oe)r|f(?:ø|oe)rst|n(?:å|aa)r|indtil|vent\w*"
    r"|tidligst|senere|endnu|hvis"
    r"|i (?:aften|eftermiddag|formiddag|nat)|om (?:lidt|aftenen|formiddagen|eftermiddagen)"
    r"|after|before|when|once|until|wait\w*|later|yet|if|tonight|this (?:afternoon|evening))\b",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:ikke|ik|ej|aldrig|not|never|don['’]?t|won['’]?t)\b", re.IGNORECASE)


def later_sending(text: str) -> str:
    """Give the words that put the sending off to a time or a condition; empty for none."""
    return next((one for one in _about_sending(text) if _LATER.search(one) or day_span(one)), "")


def refuses_sending(text: str) -> bool:
    """Tell whether a clause that speaks of sending denies it, whoever says so."""
    return any(_NOT.search(one) for one in _about_sending(text))


def _about_sending(text: str) -> list[str]:
    clauses = [match[0].strip() for match in _PART.finditer(text)]
    return [one for one in clauses if _SENDING.search(one) and not _CALL.search(one)]
