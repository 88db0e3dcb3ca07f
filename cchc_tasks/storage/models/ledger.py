"""The ledger table, its published heads, evidence and notes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cchc_tasks.domain.ledger import GENESIS_HASH, RowKind, StoredLink
from cchc_tasks.domain.ledger import LedgerRow as DomainRow
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.db import Base
from cchc_tasks.storage.models.base import OfAgency, referable, same_agency
from cchc_tasks.storage.types import Id, Json, UtcDateTime, by_value


class LedgerRow(Base):
    """One row of an agency's ledger. Triggers refuse UPDATE, DELETE, TRUNCATE and a known (agency, seq)."""

    __tablename__ = "ledger_rows"

    agency_id: Mapped[int] = mapped_column(Id, ForeignKey("agencies.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)
    kind: Mapped[RowKind] = mapped_column(by_value(RowKind, "row_kind"))
    plan_id: Mapped[int] = mapped_column(Id)
    task_id: Mapped[int | None] = mapped_column(Id)
    deliverable_id: Mapped[int | None] = mapped_column(Id)
    obligation_id: Mapped[int | None] = mapped_column(Id)
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)
    status: Mapped[Status | None] = mapped_column(by_value(Status, "ledger_status"))
    due_on: Mapped[date | None]
    unit_id: Mapped[int | None] = mapped_column(Id)
    corrects_seq: Mapped[int | None] = mapped_column(Id)
    answers_seq: Mapped[int | None] = mapped_column(Id)
    #: The one-time key of the form that caused it.
    request_key: Mapped[str | None] = mapped_column(String(64))
    payload: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        same_agency("plan_id", "plans"),
        same_agency("task_id", "tasks"),
        same_agency("deliverable_id", "deliverables"),
        same_agency("obligation_id", "obligations"),
        same_agency("actor_id", "people"),
        ForeignKeyConstraint(["agency_id", "corrects_seq"], ["ledger_rows.agency_id", "ledger_rows.seq"]),
        ForeignKeyConstraint(["agency_id", "answers_seq"], ["ledger_rows.agency_id", "ledger_rows.seq"]),
        CheckConstraint("seq > 0", name="seq_positive"),
        CheckConstraint("(kind = 'status') = (status IS NOT NULL)", name="status_on_status_rows"),
        # Holds all that the as-of rule asks about, so that a count need not touch the wide rows themselves.
        Index(
            "ix_ledger_rows_obligation_kind", "obligation_id", "kind", "effective_on", "seq", "recorded_at", "status"
        ),
        Index("ix_ledger_rows_task_kind", "task_id", "kind", "effective_on", "seq"),
        # Three columns, so that SQLite takes it without statistics too; by time alone each row is compared to all.
        Index("ix_ledger_rows_agency_corrects", "agency_id", "corrects_seq", "recorded_at"),
        Index("ix_ledger_rows_agency_recorded", "agency_id", "recorded_at"),
        Index("ix_ledger_rows_request_key", "agency_id", "request_key"),
    )

    def value(self) -> DomainRow:
        """The row as the domain sees and hashes it."""
        values = {name: getattr(self, name) for name in DomainRow.__slots__}
        return DomainRow(**values)

    def link(self) -> StoredLink:
        return StoredLink(self.value(), self.previous_hash, self.hash)


class LedgerHead(Base):
    """The end of an agency's chain; its row is locked by whoever appends."""

    __tablename__ = "ledger_heads"

    agency_id: Mapped[int] = mapped_column(Id, ForeignKey("agencies.id"), primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Id, default=0)
    hash: Mapped[str] = mapped_column(String(64), default=GENESIS_HASH)
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PublishedHead(Base, OfAgency):
    """A head that left the house (in a report, a back-up, a mail): an anchor against a cut or re-written tail."""

    __tablename__ = "published_heads"

    seq: Mapped[int] = mapped_column(Id)
    hash: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    where: Mapped[str] = mapped_column(String(200))


class Document(Base, OfAgency):
    """An issued document: số, ký hiệu, ngày ban hành, trích yếu."""

    __tablename__ = "documents"

    number: Mapped[str] = mapped_column(String(100))
    issued_on: Mapped[date]
    subject: Mapped[str] = mapped_column(Text)
    #: Number and subject without accents, đ and case, for search on every database alike.
    search_text: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (referable(), Index("ix_documents_agency_id_number", "agency_id", "number"))


class StoredFile(Base, OfAgency):
    """A kept file; its bytes lie in the evidence store under their SHA-256."""

    __tablename__ = "stored_files"

    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(300))
    size: Mapped[int] = mapped_column(Id)
    media_type: Mapped[str] = mapped_column(String(100))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (referable(), Index("ix_stored_files_agency_id_sha256", "agency_id", "sha256"))


class Evidence(Base, OfAgency):
    """A document, a file or both behind an obligation; `seq` is the ledger row it came with, if any."""

    __tablename__ = "evidence"

    obligation_id: Mapped[int] = mapped_column(Id)
    seq: Mapped[int | None] = mapped_column(Id)
    document_id: Mapped[int | None] = mapped_column(Id)
    file_id: Mapped[int | None] = mapped_column(Id)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(Id)

    document: Mapped[Document | None] = relationship(foreign_keys=[document_id])
    file: Mapped[StoredFile | None] = relationship(foreign_keys=[file_id], overlaps="document")

    __table_args__ = (
        same_agency("obligation_id", "obligations"),
        same_agency("document_id", "documents"),
        same_agency("file_id", "stored_files"),
        CheckConstraint("document_id IS NOT NULL OR file_id IS NOT NULL", name="something"),
        Index("ix_evidence_obligation_id", "obligation_id"),
    )


class Note(Base, OfAgency):
    """A progress note (work without a nearer date, asked before each cut-off) or a remark of another unit."""

    __tablename__ = "notes"

    obligation_id: Mapped[int] = mapped_column(Id)
    #: "progress" or "comment".
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    noted_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author_id: Mapped[int] = mapped_column(Id)
    #: "mail_link" where it was written through the link of a mail.
    via: Mapped[str | None] = mapped_column(String(20))

    __table_args__ = (
        same_agency("obligation_id", "obligations"),
        same_agency("author_id", "people"),
        CheckConstraint("kind IN ('progress', 'comment')", name="kind"),
        Index("ix_notes_obligation_id", "obligation_id"),
    )
