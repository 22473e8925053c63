"""The triggers that refuse changes: missing, changed, switched off or joined by a stranger's."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from referrals.audit import triggers
from referrals.storage.database import Database


def _after(database: Database, sqlite: str, postgres: str) -> list[str]:
    """Do what an intruder with the database's password does; give what is found in that state."""
    with database.write() as session:
        session.execute(text(sqlite if database.is_sqlite else postgres))
        found = triggers.faults(session)
        session.rollback()
    return found


def test_those_that_the_migrations_made_are_as_written(database: Database) -> None:
    with database.read() as session:
        assert triggers.faults(session) == []


@pytest.mark.parametrize("table", triggers.TABLES)
def test_one_that_is_missing_is_told(database: Database, table: str) -> None:
    assert _after(
        database,
        f"DROP TRIGGER {table}_no_delete",
        f"DROP TRIGGER {table}_append_only ON {table}",
    ) == [f"{table}_no_delete" if database.is_sqlite else f"{table}_append_only"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_one_that_does_nothing_any_more_is_told(database: Database, verb: str) -> None:
    name = f"audit_no_{verb.lower()}"
    hollow = f"CREATE TRIGGER {name} BEFORE {verb} ON audit BEGIN SELECT 1; END"
    with database.write() as session:
        session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text(hollow))
    with database.read() as session:
        assert triggers.faults(session) == [name]


_OF_EACH = "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.parametrize(
    "how",
    [
        f"BEFORE UPDATE ON audit {_OF_EACH}",
        f"AFTER UPDATE OR DELETE OR TRUNCATE ON audit {_OF_EACH}",
        f"BEFORE UPDATE OR DELETE OR TRUNCATE ON audit {_OF_EACH}".replace(
            "EXECUTE", "WHEN (false) EXECUTE"
        ),
    ],
    ids=["updates-only", "afterwards", "never"],
)
def test_one_that_was_made_otherwise_is_told(database: Database, how: str) -> None:
    made_otherwise = f"CREATE OR REPLACE TRIGGER audit_append_only {how}"
    assert _after(database, "", made_otherwise) == ["audit_append_only"]


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.parametrize("off", ["DISABLE", "ENABLE REPLICA"])
def test_one_that_was_switched_off_is_told(database: Database, off: str) -> None:
    change = f"ALTER TABLE audit {off} TRIGGER audit_append_only"
    assert _after(database, "", change) == ["audit_append_only"]


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_one_that_is_on_for_replicas_as_well_is_as_good(database: Database) -> None:
    assert _after(database, "", "ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_append_only") == []


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_a_function_that_was_hollowed_out_is_told_for_each_table(database: Database) -> None:
    hollow = (
        "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RETURN NULL; END $$"
    )
    with database.write() as session:
        session.execute(text(hollow))
        found = triggers.faults(session)
        session.rollback()
    assert found == ["audit_append_only", "referral_events_append_only"]


def test_a_strangers_on_the_log_is_told(database: Database) -> None:
    assert _after(
        database,
        "CREATE TRIGGER hush BEFORE INSERT ON audit WHEN NEW.actor = 'x' BEGIN SELECT RAISE(IGNORE)"
        "; END",
        "CREATE TRIGGER hush BEFORE INSERT ON audit FOR EACH ROW "
        "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ) == ["hush"]
