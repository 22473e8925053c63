"""Decides the intent of one message: exact answers, rules, classifier, guards, fallback.

Knows nothing of Rasa. Never reads a yes from a message that holds a negation
or no word of agreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlu.components.contact_rule import ContactRule
from nlu.components.lexicon import YesNoLexicon
from nlu.text.normalise import normalise

if TYPE_CHECKING:  # it stands on numpy, and to decide needs none
    from nlu.components.cascade import Cascade

CERTAIN = 1.0
_NOTHING_TO_READ = frozenset(("?", "xword", "xnumber"))
_WEAKER_THAN_A_CONTACT_TOKEN = frozenset(
    ("out_of_scope", "affirm", "greet", "thanks", "give_contact_details")
)


@dataclass(frozen=True)
class Decision:
    """An intent with its confidence (0 to 1) and the classifier's ranking, best first."""

    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()


class IntentDecider:
    """Decides intents with one trained cascade."""

    def __init__(
        self,
        classifier: Cascade,
        lowest_confidence: float,
        lowest_yes_confidence: float,
        fallback_intent: str,
    ) -> None:
        self._classifier = classifier
        self._lexicon = YesNoLexicon()
        self._contact = ContactRule()
        self._lowest_confidence = lowest_confidence
        self._lowest_yes_confidence = lowest_yes_confidence
        self._fallback_intent = fallback_intent

    def decide(self, text: str, place_names: tuple[str, ...] = ()) -> Decision:
        """Return the intent of a message; ``place_names`` are municipality names found in it."""
        certain = self._by_rule(text, place_names)
        if certain:
            return Decision(certain, CERTAIN)
        ranking = self._rank(text)
        if not ranking:
            return Decision(self._fallback_intent, 0.0)
        intent, confidence = ranking[0]
        if self._is_uncertain(text, intent, confidence):
            intent = self._fallback_intent
        if self._contact.holds_contact_token(text) and (
            intent == self._fallback_intent or intent in _WEAKER_THAN_A_CONTACT_TOKEN
        ):
            return Decision("give_contact_details", CERTAIN, ranking)
        return Decision(intent, confidence, ranking)

    def _by_rule(self, text: str, place_names: tuple[str, ...]) -> str | None:
        answer = self._lexicon.exact_answer(text)
        if answer:
            return answer
        if self._contact.gives_only_contact_details(text, place_names):
            return "give_contact_details"
        if normalise(text).rstrip("? ") == "xreference":
            return "ask_referral_status"
        return None

    def _rank(self, text: str) -> tuple[tuple[str, float], ...]:
        if set(normalise(text).split()) <= _NOTHING_TO_READ:
            return ()
        probabilities = self._classifier.probabilities(text)
        pairs = zip(self._classifier.labels, map(float, probabilities), strict=True)
        return tuple(sorted(pairs, key=lambda pair: -pair[1]))

    def _is_uncertain(self, text: str, intent: str, confidence: float) -> bool:
        if intent == "affirm":
            return confidence < self._lowest_yes_confidence or not self._lexicon.may_be_yes(text)
        return confidence < self._lowest_confidence
