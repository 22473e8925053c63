"""What is taken back within a sentence: "polsk nej vent rumænsk" says the second, not the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlu.reading.lexicon import Hit
from nlu.reading.words import Word

_KIND_OF = {
    "language": "language",
    "best_time": "best_time",
    "product": "product",
    **dict.fromkeys(("smokes", "smokes_daily", "smokes_some", "is_smoker", "past"), "smoking"),
    **dict.fromkeys(("daily", "some", "ex", "never", "never_smoker", "no_smoker"), "smoking"),
}
"""Tags of which one patient has one value, and the kind of fact that they make."""
_SIGNS = frozenset((",", ".", ";", "!"))
_NEAR = 3
"""Words between what is taken back, the word that does so, and what stands instead."""


@dataclass(frozen=True)
class Retraction:
    """``first`` is taken back for ``second``; the words from ``at`` to before ``end`` do so.

    ``either``: the words may also deny the second ("morning no afternoon"), so neither is sure.
    """

    at: int
    end: int
    first: Hit
    second: Hit
    kinds: frozenset[str]
    either: bool


def retractions(
    words: Sequence[Word], hits: Sequence[Hit], retracts: frozenset[str]
) -> list[Retraction]:
    """Give all that is taken back in a message, in order."""
    return list(_found(words, hits, retracts))


def _found(
    words: Sequence[Word], hits: Sequence[Hit], retracts: frozenset[str]
) -> Iterator[Retraction]:
    inside = {at: hit for hit in hits for at in range(hit.at, hit.end)}
    at = 0
    while at < len(words):
        end = _end_of_marker(words, inside, at, retracts)
        if end == at:
            at += 1
            continue
        first = next((hit for hit in reversed(hits) if hit.end <= at and _kinds(hit)), None)
        second = next((hit for hit in hits if hit.at >= end and _kinds(hit)), None)
        if first and second and _near(words, hits, (first, at), (second, end)):
            kinds = _kinds(first) & _kinds(second)
            denies = end == at + 1 and inside[at].has("not") if at in inside else False
            if "product" in kinds:
                kinds |= {"smoking"}
            if kinds and not (denies and words[at - 1].norm in _SIGNS):
                yield Retraction(at, end, first, second, kinds, denies)
        at = end


def _end_of_marker(
    words: Sequence[Word], inside: dict[int, Hit], at: int, retracts: frozenset[str]
) -> int:
    """Give where "nej vent", "jeg mener" or the like ends that begins at ``at``."""
    here, end = at, at
    while here < len(words):
        hit = inside.get(here)
        answers = hit is not None and (hit.at < here or hit.has("refuse"))
        two = " ".join(word.norm for word in words[here : here + 2])
        if two in retracts:
            here = end = here + 2
        elif words[here].norm in retracts and not answers:
            here = end = here + 1
        elif end > at and words[here].norm in _SIGNS:
            here += 1
        else:
            break
    return end


def _near(
    words: Sequence[Word], hits: Sequence[Hit], first: tuple[Hit, int], second: tuple[Hit, int]
) -> bool:
    """Tell whether both stand close to what takes back, and nothing denied or asked between."""
    (before, at), (after, end) = first, second
    between = range(end, after.at)
    denied = any(hit.at in between and hit.has("not", "never", "no_more") for hit in hits)
    asked = any(words[here].norm == "?" for here in range(before.end, after.at))
    close = at - before.end <= _NEAR and after.at - end <= _NEAR
    return close and not denied and not asked


def _kinds(hit: Hit) -> frozenset[str]:
    return frozenset(kind for tag, kind in _KIND_OF.items() if hit.has(tag))
