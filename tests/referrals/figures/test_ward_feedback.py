"""Counts straight from the rows, who may read them, and what the pages are cut from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bench.filling.figure_rows import fill
from referrals.advice.tables import EncounterRow
from referrals.denmark.dates import local
from referrals.figures.counts import PlacePeriod, count_wards, measured, months_of
from referrals.figures.measures import Detail, Measure, Stage
from referrals.figures.ward_feedback import (
    FeedbackLevel,
    NoSuchWard,
    WardFeedback,
    default_days,
    year_of,
)
from referrals.figures.words import FeedbackWords, message
from referrals.outcomes.tables import OutcomeRow
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.staff.roles import Role, Staff
from referrals.staff.tables import WardRow
from tests.conftest import World

YEAR = 2025
SINCE = datetime(2024, 11, 15, tzinfo=UTC)
NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
LEAD = Staff(0, "lead", "Lead", Role.LEAD, hospital_id="herlev")


@pytest.fixture
def worked(world: World) -> World:
    """Give a world in which wards worked for more than a year."""
    fill(world.database, 1_500, SINCE, NOW, seed=7)
    return world


def recount(world: World, ward: str, year: int) -> dict[Measure, int]:
    """Count a ward's year from the encounters and the events alone, in plain Python."""
    counts: dict[Measure, int] = dict.fromkeys([*Stage, *Detail], 0)
    with world.database.read() as session:
        for encounter in session.scalars(select(EncounterRow).where(EncounterRow.ward_id == ward)):
            if local(encounter.started_at).year != year:
                continue
            counts[Stage.ASKED] += encounter.status is not None
            counts[Stage.ADVISED] += encounter.offer_answered_at is not None
            counts[Stage.ACCEPTED] += encounter.accepted
            for referral in session.scalars(
                select(ReferralRow).where(ReferralRow.encounter_id == encounter.id)
            ):
                events = session.scalars(
                    select(ReferralEventRow).where(ReferralEventRow.referral_id == referral.id)
                ).all()
                when = {event.move: event.at for event in events}
                counts[Stage.FILED] += 1
                counts[Stage.ATTEMPTED] += bool({"attempt_contact", "reach"} & set(when))
                counts[Stage.REACHED] += "reach" in when
                due = when["file"] + timedelta(days=7)
                counts[Detail.IN_TIME] += "reach" in when and when["reach"] <= due
                counts[Detail.DUE] += "reach" in when or due <= NOW
                counts[Stage.ENROLLED] += "enrol" in when
                counts[Stage.STARTED] += "start" in when
                counts[Stage.COMPLETED] += "complete" in when
                outcomes = session.scalars(
                    select(OutcomeRow).where(OutcomeRow.referral_id == referral.id)
                )
                for outcome in outcomes:
                    if outcome.kind == "six_months" and "start" in when:
                        counts[Detail.SIX_MONTHS_SMOKE_FREE] += bool(outcome.smoke_free)
                        counts[Detail.SIX_MONTHS_LOST] += outcome.state == "lost"
    return counts


def test_counting_agrees_with_a_recount_from_the_events(worked: World) -> None:
    ward = "herlev-onk-1"
    months = months_of(YEAR)
    with worked.database.read() as session:
        [year] = count_wards(session, [PlacePeriod(ward, months[0].since, months[-1].until)], NOW)
    counted = measured(year.counts)
    expected = recount(worked, ward, YEAR)
    assert expected[Stage.COMPLETED] > 0
    assert expected[Detail.SIX_MONTHS_LOST] > 0
    checked = {measure: count for measure, count in expected.items() if count}
    assert {measure: counted[measure] for measure in checked} == checked


def test_the_months_add_up_to_the_year_and_every_stage_is_part_of_the_one_before(
    worked: World,
) -> None:
    months = months_of(YEAR)
    with worked.database.read() as session:
        wards = session.scalars(select(WardRow.id)).all()
        by_month = [PlacePeriod(w, month.since, month.until) for w in wards for month in months]
        by_year = [PlacePeriod(w, months[0].since, months[-1].until) for w in wards]
        parts, wholes = (count_wards(session, each, NOW) for each in (by_month, by_year))
    whole = measured(*(each.counts for each in wholes))
    assert measured(*(each.counts for each in parts)) == whole
    stages = [whole[stage] for stage in Stage]
    assert stages == sorted(stages, reverse=True)


