"""How often something was done, counted for all processes together."""

import sqlalchemy as sa
from alembic import op

revision = "0024_allowances"
down_revision = "0023_passkeys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "allowances",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("free_at_us", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_allowances_free_at_us", "allowances", ["free_at_us"])


def downgrade() -> None:
    op.drop_table("allowances")
