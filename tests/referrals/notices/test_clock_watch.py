"""The clock of each referral is watched: warned on day five, breached after seven days, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from referrals.audit.tables import AuditRow
from referrals.notices import clock_watch
from referrals.notices.clock_watch import Watched, unmarked, watch
from referrals.notices.kinds import NoticeKind
from referrals.outbox.tables import OutboxRow
from referrals.referral.moves import Move
from referrals.referral.tables import ReferralEventRow
from tests.conftest import World
from tests.referrals.playing import Play, how_many, referral


def look(world: World, **span: float) -> tuple[int, int]:
    watched = watch(world.database, world.clock.forward(**span))
    return watched.warned, watched.breached


def told(world: World) -> list[str]:
    with world.database.read() as session:
        kinds = session.scalars(select(OutboxRow.kind).order_by(OutboxRow.id)).all()
    return [kind for kind in kinds if kind in ("warning", "breach")]


def test_each_mark_is_made_at_its_hour_and_once(world: World) -> None:
    reference = Play(world).file()
    assert look(world, days=4, hours=23, minutes=59) == (0, 0)
    assert look(world, minutes=1) == (1, 0)
    assert look(world, minutes=1) == (0, 0)
    assert look(world, days=1, hours=23, minutes=58) == (0, 0)
    assert look(world, minutes=1) == (0, 1)
    assert look(world, days=1) == (0, 0)
    row = referral(world, reference)
    assert row.warned_at == row.filed_at + timedelta(days=5)
    assert row.breached_at == row.filed_at + timedelta(days=7)
    assert told(world) == ["warning", "breach"]


def test_a_mark_is_an_event_and_an_audit_row_that_leave_the_state_alone(world: World) -> None:
    reference = Play(world).file()
    before = referral(world, reference)
    look(world, days=7)
    with world.database.read() as session:
        last = session.scalars(
            select(ReferralEventRow).order_by(ReferralEventRow.number.desc()).limit(1)
        ).one()
    assert (last.move, last.from_state, last.to_state) == ("breach", "filed", "filed")
    assert (last.actor, last.at) == ("system:clock", world.clock.at)
    after = referral(world, reference)
    assert (after.state, after.version) == (before.state, before.version)
    assert how_many(world, AuditRow, AuditRow.action == "mark_breach") == 1


def test_whoever_was_reached_in_time_is_left_alone(world: World) -> None:
    reference = Play(world).file()
    world.queue().move(reference, Move.REACH, world.clock.forward(days=1))
    assert look(world, days=9) == (0, 0)


def test_a_call_without_answer_does_not_stop_the_clock(world: World) -> None:
    reference = Play(world).file()
    world.queue().move(reference, Move.ATTEMPT, world.clock.forward(days=1), reason="no_answer")
    assert look(world, days=6) == (0, 1)


def test_after_a_long_stop_an_overdue_referral_is_told_once(world: World) -> None:
    reference = Play(world).file()
    assert look(world, days=30) == (0, 1)
    assert told(world) == ["breach"]
    assert referral(world, reference).warned_at == world.clock.at


def test_more_than_one_batch_is_worked_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_watch, "_BATCH", 2)
    for number in range(3):
        Play(world).file(phone=f"20 66 77 8{number}")
    assert watch(world.database, world.clock.forward(days=5)) == Watched(3, 0)


@pytest.mark.parametrize(
    ("kind", "index"),
    [(NoticeKind.WARNING, "ix_referrals_unwarned"), (NoticeKind.BREACH, "ix_referrals_unbreached")],
)
def test_what_is_watched_is_found_along_an_index(
    world: World, kind: NoticeKind, index: str
) -> None:
    engine = world.database.engine
    asked = str(
        unmarked(kind, world.clock.at)
        .limit(100)
        .compile(engine, compile_kwargs={"literal_binds": True})
    )
    with engine.connect() as connection:
        if world.database.is_sqlite:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all()
        else:
            connection.exec_driver_sql("SET enable_seqscan = off")
            plan = connection.exec_driver_sql(f"EXPLAIN {asked}").all()
    assert index in str(plan)
