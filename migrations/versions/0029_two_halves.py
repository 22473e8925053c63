"""Links and tokens in two halves, and rules, wards and hospitals that two decide on."""

import sqlalchemy as sa
from alembic import op

revision = "0029_two_halves"
down_revision = "0028_not_real"
branch_labels = None
depends_on = None

WARD = "fk_decisions_ward_id_wards"
HOSPITAL = "fk_decisions_hospital_id_hospitals"


def upgrade() -> None:
    op.add_column("invites", sa.Column("code_hash", sa.String(64)))
    with op.batch_alter_table("decisions") as table:
        table.add_column(sa.Column("ward_id", sa.String(40)))
        table.add_column(sa.Column("hospital_id", sa.String(40)))
        table.add_column(sa.Column("rule", sa.String(60)))
        table.add_column(sa.Column("value", sa.JSON()))
        table.add_column(sa.Column("code_hash", sa.String(64)))
        table.create_foreign_key(WARD, "wards", ["ward_id"], ["id"])
        table.create_foreign_key(HOSPITAL, "hospitals", ["hospital_id"], ["id"])


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
