"""The record of an encounter that a turn works on, beside the table it comes from."""

from __future__ import annotations

from sqlalchemy import select

from referrals.advice.tables import EncounterRow
from referrals.turns.encounter_record import COLUMNS, EncounterRecord
from tests.conftest import World

LEFT_TO_HOUSEKEEPING = {"settled"}


def read(world: World, encounter_id: str) -> EncounterRecord:
    asked = select(*COLUMNS).where(EncounterRow.id == encounter_id)
    with world.database.read_rows() as connection:
        return EncounterRecord.of(connection.execute(asked).one())


def test_a_record_holds_all_that_is_kept_of_an_encounter(world: World) -> None:
    kept = {column.key for column in EncounterRow.__table__.columns}
    assert {column.key for column in COLUMNS} == kept - LEFT_TO_HOUSEKEEPING


def test_only_what_changed_is_written_back(world: World) -> None:
    encounter = world.encounters.start(world.staff("demo-nurse"))
    one, another = read(world, encounter), read(world, encounter)
    one.misses = 2
    another.paused = True
    for record in (one, another):
        with world.database.write_rows() as connection:
            record.store(connection)
    kept = read(world, encounter)
    assert (kept.misses, kept.paused) == (2, True)


def test_what_was_stored_can_be_put_back(world: World) -> None:
    record = read(world, world.encounters.start(world.staff("demo-nurse")))
    for misses in (2, 0):
        record.misses = misses
        with world.database.write_rows() as connection:
            record.store(connection)
    assert read(world, record.id).misses == 0