def test_the_hospital_the_departments_and_the_wards_tell_the_same(worked: World) -> None:
    feedback = WardFeedback(worked.database, LEAD)
    since, until = year_of(YEAR)
    hospital = feedback.of_hospital("herlev", "", since, until, NOW)
    assert hospital.place.kind is FeedbackLevel.HOSPITAL
    asked = [figures.counts[Stage.ASKED] for _, figures in hospital.parts]
    assert hospital.figures.counts[Stage.ASKED] == sum(count or 0 for count in asked) > 0
    for part, figures in hospital.parts:
        department = feedback.of_hospital("herlev", part.department, since, until, NOW)
        assert department.figures == figures
        for ward, inside in department.parts:
            assert feedback.of_ward(ward.ward_id, since, until, NOW).figures == inside


def test_whatever_days_are_asked_for_whole_years_are_answered(worked: World) -> None:
    feedback = WardFeedback(worked.database, LEAD)
    day = date(YEAR, 5, 17)
    one_day = feedback.of_ward("herlev-onk-1", day, day, NOW)
    assert one_day == feedback.of_ward("herlev-onk-1", *year_of(YEAR), NOW)
    assert (one_day.since, one_day.until) == year_of(YEAR)


def test_two_years_are_the_sum_of_what_each_shows(worked: World) -> None:
    feedback = WardFeedback(worked.database, LEAD)
    both = feedback.of_ward("herlev-onk-1", date(2025, 1, 1), date(2026, 2, 1), NOW)
    each = [feedback.of_ward("herlev-onk-1", *year_of(year), NOW) for year in (2025, 2026)]
    asked = [one.figures.counts[Stage.ASKED] for one in each]
    assert None not in asked
    assert both.figures.counts[Stage.ASKED] == sum(count or 0 for count in asked)
    assert both.figures.trend == {}


def test_a_year_to_come_and_very_many_years_are_cut_to_what_there_is(worked: World) -> None:
    feedback = WardFeedback(worked.database, LEAD)
    read = feedback.of_ward("herlev-onk-1", date(1, 1, 1), date(9999, 12, 31), NOW)
    assert (read.since.year, read.until.year) == (2022, 2026)
    assert feedback.of_ward("herlev-onk-1", *year_of(2999), NOW).until.year == NOW.year


@pytest.mark.parametrize(
    ("staff", "ward"),
    [
        (Staff(0, "n", "N", Role.NURSE, ward_id="herlev-onk-1"), "herlev-med-2"),
        (Staff(0, "l", "L", Role.LEAD, hospital_id="herlev"), "gentofte-med-1"),
        (Staff(0, "a", "A", Role.ADMINISTRATOR), "herlev-onk-1"),
        (Staff(0, "r", "R", Role.ADVISER, municipality_code="0151"), "herlev-onk-1"),
        (Staff(0, "l", "L", Role.LEAD, hospital_id="herlev"), "findes-ikke"),
    ],
    ids=["nurse elsewhere", "lead elsewhere", "administrator", "adviser", "no such ward"],
)
def test_for_whoever_may_not_read_it_there_is_no_such_ward(
    world: World, staff: Staff, ward: str
) -> None:
    with pytest.raises(NoSuchWard):
        WardFeedback(world.database, staff).of_ward(ward, *year_of(YEAR), NOW)


@pytest.mark.parametrize("department", ["", "Onkologi"])
def test_a_nurse_reads_no_hospital(world: World, department: str) -> None:
    nurse = Staff(0, "n", "N", Role.NURSE, ward_id="herlev-onk-1")
    with pytest.raises(NoSuchWard):
        WardFeedback(world.database, nurse).of_hospital("herlev", department, *year_of(YEAR), NOW)


def test_a_department_that_is_not_there_is_not_there(world: World) -> None:
    with pytest.raises(NoSuchWard):
        WardFeedback(world.database, LEAD).of_hospital("herlev", "Hjerne", *year_of(YEAR), NOW)


def test_the_message_sums_up_what_may_be_shown(worked: World) -> None:
    feedback = WardFeedback(worked.database, LEAD).of_ward("herlev-onk-1", *year_of(YEAR), NOW)
    said = message(feedback, FeedbackWords(worked.around.labels, "da"))
    asked = feedback.figures.counts[Stage.ASKED]
    assert said.startswith(f"Onkologisk sengeafsnit 1 i 2025: {asked} spurgt, ")


def test_a_ward_with_too_little_to_show_is_told_so(world: World) -> None:
    fill(world.database, 20, datetime(YEAR, 3, 1, tzinfo=UTC), datetime(YEAR, 3, 9, tzinfo=UTC))
    feedback = WardFeedback(world.database, LEAD).of_ward("herlev-onk-1", *year_of(YEAR), NOW)
    said = message(feedback, FeedbackWords(world.around.labels, "en"))
    assert "too few" in said


def test_in_january_the_year_before_is_shown_first() -> None:
    assert default_days(datetime(2026, 1, 20, tzinfo=UTC)) == year_of(2025)
    assert default_days(datetime(2026, 2, 10, tzinfo=UTC)) == year_of(2026)
