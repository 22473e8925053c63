"""The triggers by which the database refuses to change history, and whether they are as made."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

TABLES = ("audit", "referral_events")
_FUNCTION = "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END"
_BEFORE_CHANGES = 2 + 8 + 16 + 32
"""PostgreSQL's bits: before, delete, update, truncate; each statement, not each row."""
_OF_SQLITE = text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
_OF_POSTGRES = text(
    "SELECT t.tgname AS name, c.relname AS tbl_name, t.tgtype AS type, t.tgenabled AS enabled, "
    "t.tgqual IS NULL AS always, btrim(p.prosrc) AS body "
    "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
    "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
)


def faults(session: Session) -> list[str]:
    """List the triggers that are missing or otherwise than written, and those of nobody's.

    Such a one stands on the audit log and is none of ours: it could lose rows unseen.
    """
    if session.get_bind().dialect.name == "sqlite":
        there = {row.name: row.sql for row in session.execute(_OF_SQLITE)}
        on_log = {row.name for row in session.execute(_OF_SQLITE) if row.tbl_name == "audit"}
        wanted: dict[str, object] = {
            f"{table}_no_{verb.lower()}": f"CREATE TRIGGER {table}_no_{verb.lower()} "
            f"BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for table in TABLES
            for verb in ("UPDATE", "DELETE")
        }
    else:
        rows = session.execute(_OF_POSTGRES).all()
        there = {row.name: (row.tbl_name, row.type, row.always, row.body) for row in rows}
        there |= {row.name: "off" for row in rows if row.enabled not in ("O", "A")}
        on_log = {row.name for row in rows if row.tbl_name == "audit"}
        wanted = {
            f"{table}_append_only": (table, _BEFORE_CHANGES, True, _FUNCTION) for table in TABLES
        }
    wrong = {name for name, how in wanted.items() if there.get(name) != how}
    return sorted(wrong | (on_log - set(wanted)))
