"""Turns a message into the concepts it names, the same ones for Danish and English words."""

from __future__ import annotations

import re

from nlu.components.lookups import compile_phrases, read_values
from nlu.components.normalise import fold

_CONTRACTED_NOT = re.compile(r"(?<=[a-z])n't\b")
_GAZETTEER_CONCEPTS = {
    "products": "product",
    "reasons": "reason",
    "times_of_day": "time",
    "spoken_languages": "language",
    "details": "detail",
}


class ConceptReader:
    """Reads ``nlu/lookups/concepts.yml`` and the gazetteers once, when it is made."""

    def __init__(self) -> None:
        groups = [read_values("concepts")]
        for lookup, concept in _GAZETTEER_CONCEPTS.items():
            phrases = [phrase for values in read_values(lookup).values() for phrase in values]
            groups.append({concept: phrases})
        self._patterns = [compile_phrases(group) for group in groups]

    def read(self, text: str) -> str:
        """Return the concepts of a message in text order, one word each, e.g. ``not smoke``."""
        folded = _CONTRACTED_NOT.sub(" n't", fold(text))
        found = [
            (match.start(), concept)
            for pattern, meanings in self._patterns
            for match in pattern.finditer(folded)
            for concept in meanings[(match.lastindex or 1) - 1]
        ]
        return " ".join(concept for _, concept in sorted(found))
