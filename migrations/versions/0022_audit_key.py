"""The key under which a row of the audit log is chained; rows of before have none."""

import sqlalchemy as sa
from alembic import op

revision = "0022_audit_key"
down_revision = "0021_fresh_proof"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("key_id", sa.String(16)))


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
