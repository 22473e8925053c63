"""What typed words left open for the next message; room for several products."""

import sqlalchemy as sa
from alembic import op

revision = "0006_typed_words"
down_revision = "0005_counted_days"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added as it is: made anew, a table that others point to cannot be dropped where it holds rows.
    op.add_column("encounters", sa.Column("aside", sa.JSON(), nullable=True))
    if op.get_bind().dialect.name != "sqlite":  # which keeps any length in any column
        op.alter_column(
            "encounters",
            "product",
            existing_type=sa.String(length=20),
            type_=sa.String(length=60),
            existing_nullable=True,
        )
