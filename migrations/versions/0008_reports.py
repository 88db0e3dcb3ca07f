"""Reports: forms, answers, overrides, acceptances, texts, snapshots, and the registers that feed rows.

Revision: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

#: Never changed, never removed; what makes a row of each unique beside its id.
APPEND_ONLY = {
    "report_forms": ("code", "form_version"),
    "report_entries": ("report_id", "key", "ordinal"),
    "report_overrides": ("report_id", "key", "ordinal"),
    "report_acceptances": ("report_id", "identity_sha256"),
    "report_texts": ("report_id", "place", "ordinal"),
    "report_snapshots": ("report_id",),
    "register_entries": ("key", "member", "ordinal"),
}


def _guard(table: str, unique: tuple[str, ...]) -> None:
    """Lets the database itself refuse to change a table, as it does for the ledger."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    same = " AND ".join(f"{column} = NEW.{column}" for column in ("agency_id", *unique))
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR ({same})) {refuse}"
    )


def _report_forms() -> None:
    op.create_table(
        "report_forms",
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("definition", DOCUMENT, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "actor_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_report_forms_agency_id_actor_id_people"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_report_forms_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_forms")),
        sa.UniqueConstraint(
            "agency_id", "code", "form_version", name=op.f("uq_report_forms_agency_id_code_form_version")
        ),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_report_forms_agency_id_id")),
    )


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("form_id", ID, nullable=False),
        sa.Column("period_key", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("corrects_id", ID, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("window_starts_on", sa.Date(), nullable=False),
        sa.Column("cut_off", sa.Date(), nullable=False),
        sa.Column("window_reason", sa.Text(), nullable=False),
        sa.Column("entries_due_on", sa.Date(), nullable=False),
        sa.Column("send_by", sa.Date(), nullable=False),
        sa.Column("plans", DOCUMENT, nullable=False),
        sa.Column("scoped_plans", DOCUMENT, nullable=False),
        sa.Column(
            "units_asked",
            sa.Enum("then", "now", name="units_asked", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("frame", DOCUMENT, nullable=False),
        sa.Column(
            "state",
            sa.Enum("draft", "submitted", name="report_state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by_id", ID, nullable=True),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("submitted_by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "corrects_id"],
            ["reports.agency_id", "reports.id"],
            name=op.f("fk_reports_agency_id_corrects_id_reports"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "created_by_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_reports_agency_id_created_by_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "form_id"],
            ["report_forms.agency_id", "report_forms.id"],
            name=op.f("fk_reports_agency_id_form_id_report_forms"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "submitted_by_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_reports_agency_id_submitted_by_id_people"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_reports_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint(
            "agency_id",
            "form_id",
            "year",
            "period_key",
            "edition",
            name=op.f("uq_reports_agency_id_form_id_year_period_key_edition"),
        ),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_reports_agency_id_id")),
    )


def _report_asks() -> None:
    op.create_table(
        "report_asks",
        sa.Column("report_id", ID, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "report_id"],
            ["reports.agency_id", "reports.id"],
            name=op.f("fk_report_asks_agency_id_report_id_reports"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_report_asks_agency_id_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_report_asks_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_asks")),
        sa.UniqueConstraint("agency_id", "report_id", "key", name=op.f("uq_report_asks_agency_id_report_id_key")),
    )
    op.create_index("ix_report_asks_unit_id", "report_asks", ["agency_id", "unit_id"], unique=False)


def _report_entries() -> None:
    op.create_table(
        "report_entries",
        sa.Column("report_id", ID, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("printed", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("document_id", ID, nullable=True),
        sa.Column("file_id", ID, nullable=True),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "actor_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_report_entries_agency_id_actor_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "document_id"],
            ["documents.agency_id", "documents.id"],
            name=op.f("fk_report_entries_agency_id_document_id_documents"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "file_id"],
            ["stored_files.agency_id", "stored_files.id"],
            name=op.f("fk_report_entries_agency_id_file_id_stored_files"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "report_id"],
            ["reports.agency_id", "reports.id"],
            name=op.f("fk_report_entries_agency_id_report_id_reports"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_report_entries_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_entries")),
        sa.UniqueConstraint(
            "agency_id", "report_id", "key", "ordinal", name=op.f("uq_report_entries_agency_id_report_id_key_ordinal")
        ),
    )


def _report_overrides() -> None:
    op.create_table(
        "report_overrides",
        sa.Column("report_id", ID, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("printed", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "actor_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_report_overrides_agency_id_actor_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "report_id"],
            ["reports.agency_id", "reports.id"],
            name=op.f("fk_report_overrides_agency_id_report_id_reports"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_report_overrides_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_overrides")),
        sa.UniqueConstraint(
            "agency_id", "report_id", "key", "ordinal", name=op.f("uq_report_overrides_agency_id_report_id_key_ordinal")
        ),
    )


def _report_acceptances() -> None:
    op.create_table(
        "report_acceptances",
        sa.Column("report_id", ID, nullable=False),
        sa.Column("identity_sha256", sa.String(length=64), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "actor_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_report_acceptances_agency_id_actor_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "report_id"],
            ["reports.agency_id", "reports.id"],
            name=op.f("fk_report_acceptances_agency_id_report_id_reports"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_report_acceptances_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_acceptances")),
        sa.UniqueConstraint(
            "agency_id",
            "report_id",
            "identity_sha256",
            name=op.f("uq_report_acceptances_agency_id_report_id_identity_sha256"),
        ),
    )


def _report_texts() -> None:
    op.create_table(
        "report_texts",
        sa.Column("report_id", ID, nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "actor_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_report_texts_agency_id_actor_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "report_id"],
            ["reports.agency_id", "reports.id"],
            name=op.f("fk_report_texts_agency_id_report_id_reports"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_report_texts_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_texts")),
        sa.UniqueConstraint(
            "agency_id", "report_id", "place", "ordinal", name=op.f("uq_report_texts_agency_id_report_id_place_ordinal")
        ),
    )


def _report_snapshots() -> None:
    op.create_table(
        "report_snapshots",
        sa.Column("report_id", ID, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("ledger_seq", ID, nullable=False),
        sa.Column("ledger_hash", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "report_id"],
            ["reports.agency_id", "reports.id"],
            name=op.f("fk_report_snapshots_agency_id_report_id_reports"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_report_snapshots_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_snapshots")),
        sa.UniqueConstraint("agency_id", "report_id", name=op.f("uq_report_snapshots_agency_id_report_id")),
    )


def _register_entries() -> None:
    op.create_table(
        "register_entries",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "actor_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_register_entries_agency_id_actor_id_people"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_register_entries_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entries")),
        sa.UniqueConstraint(
            "agency_id", "key", "member", "ordinal", name=op.f("uq_register_entries_agency_id_key_member_ordinal")
        ),
    )


def upgrade() -> None:
    _report_forms()
    _reports()
    _report_asks()
    _report_entries()
    _report_overrides()
    _report_acceptances()
    _report_texts()
    _report_snapshots()
    _register_entries()
    for table, unique in APPEND_ONLY.items():
        _guard(table, unique)


def downgrade() -> None:
    for table in (
        "register_entries",
        "report_snapshots",
        "report_texts",
        "report_acceptances",
        "report_overrides",
        "report_entries",
        "report_asks",
        "reports",
        "report_forms",
    ):
        op.drop_table(table)
