"""Reminder lines, mails waiting or sent, the scheduler's lease and log, the demo's clock."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cchc_tasks.storage.db import Base
from cchc_tasks.storage.models.base import OfAgency, referable, same_agency
from cchc_tasks.storage.types import Id, Json, UtcDateTime, by_value


class MessageState(StrEnum):
    """Where a mail is on its way."""

    NEW = "new"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


class OutboxMessage(Base, OfAgency):
    """A mail. Its words and whether it still holds are decided at sending; `message_id` and `dated_at` never change."""

    __tablename__ = "outbox_messages"

    #: "digest", "invitation", "password_reset" …
    kind: Mapped[str] = mapped_column(String(40))
    recipient_id: Mapped[int] = mapped_column(Id)
    #: What makes it one of its kind: for a digest "2021-03-10/mail"; for others the token's id.
    unique_key: Mapped[str] = mapped_column(String(120))
    payload: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    state: Mapped[MessageState] = mapped_column(by_value(MessageState, "message_state"), default=MessageState.NEW)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_holder: Mapped[str | None] = mapped_column(String(100))
    #: The Message-ID header, the same on every try.
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    dated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    subject: Mapped[str | None] = mapped_column(Text)
    body_text: Mapped[str | None] = mapped_column(Text)
    body_html: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    server_answer: Mapped[str | None] = mapped_column(Text)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        same_agency("recipient_id", "people"),
        UniqueConstraint("agency_id", "kind", "recipient_id", "unique_key"),
        referable(),
        Index("ix_outbox_messages_state_next", "state", "next_attempt_at"),
    )


class OutboxAttempt(Base, OfAgency):
    """One try to deliver, with what the server said."""

    __tablename__ = "outbox_attempts"

    message_row_id: Mapped[int] = mapped_column(Id)
    attempted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(40))
    answer: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        same_agency("message_row_id", "outbox_messages"),
        Index("ix_outbox_attempts_message_row_id", "message_row_id"),
    )


class ReminderLine(Base, OfAgency):
    """One line for one person about one subject, mostly an obligation; it exists once and joins one digest."""

    __tablename__ = "reminder_lines"

    #: What the line is about (`domain.reminders.SubjectKind`) and the id of its row.
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Id)
    #: The same id once more where the subject is an obligation.
    obligation_id: Mapped[int | None] = mapped_column(Id)
    #: "before_due", "on_due", "overdue", "progress_note", "returned", "confirmed", "handed_over" …
    rule: Mapped[str] = mapped_column(String(40))
    #: Which step of the rule: "-7", "0", "+1", a cut-off day, a ledger seq.
    step: Mapped[str] = mapped_column(String(40))
    deadline_version: Mapped[int]
    recipient_id: Mapped[int] = mapped_column(Id)
    #: The civil day on which the step fell due.
    due_day: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    message_row_id: Mapped[int | None] = mapped_column(Id)
    #: Why it was left out (task done, deadline moved; without a mail: not wanted); None while it holds.
    dropped_because: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (
        same_agency("obligation_id", "obligations"),
        same_agency("recipient_id", "people"),
        same_agency("message_row_id", "outbox_messages"),
        UniqueConstraint(
            "agency_id",
            "subject_kind",
            "subject_id",
            "rule",
            "step",
            "deadline_version",
            "recipient_id",
            name="uq_reminder_lines_key",
        ),
        Index("ix_reminder_lines_message_row_id", "message_row_id"),
        Index("ix_reminder_lines_recipient_id", "recipient_id", "message_row_id"),
    )


class SchedulerLease(Base):
    """Who may run the scheduler, until when; `fence` rises with each change of holder. Not an agency's row."""

    __tablename__ = "scheduler_leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(100))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    fence: Mapped[int] = mapped_column(Id, default=1)


class JobRun(Base):
    """A run of a job: the heartbeat, and what was done for which period. Not an agency's row."""

    __tablename__ = "job_runs"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    job: Mapped[str] = mapped_column(String(40))
    fence: Mapped[int] = mapped_column(Id)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(40), default="running")
    detail: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_job_runs_job_started_at", "job", "started_at"),)


class DemoClock(Base):
    """The demo's own time: `shows_at` was set at the real instant `set_at`. No row: real time. Not an agency's row."""

    __tablename__ = "demo_clock"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    shows_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
