"""When the clock is believed: it ran straight for a real day, and nobody's clock says otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.audit import chain
from referrals.audit.tables import AuditRow
from referrals.installation.watched_clock import Ran, WatchedClock, jump, read, since_boot_s
from referrals.notices.spreading import EmailAddresses, spread
from referrals.outbox.tables import OutboxRow
from referrals.staff.tables import UserRow
from referrals.storage.database import Database
from tests.conftest import FORENOON, World
from tests.locking import WHOLE, locks_asked_for

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Machine:
    """A process that looks: real time passes, and its clock may be set."""

    def __init__(self, database: Database) -> None:
        self.real_s, self.at, self.database = 1000.0, FORENOON, database
        self.start_again()

    def start_again(self) -> None:
        self.watched = WatchedClock(self.database, lambda: self.real_s)

    def runs(self, span: timedelta) -> bool:
        """Let time pass as it does, and tell whether the clock is believed."""
        self.real_s += span.total_seconds()
        return self.jumps(span)

    def jumps(self, span: timedelta) -> bool:
        self.at += span
        return self.watched.look(self.at).believed


@pytest.fixture
def machine(database: Database) -> Machine:
    machine = Machine(database)
    machine.runs(MINUTE)
    return machine


def _jumps(database: Database) -> list[str]:
    with database.read() as session:
        told = select(AuditRow.record).where(AuditRow.action == "clock_jumped")
        return list(session.scalars(told.order_by(AuditRow.number)))


@pytest.mark.parametrize(
    ("since", "ran", "jumped"),
    {
        "a round as usual": (MINUTE, Ran(MINUTE, MINUTE), None),
        "a clock set right by a minute": (2 * MINUTE, Ran(2 * MINUTE, MINUTE), None),
        "four hundred days in a minute": (400 * DAY, Ran(400 * DAY, MINUTE), 400 * DAY - MINUTE),
        "back again": (-400 * DAY, Ran(MINUTE, 2 * MINUTE), -400 * DAY),
        "five minutes ahead to the second": (6 * MINUTE, Ran(6 * MINUTE, MINUTE), None),
        "five minutes behind to the second": (MINUTE, Ran(MINUTE, 6 * MINUTE), None),
        "another machine's clock is five minutes ahead": (
            -5 * MINUTE,
            Ran(MINUTE, MINUTE),
            None,
        ),
        "a day's rest to the second": (DAY, None, None),
        "six minutes ahead": (7 * MINUTE, Ran(7 * MINUTE, MINUTE), 6 * MINUTE),
        "six minutes behind": (MINUTE, Ran(MINUTE, 7 * MINUTE), -6 * MINUTE),
        "ahead a little each round, and now too far": (
            MINUTE,
            Ran(HOUR, 54 * MINUTE),
            6 * MINUTE,
        ),
        "a restart": (HOUR, None, None),
        "a night's rest": (10 * HOUR, None, None),
        "two days of rest, or a jump": (2 * DAY, None, 2 * DAY),
        "a start before the last look": (-HOUR, None, -HOUR),
        "another machine's clock is an hour ahead": (-HOUR, Ran(MINUTE, MINUTE), -HOUR),
    }.values(),
    ids=str,
)
def test_a_jump_is_where_clock_and_real_time_part(
    since: timedelta, ran: Ran | None, jumped: timedelta | None
) -> None:
    assert jump(FORENOON - since, FORENOON, ran) == jumped


def test_a_new_installation_believes_its_clock(database: Database) -> None:
    assert Machine(database).runs(MINUTE)


def test_a_clock_that_runs_on_is_believed(machine: Machine) -> None:
    assert all(machine.runs(MINUTE) for _ in range(5))


@pytest.mark.parametrize("by", [400 * DAY, -400 * DAY, HOUR, -HOUR], ids=str)
def test_after_a_jump_it_is_believed_once_it_ran_straight_for_a_real_day(
    machine: Machine, by: timedelta
) -> None:
    believed = [machine.jumps(by), *(machine.runs(HOUR) for _ in range(24))]
    assert believed == [False] * 24 + [True]


def test_a_second_less_than_a_real_day_is_not_enough(machine: Machine) -> None:
    machine.jumps(HOUR)
    assert not machine.runs(DAY - SECOND)
    assert machine.runs(SECOND)


def test_coming_back_is_a_jump_as_well(machine: Machine) -> None:
    machine.jumps(400 * DAY)
    machine.runs(MINUTE)
    assert not machine.jumps(-400 * DAY)
    assert not machine.runs(23 * HOUR)
    assert machine.runs(HOUR)


def test_a_start_again_shortens_no_waiting(machine: Machine) -> None:
    machine.jumps(400 * DAY)
    machine.runs(12 * HOUR)
    machine.start_again()
    assert not machine.runs(HOUR)
    assert not machine.runs(11 * HOUR)
    assert machine.runs(HOUR)


def test_a_jump_while_nothing_ran_is_seen_at_the_start(machine: Machine) -> None:
    machine.start_again()
    assert not machine.jumps(400 * DAY)


def test_starting_again_often_does_not_make_time_pass(machine: Machine) -> None:
    machine.jumps(400 * DAY)
    for _ in range(30):
        machine.start_again()
        machine.jumps(timedelta(hours=20))
        assert not machine.runs(MINUTE)


def test_of_two_machines_one_that_is_ahead_is_found(machine: Machine) -> None:
    other = Machine(machine.database)
    other.at += 400 * DAY
    assert not other.runs(MINUTE)
    assert not machine.runs(MINUTE)


@pytest.mark.parametrize("database", ["postgres"], indirect=True)  # SQLite has one writer
def test_of_two_machines_one_looks_at_a_time(machine: Machine) -> None:
    with locks_asked_for(machine.database) as asked:
        machine.runs(MINUTE)
    assert asked[:1] == [WHOLE]


def test_two_machines_make_a_day_no_shorter(machine: Machine) -> None:
    other = Machine(machine.database)
    other.at, other.real_s = machine.at, machine.real_s
    machine.jumps(HOUR)
    other.at += HOUR
    believed = False
    hours = 0
    while not believed:
        hours += 1
        for each in (machine, other):
            believed = each.runs(HOUR)
    assert 24 <= hours <= 25


def test_a_database_from_before_is_believed_where_it_was_worked_with_today(
    database: Database,
) -> None:
    with database.write() as session:
        chain.append(session, FORENOON - HOUR, "anna", "log_in", "user:1")
    assert Machine(database).runs(MINUTE)


def test_a_database_from_before_is_not_believed_long_after_it_was_last_worked_with(
    database: Database,
) -> None:
    with database.write() as session:
        chain.append(session, FORENOON - 400 * DAY, "anna", "log_in", "user:1")
    assert not Machine(database).runs(MINUTE)


def test_each_jump_is_in_the_audit_log_once(machine: Machine) -> None:
    machine.jumps(400 * DAY)
    machine.runs(MINUTE)
    machine.jumps(-400 * DAY)
    assert _jumps(machine.database) == ["minutes:+576000", "minutes:-576000"]


def test_administrators_are_told_and_nobody_else(world: World) -> None:
    with world.database.write() as session:
        for row in session.scalars(select(UserRow)):
            row.email = f"{row.name}@example.dk"
    machine = Machine(world.database)
    machine.runs(MINUTE)
    machine.jumps(400 * DAY)
    spread(world.database, [EmailAddresses()], machine.at)
    with world.database.read() as session:
        letters = session.scalars(select(OutboxRow).where(OutboxRow.channel == "email")).all()
        admins = session.scalars(select(UserRow.id).where(UserRow.role == "administrator")).all()
    told = sorted((each.kind, each.recipient) for each in letters)
    assert told == [("clock_jumped", str(admin)) for admin in sorted(admins)]
    assert letters[0].payload == {"hours": "+9600.0"}


def test_what_was_watched_is_kept_over_a_start(machine: Machine) -> None:
    machine.runs(HOUR)
    with machine.database.read() as session:
        before = read(session)
    machine.start_again()
    machine.runs(HOUR)
    machine.runs(HOUR)
    with machine.database.read() as session:
        after = read(session)
    assert before is not None
    assert after is not None
    assert after.watched_s - before.watched_s == HOUR.total_seconds()


@pytest.mark.parametrize(
    ("clock", "counts"),
    [(MINUTE, MINUTE), (2 * MINUTE, MINUTE), (MINUTE / 2, MINUTE / 2), (-MINUTE, 0 * MINUTE)],
    ids=["together", "the clock faster", "the clock slower", "the clock set back a little"],
)
def test_of_clock_and_real_time_the_lesser_counts_and_never_takes_away(
    machine: Machine, clock: timedelta, counts: timedelta
) -> None:
    def watched_s() -> float:
        with machine.database.read() as session:
            kept = read(session)
        assert kept is not None
        return kept.watched_s

    before = watched_s()
    machine.real_s += MINUTE.total_seconds()
    machine.jumps(clock)
    assert watched_s() - before == counts.total_seconds()


def test_the_seconds_of_the_machine_only_go_forward() -> None:
    assert since_boot_s() <= since_boot_s()
