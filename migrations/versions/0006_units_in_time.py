"""Reorganised units, and people who stand in for others or are away.

Revision: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

#: Never changed, never removed; what makes a row of each unique beside its id.
APPEND_ONLY = {
    "reorganisations": "",
    "reorganisation_lines": " OR (decision_id = NEW.decision_id AND position = NEW.position)",
    "reorganisation_ends": " OR decision_id = NEW.decision_id",
}


def _guard(table: str, known: str) -> None:
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
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
    op.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}")
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id{known}) {refuse}"
    )


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "actor_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_absences_agency_id_actor_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_absences_agency_id_person_id_people"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_absences_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_agency_id_person_id", "absences", ["agency_id", "person_id"], unique=False)


def _mandates() -> None:
    op.create_table(
        "mandates",
        sa.Column("person_id", ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "acting_head",
                "for_head",
                "for_leader",
                name="mandate_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("from_person_id", ID, nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoked_by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "actor_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_mandates_agency_id_actor_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "from_person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_mandates_agency_id_from_person_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_mandates_agency_id_person_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "unit_id"], ["units.agency_id", "units.id"], name=op.f("fk_mandates_agency_id_unit_id_units")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_mandates_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
    )
    op.create_index("ix_mandates_agency_id_person_id", "mandates", ["agency_id", "person_id"], unique=False)


def _reorganisations() -> None:
    op.create_table(
        "reorganisations",
        sa.Column(
            "kind",
            sa.Enum(
                "create",
                "rename",
                "merge",
                "split",
                "abolish",
                name="reorganisation_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("choices", DOCUMENT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "actor_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_reorganisations_agency_id_actor_id_people"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_reorganisations_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisations")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_reorganisations_agency_id_id")),
    )
    op.create_index(
        "ix_reorganisations_agency_id_effective_on", "reorganisations", ["agency_id", "effective_on"], unique=False
    )


def _reorganisation_ends() -> None:
    op.create_table(
        "reorganisation_ends",
        sa.Column("decision_id", ID, nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "applied",
                "cancelled",
                name="reorganisation_outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("facts", DOCUMENT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "actor_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_reorganisation_ends_agency_id_actor_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "decision_id"],
            ["reorganisations.agency_id", "reorganisations.id"],
            name=op.f("fk_reorganisation_ends_agency_id_decision_id_reorganisations"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_reorganisation_ends_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_ends")),
        sa.UniqueConstraint("agency_id", "decision_id", name=op.f("uq_reorganisation_ends_agency_id_decision_id")),
    )


def _reorganisation_lines() -> None:
    op.create_table(
        "reorganisation_lines",
        sa.Column("decision_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_unit_id", ID, nullable=True),
        sa.Column("to_unit_id", ID, nullable=True),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "decision_id"],
            ["reorganisations.agency_id", "reorganisations.id"],
            name=op.f("fk_reorganisation_lines_agency_id_decision_id_reorganisations"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "from_unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_reorganisation_lines_agency_id_from_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "to_unit_id"],
            ["units.agency_id", "units.id"],
            name=op.f("fk_reorganisation_lines_agency_id_to_unit_id_units"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agencies.id"], name=op.f("fk_reorganisation_lines_agency_id_agencies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reorganisation_lines")),
        sa.UniqueConstraint(
            "agency_id", "decision_id", "position", name=op.f("uq_reorganisation_lines_agency_id_decision_id_position")
        ),
    )


def upgrade() -> None:
    _absences()
    _mandates()
    _reorganisations()
    _reorganisation_ends()
    _reorganisation_lines()
    for table, known in APPEND_ONLY.items():
        _guard(table, known)


def downgrade() -> None:
    """Refused where units were reorganised: who succeeded whom cannot be told without these tables."""
    if op.get_bind().exec_driver_sql("SELECT count(*) FROM reorganisations").scalar():
        raise RuntimeError("units were reorganised: a database with their decisions does not go back")
    for table in ("reorganisation_ends", "reorganisation_lines", "reorganisations", "mandates", "absences"):
        op.drop_table(table)
