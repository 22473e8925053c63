"""Turns a message into the concepts it names, the same ones for Danish and English words."""

from __future__ import annotations

import re

from nlu.text.lookups import PhraseMatcher, read_values
from nlu.text.normalise import fold

_CONTRACTED_NOT = re.compile(r"(?<=[a-z])n't\b")
_GAZETTEER_CONCEPTS = {
    "products": "product",
    "reasons": "reason",
    "times_of_day": "time",
    "spoken_languages": "language",
    "details": "detail",
    "municipalities": "place",
    "weekdays": "weekday",
    "course_formats": "format",
    "audiences": "audience",
    "positions": "position",
    "clearings": "clearing",
}


class ConceptReader:
    """Reads ``nlu/lookups/concepts.yml`` and the gazetteers once, when it is made."""

    def __init__(self) -> None:
        groups = [read_values("concepts")]
        for lookup, concept in _GAZETTEER_CONCEPTS.items():
            phrases = [phrase for values in read_values(lookup).values() for phrase in values]
            groups.append({concept: phrases})
        self._matchers = [PhraseMatcher(group) for group in groups]

    def read(self, text: str) -> str:
        """Return the concepts of a message in text order, one word each, e.g. ``not smoke``."""
        folded = _CONTRACTED_NOT.sub(" n't", fold(text))
        found = [
            (match.start(), concept)
            for matcher in self._matchers
            for match, concepts in matcher.find(folded)
            for concept in concepts
        ]
        return " ".join(concept for _, concept in sorted(found))
