"""Amendments written by hand: the draft of the plan's table; and which tasks an amendment moved.

Revision: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("tasks") as tasks:
        tasks.add_column(sa.Column("place_version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("tasks") as tasks:
        tasks.alter_column("place_version", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    op.create_table(
        "plan_drafts",
        sa.Column("staged_import_id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("rows", DOCUMENT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("changed_by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "changed_by_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_plan_drafts_agency_id_changed_by_id_people"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "plan_id"],
            ["plans.agency_id", "plans.id"],
            name=op.f("fk_plan_drafts_agency_id_plan_id_plans"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id", "staged_import_id"],
            ["staged_imports.agency_id", "staged_imports.id"],
            name=op.f("fk_plan_drafts_agency_id_staged_import_id_staged_imports"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_plan_drafts_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_drafts")),
        sa.UniqueConstraint("agency_id", "staged_import_id", name=op.f("uq_plan_drafts_agency_id_staged_import_id")),
    )


def downgrade() -> None:
    op.drop_table("plan_drafts")
    with op.batch_alter_table("tasks") as tasks:
        tasks.drop_column("place_version")
