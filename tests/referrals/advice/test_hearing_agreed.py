"""Where both witnesses tell one answer, and how sure they must be: else it is asked about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referrals.advice.encounter import Step
from referrals.advice.hearing import hear
from tests.nlu.reading.saying import words

SURE, DOUBTS = True, False
"""Whether the classifier is sure of the kind of message."""


def heard(step: Step, text: str, intent: str, sure: bool) -> tuple[list[str], list[str]]:  # noqa: FBT001
    """Give what is answered, then what is asked, at the step itself."""
    told = hear(step, words(text, intent, sure=sure))
    return (
        [value for at, value in told.answers if at is step],
        [value for at, value in told.asks if at is step],
    )


@pytest.mark.parametrize(
    ("step", "text", "intent", "sure", "answer"),
    [
        (Step.STATUS, "xyz", "cannot_answer_now", SURE, "unable"),
        (Step.STATUS, "ok", "cannot_answer_now", SURE, "unable"),
        (Step.STATUS, "hun er [[word:0123456789ab]]", "cannot_answer_now", SURE, "unable"),
        (Step.STATUS, "ikke [[word:0123456789ab]]", "cannot_answer_now", SURE, "unable"),
        (Step.OFFER, "xyz", "cannot_answer_now", SURE, "unable"),
        (Step.OFFER, "hun er [[word:0123456789ab]]", "cannot_answer_now", SURE, "unable"),
        (Step.STATUS, "ikke dagligt", "deny", DOUBTS, "occasional"),
        (Step.STATUS, "røgfri", "not_now", DOUBTS, "ex"),
        (Step.STATUS, "quit", "nlu_fallback", DOUBTS, "ex"),
        (Step.STATUS, "pt er konfus", "affirm", DOUBTS, "unable"),
        (Step.STATUS, "hun vil ikke svare xyz", "will_not_answer", SURE, "not_answered"),
        (Step.STATUS, "holdt op på lægens ordre", "stopped_smoking", SURE, "ex"),
        (Step.STATUS, "vaper hver dag", "nlu_fallback", DOUBTS, "other_product"),
        (Step.OFFER, "nej tak, siger xyz hun", "deny", SURE, "no"),
        (Step.OFFER, "ring hellere senere", "relapsed", DOUBTS, "not_now"),
        (Step.OFFER, "ikke før op er overstået", "does_not_use", DOUBTS, "not_now"),
        (Step.OFFER, "nej, ikke nu", "not_now", SURE, "not_now"),
        (Step.OFFER, "hun sover, måske senere", "not_now", SURE, "unable"),
        (Step.STATUS, "det er ikke xyz", "does_not_use", SURE, "no_use"),
        (Step.OFFER, "har prøvet før", "tried_before", SURE, "tried_before"),
        (Step.EVER_SMOKED, "aldrig", "never_smoked", SURE, "never"),
        (Step.EVER_SMOKED, "ikke siden skolen", "stopped_smoking", SURE, "stopped"),
        (Step.EX_SMOKER, "det går godt", "doing_well", SURE, "well"),
        (Step.LEAVE_MESSAGE, "nej, hun ryger", "deny", SURE, "no"),
        (Step.EVER_SMOKED, "ryger ikk", "will_not_answer", DOUBTS, "never"),
    ],
)
def test_one_answer_that_both_tell_is_taken(
    step: Step,
    text: str,
    intent: str,
    sure: bool,  # noqa: FBT001
    answer: str,
) -> None:
    assert heard(step, text, intent, sure) == ([answer], [])


@pytest.mark.parametrize(
    ("step", "text", "intent", "sure", "asked"),
    [
        # nobody is put off by a guess, or where something else was said of it
        (Step.STATUS, "xyz", "cannot_answer_now", DOUBTS, ["unable"]),
        (Step.OFFER, "xyz", "cannot_answer_now", DOUBTS, ["unable", "not_now"]),
        (Step.OFFER, "hun ryger", "cannot_answer_now", SURE, ["unable", "not_now"]),
        (Step.STATUS, "xyz", "not_now", SURE, ["unable"]),
        (Step.STATUS, "taler thai?", "cannot_answer_now", SURE, ["unable"]),
        (Step.STATUS, "xyz dagligt", "smokes_daily", DOUBTS, ["daily"]),
        # an end or a yes leaves no word unread, and what ends the talk is asked with its opposite
        (Step.OFFER, "godt at møde xyz", "affirm", DOUBTS, ["yes"]),
        (Step.OFFER, "det virker aldrig for xyz", "deny", SURE, ["no", "yes"]),
        (Step.STATUS, "xyz aldrig ryge zqvist liv", "never_smoked", SURE, ["never"]),
        (Step.STATUS, "patient aldrig ryge hele liv", "never_smoked", DOUBTS, ["never"]),
        (Step.OFFER, "no wait", "never_smoked", DOUBTS, ["not_now", "yes"]),
        (Step.STATUS, "det er ikke xyz", "does_not_use", DOUBTS, ["no_use", "never"]),
        (Step.STATUS, "xyz siger nej tak", "will_not_answer", DOUBTS, ["not_answered"]),
        (Step.STATUS, "stoppet med xyz", "stopped_smoking", SURE, ["ex"]),
        (Step.EVER_SMOKED, "aldrig xyz zqvist", "deny", SURE, ["never", "stopped"]),
        (Step.EX_SMOKER, "det går godt med xyz", "doing_well", SURE, ["well", "relapsed"]),
        (Step.OFFER, "nej tak, siger xyz hun", "deny", DOUBTS, ["no", "yes"]),
        # what somebody else says of the patient's use
        (Step.EVER_SMOKED, "ifølge datteren er hun stoppet", "stopped_smoking", SURE, ["stopped"]),
        # both sides
        (Step.OFFER, "ja, men senere", "affirm", SURE, ["not_now", "yes"]),
        (Step.OFFER, "vil gerne, senere", "affirm", SURE, ["yes", "not_now"]),
        (Step.OFFER, "ja, hun kan ikke svare", "affirm", SURE, ["unable", "yes"]),
        (Step.OFFER, "ja vil gerne, vil ikke", "affirm", SURE, ["yes", "no"]),
        (Step.OFFER, "nej, ikke nu", "deny", SURE, ["not_now", "yes"]),
        (Step.OFFER, "nej tak, men hun vil gerne", "deny", SURE, ["no", "yes"]),
        (Step.OFFER, "senere, ja", "not_now", SURE, ["not_now", "yes"]),
        (Step.OFFER, "har prøvet, ja", "tried_before", SURE, ["tried_before", "yes"]),
        (Step.OFFER, "nej, har prøvet før", "tried_before", SURE, ["tried_before", "no"]),
        (Step.STATUS, "indimellem svært, men stadig røgfri", "stopped_smoking", SURE,
         ["occasional", "ex"]),
        (Step.LEAVE_MESSAGE, "ja tak, helst ikke", "affirm", SURE, ["yes", "no"]),
    ],
)  # fmt: skip
def test_where_one_word_or_one_witness_is_not_sure_it_is_asked_about(
    step: Step,
    text: str,
    intent: str,
    sure: bool,  # noqa: FBT001
    asked: list[str],
) -> None:
    assert heard(step, text, intent, sure) == ([], asked)


@pytest.mark.parametrize("detail", ["name", "phone", "postcode"])
def test_a_no_beside_another_name_number_or_postcode_is_about_that(detail: str) -> None:
    said = words("nej", "deny", {detail: "x"})
    assert not hear(Step.LEAVE_MESSAGE, said).answers


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "answers"),
    [
        ("hun ryger, hobby", "smokes_occasionally", 0.5, ["occasional"]),
        ("hun ryger, hobby", "smokes_occasionally", 0.49, []),
        ("quit", "nlu_fallback", 0.1, ["ex"]),
    ],
)
def test_which_of_two_is_told_by_the_classifier_from_one_half_on(
    text: str, intent: str, confidence: float, answers: list[str]
) -> None:
    said = replace(words(text, intent), confidence=confidence)
    told = hear(Step.STATUS, said)
    assert [value for step, value in told.answers if step is Step.STATUS] == answers
