"""When the owner of a session last proved who they are."""

import sqlalchemy as sa
from alembic import op

from referrals.storage.table_base import UtcDateTime

revision = "0021_fresh_proof"
down_revision = "0020_decisions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sessions", sa.Column("proved_at", UtcDateTime))
    op.execute(sa.text("UPDATE sessions SET proved_at = created_at"))
    with op.batch_alter_table("sessions") as sessions:
        sessions.alter_column("proved_at", existing_type=UtcDateTime, nullable=False)


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
