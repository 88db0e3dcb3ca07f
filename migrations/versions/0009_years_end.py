"""The end of a plan's year: when it was closed, and which piece of work goes on from which.

Revision: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CARRIED = "fk_obligations_agency_id_carried_from_id_obligations"


def upgrade() -> None:
    op.add_column("plans", sa.Column("closed_on", sa.Date(), nullable=True))
    with op.batch_alter_table("obligations") as obligations:
        obligations.add_column(sa.Column("carried_from_id", ID, nullable=True))
        obligations.create_foreign_key(
            op.f(CARRIED), "obligations", ["agency_id", "carried_from_id"], ["agency_id", "id"]
        )
    op.create_index("ix_obligations_agency_id_carried_from_id", "obligations", ["agency_id", "carried_from_id"])


def downgrade() -> None:
    op.drop_index("ix_obligations_agency_id_carried_from_id", "obligations")
    with op.batch_alter_table("obligations") as obligations:
        obligations.drop_constraint(op.f(CARRIED), type_="foreignkey")
        obligations.drop_column("carried_from_id")
    with op.batch_alter_table("plans") as plans:
        plans.drop_column("closed_on")
