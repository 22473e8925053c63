"""Whom an invitation is for: a name or an e-mail address."""

import sqlalchemy as sa
from alembic import op

revision = "0012_whom_an_invitation_is_for"
down_revision = "0011_count_anew"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invites", sa.Column("invited", sa.String(length=120), nullable=True))


def downgrade() -> None:
    op.drop_column("invites", "invited")
