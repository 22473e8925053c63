"""What a clause says of a moment in which nobody talks of smoking: a death, tears."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nlu.reading.clauses import Clause
from nlu.reading.fact import RELATIVE, Fact
from nlu.reading.lexicon import Hit
from nlu.reading.smoking import fact

_KINDS = (
    *(("died", "died"), ("hard_moment", "hard")),
    *(("emergency", "emergency"), ("shift_ends", "shift")),
)


def facts_of(clause: Clause) -> Iterator[Fact]:
    """Give that somebody died, or weeps; ``whose`` tells who."""
    for tag, value in _KINDS:
        hit = clause.first(tag)
        if hit and not (value == "emergency" and clause.first("emergency_over")):
            found = fact(clause, "moment", value, hit, polarity=not clause.denies(hit))
            yield replace(found, whose=RELATIVE) if _of_another(clause, hit) else found


def _of_another(clause: Clause, hit: Hit) -> bool:
    """Tell whether the person named last before it is not the patient: "hvor naboen døde"."""
    named = [h for h in clause.all("relative", "patient", "speaker") if h.end <= hit.at]
    return bool(named) and not named[-1].has("patient")
