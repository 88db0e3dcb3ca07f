"""The first schema: agencies, people, plans, the append-only ledger, evidence, outbox, feeds.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

#: Tables whose rows are never changed nor removed.
APPEND_ONLY = ("ledger_rows", "published_heads", "plan_rules")

# INSERT OR REPLACE deletes without firing the delete trigger unless recursive_triggers is on,
# so an insert over a known key is refused as well.
SQLITE_TRIGGERS = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_key})
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
SAME_KEY = {
    "ledger_rows": "agency_id = NEW.agency_id AND seq = NEW.seq",
    "published_heads": "id = NEW.id",
    "plan_rules": "id = NEW.id OR (agency_id = NEW.agency_id AND plan_id = NEW.plan_id AND ordinal = NEW.ordinal)",
}

POSTGRESQL_FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""
POSTGRESQL_TRIGGERS = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def make_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for statement in SQLITE_TRIGGERS.format(table=table, same_key=SAME_KEY[table]).split("END;"):
                complete = statement if statement.rstrip().endswith("END") else statement + "END"
                op.execute(complete)
        return
    op.execute(POSTGRESQL_FUNCTION)
    for table in APPEND_ONLY:
        for statement in POSTGRESQL_TRIGGERS.format(table=table).split(";"):
            op.execute(statement)


def upgrade() -> None:
    op.create_table(
        "agencies",
        sa.Column("id", ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("parent_name", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("settings", DOCUMENT, nullable=False),
        sa.Column("is_sending_enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies")),
        sa.UniqueConstraint("code", name=op.f("uq_agencies_code")),
    )
    op.create_table(
        "demo_clock",
        sa.Column("id", ID, nullable=False),
        sa.Column("shows_at", INSTANT, nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demo_clock")),
    )
    op.create_table(
        "job_runs",
        sa.Column("id", ID, nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("fence", ID, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_runs")),
    )
    with op.batch_alter_table("job_runs", schema=None) as batch_op:
        batch_op.create_index("ix_job_runs_job_started_at", ["job", "started_at"], unique=False)

    op.create_table(
        "scheduler_leases",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("fence", ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_scheduler_leases")),
    )
    op.create_table(
        "sign_in_counters",
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("window_started_at", INSTANT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("subject_hash", name=op.f("pk_sign_in_counters")),
    )
    op.create_table(
        "documents",
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_documents_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_documents_agency_id_id")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index("ix_documents_agency_id_number", ["agency_id", "number"], unique=False)

    op.create_table(
        "form_keys",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("result", sa.String(length=500), nullable=True),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_form_keys_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_keys")),
        sa.UniqueConstraint("agency_id", "key", name=op.f("uq_form_keys_agency_id_key")),
    )
    op.create_table(
        "ledger_heads",
        sa.Column("agency_id", ID, autoincrement=False, nullable=False),
        sa.Column("seq", ID, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_ledger_heads_agency_id_agencies")),
        sa.PrimaryKeyConstraint("agency_id", name=op.f("pk_ledger_heads")),
    )
    op.create_table(
        "people",
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort_key", sa.String(length=600), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("preferences", DOCUMENT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("last_sign_in_at", INSTANT, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_people_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_people_agency_id_id")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
    )
    op.create_table(
        "plans",
        sa.Column(
            "kind",
            sa.Enum(
                "cchc",
                "assigned_by_province",
                "assigned_by_government",
                "inspection",
                "communication",
                name="plan_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by_id", ID, nullable=True),
        sa.Column("source_sha256", sa.String(length=64), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_plans_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_plans_agency_id_id")),
        sa.UniqueConstraint("agency_id", "number", "issued_on", name=op.f("uq_plans_agency_id_number_issued_on")),
    )
    op.create_table(
        "published_heads",
        sa.Column("seq", ID, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("where", sa.String(length=200), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_published_heads_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_heads")),
    )
    op.create_table(
        "stored_files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_stored_files_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_stored_files_agency_id_id")),
    )
    with op.batch_alter_table("stored_files", schema=None) as batch_op:
        batch_op.create_index("ix_stored_files_agency_id_sha256", ["agency_id", "sha256"], unique=False)

    op.create_table(
        "units",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "office",
                "division",
                "inspectorate",
                "service_unit",
                "board",
                "council",
                "section",
                "group",
                name="unit_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_units_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("agency_id", "code", name=op.f("uq_units_agency_id_code")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_units_agency_id_id")),
    )
    op.create_table(
        "areas",
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "plan_id"], ["plans.agency_id", "plans.id"], name=op.f("fk_areas_agency_id_plan_id_plans")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_areas_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_areas")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_areas_agency_id_id")),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("scope", sa.String(length=20), nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("hides_titles", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.Column("last_used_address", sa.String(length=60), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_calendar_feeds_agency_id_person_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_calendar_feeds_agency_id_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_calendar_feeds_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feeds_token_hash")),
    )
    with op.batch_alter_table("calendar_feeds", schema=None) as batch_op:
        batch_op.create_index("ix_calendar_feeds_person_id", ["person_id"], unique=False)

    op.create_table(
        "group_members",
        sa.Column("group_id", ID, nullable=False),
        sa.Column("member_id", ID, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "group_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_group_members_agency_id_group_id_units"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "member_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_group_members_agency_id_member_id_units"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_group_members_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_members")),
        sa.UniqueConstraint(
            "agency_id",
            "group_id",
            "member_id",
            "valid_from",
            name=op.f("uq_group_members_agency_id_group_id_member_id_valid_from"),
        ),
    )
    op.create_table(
        "memberships",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column(
            "role",
            sa.Enum(
                "admin",
                "office",
                "leader",
                "head",
                "staff",
                "viewer",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_memberships_agency_id_person_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_memberships_agency_id_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_memberships_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_memberships")),
    )
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.create_index("ix_memberships_agency_id_person_id", ["agency_id", "person_id"], unique=False)
        batch_op.create_index("ix_memberships_agency_id_unit_id", ["agency_id", "unit_id"], unique=False)

    op.create_table(
        "one_time_tokens",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_one_time_tokens_agency_id_person_id_people"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_one_time_tokens_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_tokens_token_hash")),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("recipient_id", ID, nullable=False),
        sa.Column("unique_key", sa.String(length=120), nullable=False),
        sa.Column("payload", DOCUMENT, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "sending",
                "sent",
                "dead",
                "dropped",
                name="message_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", INSTANT, nullable=False),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("lease_holder", sa.String(length=100), nullable=True),
        sa.Column("message_id", sa.String(length=200), nullable=False),
        sa.Column("dated_at", INSTANT, nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("body_text", sa.Text(), nullable=True),
        sa.Column("body_html", sa.Text(), nullable=True),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("server_answer", sa.Text(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "recipient_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_outbox_messages_agency_id_recipient_id_people"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_outbox_messages_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_outbox_messages_agency_id_id")),
        sa.UniqueConstraint(
            "agency_id",
            "kind",
            "recipient_id",
            "unique_key",
            name=op.f("uq_outbox_messages_agency_id_kind_recipient_id_unique_key"),
        ),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_messages_message_id")),
    )
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_messages_state_next", ["state", "next_attempt_at"], unique=False)

    op.create_table(
        "plan_rules",
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("rule", DOCUMENT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "plan_id"],
            ["plans.agency_id", "plans.id"],
            name=op.f("fk_plan_rules_agency_id_plan_id_plans"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_plan_rules_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_rules")),
        sa.UniqueConstraint("agency_id", "plan_id", "ordinal", name=op.f("uq_plan_rules_agency_id_plan_id_ordinal")),
    )
    op.create_table(
        "staged_imports",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("file_name", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reading", DOCUMENT, nullable=False),
        sa.Column("answers", DOCUMENT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("plan_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_staged_imports_agency_id_person_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "plan_id"],
            ["plans.agency_id", "plans.id"],
            name=op.f("fk_staged_imports_agency_id_plan_id_plans"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_staged_imports_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staged_imports")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_staged_imports_agency_id_id")),
    )
    op.create_table(
        "unit_aliases",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("alias", sa.String(length=300), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_unit_aliases_agency_id_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_unit_aliases_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_aliases")),
        sa.UniqueConstraint("agency_id", "unit_id", "alias", name=op.f("uq_unit_aliases_agency_id_unit_id_alias")),
    )
    op.create_table(
        "unit_names",
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("short_name", sa.String(length=100), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_unit_names_agency_id_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_unit_names_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_names")),
        sa.UniqueConstraint(
            "agency_id", "unit_id", "valid_from", name=op.f("uq_unit_names_agency_id_unit_id_valid_from")
        ),
    )
    op.create_table(
        "outbox_attempts",
        sa.Column("message_row_id", ID, nullable=False),
        sa.Column("attempted_at", INSTANT, nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "message_row_id"],
            ["outbox_messages.agency_id", "outbox_messages.id"],
            name=op.f("fk_outbox_attempts_agency_id_message_row_id_outbox_messages"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_outbox_attempts_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_attempts")),
    )
    with op.batch_alter_table("outbox_attempts", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_attempts_message_row_id", ["message_row_id"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("area_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.String(length=60), nullable=False),
        sa.Column("numbers", DOCUMENT, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("assignment_text", sa.Text(), nullable=False),
        sa.Column("time_text", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("lead_unit_id", ID, nullable=True),
        sa.Column(
            "lead_basis",
            sa.Enum(
                "explicit",
                "inferred",
                "unresolved",
                name="lead_basis",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("assignment_version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "area_id"], ["areas.agency_id", "areas.id"], name=op.f("fk_tasks_agency_id_area_id_areas")
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "lead_unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_tasks_agency_id_lead_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "plan_id"], ["plans.agency_id", "plans.id"], name=op.f("fk_tasks_agency_id_plan_id_plans")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_tasks_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_tasks_agency_id_id")),
        sa.UniqueConstraint("agency_id", "plan_id", "row_id", name=op.f("uq_tasks_agency_id_plan_id_row_id")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index("ix_tasks_area_id", ["area_id"], unique=False)
        batch_op.create_index("ix_tasks_plan_id_position", ["plan_id", "position"], unique=False)

    op.create_table(
        "deliverables",
        sa.Column("task_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.String(length=20), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("responsible_unit_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "responsible_unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_deliverables_agency_id_responsible_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "task_id"],
            ["tasks.agency_id", "tasks.id"],
            name=op.f("fk_deliverables_agency_id_task_id_tasks"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_deliverables_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliverables")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_deliverables_agency_id_id")),
    )
    with op.batch_alter_table("deliverables", schema=None) as batch_op:
        batch_op.create_index("ix_deliverables_task_id", ["task_id"], unique=False)

    op.create_table(
        "task_units",
        sa.Column("task_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "lead",
                "co_lead",
                "coordinating",
                name="assigned_role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "task_id"],
            ["tasks.agency_id", "tasks.id"],
            name=op.f("fk_task_units_agency_id_task_id_tasks"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_task_units_agency_id_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_task_units_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_units")),
        sa.UniqueConstraint(
            "agency_id", "task_id", "unit_id", "role", name=op.f("uq_task_units_agency_id_task_id_unit_id_role")
        ),
    )
    with op.batch_alter_table("task_units", schema=None) as batch_op:
        batch_op.create_index("ix_task_units_unit_id", ["unit_id"], unique=False)

    op.create_table(
        "obligations",
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("deliverable_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("period_label", sa.String(length=60), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("deadline_text", sa.Text(), nullable=False),
        sa.Column(
            "deadline_kind",
            sa.Enum(
                "date",
                "before_date",
                "month",
                "quarter",
                "range",
                "recurring",
                "within_year",
                "ongoing",
                "as_regulated",
                "after_event",
                "unstated",
                "unreadable",
                name="deadline_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_ongoing", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("original_due_on", sa.Date(), nullable=True),
        sa.Column("deadline_version", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "not_started",
                "in_progress",
                "reported",
                "done",
                "withdrawn",
                "lapsed",
                "carried_over",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("status_on", sa.Date(), nullable=True),
        sa.Column("status_recorded_at", INSTANT, nullable=True),
        sa.Column("status_seq", sa.Integer(), nullable=True),
        sa.Column("is_returned", sa.Boolean(), nullable=False),
        sa.Column("reported_by_id", ID, nullable=True),
        sa.Column("reported_unit_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("counted_unit_id", ID, nullable=True),
        sa.Column("is_evidence_waived", sa.Boolean(), nullable=False),
        sa.Column("calendar_sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "counted_unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_obligations_agency_id_counted_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "deliverable_id"],
            ["deliverables.agency_id", "deliverables.id"],
            name=op.f("fk_obligations_agency_id_deliverable_id_deliverables"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_obligations_agency_id_person_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "plan_id"],
            ["plans.agency_id", "plans.id"],
            name=op.f("fk_obligations_agency_id_plan_id_plans"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "task_id"],
            ["tasks.agency_id", "tasks.id"],
            name=op.f("fk_obligations_agency_id_task_id_tasks"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_obligations_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligations")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_obligations_agency_id_id")),
    )
    with op.batch_alter_table("obligations", schema=None) as batch_op:
        batch_op.create_index("ix_obligations_agency_id_due_on", ["agency_id", "due_on"], unique=False)
        batch_op.create_index("ix_obligations_agency_id_status", ["agency_id", "status"], unique=False)
        batch_op.create_index("ix_obligations_deliverable_id", ["deliverable_id"], unique=False)
        batch_op.create_index(
            "ix_obligations_agency_id_plan_id_task_id", ["agency_id", "plan_id", "task_id"], unique=False
        )

    op.create_table(
        "evidence",
        sa.Column("obligation_id", ID, nullable=False),
        sa.Column("seq", ID, nullable=True),
        sa.Column("document_id", ID, nullable=True),
        sa.Column("file_id", ID, nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("recorded_by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.CheckConstraint("document_id IS NOT NULL OR file_id IS NOT NULL", name=op.f("ck_evidence_something")),
        sa.ForeignKeyConstraint(
            ["agency_id", "document_id"],
            ["documents.agency_id", "documents.id"],
            name=op.f("fk_evidence_agency_id_document_id_documents"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "file_id"],
            ["stored_files.agency_id", "stored_files.id"],
            name=op.f("fk_evidence_agency_id_file_id_stored_files"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "obligation_id"],
            ["obligations.agency_id", "obligations.id"],
            name=op.f("fk_evidence_agency_id_obligation_id_obligations"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_evidence_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_obligation_id", ["obligation_id"], unique=False)

    op.create_table(
        "ledger_rows",
        sa.Column("agency_id", ID, autoincrement=False, nullable=False),
        sa.Column("seq", ID, autoincrement=False, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "entry",
                "status",
                "deadline",
                "assignment",
                "handover",
                "waiver",
                name="row_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=True),
        sa.Column("deliverable_id", ID, nullable=True),
        sa.Column("obligation_id", ID, nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "not_started",
                "in_progress",
                "reported",
                "done",
                "withdrawn",
                "lapsed",
                "carried_over",
                name="ledger_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("corrects_seq", ID, nullable=True),
        sa.Column("answers_seq", ID, nullable=True),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.Column("payload", DOCUMENT, nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(kind = 'status') = (status IS NOT NULL)", name=op.f("ck_ledger_rows_status_on_status_rows")
        ),
        sa.CheckConstraint("seq > 0", name=op.f("ck_ledger_rows_seq_positive")),
        sa.ForeignKeyConstraint(
            ["agency_id", "actor_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_ledger_rows_agency_id_actor_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "answers_seq"],
            ["ledger_rows.agency_id", "ledger_rows.seq"],
            name=op.f("fk_ledger_rows_agency_id_answers_seq_ledger_rows"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "corrects_seq"],
            ["ledger_rows.agency_id", "ledger_rows.seq"],
            name=op.f("fk_ledger_rows_agency_id_corrects_seq_ledger_rows"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "deliverable_id"],
            ["deliverables.agency_id", "deliverables.id"],
            name=op.f("fk_ledger_rows_agency_id_deliverable_id_deliverables"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "obligation_id"],
            ["obligations.agency_id", "obligations.id"],
            name=op.f("fk_ledger_rows_agency_id_obligation_id_obligations"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "plan_id"],
            ["plans.agency_id", "plans.id"],
            name=op.f("fk_ledger_rows_agency_id_plan_id_plans"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "task_id"],
            ["tasks.agency_id", "tasks.id"],
            name=op.f("fk_ledger_rows_agency_id_task_id_tasks"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_ledger_rows_agency_id_agencies")),
        sa.PrimaryKeyConstraint("agency_id", "seq", name=op.f("pk_ledger_rows")),
    )
    with op.batch_alter_table("ledger_rows", schema=None) as batch_op:
        batch_op.create_index(
            "ix_ledger_rows_agency_corrects", ["agency_id", "corrects_seq", "recorded_at"], unique=False
        )
        batch_op.create_index("ix_ledger_rows_agency_recorded", ["agency_id", "recorded_at"], unique=False)
        batch_op.create_index(
            "ix_ledger_rows_obligation_kind",
            ["obligation_id", "kind", "effective_on", "seq", "recorded_at", "status"],
            unique=False,
        )
        batch_op.create_index("ix_ledger_rows_request_key", ["agency_id", "request_key"], unique=False)
        batch_op.create_index("ix_ledger_rows_task_kind", ["task_id", "kind", "effective_on", "seq"], unique=False)

    op.create_table(
        "notes",
        sa.Column("obligation_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.CheckConstraint("kind IN ('progress', 'comment')", name=op.f("ck_notes_kind")),
        sa.ForeignKeyConstraint(
            ["agency_id", "author_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_notes_agency_id_author_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "obligation_id"],
            ["obligations.agency_id", "obligations.id"],
            name=op.f("fk_notes_agency_id_obligation_id_obligations"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_notes_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index("ix_notes_obligation_id", ["obligation_id"], unique=False)

    op.create_table(
        "reminder_lines",
        sa.Column("obligation_id", ID, nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("deadline_version", sa.Integer(), nullable=False),
        sa.Column("recipient_id", ID, nullable=False),
        sa.Column("due_day", sa.Date(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("message_row_id", ID, nullable=True),
        sa.Column("dropped_because", sa.String(length=40), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "message_row_id"],
            ["outbox_messages.agency_id", "outbox_messages.id"],
            name=op.f("fk_reminder_lines_agency_id_message_row_id_outbox_messages"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "obligation_id"],
            ["obligations.agency_id", "obligations.id"],
            name=op.f("fk_reminder_lines_agency_id_obligation_id_obligations"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "recipient_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_reminder_lines_agency_id_recipient_id_people"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_reminder_lines_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_lines")),
        sa.UniqueConstraint(
            "agency_id",
            "obligation_id",
            "rule",
            "step",
            "deadline_version",
            "recipient_id",
            name=op.f("uq_reminder_lines_agency_id_obligation_id_rule_step_deadline_version_recipient_id"),
        ),
    )
    with op.batch_alter_table("reminder_lines", schema=None) as batch_op:
        batch_op.create_index("ix_reminder_lines_message_row_id", ["message_row_id"], unique=False)
        batch_op.create_index("ix_reminder_lines_recipient_id", ["recipient_id", "message_row_id"], unique=False)
    make_append_only()


def drop_append_only() -> None:
    """Dropping a table drops its triggers; the function stays behind on PostgreSQL only."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change() CASCADE")


