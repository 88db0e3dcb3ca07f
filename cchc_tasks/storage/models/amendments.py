"""Amendments of a plan: the document, its day, and what the ledger was told for it. Never changed, never removed.

And the drafts they are written in: the plan's own table, changed row by row until it is recorded.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from cchc_tasks.storage.db import Base
from cchc_tasks.storage.models.base import OfAgency, Versioned, same_agency
from cchc_tasks.storage.types import Id, Json, UtcDateTime, by_value


class AmendmentKind(StrEnum):
    """Whether the document restates the whole plan (what it lacks is withdrawn) or only adds to it and changes it."""

    REVISED = "revised"
    SUPPLEMENT = "supplement"


class Amendment(Base, OfAgency):
    """Điều chỉnh, bổ sung: what a document of its own changed in a plan from `effective_on`."""

    __tablename__ = "amendments"

    plan_id: Mapped[int] = mapped_column(Id)
    #: 1 for the first amendment of the plan.
    ordinal: Mapped[int]
    kind: Mapped[AmendmentKind] = mapped_column(by_value(AmendmentKind, "amendment_kind"))
    number: Mapped[str] = mapped_column(String(60))
    issued_on: Mapped[date]
    effective_on: Mapped[date]
    subject: Mapped[str] = mapped_column(Text)
    source_sha256: Mapped[str | None] = mapped_column(String(64))
    #: Obligations that the document no longer names but that were done: they stay done.
    kept: Mapped[list[int]] = mapped_column(Json, default=list)
    #: Its own row in the ledger.
    seq: Mapped[int] = mapped_column(Id)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("plan_id", "plans"),
        same_agency("actor_id", "people"),
        UniqueConstraint("agency_id", "plan_id", "ordinal"),
    )


class PlanDraft(Base, OfAgency, Versioned):
    """An amendment being written by hand: the rows of the plan's table beside the staged import made of them.

    It goes when it is recorded or dropped; nothing of it is in the plan before.
    """

    __tablename__ = "plan_drafts"

    staged_import_id: Mapped[int] = mapped_column(Id)
    plan_id: Mapped[int] = mapped_column(Id)
    #: `domain.plan_drafts.DraftRow` as plain values, in order.
    rows: Mapped[list[dict[str, object]]] = mapped_column(Json)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("staged_import_id", "staged_imports"),
        same_agency("plan_id", "plans"),
        same_agency("changed_by_id", "people"),
        UniqueConstraint("agency_id", "staged_import_id"),
    )
