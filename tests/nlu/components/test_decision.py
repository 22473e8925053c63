"""What is decided of one message, whatever the classifier thinks: a stub says how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from nlu.components.decision import Decision, IntentDecider

NAME, PHONE = "[[name:0a1b2c3d4e5f]]", "[[phone:0a1b2c3d4e5f]]"
EMAIL, CPR, WORD = "[[email:0a1b2c3d4e5f]]", "[[cpr:0a1b2c3d4e5f]]", "[[word:0a1b2c3d4e5f]]"
FALLBACK = "not_understood"
PROSE = "hun fik det af sin bror"
"""Words that no rule reads, that agree to nothing and negate nothing."""


@dataclass
class Sure:
    """A classifier that is so sure of what it was told to think; the rest thinks ``other``."""

    intent: str
    confidence: float
    asked: int = 0

    @property
    def labels(self) -> list[str]:
        return ["other", self.intent]

    def probabilities(self, text: str) -> list[float]:
        self.asked += 1
        return [1 - self.confidence, self.confidence]


def decide(
    text: str, intent: str = "ask_price", confidence: float = 0.9, places: tuple[str, ...] = ()
) -> Decision:
    """Decide with thresholds of 0.55, and 0.7 for a yes."""
    decider = IntentDecider(Sure(intent, confidence), 0.55, 0.7, FALLBACK)  # type: ignore[arg-type]
    return decider.decide(text, places)


# What the classifier thinks


def test_what_the_classifier_is_sure_of_is_the_intent_with_the_whole_ranking() -> None:
    assert decide(PROSE, "ask_price", 0.75) == Decision(
        "ask_price", 0.75, (("ask_price", 0.75), ("other", 0.25))
    )


@pytest.mark.parametrize(("confidence", "intent"), [(0.55, "ask_price"), (0.54, FALLBACK)])
def test_below_the_threshold_nothing_is_understood(confidence: float, intent: str) -> None:
    assert decide(PROSE, "ask_price", confidence).intent == intent


def test_what_was_not_understood_keeps_the_confidence_and_the_ranking() -> None:
    assert decide(PROSE, "ask_price", 0.52) == Decision(
        FALLBACK, 0.52, (("ask_price", 0.52), ("other", 0.48))
    )


# A yes


@pytest.mark.parametrize(("confidence", "intent"), [(0.7, "affirm"), (0.69, FALLBACK)])
def test_a_yes_has_a_higher_threshold_of_its_own(confidence: float, intent: str) -> None:
    assert decide("hun siger det lyder fint", "affirm", confidence).intent == intent


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PROSE, id="no word of agreement"),
        pytest.param("fint, men hun vil ikke", id="a negation"),
        pytest.param("det lyder fint men hun afslår", id="a refusal"),
        pytest.param("sounds good but she doesn't want it", id="a contraction"),
    ],
)
def test_however_sure_the_classifier_is_no_yes_is_read_into_these_words(text: str) -> None:
    assert decide(text, "affirm", 1.0).intent == FALLBACK


@pytest.mark.parametrize("intent", ["deny", "smokes_daily"])
def test_another_intent_needs_no_word_of_agreement(intent: str) -> None:
    assert decide("fint, men hun vil ikke", intent, 0.6).intent == intent


# Rules come before the classifier


@pytest.mark.parametrize(
    ("text", "places", "intent"),
    [
        pytest.param("ja tak", (), "affirm", id="exact yes"),
        pytest.param("Nej tak.", (), "deny", id="exact no"),
        pytest.param(f"navn {NAME}, tlf. {PHONE}", (), "give_contact_details", id="details"),
        pytest.param("2750", (), "give_contact_details", id="postcode"),
        pytest.param("hun bor i Ballerup", ("Ballerup",), "give_contact_details", id="place"),
        pytest.param("H-7KF3-Q", (), "ask_referral_status", id="reference"),
        pytest.param("h7kf3q ?", (), "ask_referral_status", id="reference with a question mark"),
    ],
)
def test_a_rule_is_certain_and_the_classifier_is_not_asked(
    text: str, places: tuple[str, ...], intent: str
) -> None:
    classifier = Sure("cancel", 1.0)
    decider = IntentDecider(classifier, 0.55, 0.7, FALLBACK)  # type: ignore[arg-type]
    assert decider.decide(text, places) == Decision(intent, 1.0)
    assert classifier.asked == 0


@pytest.mark.parametrize(
    ("text", "places"),
    [
        pytest.param("ja?", (), id="a yes that asks"),
        pytest.param("hun bor i Ballerup", (), id="a place that nobody found"),
        pytest.param("fortryd H-7KF3-Q", (), id="a reference with words"),
    ],
)
def test_what_no_rule_reads_is_left_to_the_classifier(text: str, places: tuple[str, ...]) -> None:
    assert decide(text, "ask_price", places=places).intent == "ask_price"


# Nothing to read


@pytest.mark.parametrize("text", ["", " ", "?", "???", WORD, f"{WORD} 12?", "12", "12 ?", "!"])
def test_a_message_without_a_word_to_read_is_not_understood(text: str) -> None:
    classifier = Sure("cancel", 1.0)
    decider = IntentDecider(classifier, 0.55, 0.7, FALLBACK)  # type: ignore[arg-type]
    assert decider.decide(text) == Decision(FALLBACK, 0.0)
    assert classifier.asked == 0


def test_one_word_beside_sealed_ones_is_something_to_read() -> None:
    assert decide(f"{WORD} koster {WORD}").intent == "ask_price"


# Contact details among words


@pytest.mark.parametrize("token", [NAME, PHONE, EMAIL])
@pytest.mark.parametrize(
    "intent", ["out_of_scope", "affirm", "greet", "thanks", "give_contact_details"]
)
def test_a_sealed_detail_outweighs_what_says_little(token: str, intent: str) -> None:
    found = decide(f"hej det er fint skriv bare {token}", intent, 0.9)
    assert found == Decision(
        "give_contact_details", 1.0, ((intent, 0.9), ("other", pytest.approx(0.1)))
    )


@pytest.mark.parametrize("token", [NAME, PHONE, EMAIL])
def test_a_sealed_detail_outweighs_what_was_not_understood(token: str) -> None:
    assert decide(f"{PROSE} {token}", "ask_price", 0.5).intent == "give_contact_details"


@pytest.mark.parametrize("intent", ["correct_detail", "cancel", "deny", "ask_price"])
def test_a_sealed_detail_does_not_outweigh_another_intent(intent: str) -> None:
    assert decide(f"{PROSE} {PHONE}", intent, 0.6).intent == intent


@pytest.mark.parametrize("token", [CPR, WORD])
def test_what_is_no_contact_detail_outweighs_nothing(token: str) -> None:
    assert decide(f"{PROSE} {token}", "out_of_scope").intent == "out_of_scope"
