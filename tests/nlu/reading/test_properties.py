"""What holds of the reading of any words at all."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.reading.lexicon import LOOKUPS
from nlu.text.lookups import read_values
from nlu.text.normalise import fold
from tests.nlu.reading.saying import asserted, reader

PHRASES = sorted(
    {
        phrase.replace("_ ", "").replace("*", "")
        for name in LOOKUPS
        for phrases in read_values(name).values()
        for phrase in phrases
    }
)
SENTENCES = st.lists(st.sampled_from(PHRASES), min_size=1, max_size=8).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=120), SENTENCES))
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    reading = reader().read(text)
    for fact in reading.facts:
        assert 0 <= fact.start <= fact.end <= len(text)
    for start, end in reading.unread:
        assert 0 <= start < end <= len(text)


@settings(max_examples=200, deadline=None)
@given(SENTENCES)
def test_without_danish_letters_the_same_is_read(text: str) -> None:
    assert asserted(fold(text)) == asserted(text)


@settings(max_examples=200, deadline=None)
@given(SENTENCES)
def test_what_is_asked_is_never_stated(text: str) -> None:
    questions = reader().read(text.replace(".", "").replace("!", "") + "?").facts
    answers = [f for f in questions if f.kind in ("answer", "referral", "smoking", "course")]
    assert all(fact.certainty in ("question", "hedge", "irony") for fact in answers)


@settings(max_examples=200, deadline=None)
@given(SENTENCES)
def test_a_condition_never_leaves_a_yes_to_the_offer(text: str) -> None:
    facts = reader().read(f"{text} hvis hun kan").facts
    wants = [f for f in facts if f.kind == "referral" and f.value == "wants"]
    assert all(fact.certainty != "stated" for fact in wants)


@settings(max_examples=200, deadline=None)
@given(SENTENCES)
def test_nothing_with_more_words_sends(text: str) -> None:
    facts = reader().read(f"ja {text} nej vent").facts
    assert not any(fact.kind == "send" for fact in facts)
