"""Of a time to call the part of the day is kept; days, dates and hours are said not to be used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from referrals.advice import script
from referrals.advice.asserted import Words, best_time
from referrals.advice.encounter import Encounter, Step
from referrals.advice.kinds import ANSWERING
from referrals.denmark.spoken_hours import Span, keeps, phrases, weekdays_named
from referrals.turns.saying import Say
from referrals.turns.turn import Bedside
from referrals.vault.vault import TOKEN

_CLAUSE = re.compile(r"(?:(?!\s(?:men|but)\s)(?:[^,;\n.]|\.(?=\S)|(?<=\bkl)\.))+", re.IGNORECASE)
_CALLING = re.compile(r"\b(?:(?:op)?ring\w*|kontakt\w*|call\w*|phone\w*)\b", re.IGNORECASE)
_BEGINS = re.compile(
    r"\b(?:kun hvis|hvis|only if|if|kun|only|ikke|don['’]t|do not|not|bare|please)\b", re.IGNORECASE
)


def with_times_not_kept(
    bedside: Bedside, words: Words, before: Encounter, said: list[Say]
) -> list[Say]:
    """Say which days and hours stand in words about when to call. Nothing is told twice.

    A clause that speaks of calling and of which nothing is kept is quoted whole. A day of
    discharge is another matter, and so are courses and times to book.
    """
    if words.intent not in _MAY_TELL or any(s.response.startswith(_OTHER_TIMES) for s in said):
        return said
    noted = before.get(Step.BEST_TIME) != bedside.encounter.get(Step.BEST_TIME)
    asked = (bedside.row.aside or {}).get("question", {}).get("answers", ())
    parts = [value for step, value in asked if step == Step.BEST_TIME]
    parts += [bedside.encounter.get(Step.BEST_TIME) or ""] if noted else []
    told = [each.values.get("words", "") for each in said]
    found = list(_phrases(words, parts, whole=not parts and len(best_time(words)) < _SEVERAL))
    offered = before.get(Step.OFFER) is None and bedside.encounter == before and asked
    if not (parts or script.has_consent(before) or offered) or before.ended:
        found = [phrase for phrase in found if _CALLING.search(phrase)]
    left = [one for one in dict.fromkeys(found) if not any(one in each for each in told)]
    explained = any(each.response == "utter_which_time_of_day" for each in said)
    if explained and not any(told) and not any(map(_CALLING.search, left)):
        return said
    if not any(map(str.isalnum, "".join(left))):
        return said
    rest = [s for s in said if not (s.response == _NOT_USED and _is_told(s, left))]
    return [Say(_NOT_USED, {"words": ", ".join(left)}), *rest]


_SEVERAL = 2
_NOT_USED = "utter_not_used"
_MAY_TELL = ANSWERING | {"ask_courses", "refine_courses"}
_OTHER_TIMES = tuple(f"utter_{kind}" for kind in ("course", "call", "choose", "seat"))


def _is_told(unused: Say, phrases_left: list[str]) -> bool:
    words = unused.values.get("words", "")
    return any(words in phrase for phrase in phrases_left)


def _phrases(words: Words, parts: list[str], *, whole: bool) -> Iterator[str]:
    text = TOKEN.sub(lambda token: _SEALED * len(token[0]), words.text)
    discharge = [(f.start, f.end) for f in words.facts if f.kind == "discharge"]
    hours = [
        (fact.start, fact.end)
        for fact in words.facts
        if fact.kind == "hours"
        and not (fact.polarity and parts and all(keeps(part, fact.value) for part in parts))
    ]
    spans = [*words.days, *weekdays_named(text), *hours]
    spans = [one for one in spans if not any(_meet(one, other) for other in discharge)]
    clauses = [match.span() for match in _CLAUSE.finditer(text)]
    for one in phrases(text, spans):
        calling = (each for each in clauses if _meet(one, each) and _CALLING.search(text, *each))
        clause = next(calling, None) if whole else None
        yield _from_the_call(text, clause) if clause else _shown(text[slice(*one)])


def _from_the_call(text: str, clause: Span) -> str:
    """Quote a clause from where it speaks of calling, or of a condition of it."""
    begins = [
        match.start() for each in (_CALLING, _BEGINS) if (match := each.search(text, *clause))
    ]
    return _shown(text[min(begins) : clause[1]])


def _shown(phrase: str) -> str:
    """Show of what is sealed only that there was something."""
    return " ".join(_RUN.sub(_SEALED, phrase).split())


_SEALED = "…"
_RUN = re.compile(f"{_SEALED}+")


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
