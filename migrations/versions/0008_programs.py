"""Municipalities' systems: their accounts, the calls they made once, where they are told."""

import sqlalchemy as sa
from alembic import op

revision = "0008_programs"
down_revision = "0007_feed"
branch_labels = None
depends_on = None


def _municipality(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_municipality_code_municipalities"
    return sa.ForeignKeyConstraint(["municipality_code"], ["municipalities.code"], name=name)


def upgrade() -> None:
    op.create_table(
        "service_accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.String(length=100), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        _municipality("service_accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_service_accounts_name")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_service_accounts_token_hash")),
    )
    op.create_table(
        "api_calls",
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_api_calls")),
    )
    op.create_index(op.f("ix_api_calls_at"), "api_calls", ["at"])
    op.create_table(
        "webhooks",
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("set_by", sa.String(length=100), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        _municipality("webhooks"),
        sa.PrimaryKeyConstraint("municipality_code", name=op.f("pk_webhooks")),
    )


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
