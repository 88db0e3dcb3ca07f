"""Amendments of a plan, and their rows in the ledger.

Revision: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

OLD_KINDS = ("entry", "status", "deadline", "assignment", "handover", "waiver")
NEW_KINDS = (*OLD_KINDS, "amendment")

SQLITE_TRIGGERS = (
    "CREATE TRIGGER amendments_no_update BEFORE UPDATE ON amendments "
    "BEGIN SELECT RAISE(ABORT, 'amendments is append-only'); END",
    "CREATE TRIGGER amendments_no_delete BEFORE DELETE ON amendments "
    "BEGIN SELECT RAISE(ABORT, 'amendments is append-only'); END",
    "CREATE TRIGGER amendments_no_replace BEFORE INSERT ON amendments "
    "WHEN EXISTS (SELECT 1 FROM amendments WHERE id = NEW.id OR "
    "(agency_id = NEW.agency_id AND plan_id = NEW.plan_id AND ordinal = NEW.ordinal)) "
    "BEGIN SELECT RAISE(ABORT, 'amendments is append-only'); END",
)
POSTGRESQL_TRIGGERS = (
    "CREATE TRIGGER amendments_no_change BEFORE UPDATE OR DELETE ON amendments "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER amendments_no_truncate BEFORE TRUNCATE ON amendments "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)


def _words(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


def _allow(kinds: tuple[str, ...], before: tuple[str, ...]) -> None:
    """Lets ledger rows be of these kinds. SQLite cannot change a CHECK: the table is made anew, rows and all."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE ledger_rows DROP CONSTRAINT ck_ledger_rows_row_kind")
        op.execute(f"ALTER TABLE ledger_rows ADD CONSTRAINT ck_ledger_rows_row_kind CHECK (kind IN ({_words(kinds)}))")
        return
    found = op.get_bind().exec_driver_sql("SELECT type, sql FROM sqlite_master WHERE tbl_name = 'ledger_rows'").all()
    table = next(sql for type_, sql in found if type_ == "table")
    if f"({_words(before)})" not in table:
        raise RuntimeError("the ledger's table does not name its kinds as expected")
    changed = table.replace(f"({_words(before)})", f"({_words(kinds)})", 1)
    run = op.get_bind().exec_driver_sql
    run(changed.replace("ledger_rows", "ledger_rows_new", 1))
    run("INSERT INTO ledger_rows_new SELECT * FROM ledger_rows")
    run("DROP TABLE ledger_rows")
    run("ALTER TABLE ledger_rows_new RENAME TO ledger_rows")
    for type_, sql in found:
        if type_ != "table" and sql:
            run(sql)


def upgrade() -> None:
    _allow(NEW_KINDS, OLD_KINDS)
    op.create_table(
        "amendments",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "revised", "supplement", name="amendment_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=True),
        sa.Column("kept", DOCUMENT, nullable=False),
        sa.Column("seq", ID, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", "plan_id"],
            ["plans.agency_id", "plans.id"],
            name=op.f("fk_amendments_agency_id_plan_id_plans"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "actor_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_amendments_agency_id_actor_id_people"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_amendments_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        sa.UniqueConstraint("agency_id", "plan_id", "ordinal", name=op.f("uq_amendments_agency_id_plan_id_ordinal")),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        op.execute(statement)


def downgrade() -> None:
    """Refused where plans were amended: their ledger cannot be told in the older words."""
    if op.get_bind().exec_driver_sql("SELECT count(*) FROM amendments").scalar():
        raise RuntimeError("plans were amended: a database with amendments does not go back")
    op.drop_table("amendments")
    _allow(OLD_KINDS, NEW_KINDS)
