"""A made-up year through the real services: nothing is left hanging, late, or counted otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from referrals import audit, demo, demo_courses
from referrals.accounts import Accounts, staff_of
from referrals.bedside import IdleLimits, Surroundings
from referrals.changed_days import Kind
from referrals.clock import Urgency
from referrals.consent import load_consent_texts
from referrals.counted_days import days_between, keep_counted, read
from referrals.course_tables import CourseRow, SeatRow
from referrals.database import Database
from referrals.dates import DANISH_TIME, local_day
from referrals.feedback_counts import Period, tally
from referrals.follow_ups import FollowUps
from referrals.keys import new_keys
from referrals.labels import Labels
from referrals.municipal_figures import MunicipalFigures
from referrals.municipal_lines import as_csv
from referrals.municipality import load_municipalities
from referrals.queue import MunicipalQueue
from referrals.staff import Role, Staff
from referrals.tables import EncounterRow, UserRow, WardRow
from referrals.vault import Vault
from referrals.year import recount
from referrals.year.play import Played, Script, Year
from referrals.year.recount_municipal import exported, figures

UNTIL = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SMALL = Script(
    encounters=260, course_every=timedelta(days=42), house_every=timedelta(days=7), astray=5
)


@dataclass
class Past:
    """A year that was played, and what is needed to look at it."""

    database: Database
    around: Surroundings
    played: Played
    stories: list[recount.Story]

    def advisers(self) -> list[Staff]:
        with self.database.read() as session:
            rows = session.scalars(select(UserRow).where(UserRow.role == Role.ADVISER.value))
            return [staff_of(row) for row in rows]

    def standing(self, code: str) -> list[recount.Story]:
        return [story for story in self.stories if story.municipality == code]


@pytest.fixture(scope="module")
def past(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: bytes, demo_password_hash: str
) -> Iterator[Past]:
    """Play a small year once for all tests."""
    file = tmp_path_factory.mktemp("year") / "henvis.db"
    file.write_bytes(migrated_sqlite)
    database = Database(f"sqlite:///{file}", durable=False)
    around = Surroundings(
        vault=Vault(new_keys()),
        consent_texts=load_consent_texts(),
        municipalities=load_municipalities(),
        labels=Labels(),
        idle=IdleLimits(),
        now=lambda: UNTIL,
    )
    accounts = Accounts(database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "hash_password", lambda _password: demo_password_hash)
        patch.setattr(demo, "REFERRALS", ())
        patch.setattr(demo_courses, "add", lambda *_: 0)
        demo.fill(database, accounts, around)
    played = Year(database, around, UNTIL, SMALL).play()
    with database.read() as session:
        yield Past(database, around, played, recount.stories(session))
    database.close()


def test_it_is_a_year_of_twenty_wards_and_nine_municipalities(past: Past) -> None:
    with past.database.read() as session:
        asked = session.scalar(select(func.count(EncounterRow.ward_id.distinct())))
        assert session.scalar(select(func.count(WardRow.id))) == 20
        assert session.scalar(select(func.count(EncounterRow.id))) == past.played.encounters
    assert asked is not None
    assert asked > 10
    assert past.played.encounters > 0.98 * SMALL.encounters
    assert len({story.municipality for story in past.stories}) > 6


def test_every_referral_ends_in_a_coded_state_or_waits_for_somebody(past: Past) -> None:
    assert recount.unexplained(past.stories, past.played.unfinished) == []
    ended = Counter(story.state for story in past.stories)
    assert ended["closed"] > len(past.stories) / 2


def test_every_breach_is_told_within_a_minute_and_nothing_else_is(past: Past) -> None:
    assert recount.told_late(past.stories, UNTIL) == []
    assert any(story.breach_told_at for story in past.stories)


def test_the_feedback_counts_what_a_recount_from_the_events_counts(past: Past) -> None:
    since = UNTIL - timedelta(days=SMALL.days)
    period = Period(since, UNTIL)
    with past.database.read() as session:
        wards = list(session.scalars(select(WardRow.id)))
        for these in (wards, *([ward] for ward in wards)):
            counted = tally(session, these, period, UNTIL)
            again = recount.measures(session, past.stories, these, since, UNTIL)
            assert {str(k): v for k, v in counted.items() if v} == dict(again), these
    assert again.total() < recount_all(past).total()


def test_what_was_counted_day_by_day_is_what_a_recount_gives(past: Past) -> None:
    """All year the days that were over were kept, and marked by whatever changed later."""
    keep_counted(past.database, UNTIL)
    since = datetime(2025, 1, 1, tzinfo=DANISH_TIME)
    days = days_between(since.date(), UNTIL.date() + timedelta(days=1))
    with past.database.read() as session:
        wards = list(session.scalars(select(WardRow.id)))
        parts = list(read(session, Kind.WARD, wards, days, UNTIL))
        again = recount.measures(session, past.stories, wards, since, UNTIL)
    assert Counter(dict(again)) == sum((Counter(dict(part.counts)) for part in parts), Counter())
    assert len([part for part in parts if part.counts]) > 100


def test_every_figure_of_every_municipality_s_export_is_what_a_recount_gives(past: Past) -> None:
    keep_counted(past.database, UNTIL)
    labels, lines = Labels(), 0
    for staff in past.advisers():
        code = str(staff.municipality_code)
        for year in (UNTIL.year - 1, UNTIL.year):
            page = MunicipalFigures(past.database, staff).of_year(year, UNTIL)
            shown = exported(as_csv(page, labels))
            with past.database.read() as session:
                assert shown == figures(session, past.stories, code, year, UNTIL), (code, year)
            lines += len(shown)
    assert lines > 200


def test_much_goes_astray_in_the_year_and_is_put_right(past: Past) -> None:
    moves = Counter(event.move for story in past.stories for event in story.events)
    for move in ("merge", "transfer", "give_back", "offer", "put_right"):
        assert moves[move], move


def recount_all(past: Past) -> Counter[str]:
    with past.database.read() as session:
        wards = list(session.scalars(select(WardRow.id)))
        return recount.measures(session, past.stories, wards, UNTIL - timedelta(366), UNTIL)


def test_each_queue_shows_what_the_events_leave_open(past: Past) -> None:
    for staff in past.advisers():
        queue = MunicipalQueue(past.database, past.around.vault, staff)
        mine = past.standing(str(staff.municipality_code))
        left = [story for story in mine if story.state in recount.OPEN]
        counts = queue.counts(UNTIL)
        assert sum(counts.values()) == len(left)
        late = [s for s in left if s.state in recount.UNREACHED and s.due_at <= UNTIL]
        assert counts[Urgency.BREACHED.value] == len(late)
        listed, after = [], None
        while True:
            page = queue.page(UNTIL, after=after)
            listed += [entry.reference for entry in page.entries]
            after = page.next_after
            if after is None:
                break
        assert sorted(listed) == sorted(story.reference for story in left)


def test_each_worklist_shows_the_follow_ups_that_nobody_answered(past: Past) -> None:
    for staff in past.advisers():
        work = FollowUps(past.database, past.around.vault, staff).worklist(UNTIL)
        due = [
            kind
            for story in past.standing(str(staff.municipality_code))
            for kind, each in story.follow_ups.items()
            if each.state == "due" and each.due_on <= local_day(UNTIL)
        ]
        assert work.due_in_all <= len(due)  # some are called again another day
        assert len(work.due) == min(work.due_in_all, 50)


def test_each_course_counts_the_seats_there_are(past: Past) -> None:
    with past.database.read() as session:
        for course in session.scalars(select(CourseRow)):
            seats = Counter(
                session.scalars(
                    select(SeatRow.state).where(
                        SeatRow.course_id == course.id, SeatRow.ended_at.is_(None)
                    )
                )
            )
            assert (course.taken, course.held, course.waiting) == (
                seats["confirmed"],
                seats["held"],
                seats["waiting"],
            )


def test_the_audit_log_holds_and_tells_of_every_filing(past: Past) -> None:
    with past.database.read() as session:
        assert audit.verify(session).broken_at is None
        assert recount.filings(session) == len(past.stories) == past.played.filed
