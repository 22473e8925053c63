"""Passkeys, the challenges that they answered, and when a log-in was proved by one."""

import sqlalchemy as sa
from alembic import op

from referrals.storage.table_base import BigKey, UtcDateTime

revision = "0023_passkeys"
down_revision = "0022_audit_key"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passkeys",
        sa.Column("id", BigKey, primary_key=True),
        sa.Column("user_id", BigKey, sa.ForeignKey("users.id"), nullable=False),
        sa.Column("credential_id", sa.LargeBinary, nullable=False, unique=True),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("last_used_at", UtcDateTime),
    )
    op.create_index("ix_passkeys_user_id", "passkeys", ["user_id"])
    op.create_table(
        "spent_challenges",
        sa.Column("challenge_hash", sa.String(64), primary_key=True),
        sa.Column("expires_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_spent_challenges_expires_at", "spent_challenges", ["expires_at"])
    op.add_column("sessions", sa.Column("passkey_at", UtcDateTime))


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
