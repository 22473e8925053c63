"""Days that are over are counted once; whatever happens then, a page shows what a recount gives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from bench.filling.figure_rows import fill
from referrals.denmark.dates import local_day
from referrals.figures.counted_days import keep_counted
from referrals.figures.measures import Stage
from referrals.figures.municipal_figures import MunicipalFigures, MunicipalYear
from referrals.figures.publication import Publication
from referrals.figures.tables import CountedDayRow
from referrals.figures.ward_feedback import publication_of
from referrals.outcomes.tables import OutcomeRow
from referrals.referral import history
from referrals.referral.changed_days import referral_changed
from referrals.referral.moves import Move, State
from referrals.referral.tables import ChangedDayRow, ReferralRow
from referrals.staff.roles import Role, Staff
from referrals.staff.tables import WardRow
from tests.conftest import World

YEAR = 2026
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
CODE, PARTNER = "0151", "0163"

Pages = tuple[Publication, MunicipalYear, MunicipalYear]


@pytest.fixture
def counted(world: World) -> World:
    """Give a world in which people worked for months, and every day that is over is counted."""
    fill(world.database, 500, NOW - timedelta(days=120), NOW, seed=5)
    keep_counted(world.database, NOW)
    return world


def pages(world: World, now: datetime) -> Pages:
    """Read all the figures of a hospital and of two municipalities."""
    with world.database.read() as session:
        wards = session.scalars(select(WardRow).where(WardRow.hospital_id == "herlev")).all()
        shown = publication_of(session, wards, YEAR, now)
    of_one, of_other = (
        MunicipalFigures(
            world.database, Staff(0, "a", "A", Role.ADVISER, municipality_code=code)
        ).of_year(YEAR, now)
        for code in (CODE, PARTNER)
    )
    return shown, of_one, of_other


def recounted(world: World, now: datetime) -> Pages:
    """Read the same with nothing kept."""
    with world.database.write() as session:
        session.execute(delete(CountedDayRow))
    return pages(world, now)


def one_enrolled(world: World) -> int:
    """Give a referral of the municipality that was filed a while ago and waits for a course."""
    with world.database.read() as session:
        found = select(ReferralRow.id).where(
            ReferralRow.municipality_code == CODE,
            ReferralRow.state == State.ENROLLED.value,
            ReferralRow.filed_at < NOW - timedelta(days=2),
            ReferralRow.filed_at > datetime(2026, 1, 2, tzinfo=UTC),
        )
        return session.scalars(found.order_by(ReferralRow.id).limit(1)).one()


def marks(world: World) -> int:
    with world.database.read() as session:
        return session.scalar(select(func.count()).select_from(ChangedDayRow)) or 0


def test_what_was_kept_is_what_a_recount_gives(counted: World) -> None:
    with counted.database.read() as session:
        last = session.scalar(select(func.max(CountedDayRow.day)))
    assert last == local_day(NOW) - timedelta(days=1)
    assert keep_counted(counted.database, NOW) == 0
    shown = pages(counted, NOW)
    assert shown[1].contact.filed > 10
    assert shown == recounted(counted, NOW)


def test_a_page_is_read_from_what_was_kept(counted: World) -> None:
    before = pages(counted, NOW)[1].contact.filed
    with counted.database.write() as session:
        tampered = update(CountedDayRow).where(CountedDayRow.place == CODE)
        session.execute(tampered.values(counts={"filed": 1000}))
    assert pages(counted, NOW)[1].contact.filed > before + 1000


def test_a_move_counts_at_once_and_is_kept_by_the_next_round(counted: World) -> None:
    before = pages(counted, NOW)
    with counted.database.write() as session:
        row = session.get_one(ReferralRow, one_enrolled(counted))
        entry = history.Entry("adviser:demo-adviser-0151", NOW)
        history.append(session, row, Move.START, State.STARTED, entry)
    after = pages(counted, NOW)
    started = [
        sum(counts[Stage.STARTED] for _, counts in page[1].wards) for page in (before, after)
    ]
    assert started[1] == started[0] + 1
    assert keep_counted(counted.database, NOW) > 0
    assert marks(counted) == 0
    assert pages(counted, NOW) == after == recounted(counted, NOW)


def test_what_is_handed_on_counts_for_whoever_has_it(counted: World) -> None:
    before = pages(counted, NOW)
    with counted.database.write() as session:
        row = session.get_one(ReferralRow, one_enrolled(counted))
        entry = history.Entry("adviser:demo-adviser-0151", NOW, about=PARTNER)
        history.append(session, row, Move.TRANSFER, State.ENROLLED, entry)
        row.municipality_code, row.home_municipality_code = PARTNER, CODE
        referral_changed(session, row, NOW)
    keep_counted(counted.database, NOW)
    after = pages(counted, NOW)
    assert [page.contact.filed for page in after[1:]] == [
        before[1].contact.filed - 1,
        before[2].contact.filed + 1,
    ]
    assert after == recounted(counted, NOW)


@pytest.mark.parametrize("days", [6, 45])
def test_time_alone_makes_things_due_and_a_page_knows(counted: World, days: int) -> None:
    later = NOW + timedelta(days=days)
    with counted.database.write() as session:
        due = session.scalars(select(OutcomeRow).where(OutcomeRow.state == "due")).all()
        for number, row in enumerate(due):
            row.due_on = NOW.date() + timedelta(days=number % 50)
        for kept in session.scalars(select(CountedDayRow)):
            session.delete(kept)
    keep_counted(counted.database, NOW)
    shown = pages(counted, later)
    assert shown[1].contact.waiting < pages(counted, NOW)[1].contact.waiting
    keep_counted(counted.database, later)
    assert pages(counted, later) == shown == recounted(counted, later)


def test_a_day_is_not_kept_while_something_of_it_may_be_under_way(world: World) -> None:
    fill(world.database, 60, NOW - timedelta(days=3), NOW, seed=5)
    midnight = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)  # half an hour into the Danish day
    keep_counted(world.database, midnight)
    with world.database.read() as session:
        assert session.scalar(select(func.max(CountedDayRow.day))) == local_day(NOW) - timedelta(1)
