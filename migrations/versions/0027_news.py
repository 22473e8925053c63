"""What came from outside is found by its day: the list of the day read a whole municipality."""

import sqlalchemy as sa
from alembic import op

revision = "0027_news"
down_revision = "0026_email_claims"
branch_labels = None
depends_on = None

_WHERE = sa.text("move IN ('withdraw', 'change_best_time', 'change_detail', 'name_other_home')")


def upgrade() -> None:
    op.create_index(
        "ix_referral_events_news",
        "referral_events",
        ["at", "id"],
        sqlite_where=_WHERE,
        postgresql_where=_WHERE,
    )


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
