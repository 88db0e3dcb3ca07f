"""Requests to extend a deadline, and their answers; every step is a ledger row too."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cchc_tasks.domain.extensions import ExtensionState
from cchc_tasks.storage.db import Base
from cchc_tasks.storage.models.base import OfAgency, Versioned, referable, same_agency
from cchc_tasks.storage.models.ledger import Document
from cchc_tasks.storage.types import Id, UtcDateTime, by_value


class ExtensionRequest(Base, OfAgency, Versioned):
    """Xin gia hạn: one per asking; one that a document granted to many stands here too, asked and granted at once."""

    __tablename__ = "extension_requests"

    plan_id: Mapped[int] = mapped_column(Id)
    task_id: Mapped[int] = mapped_column(Id)
    obligation_id: Mapped[int] = mapped_column(Id)
    #: 1 for the first request of the obligation, whatever became of it.
    ordinal: Mapped[int]
    state: Mapped[ExtensionState] = mapped_column(by_value(ExtensionState, "extension_state"))
    #: The new date asked for, inclusive.
    asked_due_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    #: The document that asks, if there is one.
    document_id: Mapped[int | None] = mapped_column(Id)
    #: The deadline in force when it was asked, and which one that was.
    asked_against: Mapped[date]
    deadline_version: Mapped[int]
    #: Civil day of asking; after `asked_against` it was asked late.
    asked_on: Mapped[date]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(Id)
    #: The unit for which it was asked; the office's own requests are answered by a leader.
    asked_unit_id: Mapped[int | None] = mapped_column(Id)
    #: What was granted, against which deadline, and from which day it holds; empty while open or refused.
    granted_due_on: Mapped[date | None]
    granted_against: Mapped[date | None]
    granted_from: Mapped[date | None]
    #: The document that answers, if there is one.
    answer_document_id: Mapped[int | None] = mapped_column(Id)
    #: Words of the answer, or of the taking back.
    answer: Mapped[str] = mapped_column(Text, default="")
    #: Why somebody answered their own request; empty where they did not.
    override_reason: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(Id)
    # Its rows in the ledger: asked; granted, refused or taken back; the new deadline.
    asked_seq: Mapped[int] = mapped_column(Id)
    answered_seq: Mapped[int | None] = mapped_column(Id)
    deadline_seq: Mapped[int | None] = mapped_column(Id)

    document: Mapped[Document | None] = relationship(foreign_keys=[document_id])
    answer_document: Mapped[Document | None] = relationship(foreign_keys=[answer_document_id], overlaps="document")

    __table_args__ = (
        same_agency("plan_id", "plans"),
        same_agency("task_id", "tasks"),
        same_agency("obligation_id", "obligations"),
        same_agency("document_id", "documents"),
        same_agency("answer_document_id", "documents"),
        same_agency("asked_by_id", "people"),
        same_agency("answered_by_id", "people"),
        same_agency("asked_unit_id", "units"),
        CheckConstraint("(state = 'granted') = (granted_due_on IS NOT NULL)", name="granted_has_date"),
        UniqueConstraint("agency_id", "obligation_id", "ordinal"),
        referable(),
        # One open request an obligation: the second of two who ask at once is refused by the database too.
        Index(
            "uq_extension_requests_open",
            "agency_id",
            "obligation_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
        Index("ix_extension_requests_agency_id_state", "agency_id", "state"),
        Index("ix_extension_requests_obligation_id", "obligation_id"),
    )
