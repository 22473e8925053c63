"""Two administrators for what reaches identity, and no user who is called like the machine."""

import sqlalchemy as sa
from alembic import op

from referrals.storage.table_base import BigKey, UtcDateTime

revision = "0020_decisions"
down_revision = "0019_keys_in_force"
branch_labels = None
depends_on = None

RESERVED = (
    "clock", "command-line", "henvis", "housekeeping", "machine", "own_page", "patient", "person",
    "service", "system", "telegram",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", BigKey, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("user_id", BigKey, sa.ForeignKey("users.id")),
        sa.Column("subject", sa.String(120)),
        sa.Column("role", sa.String(20)),
        sa.Column("municipality_code", sa.String(4), sa.ForeignKey("municipalities.code")),
        sa.Column("scopes", sa.String(20)),
        sa.Column("asked_by", BigKey, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("settled_by", BigKey, sa.ForeignKey("users.id")),
        sa.Column("settled_at", UtcDateTime),
        sa.Column("outcome", sa.String(10)),
    )
    op.create_index("ix_decisions_user_id", "decisions", ["user_id"])
    users = sa.table("users", sa.column("name", sa.String))
    op.execute(
        users.update().where(users.c.name.in_(RESERVED)).values(name=users.c.name + ".bruger")
    )


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
