"""Requests for an explanation of late work, and their answers; every step is a ledger row too."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from cchc_tasks.domain.explanations import ExplanationState
from cchc_tasks.storage.db import Base
from cchc_tasks.storage.models.base import OfAgency, Versioned, referable, same_agency
from cchc_tasks.storage.types import Id, UtcDateTime, by_value


class ExplanationRequest(Base, OfAgency, Versioned):
    """Yêu cầu giải trình về một việc quá hạn; an answer stays with the obligation for good."""

    __tablename__ = "explanation_requests"

    plan_id: Mapped[int] = mapped_column(Id)
    task_id: Mapped[int] = mapped_column(Id)
    obligation_id: Mapped[int] = mapped_column(Id)
    #: 1 for the first request about the obligation, whatever became of it.
    ordinal: Mapped[int]
    state: Mapped[ExplanationState] = mapped_column(by_value(ExplanationState, "explanation_state"))
    #: What is asked, in words; may be empty.
    words: Mapped[str] = mapped_column(Text, default="")
    #: The last day on which the answer is in time.
    answer_by: Mapped[date]
    #: The deadline that was missed when it was asked.
    asked_against: Mapped[date]
    asked_on: Mapped[date]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(Id)
    #: The explanation, or the words of taking the request back.
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(Id)
    # Its rows in the ledger.
    asked_seq: Mapped[int] = mapped_column(Id)
    answered_seq: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("plan_id", "plans"),
        same_agency("task_id", "tasks"),
        same_agency("obligation_id", "obligations"),
        same_agency("asked_by_id", "people"),
        same_agency("answered_by_id", "people"),
        CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name="answered_at"),
        UniqueConstraint("agency_id", "obligation_id", "ordinal"),
        referable(),
        # One open request an obligation: the second of two who ask at once is refused by the database too.
        Index(
            "uq_explanation_requests_open",
            "agency_id",
            "obligation_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
        Index("ix_explanation_requests_agency_id_state", "agency_id", "state"),
        Index("ix_explanation_requests_obligation_id", "obligation_id"),
    )
