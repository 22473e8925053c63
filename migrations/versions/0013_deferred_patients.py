"""The ward's list of deferred patients; those of before are on it, or their day is over."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0013_deferred_patients"
down_revision = "0012_whom_an_invitation_is_for"
branch_labels = None
depends_on = None

_DENMARK, _LONGEST = ZoneInfo("Europe/Copenhagen"), timedelta(days=14)


def upgrade() -> None:
    op.add_column("encounters", sa.Column("takes_up", sa.String(length=36), nullable=True))
    table = op.create_table(
        "deferred_patients",
        sa.Column("encounter_id", sa.String(length=36), nullable=False),
        sa.Column("first_id", sa.String(length=36), nullable=False),
        sa.Column("ward_id", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("deferred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leaves_on", sa.Date(), nullable=False),
        sa.Column("bed", sa.String(length=40), nullable=True),
        sa.Column("taken_up_as", sa.String(length=36), nullable=True),
        sa.Column("ended", sa.String(length=20), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_ward", sa.String(length=40), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked", sa.Boolean(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column], ["encounters.id"], name=op.f(f"fk_deferred_patients_{column}_encounters")
            )
            for column in ("encounter_id", "first_id", "taken_up_as")
        ),
        sa.ForeignKeyConstraint(
            ["ward_id"], ["wards.id"], name=op.f("fk_deferred_patients_ward_id_wards")
        ),
        sa.PrimaryKeyConstraint("encounter_id", name=op.f("pk_deferred_patients")),
        sa.UniqueConstraint("taken_up_as", name=op.f("uq_deferred_patients_taken_up_as")),
    )
    waiting, bed = sa.text("ended IS NULL"), sa.text("bed IS NOT NULL")
    for name, columns, where in (
        ("ward", ["ward_id", "leaves_on"], waiting),
        ("leaves_on", ["leaves_on"], waiting),
        ("beds", ["ended_at"], bed),
        ("counted", ["counted_ward", "counted_at", "asked"], None),
    ):
        op.create_index(
            f"ix_deferred_patients_{name}",
            "deferred_patients",
            columns,
            sqlite_where=where,
            postgresql_where=where,
        )
    _put_on_the_list(table)


def _put_on_the_list(table: sa.Table) -> None:
    """Give each patient who was deferred before a place on the list, or an ending."""
    encounters = sa.table(
        "encounters",
        *(sa.column(name) for name in ("id", "ward_id", "outcome", "practice")),
        sa.column("answers", sa.JSON()),
        sa.column("started_at", sa.DateTime(timezone=True)),
        sa.column("closed_at", sa.DateTime(timezone=True)),
    )
    deferred = sa.select(encounters).where(
        encounters.c.outcome == "deferred", encounters.c.practice.is_(None)
    )
    now = datetime.now(UTC)
    today = now.astimezone(_DENMARK).date()
    rows = [_row(each, now, today) for each in op.get_bind().execute(deferred)]
    if rows:
        op.bulk_insert(table, rows)


def _row(each: sa.Row, now: datetime, today: date) -> dict:
    at = each.closed_at or each.started_at
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    last = at.astimezone(_DENMARK).date() + _LONGEST
    over = last < today
    return {
        "encounter_id": each.id,
        "first_id": each.id,
        "ward_id": each.ward_id,
        "reason": dict(each.answers).get("defer_reason", "other"),
        "deferred_at": at,
        "leaves_on": last,
        "bed": None,
        "taken_up_as": None,
        "ended": "ran_out" if over else None,
        "ended_at": now if over else None,
        "counted_ward": each.ward_id,
        "counted_at": each.started_at,
        "asked": False,
    }
