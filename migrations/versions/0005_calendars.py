"""Calendars of a plan and of a saved filter, as events or as tasks, with alarms; events kept as serialised.

Revision: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
#: Columns that a secret address gets, and what they refer to.
SHOWN = (("plan_id", "plans"), ("filter_id", "saved_filters"))


def _create_filters() -> None:
    op.create_table(
        "saved_filters",
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_saved_filters_agency_id_agencies")),
        sa.ForeignKeyConstraint(
            ["agency_id", "person_id"],
            ["people.agency_id", "people.id"],
            name=op.f("fk_saved_filters_agency_id_person_id_people"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("agency_id", "id", name=op.f("uq_saved_filters_agency_id_id")),
        sa.UniqueConstraint("agency_id", "person_id", "name", name=op.f("uq_saved_filters_agency_id_person_id_name")),
    )


def _create_pieces() -> None:
    op.create_table(
        "calendar_pieces",
        sa.Column("agency_id", ID, autoincrement=False, nullable=False),
        sa.Column("variant", sa.String(length=20), nullable=False),
        sa.Column("obligation_id", ID, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agency_id", "obligation_id"],
            ["obligations.agency_id", "obligations.id"],
            name=op.f("fk_calendar_pieces_agency_id_obligation_id_obligations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("agency_id", "variant", "obligation_id", name=op.f("pk_calendar_pieces")),
    )
    op.create_index("ix_calendar_pieces_obligation_id", "calendar_pieces", ["agency_id", "obligation_id"])


def upgrade() -> None:
    _create_filters()
    _create_pieces()
    with op.batch_alter_table("calendar_feeds") as feeds:
        feeds.add_column(sa.Column("kind", sa.String(length=10), nullable=False, server_default="event"))
        feeds.add_column(sa.Column("alarm_days", sa.Integer(), nullable=True))
        for column, table in SHOWN:
            feeds.add_column(sa.Column(column, ID, nullable=True))
            feeds.create_foreign_key(
                op.f(f"fk_calendar_feeds_agency_id_{column}_{table}"), table, ["agency_id", column], ["agency_id", "id"]
            )
    with op.batch_alter_table("calendar_feeds") as feeds:
        feeds.alter_column("kind", existing_type=sa.String(length=10), existing_nullable=False, server_default=None)
    op.create_index("ix_obligations_agency_id_changed_at", "obligations", ["agency_id", "changed_at"])


def downgrade() -> None:
    """Addresses of a plan or of a filter end: the older one could not say what they show."""
    op.drop_index("ix_obligations_agency_id_changed_at", "obligations")
    op.execute("DELETE FROM calendar_feeds WHERE plan_id IS NOT NULL OR filter_id IS NOT NULL OR kind <> 'event'")
    with op.batch_alter_table("calendar_feeds") as feeds:
        for column, table in SHOWN:
            feeds.drop_constraint(op.f(f"fk_calendar_feeds_agency_id_{column}_{table}"), type_="foreignkey")
            feeds.drop_column(column)
        feeds.drop_column("alarm_days")
        feeds.drop_column("kind")
    op.drop_table("calendar_pieces")
    op.drop_table("saved_filters")
