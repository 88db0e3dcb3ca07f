"""The office's rules of reminders and corrections of holidays; reminder lines about more than obligations.

Revision: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

OLD_KEY = "uq_reminder_lines_agency_id_obligation_id_rule_step_deadline_version_recipient_id"
NEW_KEY = "uq_reminder_lines_key"
REST_OF_KEY = ("rule", "step", "deadline_version", "recipient_id")


def _of_agency(table: str, person: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    """The columns and references that both new tables have."""
    return (
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column(person, ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id", person],
            ["people.agency_id", "people.id"],
            name=op.f(f"fk_{table}_agency_id_{person}_people"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f(f"fk_{table}_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _old_key() -> str:
    """The name of the key as the database shortened it."""
    found = sa.inspect(op.get_bind()).get_unique_constraints("reminder_lines")
    return next(str(each["name"]) for each in found if "obligation_id" in each["column_names"])


def upgrade() -> None:
    op.create_table(
        "reminder_rule_versions",
        *_of_agency("reminder_rule_versions", "changed_by_id"),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("rules", DOCUMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.UniqueConstraint("agency_id", "ordinal", name=op.f("uq_reminder_rule_versions_agency_id_ordinal")),
    )
    effect = sa.Enum(
        "off", "working", "as_known", name="day_effect", native_enum=False, create_constraint=True, length=40
    )
    op.create_table(
        "holiday_corrections",
        *_of_agency("holiday_corrections", "recorded_by_id"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("effect", effect, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
    )
    op.create_index("ix_holiday_corrections_agency_id_day", "holiday_corrections", ["agency_id", "day"])
    old_key = _old_key()
    with op.batch_alter_table("reminder_lines") as lines:
        lines.add_column(sa.Column("subject_kind", sa.String(length=20), nullable=True))
        lines.add_column(sa.Column("subject_id", ID, nullable=True))
    op.execute("UPDATE reminder_lines SET subject_kind = 'obligation', subject_id = obligation_id")
    with op.batch_alter_table("reminder_lines") as lines:
        lines.alter_column("subject_kind", existing_type=sa.String(length=20), nullable=False)
        lines.alter_column("subject_id", existing_type=ID, nullable=False)
        lines.alter_column("obligation_id", existing_type=ID, nullable=True)
        lines.drop_constraint(old_key, type_="unique")
        lines.create_unique_constraint(NEW_KEY, ["agency_id", "subject_kind", "subject_id", *REST_OF_KEY])


def downgrade() -> None:
    """Lines about anything but obligations are given up: the older program knows none."""
    op.execute("DELETE FROM reminder_lines WHERE obligation_id IS NULL")
    with op.batch_alter_table("reminder_lines") as lines:
        lines.drop_constraint(NEW_KEY, type_="unique")
        lines.alter_column("obligation_id", existing_type=ID, nullable=False)
        lines.drop_column("subject_kind")
        lines.drop_column("subject_id")
        lines.create_unique_constraint(op.f(OLD_KEY), ["agency_id", "obligation_id", *REST_OF_KEY])
    op.drop_table("holiday_corrections")
    op.drop_table("reminder_rule_versions")
