"""The part of the day that hours mean, as a time to call: "efter kl 16", "før 12", "halv fem".

A bound of time is never its opposite: "før 12" is the morning, "ikke mellem 12 og 13" names none.
Hours that reach into two parts are one of them, nobody knows which.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from nlu.entities.clock_hours import Hours, find_hours, find_points, narrowed
from nlu.entities.spoken_clock import in_figures
from nlu.reading.clauses import Clause
from nlu.reading.details import time_to_call
from nlu.reading.fact import HEDGE, PATIENT, STATED, Fact
from nlu.reading.lexicon import Hit
from nlu.text.folded import Folded
from nlu.text.normalise import SEALED_TOKEN

_MAY_HOLD_HOURS = re.compile(
    r"\d|\b(?:kl|klokken|halv|half|kvart|quarter|tiden|o.?clock|middag\w*|frokost\w*|lunch\w*|noon|midday"
    r"|dagtid\w*|dagtim\w*|daytime|tidligt?|sent?|early|late)\b|\b(?:efter"
    r"|f(?:ø|oe)r|inden|mellem|after|before|between|until|till|by|fra|from) [a-z]",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:helst )?(?:ikke|ik|ej|not) (?:alt )?(?:for|too|so|saa)"
    r" (?:tidlig|sen|early|late)t?\b(?! i | in )"
)
"""Bounds that only who says them knows: "ikke for tidligt"."""
_OF_SOMETHING_ELSE = (
    *("smokes", "smokes_daily", "smokes_some", "product", "discharged", "tobacco_noun", "nrt"),
    "relapsed",
)
"""What a clause may tell of hours beside when to call."""
_ANY = "any"


def with_hours(text: str, clauses: Sequence[Clause], facts: list[Fact]) -> list[Fact]:
    """Give the facts with the times to call that hours tell; a part that is named wins.

    "Når som helst efter kl 17" is the evening: what is said of hours narrows it.
    """
    if not _MAY_HOLD_HOURS.search(text):
        return facts
    folded = Folded.of(SEALED_TOKEN.sub(lambda token: "|" * len(token[0]), text))
    facts += (
        Fact("hours", "", False, PATIENT, STATED, *folded.placed(*vague.span()))
        for vague in _VAGUE.finditer(folded.text)
    )
    folded = folded.replaced(in_figures(folded.text))
    spans = list(find_hours(folded.text))
    told = [*spans, *find_points(folded.text, spans)]
    for clause in clauses:
        places = [folded.placed(one.start, one.end) for one in told]
        inside = [one for one, at in zip(told, places, strict=True) if _begins_in(clause, at[0])]
        parts = [(hit.tags["best_time"], clause.span(hit)) for hit in clause.all("best_time")]
        part_of = {part for part, at in parts if part == _ANY or any(map(_meets(at), places))}
        if not inside or clause.first(*_OF_SOMETHING_ELSE):
            continue
        facts += _hours(clause, inside, folded)
        if not {part for part, _ in parts} - part_of:
            facts = [fact for fact in facts if not _is_of(clause, fact, part_of)]
            facts += _facts(clause, inside, folded)
    return facts


def _hours(clause: Clause, told: Sequence[Hours], folded: Folded) -> Iterator[Fact]:
    """Give the hours as they were told: a part of the day does not keep them."""
    for one in told:
        start, end = folded.placed(one.start, one.end)
        yield Fact(
            "hours", one.value, not one.ruled_out, clause.whose, clause.certainty, start, end
        )


def _facts(clause: Clause, told: Sequence[Hours], folded: Folded) -> Iterator[Fact]:
    spans = [one for one in told if not one.ruled_out and one.last - one.first > 1]
    common = narrowed(spans) if len(spans) > 1 else None
    for one in [common, *(each for each in told if each not in spans)] if common else told:
        start, end = folded.placed(one.start, one.end)
        for part in one.parts[:1] if one.ruled_out else one.parts:
            hit = _hit(clause, start, end, part)
            if hit is None:
                continue
            found = time_to_call(clause, hit)
            if one.ruled_out:
                found = replace(found, polarity=False)
            if len(one.parts) > 1 and found.polarity and found.certainty == STATED:
                found = replace(found, certainty=HEDGE)
            yield replace(found, start=min(start, found.start), end=max(end, found.end))


def _hit(clause: Clause, start: int, end: int, part: str) -> Hit | None:
    """Give the words of hours as a hit of the clause, so that they are heard as any other."""
    inside = [
        at
        for at in range(clause.at, clause.end)
        if start <= clause.words[at].start and clause.words[at].end <= end
    ]
    return Hit({"best_time": part}, inside[0], inside[-1] + 1) if inside else None


def _begins_in(clause: Clause, start: int) -> bool:
    return clause.words[clause.at].start <= start < clause.words[clause.end - 1].end


def _meets(one: tuple[int, int]) -> Callable[[tuple[int, int]], bool]:
    return lambda other: one[0] < other[1] and other[0] < one[1]


def _is_of(clause: Clause, fact: Fact, parts: set[str]) -> bool:
    """Tell a time that was read of words which hours were made of, or which hours narrow."""
    within = _begins_in(clause, fact.start)
    return within and fact.kind == "best_time" and fact.value in parts
