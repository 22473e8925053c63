"""From when on what is on the screen takes a tap."""

import sqlalchemy as sa
from alembic import op

revision = "0010_second_tap"
down_revision = "0009_next_action"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("encounters", sa.Column("opens", sa.JSON(), nullable=True))
