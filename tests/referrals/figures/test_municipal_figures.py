"""A municipality's figures agree with a recount of its own referrals, and with nobody else's."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from sqlalchemy import select

from bench.filling.figure_rows import fill
from referrals.booking.tables import SeatRow
from referrals.courses.tables import CourseRow
from referrals.denmark.dates import local
from referrals.figures.measures import Stage
from referrals.figures.municipal_figures import MunicipalFigures, MunicipalYear
from referrals.figures.municipal_lines import COLUMNS, as_csv, dictionary, lines
from referrals.outcomes.tables import OutcomeRow
from referrals.referral.tables import ReferralEventRow, ReferralRow
from referrals.staff.roles import NotAllowed, Role, Staff
from referrals.words.labels import Labels
from tests.conftest import World

YEAR = 2025
SINCE = datetime(2024, 11, 15, tzinfo=UTC)
NOW = datetime(2026, 2, 10, 12, tzinfo=UTC)
CODE = "0151"
ADVISER = Staff(0, "a", "A", Role.ADVISER, municipality_code=CODE)
LABELS = Labels()


@pytest.fixture
def worked(world: World) -> World:
    """Give a world in which nine municipalities worked for more than a year."""
    fill(world.database, 1_200, SINCE, NOW, seed=11)
    return world


def own(world: World) -> list[ReferralRow]:
    with world.database.read() as session:
        rows = session.scalars(select(ReferralRow).where(ReferralRow.municipality_code == CODE))
        return [row for row in rows if local(row.filed_at).year == YEAR]


def events(world: World, row: ReferralRow) -> list[ReferralEventRow]:
    with world.database.read() as session:
        query = select(ReferralEventRow).where(ReferralEventRow.referral_id == row.id)
        return list(session.scalars(query.order_by(ReferralEventRow.number)))


def test_contact_conversion_and_reasons_agree_with_a_recount_from_the_events(
    worked: World,
) -> None:
    read = MunicipalFigures(worked.database, ADVISER).of_year(YEAR, NOW)
    mine = own(worked)
    moves = Counter(event.move for row in mine for event in events(worked, row))
    assert read.contact.filed == len(mine) == moves["file"] > 20
    assert sum(read.contact.days) == moves["reach"]
    in_time = 0
    for row in mine:
        for event in events(worked, row):
            in_time += event.move == "reach" and event.at <= row.filed_at + timedelta(days=7)
    assert read.contact.in_time == in_time
    assert sum(read.drop_outs.values()) == moves["drop_out"] > 0
    assert read.enrolled == moves["enrol"]
    assert sum(counts[Stage.STARTED] for _, counts in read.wards) == moves["start"]
    assert sum(load.calls for load in read.loads) == moves["reach"] + moves["attempt_contact"]


def test_the_register_s_indicators_agree_with_a_recount(worked: World) -> None:
    read = MunicipalFigures(worked.database, ADVISER).of_year(YEAR, NOW)
    ids = [row.id for row in own(worked)]
    with worked.database.read() as session:
        outcomes = session.scalars(select(OutcomeRow).where(OutcomeRow.referral_id.in_(ids))).all()
    found = {each.code: (each.hits, each.of, each.target) for each in read.indicators}
    later = [row for row in outcomes if row.kind == "six_months"]
    answered = sum(row.state == "answered" for row in later)
    due = sum(row.state != "due" or row.due_on <= NOW.date() for row in later)
    assert found["followed_up"] == (answered, due, 80)
    assert [found[code][2] for code in found] == [80, 80, 80, 50, 90]


def test_what_is_open_now_is_counted_by_adviser_and_what_nobody_has_stands_last(
    worked: World,
) -> None:
    read = MunicipalFigures(worked.database, ADVISER).of_year(YEAR, NOW)
    with worked.database.read() as session:
        standing = session.scalars(
            select(ReferralRow.assigned_to)
            .where(ReferralRow.municipality_code == CODE)
            .where(ReferralRow.open.is_(True))
        ).all()
    assert sum(load.open for load in read.loads) == len(standing)
    assert (read.loads[-1].name, read.loads[-1].open) == ("", standing.count(None))


def test_a_move_that_was_put_right_counts_no_more(worked: World) -> None:
    figures = MunicipalFigures(worked.database, ADVISER)
    before = figures.of_year(YEAR, NOW)
    row = next(row for row in own(worked) if row.state == "dropped_out")
    history = events(worked, row)
    with worked.database.write() as session:
        session.add(
            ReferralEventRow(
                referral_id=row.id,
                number=len(history) + 1,
                move="correct",
                from_state="dropped_out",
                to_state=history[-2].to_state,
                corrects=history[-1].number,
                actor="adviser:demo-adviser-0151",
                at=NOW,
            )
        )
    after = figures.of_year(YEAR, NOW)
    assert sum(after.drop_outs.values()) == sum(before.drop_outs.values()) - 1


def test_seats_are_counted_by_where_the_citizens_live(worked: World) -> None:
    course = CourseRow(
        key="k",
        municipality_code=CODE,
        open_to=[],
        title="T",
        concept="group",
        format="group",
        goal="stop",
        audience="all",
        language="da",
        interpreter=False,
        products=[],
        intake="rolling",
        place="",
        postcode="",
        access="",
        online_link="",
        medicine_subsidy="",
        contact_phone="",
        contact_email="",
        status="open",
        verified_on=NOW.date(),
    )
    with worked.database.write() as session:
        session.add(course)
        session.flush()
        for code, seats in ((CODE, 2), ("0163", 3)):
            guests = session.scalars(
                select(ReferralRow).where(ReferralRow.municipality_code == code).limit(seats)
            )
            for guest in guests:
                session.add(
                    SeatRow(
                        course_id=course.id,
                        encounter_id=guest.encounter_id,
                        state="confirmed",
                        asked_at=datetime(YEAR, 5, 1, tzinfo=UTC),
                    )
                )
    read = MunicipalFigures(worked.database, ADVISER).of_year(YEAR, NOW)
    assert (read.seats, read.seats_of) == (5, [("Herlev", 3)])


def test_whoever_has_no_municipality_has_no_figures(world: World) -> None:
    with pytest.raises(NotAllowed):
        MunicipalFigures(world.database, Staff(0, "l", "L", Role.LEAD, hospital_id="herlev"))


def test_an_empty_year_divides_by_nothing(world: World) -> None:
    read = MunicipalFigures(world.database, ADVISER).of_year(2020, NOW)
    assert read.contact.median_to_reach is None
    assert {line.value for line in lines(read, LABELS) if line.figure.startswith("stopbasen")} == {
        None
    }


def exported(read: MunicipalYear) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(as_csv(read, LABELS).lstrip("\ufeff")), delimiter=";"))


def test_the_export_has_every_figure_and_the_dictionary_every_name(worked: World) -> None:
    read = MunicipalFigures(worked.database, ADVISER).of_year(YEAR, NOW)
    rows = exported(read)
    told = {each.name for each in dictionary(LABELS) if each.kind == "figure"}
    columns = [each.name for each in dictionary(LABELS) if each.kind == "column"]
    assert columns == list(COLUMNS)
    assert {row["figure"] for row in rows} <= told
    assert told - {row["figure"] for row in rows} == {"seats_of_others"}
    assert {row["value"] for row in rows if row["figure"] == "filed"} == {str(read.contact.filed)}


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_name_in_the_dictionary_has_a_label_and_a_meaning(language: str) -> None:
    for each in dictionary(LABELS, language):
        assert each.meaning not in ("", each.name)
        assert each.label != each.name or each.kind == "column"
