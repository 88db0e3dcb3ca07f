"""Requests to extend a deadline, and the ledger's rows of extensions, explanations and closings.

Revision: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STATES = ("asked", "granted", "refused", "taken_back")

OLD_KINDS = ("entry", "status", "deadline", "assignment", "handover", "waiver", "amendment")
NEW_KINDS = (*OLD_KINDS, "extension", "explanation", "closing")

#: Columns that refer to a row of the same agency, and to which table.
REFERENCES = (
    ("plan_id", "plans"),
    ("task_id", "tasks"),
    ("obligation_id", "obligations"),
    ("document_id", "documents"),
    ("answer_document_id", "documents"),
    ("asked_by_id", "people"),
    ("answered_by_id", "people"),
    ("asked_unit_id", "units"),
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


def _columns() -> list[sa.Column[object]]:
    state = sa.Enum(*STATES, name="extension_state", native_enum=False, create_constraint=True, length=40)
    return [
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("obligation_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("asked_due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document_id", ID, nullable=True),
        sa.Column("asked_against", sa.Date(), nullable=False),
        sa.Column("deadline_version", sa.Integer(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("asked_unit_id", ID, nullable=True),
        sa.Column("granted_due_on", sa.Date(), nullable=True),
        sa.Column("granted_against", sa.Date(), nullable=True),
        sa.Column("granted_from", sa.Date(), nullable=True),
        sa.Column("answer_document_id", ID, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("asked_seq", ID, nullable=False),
        sa.Column("answered_seq", ID, nullable=True),
        sa.Column("deadline_seq", ID, nullable=True),
    ]


def upgrade() -> None:
    _allow(NEW_KINDS, OLD_KINDS)
    name = "extension_requests"
    op.create_table(
        name,
        *_columns(),
        sa.CheckConstraint(
            "(state = 'granted') = (granted_due_on IS NOT NULL)", name=op.f(f"ck_{name}_granted_has_date")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f(f"fk_{name}_agency_id_agencies")),
        *(
            sa.ForeignKeyConstraint(
                ["agency_id", column],
                [f"{table}.agency_id", f"{table}.id"],
                name=op.f(f"fk_{name}_agency_id_{column}_{table}"),
            )
            for column, table in REFERENCES
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("agency_id", "id", name=op.f(f"uq_{name}_agency_id_id")),
        sa.UniqueConstraint(
            "agency_id", "obligation_id", "ordinal", name=op.f(f"uq_{name}_agency_id_obligation_id_ordinal")
        ),
    )
    is_open = sa.text("state = 'asked'")
    op.create_index(
        f"uq_{name}_open",
        name,
        ["agency_id", "obligation_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index(f"ix_{name}_agency_id_state", name, ["agency_id", "state"])
    op.create_index(f"ix_{name}_obligation_id", name, ["obligation_id"])


def downgrade() -> None:
    """Refused where the ledger speaks of what the older one has no words for."""
    told = "SELECT count(*) FROM ledger_rows WHERE kind IN ('extension', 'explanation', 'closing')"
    if op.get_bind().exec_driver_sql(told).scalar():
        raise RuntimeError("deadlines were extended: a database with extensions does not go back")
    op.drop_table("extension_requests")
    _allow(OLD_KINDS, NEW_KINDS)
