"""Evidence as it enters a service, and how it is kept beside the ledger row that brought it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.text import fold
from cchc_tasks.storage.models import Document, Evidence, Obligation, StoredFile


@dataclass(frozen=True, slots=True)
class DocumentInput:
    """An issued document: số, ký hiệu; ngày ban hành; trích yếu."""

    number: str
    issued_on: date
    subject: str


@dataclass(frozen=True, slots=True)
class FileInput:
    """A file whose bytes the evidence store already keeps under `sha256`; `size` in bytes."""

    sha256: str
    name: str
    size: int
    media_type: str


def evidence_facts(document: DocumentInput | None, files: Sequence[FileInput]) -> dict[str, object]:
    """What the ledger row remembers of the evidence, so that the chain vouches for it."""
    facts: dict[str, object] = {}
    if document is not None:
        issued_on = document.issued_on.isoformat()
        facts["document"] = {"number": document.number, "issued_on": issued_on, "subject": document.subject}
    if files:
        facts["files"] = [{"sha256": each.sha256, "name": each.name, "size": each.size} for each in files]
    return facts


def add_evidence(
    session: Session,
    obligation: Obligation,
    document: DocumentInput | None,
    files: Sequence[FileInput],
    *,
    seq: int | None,
    actor: Principal,
    now: datetime,
) -> None:
    """Keeps the document and each file behind the obligation; a document known by number and date is not doubled."""
    kept = None if document is None else keep_document(session, obligation.agency_id, document, actor, now)
    stored = [keep_file(session, obligation.agency_id, each, actor, now) for each in files]
    if kept is None and not stored:
        return
    session.flush()
    files_or_none: list[StoredFile | None] = [*stored] or [None]
    for file in files_or_none:
        session.add(
            Evidence(
                agency_id=obligation.agency_id,
                obligation_id=obligation.id,
                seq=seq,
                document_id=None if kept is None else kept.id,
                file_id=None if file is None else file.id,
                recorded_at=now,
                recorded_by_id=actor.person_id,
            )
        )


def keep_document(session: Session, agency_id: int, given: DocumentInput, actor: Principal, now: datetime) -> Document:
    """The document, kept once for its number, date and subject; the caller flushes."""
    query = select(Document).where(
        Document.agency_id == agency_id,
        Document.number == given.number,
        Document.issued_on == given.issued_on,
        Document.subject == given.subject,
    )
    known = session.scalars(query.limit(1)).one_or_none()
    if known is not None:
        return known
    document = Document(
        agency_id=agency_id,
        number=given.number,
        issued_on=given.issued_on,
        subject=given.subject,
        search_text=fold(f"{given.number} {given.subject}"),
        recorded_at=now,
        recorded_by_id=actor.person_id,
    )
    session.add(document)
    return document


def keep_file(session: Session, agency_id: int, given: FileInput, actor: Principal, now: datetime) -> StoredFile:
    """The row of a file whose bytes the store keeps; the caller flushes."""
    file = StoredFile(
        agency_id=agency_id,
        sha256=given.sha256,
        name=given.name,
        size=given.size,
        media_type=given.media_type,
        recorded_at=now,
        recorded_by_id=actor.person_id,
    )
    session.add(file)
    return file
