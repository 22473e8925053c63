"""A made-up year through the real services: nothing is left hanging, late, or counted otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bench.recounting import recount
from bench.recounting.recount_municipal import exported, figures
from demo import courses, people
from demo.year.play import Played, Script, Year
from referrals.advice.tables import EncounterRow
from referrals.audit import chain
from referrals.booking.tables import SeatRow
from referrals.consent.texts import load_consent_texts
from referrals.courses.tables import CourseRow
from referrals.denmark.dates import DANISH_TIME, local_day
from referrals.denmark.municipalities import load_municipalities
from referrals.figures.counted_days import days_between, keep_counted, read
from referrals.figures.counts import PlacePeriod, count_wards
from referrals.figures.municipal_figures import MunicipalFigures
from referrals.figures.municipal_lines import as_csv
from referrals.follow_up.follow_ups import FollowUps
from referrals.next_action.keeping import NextActions
from referrals.queue.municipal_queue import MunicipalQueue
from referrals.referral.changed_days import CountedKind
from referrals.referral.clock import Urgency
from referrals.referral.moves import State
from referrals.referral.tables import ReferralRow
from referrals.staff.accounts import Accounts, staff_of
from referrals.staff.roles import Role, Staff
from referrals.staff.tables import UserRow, WardRow
from referrals.storage.database import Database
from referrals.turns.turn import IdleLimits, TurnServices
from referrals.vault.keys import new_keys
from referrals.vault.vault import Vault
from referrals.words.labels import Labels

UNTIL = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SMALL = Script(
    encounters=260, course_every=timedelta(days=42), house_every=timedelta(days=7), astray=5
)


@dataclass
class Past:
    """A year that was played, and what is needed to look at it."""

    database: Database
    around: TurnServices
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
    database.keep(NextActions())
    around = TurnServices(
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
        patch.setattr(people, "REFERRALS", ())
        patch.setattr(courses, "add", lambda *_: 0)
        people.fill(database, accounts, around)
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
    with past.database.read() as session:
        wards = list(session.scalars(select(WardRow.id)))
        for these in (wards, *([ward] for ward in wards)):
            stretches = [PlacePeriod(ward, since, UNTIL) for ward in these]
            counted: Counter[str] = Counter()
            for each in count_wards(session, stretches, UNTIL):
                counted.update(each.counts)
            again = recount.measures(session, past.stories, these, since, UNTIL)
            assert counted == again, these
    assert again.total() < recount_all(past).total()


def test_what_was_counted_day_by_day_is_what_a_recount_gives(past: Past) -> None:
    """All year the days that were over were kept, and marked by whatever changed later."""
    keep_counted(past.database, UNTIL)
    since = datetime(2025, 1, 1, tzinfo=DANISH_TIME)
    days = days_between(since.date(), UNTIL.date() + timedelta(days=1))
    with past.database.read() as session:
        wards = list(session.scalars(select(WardRow.id)))
        parts = list(read(session, CountedKind.WARD, wards, days, UNTIL))
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
        assert chain.verify(session).broken_at is None
        assert recount.filings(session) == len(past.stories) == past.played.filed


def test_in_a_year_nobody_is_without_a_next_action_unless_it_is_over(past: Past) -> None:
    with past.database.read() as session:
        rows = session.execute(select(ReferralRow.state, ReferralRow.next_action)).all()
    over = {State.CLOSED.value, State.WITHDRAWN.value}
    assert len(rows) > 30
    assert {action is None for state, action in rows if state not in over} <= {False}
    assert {action for state, action in rows if state in over} <= {None}
