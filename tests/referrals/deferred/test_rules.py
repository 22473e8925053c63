"""What a deferred patient waits for, until when, and which answers stand; pure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.advice import script
from referrals.advice.encounter import Encounter, Outcome, Step
from referrals.deferred.rules import (
    LONGEST,
    Act,
    Came,
    Ending,
    Seen,
    Waiting,
    came_of,
    leaves_on,
    leaves_on_again,
    may_be_a_bed,
    next_action,
    standing,
)

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2026, 1, 1), date(2030, 1, 1))


@given(
    st.builds(
        Waiting, DAYS, in_hand=st.booleans(), ended=st.one_of(st.none(), st.sampled_from(Ending))
    )
)
def test_whoever_has_no_ending_has_one_act_one_date_and_one_list(waiting: Waiting) -> None:
    following = next_action(waiting)
    assert (following is None) == (waiting.ended is not None)
    if following:
        assert following.by == waiting.leaves_on
        assert (following.act, following.seen) in {(Act.ASK, Seen.WARD), (Act.GO_ON, Seen.NURSE)}
        assert (following.seen is Seen.NURSE) == waiting.in_hand


@given(DAYS, st.one_of(st.none(), DAYS))
def test_nobody_is_on_the_list_after_the_day_of_discharge_or_fourteen_days(
    deferred_on: date, discharge: date | None
) -> None:
    last = leaves_on(deferred_on, discharge)
    assert last <= deferred_on + LONGEST
    assert discharge is None or last <= discharge


def test_without_a_day_of_discharge_it_is_fourteen_days() -> None:
    assert leaves_on(TODAY) == TODAY + timedelta(days=14)


@given(DAYS, st.integers(0, 14), st.one_of(st.none(), st.integers(0, 13)))
def test_deferred_again_a_day_of_discharge_still_holds(
    first: date, later: int, discharge_in: int | None
) -> None:
    again = first + timedelta(days=later)
    discharge = None if discharge_in is None else first + timedelta(days=discharge_in)
    last = leaves_on_again(first, leaves_on(first, discharge), again)
    assert last == (again + LONGEST if discharge is None else discharge)


@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_every_outcome_of_taking_up_means_one_thing(outcome: Outcome | None) -> None:
    expected = {
        None: Came(),
        Outcome.CANCELLED: Came(back=True),
        Outcome.EXPIRED: Came(back=True),
        Outcome.DEFERRED: Came(Ending.DEFERRED_AGAIN),
    }
    assert came_of(outcome) == expected.get(outcome, Came(Ending.ASKED))


def _deferred(*answers: tuple[Step, str]) -> dict[Step, str]:
    encounter = Encounter()
    for step, value in answers:
        encounter = script.record(encounter, step, value)
    assert script.outcome(encounter) is Outcome.DEFERRED
    return dict(encounter.answers)


def test_who_fell_asleep_before_the_offer_is_asked_on_from_the_offer() -> None:
    answers = _deferred(
        (Step.STATUS, "other_product"),
        (Step.PRODUCT, "snus"),
        (Step.OFFER, "unable"),
        (Step.DEFER_REASON, "asleep"),
    )
    stands = standing(answers)
    assert stands == {Step.STATUS: "other_product", Step.PRODUCT: "snus"}
    assert script.next_step(Encounter(stands)) is Step.OFFER


def test_what_a_confused_patient_said_is_asked_again() -> None:
    answers = _deferred(
        (Step.STATUS, "daily"), (Step.OFFER, "unable"), (Step.DEFER_REASON, "confused")
    )
    assert standing(answers) == {}


def test_who_could_not_be_asked_at_all_is_asked_from_the_beginning() -> None:
    answers = _deferred((Step.STATUS, "unable"), (Step.DEFER_REASON, "away"))
    assert standing(answers) == {}


@given(st.dictionaries(st.sampled_from(Step), st.sampled_from(["yes", "daily", "asleep"])))
def test_neither_offer_consent_nor_contact_ever_stands(answers: dict[Step, str]) -> None:
    stands = standing(answers)
    assert not stands.keys() & {Step.OFFER, Step.DEFER_REASON, *script.CONSENT_STEPS}
    assert not stands.keys() & script.PAGE_STEPS
    assert stands.items() <= answers.items()


@pytest.mark.parametrize("typed", ["12", "stue 12", "A.H.", "stue 4, seng 2", "afsnit 12B"])
def test_a_room_or_initials_may_be_noted(typed: str) -> None:
    assert may_be_a_bed(typed)


@pytest.mark.parametrize(
    "typed", ["", "010203-1234", "20 66 77 88", "Zebulon Quistgaard Vråby", "x" * 21]
)
def test_what_finds_a_person_may_not(typed: str) -> None:
    assert not may_be_a_bed(typed)
