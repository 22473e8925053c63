"""The change feed: marks that triggers write, and the place of each in the order."""

# ruff: noqa: S608 - triggers are put together from names that stand here
import sqlalchemy as sa
from alembic import op

revision = "0007_feed"
down_revision = "0006_typed_words"
branch_labels = None
depends_on = None

SIDES = ("municipality_code", "home_municipality_code", "offered_to")
KEEP = "ON CONFLICT (municipality_code, referral_id) DO UPDATE SET position = NULL"
WATCHED = {
    "referral_events": ("id = NEW.referral_id", ("INSERT",)),
    "referral_comments": ("id = NEW.referral_id", ("INSERT",)),
    "outcomes": ("id = NEW.referral_id", ("INSERT", "UPDATE")),
    "seats": ("encounter_id = NEW.encounter_id", ("INSERT", "UPDATE")),
    "calls": ("encounter_id = NEW.encounter_id", ("INSERT", "UPDATE")),
}
"""What belongs to a referral: which referral a changed row is of, and which changes count."""


def upgrade() -> None:
    op.create_table(
        "feed_entries",
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column(
            "referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_feed_entries_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_feed_entries_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("municipality_code", "referral_id", name=op.f("pk_feed_entries")),
    )
    op.create_table(
        "feed_heads",
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("epoch", sa.String(length=16), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_feed_heads_municipality_code_municipalities"),
        ),
        sa.PrimaryKeyConstraint("municipality_code", name=op.f("pk_feed_heads")),
    )
    _enter_what_is_there()
    op.create_index(op.f("ix_feed_entries_referral_id"), "feed_entries", ["referral_id"])
    op.create_index("ix_feed_entries_position", "feed_entries", ["municipality_code", "position"])
    if op.get_bind().dialect.name == "sqlite":
        _triggers_of_sqlite()
    else:
        _triggers_of_postgres()


def _enter_what_is_there() -> None:
    """Give each referral its place at once, the oldest first."""
    op.execute(
        "INSERT INTO feed_entries (municipality_code, referral_id, position) "
        "SELECT code, id, row_number() OVER (PARTITION BY code ORDER BY id) "
        f"FROM ({_sides('referrals')}) AS sides WHERE code IS NOT NULL"
    )
    epoch = "substr(hex(randomblob(8)), 1, 12)"
    if op.get_bind().dialect.name != "sqlite":
        epoch = "substr(md5(random()::text), 1, 12)"
    op.execute(
        f"INSERT INTO feed_heads SELECT municipality_code, {epoch}, max(position) "
        "FROM feed_entries GROUP BY municipality_code"
    )


def _sides(table: str, where: str = "") -> str:
    condition = f" WHERE {where}" if where else ""
    return " UNION ".join(f"SELECT {side} AS code, id FROM {table}{condition}" for side in SIDES)


def _sides_of(*rows: str) -> str:
    """Give the sides of the row that changed, before and after: who lost it is told as well."""
    return " UNION ".join(
        f"SELECT {row}.{side} AS code, {row}.id AS id" for row in rows for side in SIDES
    )


def _mark(sides: str) -> str:
    return (
        "INSERT INTO feed_entries (municipality_code, referral_id, position) "
        f"SELECT code, id, NULL FROM ({sides}) AS sides WHERE code IS NOT NULL "
        f"ORDER BY code, id {KEEP}"
    )


def _marks() -> list[tuple[str, str, str]]:
    """List what triggers do: on which table, at which change, in which words."""
    of_referrals = [("INSERT", _sides_of("NEW")), ("UPDATE", _sides_of("OLD", "NEW"))]
    marks = [("referrals", verb, _mark(sides)) for verb, sides in of_referrals]
    for table, (which, verbs) in WATCHED.items():
        marks += [(table, verb, _mark(_sides("referrals", which))) for verb in verbs]
    return marks


def _triggers_of_sqlite() -> None:
    for table, verb, mark in _marks():
        name = f"feed_{table}_{verb.lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {verb} ON {table} BEGIN {mark}; END")


def _triggers_of_postgres() -> None:
    for table, verb, mark in _marks():
        name = f"feed_{table}_{verb.lower()}"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {mark}; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} AFTER {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    raise RuntimeError("restore a backup instead")
