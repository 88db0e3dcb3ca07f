"""The deadline that an obligation's present status is judged by, beside the one in force.

Revision: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

#: Work that names a day of completion is judged by the deadline that was in force on that day.
JUDGE_SETTLED = """
UPDATE obligations SET judged_due_on = (
    SELECT held.due_on FROM ledger_rows AS held
    WHERE held.agency_id = obligations.agency_id AND held.obligation_id = obligations.id AND held.kind = 'deadline'
    AND (held.effective_on <= obligations.status_on OR held.effective_on <= obligations.entered_on)
    AND NOT EXISTS (
        SELECT 1 FROM ledger_rows AS correction
        WHERE correction.agency_id = held.agency_id AND correction.corrects_seq = held.seq
        AND (correction.effective_on <= obligations.status_on OR correction.effective_on <= obligations.entered_on)
    )
    ORDER BY held.effective_on DESC, held.seq DESC LIMIT 1
)
WHERE deadline_version > 1 AND status IN ('reported', 'done')
"""


def upgrade() -> None:
    op.add_column("obligations", sa.Column("judged_due_on", sa.Date(), nullable=True))
    op.execute("UPDATE obligations SET judged_due_on = due_on")
    op.execute(JUDGE_SETTLED)


def downgrade() -> None:
    op.drop_column("obligations", "judged_due_on")
