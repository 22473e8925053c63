"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# The audit log and a referral's history are append-only: the database itself refuses the rest.
APPEND_ONLY = ("audit", "referral_events")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("record", sa.String(length=80), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_table(
        "hospitals",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hospitals")),
    )
    op.create_table(
        "municipalities",
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipalities")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=True),
        sa.Column("once_key", sa.String(length=120), nullable=True),
        sa.Column("at_most_once", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("once_key", name=op.f("uq_outbox_once_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        for name, columns, condition in (
            (
                "ix_outbox_waiting",
                ["channel", "due_at", "id"],
                "sent_at IS NULL AND dead_at IS NULL",
            ),
            (
                "ix_outbox_stream",
                ["stream", "id"],
                "sent_at IS NULL AND dead_at IS NULL AND stream IS NOT NULL",
            ),
            ("ix_outbox_dead", ["dead_at", "id"], "dead_at IS NOT NULL"),
            ("ix_outbox_sent", ["sent_at"], "sent_at IS NOT NULL"),
        ):
            batch_op.create_index(
                name,
                columns,
                unique=False,
                sqlite_where=sa.text(condition),
                postgresql_where=sa.text(condition),
            )

    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "courses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("open_to", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("concept", sa.String(length=20), nullable=False),
        sa.Column("format", sa.String(length=12), nullable=False),
        sa.Column("goal", sa.String(length=10), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("interpreter", sa.Boolean(), nullable=False),
        sa.Column("products", sa.JSON(), nullable=False),
        sa.Column("intake", sa.String(length=10), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline_on", sa.Date(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("time_of_day", sa.String(length=10), nullable=True),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.Column("access", sa.String(length=300), nullable=False),
        sa.Column("online_link", sa.String(length=300), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("price_dkk", sa.Integer(), nullable=False),
        sa.Column("medicine_subsidy", sa.String(length=300), nullable=False),
        sa.Column("contact_phone", sa.String(length=20), nullable=False),
        sa.Column("contact_email", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "capacity IS NULL OR taken + held <= capacity", name=op.f("ck_courses_not_overbooked")
        ),
        sa.CheckConstraint(
            "taken >= 0 AND held >= 0 AND waiting >= 0", name=op.f("ck_courses_counts")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_courses_municipality_code_municipalities"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
        sa.UniqueConstraint(
            "municipality_code", "key", name=op.f("uq_courses_municipality_code_key")
        ),
    )
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.create_index(
            "ix_courses_ending",
            ["ends_at"],
            unique=False,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )
        batch_op.create_index(
            "ix_courses_owner", ["municipality_code", "status", "starts_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_courses_waited_for",
            ["starts_at"],
            unique=False,
            sqlite_where=sa.text("waiting > 0"),
            postgresql_where=sa.text("waiting > 0"),
        )

    op.create_table(
        "wards",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("hospital_id", sa.String(length=40), nullable=False),
        sa.Column("department", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_to", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["hospital_id"], ["hospitals.id"], name=op.f("fk_wards_hospital_id_hospitals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wards")),
    )
    with op.batch_alter_table("wards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wards_hospital_id"), ["hospital_id"], unique=False)

    op.create_table(
        "course_openings",
        sa.Column(
            "course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("open_to", sa.String(length=4), nullable=False),
        sa.Column("owner", sa.String(length=4), nullable=False),
        sa.Column("intake", sa.String(length=10), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("format", sa.String(length=12), nullable=False),
        sa.Column("audience", sa.String(length=20), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("time_of_day", sa.String(length=10), nullable=True),
        sa.Column("postcode", sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_openings_course_id_courses")
        ),
        sa.PrimaryKeyConstraint("course_id", "open_to", name=op.f("pk_course_openings")),
    )
    with op.batch_alter_table("course_openings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_course_openings_audience",
            [
                "open_to",
                "audience",
                "intake",
                "starts_at",
                "course_id",
                "owner",
                "language",
                "format",
                "weekday",
                "time_of_day",
                "postcode",
            ],
            unique=False,
        )
        batch_op.create_index(
            "ix_course_openings_language",
            [
                "open_to",
                "language",
                "intake",
                "starts_at",
                "course_id",
                "owner",
                "format",
                "audience",
                "weekday",
                "time_of_day",
                "postcode",
            ],
            unique=False,
        )
        batch_op.create_index(
            "ix_course_openings_owner",
            [
                "open_to",
                "owner",
                "intake",
                "starts_at",
                "course_id",
                "language",
                "format",
                "audience",
                "weekday",
                "time_of_day",
                "postcode",
            ],
            unique=False,
        )
        batch_op.create_index(
            "ix_course_openings_start",
            [
                "open_to",
                "intake",
                "starts_at",
                "course_id",
                "owner",
                "language",
                "format",
                "audience",
                "weekday",
                "time_of_day",
                "postcode",
            ],
            unique=False,
        )

    op.create_table(
        "course_sessions",
        sa.Column(
            "course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_course_sessions_course_id_courses")
        ),
        sa.PrimaryKeyConstraint("course_id", "starts_at", name=op.f("pk_course_sessions")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("ward_id", sa.String(length=40), nullable=True),
        sa.Column("hospital_id", sa.String(length=40), nullable=True),
        sa.Column("municipality_code", sa.String(length=4), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=True),
        sa.Column("second_factor", sa.LargeBinary(), nullable=True),
        sa.Column("second_factor_step", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["hospital_id"], ["hospitals.id"], name=op.f("fk_users_hospital_id_hospitals")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_users_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(["ward_id"], ["wards.id"], name=op.f("fk_users_ward_id_wards")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "call_holidays",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_call_holidays_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "day", name=op.f("pk_call_holidays")),
    )
    op.create_table(
        "call_hours",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("to_minute", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_call_hours_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "weekday", "from_minute", name=op.f("pk_call_hours")),
    )
    op.create_table(
        "encounters",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("nurse_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ward_id", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("revisiting", sa.String(length=20), nullable=True),
        sa.Column("tried_before", sa.Boolean(), nullable=False),
        sa.Column("duplicate_open", sa.Boolean(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=True),
        sa.Column("product", sa.String(length=20), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("ended", sa.String(length=20), nullable=True),
        sa.Column("course_question", sa.JSON(), nullable=True),
        sa.Column("partner_consent", sa.String(length=4), nullable=True),
        sa.Column("consent_proof", sa.JSON(), nullable=False),
        sa.Column("filing", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("practice", sa.String(length=20), nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offer_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["nurse_id"], ["users.id"], name=op.f("fk_encounters_nurse_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["ward_id"], ["wards.id"], name=op.f("fk_encounters_ward_id_wards")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounters")),
    )
    with op.batch_alter_table("encounters", schema=None) as batch_op:
        batch_op.create_index(
            "ix_encounters_idle",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("settled = 0"),
            postgresql_where=sa.text("NOT settled"),
        )
        batch_op.create_index("ix_encounters_nurse_open", ["nurse_id", "updated_at"], unique=False)
        batch_op.create_index(
            "ix_encounters_ward",
            ["ward_id", "started_at", "status", "accepted", "consented", "offer_answered_at"],
            unique=False,
        )

    op.create_table(
        "invites",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("ward_id", sa.String(length=40), nullable=True),
        sa.Column("hospital_id", sa.String(length=40), nullable=True),
        sa.Column("municipality_code", sa.String(length=4), nullable=True),
        sa.Column(
            "invited_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["hospital_id"], ["hospitals.id"], name=op.f("fk_invites_hospital_id_hospitals")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["users.id"], name=op.f("fk_invites_invited_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_invites_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_invites_user_id_users")),
        sa.ForeignKeyConstraint(["ward_id"], ["wards.id"], name=op.f("fk_invites_ward_id_wards")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_invites")),
    )
    op.create_table(
        "notice_choices",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_notice_choices_user_id_users")
        ),
        sa.PrimaryKeyConstraint("user_id", "kind", "channel", name=op.f("pk_notice_choices")),
    )
    op.create_table(
        "sessions",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proved_twice_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sessions_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_sessions_user_id"), ["user_id"], unique=False)

    op.create_table(
        "calls",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("encounter_id", sa.String(length=36), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_calls_encounter_id_encounters")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_calls_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index(
            "uq_calls_encounter",
            ["encounter_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(
            "uq_calls_slot",
            ["user_id", "starts_at"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("encounter_id", sa.String(length=36), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("contact", sa.Boolean(), nullable=False),
        sa.Column("contact_text_hash", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.Boolean(), nullable=True),
        sa.Column("outcome_text_hash", sa.String(length=64), nullable=True),
        sa.Column("shared", sa.JSON(), nullable=False),
        sa.Column("home_municipality_code", sa.String(length=4), nullable=True),
        sa.Column("partner_municipality_code", sa.String(length=4), nullable=True),
        sa.Column("partner_text_hash", sa.String(length=64), nullable=True),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column(
            "captured_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=100), nullable=True),
        sa.Column("withdrawn_how", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["captured_by"], ["users.id"], name=op.f("fk_consents_captured_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_consents_encounter_id_encounters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.UniqueConstraint("encounter_id", name=op.f("uq_consents_encounter_id")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consents_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "seats",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("encounter_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_why", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["courses.id"], name=op.f("fk_seats_course_id_courses")
        ),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_seats_encounter_id_encounters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
    )
    with op.batch_alter_table("seats", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seats_encounter_id"), ["encounter_id"], unique=False)
        batch_op.create_index(
            "ix_seats_queue", ["course_id", "state", "asked_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_seats_running_out",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("state = 'held'"),
            postgresql_where=sa.text("state = 'held'"),
        )
        batch_op.create_index(
            "uq_seats_standing",
            ["course_id", "encounter_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "turns",
        sa.Column("encounter_id", sa.String(length=36), nullable=False),
        sa.Column("message_id", sa.String(length=64), nullable=False),
        sa.Column("sealed_text", sa.Text(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=True),
        sa.Column("replies", sa.JSON(), nullable=True),
        sa.Column("next_encounter_id", sa.String(length=36), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_turns_encounter_id_encounters")
        ),
        sa.PrimaryKeyConstraint("encounter_id", "message_id", name=op.f("pk_turns")),
    )
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_turns_received_at"), ["received_at"], unique=False)

    op.create_table(
        "vault_values",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("encounter_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("nonce", sa.LargeBinary(length=12), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["encounter_id"],
            ["encounters.id"],
            name=op.f("fk_vault_values_encounter_id_encounters"),
        ),
        sa.PrimaryKeyConstraint("id", "encounter_id", name=op.f("pk_vault_values")),
    )
    op.create_table(
        "referrals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("encounter_id", sa.String(length=36), nullable=False),
        sa.Column("filing", sa.Integer(), nullable=False),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("home_municipality_code", sa.String(length=4), nullable=True),
        sa.Column("offered_to", sa.String(length=4), nullable=True),
        sa.Column("ward_id", sa.String(length=40), nullable=False),
        sa.Column("nurse_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "consent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("clock_stopped", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "assigned_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("course_id", sa.BigInteger(), nullable=True),
        sa.Column("quit_on", sa.Date(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("spoken_language", sa.String(length=10), nullable=True),
        sa.Column("best_time", sa.String(length=20), nullable=True),
        sa.Column("needs_interpreter", sa.Boolean(), nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("name_index", sa.String(length=64), nullable=True),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assigned_to"], ["users.id"], name=op.f("fk_referrals_assigned_to_users")
        ),
        sa.ForeignKeyConstraint(
            ["consent_id"], ["consents.id"], name=op.f("fk_referrals_consent_id_consents")
        ),
        sa.ForeignKeyConstraint(
            ["encounter_id"], ["encounters.id"], name=op.f("fk_referrals_encounter_id_encounters")
        ),
        sa.ForeignKeyConstraint(
            ["home_municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_referrals_home_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(
            ["offered_to"],
            ["municipalities.code"],
            name=op.f("fk_referrals_offered_to_municipalities"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["referrals.id"], name=op.f("fk_referrals_merged_into_id_referrals")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_referrals_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(
            ["nurse_id"], ["users.id"], name=op.f("fk_referrals_nurse_id_users")
        ),
        sa.ForeignKeyConstraint(["ward_id"], ["wards.id"], name=op.f("fk_referrals_ward_id_wards")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sa.UniqueConstraint(
            "encounter_id", "filing", name=op.f("uq_referrals_encounter_id_filing")
        ),
        sa.UniqueConstraint("reference", name=op.f("uq_referrals_reference")),
    )
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referrals_assigned_to"), ["assigned_to"], unique=False)
        batch_op.create_index(batch_op.f("ix_referrals_consent_id"), ["consent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referrals_course_id"), ["course_id"], unique=False)
        batch_op.create_index(
            "ix_referrals_lent",
            ["home_municipality_code", "open", "clock_stopped", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("home_municipality_code IS NOT NULL"),
            postgresql_where=sa.text("home_municipality_code IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_referrals_mine",
            ["municipality_code", "open", "assigned_to", "clock_stopped", "due_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_referrals_all", ["municipality_code", "due_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_referrals_merged",
            ["merged_into_id"],
            unique=False,
            sqlite_where=sa.text("merged_into_id IS NOT NULL"),
            postgresql_where=sa.text("merged_into_id IS NOT NULL"),
        )
        for name, column in (
            ("ix_referrals_unwarned", "warned_at"),
            ("ix_referrals_unbreached", "breached_at"),
        ):
            batch_op.create_index(
                name,
                ["due_at"],
                unique=False,
                sqlite_where=sa.text(f"clock_stopped = 0 AND {column} IS NULL"),
                postgresql_where=sa.text(f"NOT clock_stopped AND {column} IS NULL"),
            )
        batch_op.create_index(batch_op.f("ix_referrals_name_index"), ["name_index"], unique=False)
        batch_op.create_index("ix_referrals_nurse", ["nurse_id", "filed_at"], unique=False)
        batch_op.create_index(
            "ix_referrals_of_ward",
            ["municipality_code", "open", "ward_id", "clock_stopped", "due_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_referrals_offered",
            ["offered_to", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("offered_to IS NOT NULL"),
            postgresql_where=sa.text("offered_to IS NOT NULL"),
        )
        batch_op.create_index(batch_op.f("ix_referrals_phone_index"), ["phone_index"], unique=False)
        batch_op.create_index(
            "ix_referrals_language",
            ["municipality_code", "open", "spoken_language", "clock_stopped", "due_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_referrals_interpreter",
            ["municipality_code", "open", "needs_interpreter", "clock_stopped", "due_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_referrals_best_time",
            ["municipality_code", "open", "best_time", "clock_stopped", "due_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_referrals_my_planned",
            ["municipality_code", "open", "assigned_to", "next_attempt_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_referrals_untaken",
            ["municipality_code", "state", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("assigned_to IS NULL"),
            postgresql_where=sa.text("assigned_to IS NULL"),
        )
        batch_op.create_index(
            "ix_referrals_planned",
            ["municipality_code", "open", "next_attempt_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_referrals_queue",
            ["municipality_code", "open", "clock_stopped", "due_at", "id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_referrals_state", ["municipality_code", "state", "due_at", "id"], unique=False
        )
        batch_op.create_index("ix_referrals_ward", ["ward_id", "filed_at"], unique=False)
        batch_op.create_index("ix_referrals_filed", ["municipality_code", "filed_at"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("session_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_attendance_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attendance_session", ["referral_id", "session_starts_at", "id"], unique=False
        )

    op.create_table(
        "outcomes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("call_on", sa.Date(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("smoke_free", sa.Boolean(), nullable=True),
        sa.Column("nicotine_free", sa.Boolean(), nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("method", sa.String(length=12), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_code"],
            ["municipalities.code"],
            name=op.f("fk_outcomes_municipality_code_municipalities"),
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_outcomes_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("referral_id", "kind", name=op.f("uq_outcomes_referral_id_kind")),
    )
    with op.batch_alter_table("outcomes", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outcomes_worklist", ["municipality_code", "state", "call_on", "id"], unique=False
        )

    op.create_table(
        "outcome_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "outcome_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("smoke_free", sa.Boolean(), nullable=True),
        sa.Column("nicotine_free", sa.Boolean(), nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("method", sa.String(length=12), nullable=True),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcomes.id"], name=op.f("fk_outcome_answers_outcome_id_outcomes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_answers")),
    )
    with op.batch_alter_table("outcome_answers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outcome_answers_outcome_id"), ["outcome_id"], unique=False
        )

    op.create_table(
        "referral_comments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("municipality_code", sa.String(length=4), nullable=False),
        sa.Column("note_token", sa.String(length=40), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["referrals.id"],
            name=op.f("fk_referral_comments_referral_id_referrals"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_comments")),
    )
    with op.batch_alter_table("referral_comments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_referral_comments_referral_id"), ["referral_id"], unique=False
        )

    op.create_table(
        "referral_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=20), nullable=False),
        sa.Column("from_state", sa.String(length=20), nullable=True),
        sa.Column("to_state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("about", sa.String(length=80), nullable=True),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.Column("note_token", sa.String(length=40), nullable=True),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_referral_events_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_events")),
        sa.UniqueConstraint(
            "referral_id", "number", name=op.f("uq_referral_events_referral_id_number")
        ),
    )
    with op.batch_alter_table("referral_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_events_at"), ["at"], unique=False)
        got_to_a_course = sa.text("to_state IN ('enrolled', 'started', 'completed')")
        batch_op.create_index(
            "ix_referral_events_course",
            ["referral_id", "to_state"],
            unique=False,
            sqlite_where=got_to_a_course,
            postgresql_where=got_to_a_course,
        )

    for columns in (["at"], ["actor", "number"], ["action", "number"], ["record", "number"]):
        op.create_index(f"ix_audit_{columns[0]}", "audit", columns)
    refuse_changes()


def refuse_changes() -> None:
    """Let nobody update or delete a row of an append-only table."""
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        )


def downgrade() -> None:
    raise RuntimeError("there is nothing before the first tables; restore a backup instead")
