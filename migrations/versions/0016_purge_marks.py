"""Marks of whose identity is due to go: it goes a real day after it was marked."""

import sqlalchemy as sa
from alembic import op

revision = "0016_purge_marks"
down_revision = "0015_installation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "purge_marks",
        sa.Column("referral_id", key, nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("watched_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_purge_marks_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_purge_marks")),
    )


def downgrade() -> None:
    op.drop_table("purge_marks")
