"""E-mail addresses that are yet to be confirmed. Those of before were in use, and stay."""

import sqlalchemy as sa
from alembic import op

from referrals.storage.table_base import UtcDateTime

revision = "0026_email_claims"
down_revision = "0025_telegram_code"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "email_claims",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("code", sa.String(6), nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_email_claims_user_id_users"),
        sa.PrimaryKeyConstraint("user_id", name="pk_email_claims"),
    )


def downgrade() -> None:
    op.drop_table("email_claims")
