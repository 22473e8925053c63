"""What comes next with each referral, and since when it stands where it stands."""

import sqlalchemy as sa
from alembic import op

revision = "0009_next_action"
down_revision = "0008_programs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added as they are: see 0006. What comes next is reckoned by the service itself, at its start.
    moment = sa.DateTime(timezone=True)
    op.add_column("referrals", sa.Column("state_since", moment, nullable=True))
    op.add_column("referrals", sa.Column("next_action", sa.String(length=20), nullable=True))
    op.add_column("referrals", sa.Column("next_action_at", moment, nullable=True))
    op.execute(
        "UPDATE referrals SET state_since = COALESCE("
        "(SELECT max(at) FROM referral_events WHERE referral_id = referrals.id"
        " AND (from_state IS NULL OR from_state <> to_state OR move = 'attempt_contact')),"
        " filed_at)"
    )
    known = "next_action IS NOT NULL"
    following = ["next_action", "next_action_at", "id"]
    _index("next", ["municipality_code", *following], known)
    _index("my_next", ["municipality_code", "assigned_to", *following], known)
    to_close = "next_action IN ('redirect', 'write', 'close') AND purged_at IS NULL"
    _index("ended", ["next_action_at", "id"], to_close)
    _index("unsettled", ["id"], "next_action IS NULL AND state NOT IN ('closed', 'withdrawn')")


def _index(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(
        f"ix_referrals_{name}", "referrals", columns, sqlite_where=where, postgresql_where=where
    )
