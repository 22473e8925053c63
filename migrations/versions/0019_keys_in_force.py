"""Which keys are in force, each by its id; the start notes those that are there."""

import sqlalchemy as sa
from alembic import op

revision = "0019_keys_in_force"
down_revision = "0018_sharing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vault_keys",
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("check_value", sa.String(length=64), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("purpose", "key_id", name=op.f("pk_vault_keys")),
    )


def downgrade() -> None:
    op.drop_table("vault_keys")
