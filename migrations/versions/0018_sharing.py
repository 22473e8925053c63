"""Municipalities that pass patients on, and the patient's yes or no to that."""

import sqlalchemy as sa
from alembic import op

revision = "0018_sharing"
down_revision = "0017_different_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "municipalities",
        sa.Column("shares", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.add_column("consents", sa.Column("sharing", sa.Boolean))
    op.add_column("consents", sa.Column("sharing_text_hash", sa.String(64)))


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
