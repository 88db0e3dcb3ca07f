"""Shared pieces of the models: the tenant's column, references that stay inside one agency, versions."""

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from cchc_tasks.storage.types import Id


class OfAgency:
    """A row that belongs to an agency. `UNIQUE(agency_id, id)` lets children refer to it within the agency only."""

    id: Mapped[int] = mapped_column(Id, primary_key=True)

    @declared_attr
    def agency_id(cls) -> Mapped[int]:
        return mapped_column(Id, ForeignKey("agencies.id"), index=False)


class Versioned:
    """A row that people edit: a form carries the version it was opened with, so a stale one is refused."""

    version: Mapped[int] = mapped_column(default=1)


def same_agency(column: str, table: str) -> ForeignKeyConstraint:
    """A reference to a row of the same agency: (agency_id, column) -> table(agency_id, id)."""
    return ForeignKeyConstraint(["agency_id", column], [f"{table}.agency_id", f"{table}.id"])


def referable() -> UniqueConstraint:
    """What `same_agency` points at."""
    return UniqueConstraint("agency_id", "id")