def downgrade() -> None:
    drop_append_only()
    with op.batch_alter_table("reminder_lines", schema=None) as batch_op:
        batch_op.drop_index("ix_reminder_lines_recipient_id")
        batch_op.drop_index("ix_reminder_lines_message_row_id")

    op.drop_table("reminder_lines")
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index("ix_notes_obligation_id")

    op.drop_table("notes")
    with op.batch_alter_table("ledger_rows", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_rows_task_kind")
        batch_op.drop_index("ix_ledger_rows_request_key")
        batch_op.drop_index("ix_ledger_rows_obligation_kind")
        batch_op.drop_index("ix_ledger_rows_agency_recorded")
        batch_op.drop_index("ix_ledger_rows_agency_corrects")

    op.drop_table("ledger_rows")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_obligation_id")

    op.drop_table("evidence")
    with op.batch_alter_table("obligations", schema=None) as batch_op:
        batch_op.drop_index("ix_obligations_agency_id_plan_id_task_id")
        batch_op.drop_index("ix_obligations_deliverable_id")
        batch_op.drop_index("ix_obligations_agency_id_status")
        batch_op.drop_index("ix_obligations_agency_id_due_on")

    op.drop_table("obligations")
    with op.batch_alter_table("task_units", schema=None) as batch_op:
        batch_op.drop_index("ix_task_units_unit_id")

    op.drop_table("task_units")
    with op.batch_alter_table("deliverables", schema=None) as batch_op:
        batch_op.drop_index("ix_deliverables_task_id")

    op.drop_table("deliverables")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index("ix_tasks_plan_id_position")
        batch_op.drop_index("ix_tasks_area_id")

    op.drop_table("tasks")
    with op.batch_alter_table("outbox_attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_attempts_message_row_id")

    op.drop_table("outbox_attempts")
    op.drop_table("unit_names")
    op.drop_table("unit_aliases")
    op.drop_table("staged_imports")
    op.drop_table("plan_rules")
    with op.batch_alter_table("outbox_messages", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_messages_state_next")

    op.drop_table("outbox_messages")
    op.drop_table("one_time_tokens")
    with op.batch_alter_table("memberships", schema=None) as batch_op:
        batch_op.drop_index("ix_memberships_agency_id_unit_id")
        batch_op.drop_index("ix_memberships_agency_id_person_id")

    op.drop_table("memberships")
    op.drop_table("group_members")
    with op.batch_alter_table("calendar_feeds", schema=None) as batch_op:
        batch_op.drop_index("ix_calendar_feeds_person_id")

    op.drop_table("calendar_feeds")
    op.drop_table("areas")
    op.drop_table("units")
    with op.batch_alter_table("stored_files", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_files_agency_id_sha256")

    op.drop_table("stored_files")
    op.drop_table("published_heads")
    op.drop_table("plans")
    op.drop_table("people")
    op.drop_table("ledger_heads")
    op.drop_table("form_keys")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index("ix_documents_agency_id_number")

    op.drop_table("documents")
    op.drop_table("sign_in_counters")
    op.drop_table("scheduler_leases")
    with op.batch_alter_table("job_runs", schema=None) as batch_op:
        batch_op.drop_index("ix_job_runs_job_started_at")

    op.drop_table("job_runs")
    op.drop_table("demo_clock")
    op.drop_table("agencies")
