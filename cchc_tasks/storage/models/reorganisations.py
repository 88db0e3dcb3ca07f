"""Reorganised units: the decision, its lines, what became of it. Who stands in for whom, and who is away."""

from datetime import date, datetime

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cchc_tasks.domain.permissions import MandateKind
from cchc_tasks.domain.reorganisations import Line, Outcome, ReorganisationKind
from cchc_tasks.storage.db import Base
from cchc_tasks.storage.models.base import OfAgency, Versioned, referable, same_agency
from cchc_tasks.storage.types import Id, Json, UtcDateTime, by_value


class Reorganisation(Base, OfAgency):
    """A decision about units, as it was recorded; carried out on `effective_on`. Never changed, never removed."""

    __tablename__ = "reorganisations"

    kind: Mapped[ReorganisationKind] = mapped_column(by_value(ReorganisationKind, "reorganisation_kind"))
    number: Mapped[str] = mapped_column(String(100))
    issued_on: Mapped[date]
    subject: Mapped[str] = mapped_column(Text)
    #: The first day on which the new units stand.
    effective_on: Mapped[date]
    #: What goes elsewhere than to the main heir: {"tasks": {id: unit}, "people": {membership: …}}.
    choices: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)

    lines: Mapped[list["ReorganisationLine"]] = relationship(order_by="ReorganisationLine.position")

    __table_args__ = (
        same_agency("actor_id", "people"),
        referable(),
        Index("ix_reorganisations_agency_id_effective_on", "agency_id", "effective_on"),
    )


class ReorganisationLine(Base, OfAgency):
    """One step of a decision: a unit (None: none before) and its successor (None: nobody)."""

    __tablename__ = "reorganisation_lines"

    decision_id: Mapped[int] = mapped_column(Id)
    position: Mapped[int]
    from_unit_id: Mapped[int | None] = mapped_column(Id)
    to_unit_id: Mapped[int | None] = mapped_column(Id)
    is_main: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        same_agency("decision_id", "reorganisations"),
        same_agency("from_unit_id", "units"),
        same_agency("to_unit_id", "units"),
        UniqueConstraint("agency_id", "decision_id", "position"),
    )

    def value(self) -> Line:
        return Line(self.from_unit_id, self.to_unit_id, self.is_main)


class ReorganisationOutcome(Base, OfAgency):
    """What became of a decision; one row at most, so that it is carried out once by however many processes."""

    __tablename__ = "reorganisation_ends"

    decision_id: Mapped[int] = mapped_column(Id)
    outcome: Mapped[Outcome] = mapped_column(by_value(Outcome, "reorganisation_outcome"))
    #: Numbers of what moved, for the pages that tell of it.
    facts: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("decision_id", "reorganisations"),
        same_agency("actor_id", "people"),
        UniqueConstraint("agency_id", "decision_id"),
    )


class Mandate(Base, OfAgency, Versioned):
    """Somebody acts as head of a unit, or for a named person, from `starts_on` to `ends_on`, both included."""

    __tablename__ = "mandates"

    person_id: Mapped[int] = mapped_column(Id)
    kind: Mapped[MandateKind] = mapped_column(by_value(MandateKind, "mandate_kind"))
    unit_id: Mapped[int | None] = mapped_column(Id)
    #: For whom; None for an acting head, who acts for nobody.
    from_person_id: Mapped[int | None] = mapped_column(Id)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    #: The paper it rests on, as printed.
    basis: Mapped[str] = mapped_column(String(300), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("person_id", "people"),
        same_agency("from_person_id", "people"),
        same_agency("unit_id", "units"),
        same_agency("actor_id", "people"),
        Index("ix_mandates_agency_id_person_id", "agency_id", "person_id"),
    )


class Absence(Base, OfAgency, Versioned):
    """Nghỉ dài hạn: somebody is away from `starts_on` to `ends_on`, both included; None: until further notice."""

    __tablename__ = "absences"

    person_id: Mapped[int] = mapped_column(Id)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        same_agency("person_id", "people"),
        same_agency("actor_id", "people"),
        Index("ix_absences_agency_id_person_id", "agency_id", "person_id"),
    )
