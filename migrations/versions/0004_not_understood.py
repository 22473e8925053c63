"""What was typed and not understood, sealed, counted and forgotten in time."""

import sqlalchemy as sa
from alembic import op

revision = "0004_not_understood"
down_revision = "0003_telegram"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "not_understood",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_not_understood")),
        sa.UniqueConstraint("text", "language", name=op.f("uq_not_understood_text_language")),
    )
    with op.batch_alter_table("not_understood", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_not_understood_expires_at"), ["expires_at"], unique=False
        )
