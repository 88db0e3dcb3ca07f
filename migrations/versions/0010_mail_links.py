"""Links of mails, delivery reports, requests for explanations, and by which way a note came.

Revision: 0010
Revises: 0009
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STATES = ("asked", "answered", "taken_back")


def _of_agency(table: str, references: Iterable[tuple[str, str]]) -> list[sa.Constraint]:
    """The primary key, and references that stay inside one agency."""
    return [
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f(f"fk_{table}_agency_id_agencies")),
        *(
            sa.ForeignKeyConstraint(
                ["agency_id", column],
                [f"{other}.agency_id", f"{other}.id"],
                name=op.f(f"fk_{table}_agency_id_{column}_{other}"),
            )
            for column, other in references
        ),
    ]


def _explanation_requests() -> None:
    name = "explanation_requests"
    state = sa.Enum(*STATES, name="explanation_state", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        name,
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("obligation_id", ID, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("asked_against", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_by_id", ID, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by_id", ID, nullable=True),
        sa.Column("asked_seq", ID, nullable=False),
        sa.Column("answered_seq", ID, nullable=True),
        sa.CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name=op.f(f"ck_{name}_answered_at")),
        *_of_agency(
            name,
            (
                ("plan_id", "plans"),
                ("task_id", "tasks"),
                ("obligation_id", "obligations"),
                ("asked_by_id", "people"),
                ("answered_by_id", "people"),
            ),
        ),
        sa.UniqueConstraint("agency_id", "id", name=op.f(f"uq_{name}_agency_id_id")),
        sa.UniqueConstraint(
            "agency_id", "obligation_id", "ordinal", name=op.f(f"uq_{name}_agency_id_obligation_id_ordinal")
        ),
    )
    is_open = sa.text("state = 'asked'")
    keys = ["agency_id", "obligation_id"]
    op.create_index(f"uq_{name}_open", name, keys, unique=True, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index(f"ix_{name}_agency_id_state", name, ["agency_id", "state"])
    op.create_index(f"ix_{name}_obligation_id", name, ["obligation_id"])


def _mail_links() -> None:
    name = "mail_links"
    op.create_table(
        name,
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("obligation_id", ID, nullable=False),
        sa.Column("message_row_id", ID, nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.Column("used_for", sa.String(length=20), nullable=True),
        *_of_agency(
            name, (("person_id", "people"), ("obligation_id", "obligations"), ("message_row_id", "outbox_messages"))
        ),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{name}_token_hash")),
        sa.UniqueConstraint("agency_id", "message_row_id", "obligation_id", "session_epoch", name=f"uq_{name}_key"),
    )
    op.create_index(f"ix_{name}_obligation_id", name, ["obligation_id"])
    op.create_index(f"ix_{name}_person_id", name, ["person_id"])


def _mail_bounces() -> None:
    name = "mail_bounces"
    op.create_table(
        name,
        sa.Column("id", ID, nullable=False),
        sa.Column("agency_id", ID, nullable=False),
        sa.Column("message_row_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("diagnostic", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("cleared_at", INSTANT, nullable=True),
        *_of_agency(name, (("message_row_id", "outbox_messages"), ("person_id", "people"))),
        sa.UniqueConstraint("agency_id", "message_row_id", "action", "status", name=f"uq_{name}_key"),
    )
    op.create_index(f"ix_{name}_message_row_id", name, ["message_row_id"])
    op.create_index(f"ix_{name}_person_id", name, ["person_id"])


def upgrade() -> None:
    _explanation_requests()
    _mail_links()
    _mail_bounces()
    op.add_column("notes", sa.Column("via", sa.String(length=20), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("notes") as notes:
        notes.drop_column("via")
    for name in ("mail_bounces", "mail_links", "explanation_requests"):
        op.drop_table(name)
