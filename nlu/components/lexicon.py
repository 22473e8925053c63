"""Exact yes and no, and the guard that keeps a no from being read as a yes.

The words stand in ``nlu/lookups/answers.yml``; here is only how they are compared.
"""

from __future__ import annotations

import re

from nlu.text.lookups import PhraseMatcher, read_values
from nlu.text.normalise import fold, normalise

_POLITE_EDGES = re.compile(r"^(?:oeh|oehm|aeh|hmm?|altsaa|well|uh|um)\s+|\s+(?:\?)$")
_DOUBTFUL = ("relative", "either_of_two", "of_another", "if", "wish", "hedge", "irony")
"""Lists of the reading: who else it may be about, and what makes it no statement."""
_CONTRACTED_NOT = re.compile(r"[a-z]n't\b")


class YesNoLexicon:
    """Tells an exact yes or no, and whether any other message may be a yes."""

    def __init__(self) -> None:
        answers = read_values("answers")
        self._exact = {
            normalise(phrase): intent for intent in ("affirm", "deny") for phrase in answers[intent]
        }
        self._for = PhraseMatcher({"for": answers["agreement"]})
        self._against = PhraseMatcher({"against": answers["negation"] + answers["refusal"]})
        people = read_values("reading_people")
        doubtful = [phrase for tag in _DOUBTFUL for phrase in people[tag] if "_" not in phrase]
        self._doubtful = PhraseMatcher({"doubtful": doubtful + answers["doubt"]})
        verbs, whom = map("|".join, (people["inverts"], answers["asked_of"]))
        self._asking = re.compile(fold(rf"^(?:{verbs}) (?:{whom})\b"))

    def exact_answer(self, text: str) -> str | None:
        """Return ``affirm`` or ``deny`` when the whole message says just that, else None.

        A question ("ja?") is no answer.
        """
        normalised = normalise(text)
        if normalised.endswith("?"):
            return None
        return self._exact.get(_POLITE_EDGES.sub("", normalised))

    def may_be_yes(self, text: str) -> bool:
        """Tell whether a message can be a yes at all.

        It must hold a word of agreement and none that negates, refuses or puts off; and nothing
        that names somebody else, a condition, a question or a joke: those yeses are asked about.
        """
        folded = fold(text)
        return (
            self._for.occurs(folded)
            and not self._speaks_against(folded)
            and not self._is_doubtful(folded)
        )

    def _is_doubtful(self, folded: str) -> bool:
        asked = "?" in folded or bool(self._asking.match(folded))
        return asked or folded.startswith("[[") or self._doubtful.occurs(folded)

    def _speaks_against(self, folded: str) -> bool:
        return self._against.occurs(folded) or bool(_CONTRACTED_NOT.search(folded))
