"""Nothing of what was counted before counts: who was called is a step of the funnel now."""

from alembic import op

revision = "0011_count_anew"
down_revision = "0010_second_tap"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM counted_days")


def downgrade() -> None:
    op.execute("DELETE FROM counted_days")
