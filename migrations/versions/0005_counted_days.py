"""What was counted already, a day at a time, and which days have changed since."""

import sqlalchemy as sa
from alembic import op

revision = "0005_counted_days"
down_revision = "0004_not_understood"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counted_days",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "place", "day", name=op.f("pk_counted_days")),
    )
    with op.batch_alter_table("counted_days", schema=None) as batch_op:
        batch_op.create_index("ix_counted_days_good_until", ["good_until"], unique=False)
    op.create_table(
        "changed_days",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_days")),
    )
    with op.batch_alter_table("changed_days", schema=None) as batch_op:
        batch_op.create_index("ix_changed_days_day", ["kind", "place", "day"], unique=False)
