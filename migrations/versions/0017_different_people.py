"""Two referrals that look like one person's, and are not: remembered once somebody said so."""

import sqlalchemy as sa
from alembic import op

from referrals.storage.table_base import BigKey, UtcDateTime

revision = "0017_different_people"
down_revision = "0016_purge_marks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "different_people",
        sa.Column("one_id", BigKey, sa.ForeignKey("referrals.id"), primary_key=True),
        sa.Column("other_id", BigKey, sa.ForeignKey("referrals.id"), primary_key=True),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_different_people_other_id", "different_people", ["other_id"])


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
