"""What the script keeps of an encounter, and what falls: rules that no single step shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from referrals.advice import script
from referrals.advice.encounter import SKIPPED, Encounter, Outcome, Step
from tests.referrals.advice.script_steps import (
    BEFORE,
    PARTNERS,
    TO_CONSENT,
    TO_OFFER,
    TO_SUMMARY,
    TOKEN,
)

EARLY = {Step.BEST_TIME: "evening", Step.SPOKEN_LANGUAGE: "pl", Step.PROTECTED_ADDRESS: "yes"}


@pytest.mark.parametrize(
    ("step", "value"),
    [
        (Step.STATUS, "never"),
        (Step.STATUS, "not_answered"),
        (Step.EX_SMOKER, "well"),
        (Step.OFFER, "no"),
        (Step.OFFER, "not_now"),
    ],
)
def test_who_is_not_called_keeps_no_wish_about_a_call(step: Step, value: str) -> None:
    waiting = BEFORE[step]
    told = replace(waiting, answers={**waiting.answers, **EARLY})
    ended = script.record(told, step, value)
    assert script.outcome(ended) is not None
    assert not EARLY.keys() & ended.answers.keys()
    assert ended.get(step) == value


def test_other_municipalities_are_asked_about_once_and_only_where_patients_are_shared() -> None:
    asked = BEFORE[Step.CONSENT_SHARING]
    assert script.next_step(asked) is Step.CONSENT_SHARING
    assert script.next_step(replace(asked, sharing_codes=frozenset({"0163"}))) is Step.BEST_TIME
    answered = script.record(asked, Step.CONSENT_SHARING, "no")
    assert script.next_step(answered) is Step.BEST_TIME
    assert script.has_consent(answered)


@pytest.mark.parametrize(("step", "value"), [(Step.POSTCODE, "2730"), (Step.MUNICIPALITY, "0163")])
def test_a_yes_to_others_falls_with_the_municipality_it_was_said_about(
    step: Step, value: str
) -> None:
    shared = script.record(BEFORE[Step.CONSENT_SHARING], Step.CONSENT_SHARING, "yes")
    assert not script.record(shared, step, value).answered(Step.CONSENT_SHARING)


@pytest.mark.parametrize("step", list(EARLY))
def test_who_is_asked_later_keeps_what_was_told_about_the_call(step: Step) -> None:
    told = Encounter({Step.STATUS: "unable", **EARLY}, partner_codes=PARTNERS)
    assert script.record(told, Step.DEFER_REASON, "asleep").get(step) == EARLY[step]


@pytest.mark.parametrize("status", ["daily", "occasional", "other_product"])
def test_products_are_kept_beside_any_use(status: str) -> None:
    assert status in script.USES
    assert script.accepts(Step.STATUS, status)


@pytest.mark.parametrize("ended", list(Outcome))
def test_an_encounter_that_was_ended_stays_so_whatever_was_answered(ended: Outcome) -> None:
    over = Encounter(TO_OFFER, ended=ended, partner_codes=PARTNERS)
    assert script.outcome(over) is ended
    assert script.go_back(over) == over
    assert script.correct(over, Step.STATUS) == over


@pytest.mark.parametrize("step", [Step.SECOND_CONTACT, Step.DISCHARGE_DATE, Step.PROTECTED_ADDRESS])
def test_what_was_added_can_be_taken_out_again(step: Step) -> None:
    value = "yes" if step is Step.PROTECTED_ADDRESS else TOKEN
    added = Encounter({**TO_SUMMARY, step: value}, revisiting=step, partner_codes=PARTNERS)
    taken = script.remove(added, step)
    assert step not in taken.answers
    assert taken.revisiting is None
    assert taken.answers == TO_SUMMARY


@pytest.mark.parametrize("step", [Step.NAME, Step.PHONE, Step.POSTCODE, Step.MUNICIPALITY])
def test_what_the_referral_needs_cannot_be_taken_out(step: Step) -> None:
    complete = Encounter(TO_SUMMARY, partner_codes=PARTNERS)
    assert script.remove(complete, step) == complete


def test_an_optional_detail_that_is_taken_out_was_not_asked() -> None:
    complete = Encounter(TO_SUMMARY, partner_codes=PARTNERS)
    taken = script.remove(complete, Step.BEST_TIME)
    assert taken.get(Step.BEST_TIME) == SKIPPED
    assert script.remove(taken, Step.BEST_TIME) is taken


@pytest.mark.parametrize("step", [Step.BEST_TIME, Step.SECOND_CONTACT])
def test_what_was_never_told_cannot_be_taken_out(step: Step) -> None:
    untold = Encounter(TO_CONSENT, partner_codes=PARTNERS)
    assert script.remove(untold, step) is untold


@pytest.mark.parametrize(
    "answers",
    [TO_SUMMARY | {Step.CONSENT_CONTACT: "no"}, TO_SUMMARY | {Step.OFFER: "no"}, TO_CONSENT],
    ids=["no consent", "no offer", "not asked yet"],
)
def test_only_who_consented_and_is_complete_may_be_filed(answers: dict[Step, str]) -> None:
    assert script.may_file(Encounter(TO_SUMMARY, partner_codes=PARTNERS))
    assert not script.may_file(Encounter(answers, partner_codes=PARTNERS))


@pytest.mark.parametrize(
    ("near", "first"),
    [(None, Step.NAME), (frozenset({"2750"}), Step.NAME), (frozenset({"2730"}), Step.MUNICIPALITY)],
    ids=["unknown", "near", "far"],
)
def test_who_lives_far_is_told_so_before_anybody_gives_a_name(
    near: frozenset[str] | None, first: Step
) -> None:
    consented = TO_CONSENT | {
        Step.CONSENT_CONTACT: "yes",
        Step.CONSENT_OUTCOME: "no",
        Step.POSTCODE: "2750",
    }
    waiting = Encounter(consented, near=near, partner_codes=PARTNERS)
    assert script.next_step(waiting) is first


def test_who_lives_far_but_belongs_to_a_partner_gives_name_and_number_all_the_same() -> None:
    told = TO_SUMMARY | {Step.MUNICIPALITY: "0151"}
    for step in (Step.NAME, Step.PHONE):
        without = {asked: value for asked, value in told.items() if asked is not step}
        waiting = Encounter(without, near=frozenset({"2730"}), partner_codes=PARTNERS)
        assert script.next_step(waiting) is step


@pytest.mark.parametrize("refused", [Step.OFFER, Step.CONSENT_CONTACT])
def test_consent_is_a_yes_to_the_offer_and_to_being_called(refused: Step) -> None:
    assert script.has_consent(Encounter(TO_SUMMARY))
    assert not script.has_consent(Encounter(TO_SUMMARY | {refused: "no"}))


def test_trying_before_is_taken_back_before_any_answer() -> None:
    tried = Encounter(TO_OFFER, tried_before=True, partner_codes=PARTNERS)
    back = script.go_back(tried)
    assert (back.tried_before, dict(back.answers)) == (False, TO_OFFER)
    assert dict(script.go_back(back).answers) == {}
    assert script.go_back(Encounter(partner_codes=PARTNERS)).answers == {}


@pytest.mark.parametrize("value", ["ecigarette+snus", "snus+snus", ""])
def test_several_products_have_one_way_of_writing(value: str) -> None:
    assert script.accepts(Step.PRODUCT, "snus+ecigarette")
    assert not script.accepts(Step.PRODUCT, value)
