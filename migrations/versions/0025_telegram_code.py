"""Which Telegram account follows an invitation, and the code that was said in its chat."""

import sqlalchemy as sa
from alembic import op

revision = "0025_telegram_code"
down_revision = "0024_allowances"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM telegram_claims")  # they last ten minutes, and have no code
    with op.batch_alter_table("telegram_claims") as table:
        table.add_column(sa.Column("account", sa.String(120), nullable=False))
        table.add_column(sa.Column("code_hash", sa.String(64), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("telegram_claims") as table:
        table.drop_column("code_hash")
        table.drop_column("account")
