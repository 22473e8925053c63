"""Exact yes and no, and the guard that keeps a no from being read as a yes.

The words stand in ``nlu/lookups/answers.yml``; here is only how they are compared.
"""

from __future__ import annotations

import re

from nlu.components.lookups import compile_phrases, read_values
from nlu.components.normalise import fold, normalise

_POLITE_EDGES = re.compile(r"^(?:oeh|oehm|aeh|hmm?|altsaa|well|uh|um)\s+|\s+(?:\?)$")
_CONTRACTED_NOT = re.compile(r"[a-z]n't\b")


class YesNoLexicon:
    """Tells an exact yes or no, and whether a message holds any word against a yes."""

    def __init__(self) -> None:
        answers = read_values("answers")
        self._exact = {
            normalise(phrase): intent
            for intent in ("affirm", "deny")
            for phrase in answers[intent]
        }
        self._against, _ = compile_phrases(
            {"against": answers["negation"] + answers["refusal"]}
        )

    def exact_answer(self, text: str) -> str | None:
        """Return ``affirm`` or ``deny`` when the whole message says just that, else None.

        A question ("ja?") is no answer.
        """
        normalised = normalise(text)
        if normalised.endswith("?"):
            return None
        return self._exact.get(_POLITE_EDGES.sub("", normalised))

    def speaks_against_yes(self, text: str) -> bool:
        """Tell whether the message holds a negation or a word that refuses or puts off."""
        folded = fold(text)
        return bool(self._against.search(folded) or _CONTRACTED_NOT.search(folded))
