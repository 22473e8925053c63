"""What a database knows of itself; one that the demo filled knows that from now on."""

import sqlalchemy as sa
from alembic import op

revision = "0015_installation"
down_revision = "0014_feed_index"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.execute(
        "INSERT INTO installation (name, value, at) SELECT 'demo', '{}', CURRENT_TIMESTAMP "
        "WHERE (SELECT count(*) FROM users WHERE name IN ('demo-nurse', 'demo-admin')) = 2"
    )


def downgrade() -> None:
    op.drop_table("installation")
