"""The feed's index also gives the order in which places are given: the key alone read all of it."""

from alembic import op

revision = "0014_feed_index"
down_revision = "0013_deferred_patients"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_feed_entries_position", "feed_entries")
    op.create_index(
        "ix_feed_entries_position",
        "feed_entries",
        ["municipality_code", "position", "referral_id"],
    )


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
