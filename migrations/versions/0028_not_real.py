"""Referrals that a municipality said are none: counted apart."""

import sqlalchemy as sa
from alembic import op

revision = "0028_not_real"
down_revision = "0027_news"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "referrals", sa.Column("not_real", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
