"""Reads of amendments that are being written."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.storage.models import PlanDraft, StagedImport


def find_draft(session: Session, agency_id: int, staged_id: int) -> PlanDraft | None:
    """The draft behind a staged import; None where it came from a file."""
    query = select(PlanDraft).where(PlanDraft.agency_id == agency_id, PlanDraft.staged_import_id == staged_id)
    return session.scalars(query).one_or_none()


def get_draft(session: Session, agency_id: int, staged_id: int) -> PlanDraft:
    """The same; raises `NotFound`."""
    draft = find_draft(session, agency_id, staged_id)
    if draft is None:
        raise NotFound(what="plan_draft", id=staged_id)
    return draft


def find_draft_of_plan(session: Session, agency_id: int, plan_id: int) -> PlanDraft | None:
    """The draft that is being written of a plan, or None."""
    query = (
        select(PlanDraft)
        .join(StagedImport, StagedImport.id == PlanDraft.staged_import_id)
        .where(PlanDraft.agency_id == agency_id, PlanDraft.plan_id == plan_id, StagedImport.plan_id.is_(None))
    )
    return session.scalars(query.order_by(PlanDraft.id).limit(1)).one_or_none()


def drafted_imports(session: Session, agency_id: int) -> dict[int, int]:
    """The plan of each draft, by its staged import."""
    query = select(PlanDraft.staged_import_id, PlanDraft.plan_id).where(PlanDraft.agency_id == agency_id)
    return dict(list(session.execute(query)))
