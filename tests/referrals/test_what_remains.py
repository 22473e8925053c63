"""What ``docs/privacy.md`` promises to remain, held against the tables, column by column.

``referrals/what_columns_hold.yml`` declares every column. Those that hold something of a patient
are filled here, whatever wrote them, and must be empty once identity is gone: a new one as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, select, update

import referrals
import referrals.all_tables
from referrals import housekeeping
from referrals.advice.encounter import Step
from referrals.advice.forgetting import COUNTED
from referrals.referral.history import COUNTED_DETAILS
from referrals.referral.moves import Move
from referrals.storage.table_base import Base
from referrals.words.yaml_files import read_yaml
from tests.conftest import World
from tests.referrals.playing import NAME, Play

KINDS = ("identity", "health", "statistics", "operational", "staff")
OF_A_PATIENT = ("identity", "health")
KEPT = {"encounters.answers": COUNTED, "referrals.details": COUNTED_DETAILS}
FILLED = ("encounters", "referrals")
"""The tables with a row for each patient; of the others personal ones lose their rows."""


@cache
def declared() -> dict[str, dict[str, list[str]]]:
    """Give the columns of each table by what they hold."""
    raw = read_yaml(Path(referrals.__file__).with_name("what_columns_hold.yml"))
    return {
        table: {kind: columns.split() for kind, columns in kinds.items()}
        for table, kinds in raw.items()
    }


def columns_of_a_patient() -> list[Column[Any]]:
    return [
        Base.metadata.tables[table].c[name]
        for table, kinds in declared().items()
        for kind in OF_A_PATIENT
        for name in kinds.get(kind, [])
    ]


def test_every_column_declares_what_it_holds_and_once() -> None:
    told = {
        table: sorted(name for kind in KINDS for name in kinds.get(kind, []))
        for table, kinds in declared().items()
    }
    there = {
        name: sorted(column.name for column in table.columns)
        for name, table in Base.metadata.tables.items()
    }
    assert told == there


def test_what_is_kept_of_a_column_is_kept_of_one_that_is_emptied() -> None:
    told = {
        f"{table}.{name}" for table, kinds in declared().items() for name in kinds.get("keeps", [])
    }
    assert told == set(KEPT)
    assert told <= {str(column) for column in columns_of_a_patient()}


def _something(column: Column[Any]) -> Any:
    if str(column) == "encounters.answers":
        return [[step.value, "marker"] for step in Step]
    if str(column) == "referrals.details":
        return {step.value: "marker" for step in Step}
    kinds: dict[type, Any] = {bool: True, dict: {"a": "marker"}, date: date(2026, 12, 24)}
    return kinds.get(column.type.python_type, "mark")


def fill(world: World) -> None:
    """Write something into every column that may hold something of a patient."""
    with world.database.write_rows() as rows:
        for name in FILLED:
            table = Base.metadata.tables[name]
            personal = [column for column in columns_of_a_patient() if column.table is table]
            rows.execute(update(table).values({c.name: _something(c) for c in personal}))


def left(world: World) -> set[str]:
    """Name the columns that still hold something of a patient."""
    with world.database.read_rows() as rows:
        return {
            str(column)
            for column in columns_of_a_patient()
            for value in rows.scalars(select(column))
            if list(_held(column, value))
        }


def _held(column: Column[Any], value: Any) -> Iterator[Any]:
    kept = KEPT.get(str(column))
    if kept is None:
        yield from [value] if value else []
    else:
        yield from (key for key in dict(value) if key not in kept)


def _house(world: World, **span: float) -> None:
    housekeeping.keep_house(world.database, world.clock.forward(**span))


def _filed(world: World) -> str:
    play = Play(world)
    play.to_summary()
    play.add_extras()
    play.press(Step.SUMMARY, "send")
    with world.database.read() as session:
        table = Base.metadata.tables["referrals"]
        reference: str = session.scalars(select(table.c.reference)).one()
    return reference


def closed_and_thirty_days_past(world: World) -> None:
    queue, reference = world.queue(), _filed(world)
    queue.comment(reference, "Ring igen efter kl. 16", world.clock())
    queue.move(reference, Move.WRONG_MUNICIPALITY, world.clock(), reason="moved")
    queue.move(reference, Move.CLOSE, world.clock())
    fill(world)
    _house(world, days=29)
    _house(world, days=1)


def filed_a_year_ago(world: World) -> None:
    _filed(world)
    fill(world)
    _house(world, days=364)
    _house(world, days=1)


def withdrawn(world: World) -> None:
    reference = _filed(world)
    fill(world)
    world.queue().move(reference, Move.WITHDRAW, world.clock())
    _house(world, hours=3)


def never_finished(world: World) -> None:
    Play(world).to_summary()
    fill(world)
    _house(world, hours=3)


def declined(world: World) -> None:
    play = Play(world)
    play.press(Step.STATUS, "daily")
    play.press(Step.OFFER, "no")
    fill(world)
    _house(world, hours=3)


def outside(world: World) -> None:
    play = Play(world)
    play.to_contact()
    play.details(name=NAME, phone="20 66 77 88", postcode="2610")
    play.press(Step.MUNICIPALITY, "other")
    fill(world)
    _house(world, hours=3)


@pytest.mark.parametrize(
    "ended",
    [
        closed_and_thirty_days_past,
        filed_a_year_ago,
        withdrawn,
        never_finished,
        declined,
        outside,
    ],
    ids=lambda ended: ended.__name__,
)
def test_nothing_of_the_patient_is_left_in_any_column(
    world: World, ended: Callable[[World], None]
) -> None:
    ended(world)
    assert left(world) == set()


def test_before_it_goes_there_is_something_in_every_one_of_them(world: World) -> None:
    _filed(world)
    fill(world)
    there = {str(c) for c in columns_of_a_patient() if c.table.name in FILLED}
    assert there | {"vault_values.ciphertext", "turns.sealed_text", "turns.said"} <= left(world)


def test_on_withdrawal_all_but_the_transcript_goes_at_once(world: World) -> None:
    reference = _filed(world)
    fill(world)
    world.queue().move(reference, Move.WITHDRAW, world.clock())
    assert left(world) <= {"turns.sealed_text", "turns.said", "turns.replies"}


def test_what_remains_is_what_is_counted(world: World) -> None:
    closed_and_thirty_days_past(world)
    encounters, rows = Base.metadata.tables["encounters"], Base.metadata.tables["referrals"]
    with world.database.read_rows() as reading:
        encounter = reading.execute(select(encounters)).mappings().one()
        referral = reading.execute(select(rows)).mappings().one()
    assert (encounter["status"], encounter["accepted"], encounter["consented"]) == (
        "daily",
        True,
        True,
    )
    assert (encounter["outcome"], encounter["ward_id"]) == ("referred", "herlev-onk-1")
    assert (referral["municipality_code"], referral["state"]) == ("0151", "closed")
