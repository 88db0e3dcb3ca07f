"""Plans, areas, tasks, deliverables, obligations. What changes in time is in the ledger; these rows hold the print and,
for speed, what the ledger says now (`status`, `due_on` …), written in the same transaction by the one write path."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.units import AssignedUnits, LeadBasis
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.db import Base
from cchc_tasks.storage.models.base import OfAgency, Versioned, referable, same_agency
from cchc_tasks.storage.types import Id, Json, UtcDateTime, by_value


class PlanKind(StrEnum):
    """Kinds of plan; given tasks (1.3) come from plans of the two assigned kinds."""

    CCHC = "cchc"
    ASSIGNED_BY_PROVINCE = "assigned_by_province"
    ASSIGNED_BY_GOVERNMENT = "assigned_by_government"
    INSPECTION = "inspection"
    COMMUNICATION = "communication"


class AssignedRole(StrEnum):
    """How a unit stands to a task."""

    LEAD = "lead"
    CO_LEAD = "co_lead"
    COORDINATING = "coordinating"


class Plan(Base, OfAgency, Versioned):
    """A plan as issued: unique by agency, number and date of issue."""

    __tablename__ = "plans"

    kind: Mapped[PlanKind] = mapped_column(by_value(PlanKind, "plan_kind"), default=PlanKind.CCHC)
    number: Mapped[str] = mapped_column(String(60))
    issued_on: Mapped[date]
    title: Mapped[str] = mapped_column(Text)
    year: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(Id)
    #: SHA-256 of the imported content; the same file again changes nothing.
    source_sha256: Mapped[str | None] = mapped_column(String(64))
    #: The day from which nothing of it is owed any more; None while its year runs.
    closed_on: Mapped[date | None]

    areas: Mapped[list["Area"]] = relationship(order_by="Area.position", back_populates="plan")

    __table_args__ = (UniqueConstraint("agency_id", "number", "issued_on"), referable())


class PlanRule(Base, OfAgency):
    """A version of a plan's counting rule. A new rule is a new row; counts known earlier keep theirs."""

    __tablename__ = "plan_rules"

    plan_id: Mapped[int] = mapped_column(Id)
    ordinal: Mapped[int]
    rule: Mapped[dict[str, object]] = mapped_column(Json)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (same_agency("plan_id", "plans"), UniqueConstraint("agency_id", "plan_id", "ordinal"))


class Area(Base, OfAgency, Versioned):
    """Nhiệm vụ chung: a group of tasks with the ordinal printed before it."""

    __tablename__ = "areas"

    plan_id: Mapped[int] = mapped_column(Id)
    position: Mapped[int]
    ordinal: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(Text)

    plan: Mapped[Plan] = relationship(back_populates="areas", foreign_keys=[plan_id], overlaps="areas")
    tasks: Mapped[list["Task"]] = relationship(order_by="Task.position", back_populates="area")

    __table_args__ = (same_agency("plan_id", "plans"), referable())


class Task(Base, OfAgency, Versioned):
    """One printed row. `row_id` is unique in the plan ("2.1/3"); `numbers` are the printed ordinals ("6.3", "6.4")."""

    __tablename__ = "tasks"

    plan_id: Mapped[int] = mapped_column(Id)
    area_id: Mapped[int] = mapped_column(Id)
    position: Mapped[int]
    row_id: Mapped[str] = mapped_column(String(60))
    numbers: Mapped[list[str]] = mapped_column(Json)
    text: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    assignment_text: Mapped[str] = mapped_column(Text, default="")
    time_text: Mapped[str] = mapped_column(Text, default="")
    #: Text, products and numbers without accents, đ and case, for search on every database alike.
    search_text: Mapped[str] = mapped_column(Text, default="")
    #: What the ledger says now of the assignment.
    lead_unit_id: Mapped[int | None] = mapped_column(Id)
    lead_basis: Mapped[LeadBasis] = mapped_column(by_value(LeadBasis, "lead_basis"))
    #: How many assignment rows the ledger holds; 1 where the first one was never changed.
    assignment_version: Mapped[int] = mapped_column(default=1)
    #: Above 1 where an amendment gave it another place, or products of another row: the ledger tells since when.
    place_version: Mapped[int] = mapped_column(default=1)

    area: Mapped[Area] = relationship(back_populates="tasks")
    units: Mapped[list["TaskUnit"]] = relationship(order_by="TaskUnit.position", back_populates="task")
    deliverables: Mapped[list["Deliverable"]] = relationship(order_by="Deliverable.position", back_populates="task")

    __table_args__ = (
        same_agency("plan_id", "plans"),
        same_agency("area_id", "areas"),
        same_agency("lead_unit_id", "units"),
        UniqueConstraint("agency_id", "plan_id", "row_id"),
        referable(),
        Index("ix_tasks_plan_id_position", "plan_id", "position"),
        Index("ix_tasks_area_id", "area_id"),
    )

    @property
    def is_emptied(self) -> bool:
        """Whether all its products went on in other rows; a row begun by hand has none yet and is in the plan."""
        return not self.deliverables and self.place_version > 1

    def assigned(self) -> AssignedUnits:
        """Who has the task, as a domain value."""
        co_leads = tuple(each.unit_id for each in self.units if each.role is AssignedRole.CO_LEAD)
        coordinating = tuple(each.unit_id for each in self.units if each.role is AssignedRole.COORDINATING)
        return AssignedUnits(self.lead_unit_id, self.lead_basis, co_leads, coordinating)


class TaskUnit(Base, OfAgency):
    """A unit named on a task, in printed order; rewritten by each assignment row of the ledger."""

    __tablename__ = "task_units"

    task_id: Mapped[int] = mapped_column(Id)
    unit_id: Mapped[int] = mapped_column(Id)
    role: Mapped[AssignedRole] = mapped_column(by_value(AssignedRole, "assigned_role"))
    position: Mapped[int]

    task: Mapped[Task] = relationship(back_populates="units")

    __table_args__ = (
        same_agency("task_id", "tasks"),
        same_agency("unit_id", "units"),
        UniqueConstraint("agency_id", "task_id", "unit_id", "role"),
        Index("ix_task_units_unit_id", "unit_id"),
    )


class Deliverable(Base, OfAgency, Versioned):
    """Sản phẩm. `responsible_unit_id` where one unit of several answers for it (read by order, to confirm)."""

    __tablename__ = "deliverables"

    task_id: Mapped[int] = mapped_column(Id)
    position: Mapped[int]
    ordinal: Mapped[str | None] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    responsible_unit_id: Mapped[int | None] = mapped_column(Id)

    task: Mapped[Task] = relationship(back_populates="deliverables")
    obligations: Mapped[list["Obligation"]] = relationship(order_by="Obligation.position", back_populates="deliverable")

    __table_args__ = (
        same_agency("task_id", "tasks"),
        same_agency("responsible_unit_id", "units"),
        referable(),
        Index("ix_deliverables_task_id", "task_id"),
    )


class Obligation(Base, OfAgency, Versioned):
    """One due date or one period of a deliverable: the atom that is reported, confirmed and counted."""

    __tablename__ = "obligations"

    plan_id: Mapped[int] = mapped_column(Id)
    task_id: Mapped[int] = mapped_column(Id)
    deliverable_id: Mapped[int] = mapped_column(Id)
    position: Mapped[int]
    #: "Tháng 2/2021", "Quý I/2021"; empty where the deliverable is owed once.
    period_label: Mapped[str] = mapped_column(String(60), default="")
    #: In the plan from this day (ledger row `entry`), and since when we know it. Never changed.
    entered_on: Mapped[date]
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The time phrase as printed, kept for ever.
    deadline_text: Mapped[str] = mapped_column(Text, default="")
    # What the ledger says now; written only by the ledger's write path.
    deadline_kind: Mapped[DeadlineKind] = mapped_column(by_value(DeadlineKind, "deadline_kind"))
    is_ongoing: Mapped[bool] = mapped_column(default=False)
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    #: The first deadline, where a later one is in force; printed beside it everywhere.
    original_due_on: Mapped[date | None]
    deadline_version: Mapped[int] = mapped_column(default=1)
    #: The deadline that the present status is judged by: of the day of completion, while open the one in force.
    judged_due_on: Mapped[date | None]
    status: Mapped[Status] = mapped_column(by_value(Status, "status"), default=Status.NOT_STARTED)
    status_on: Mapped[date | None]
    status_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    status_seq: Mapped[int | None]
    #: The last report was returned and nothing was reported since.
    is_returned: Mapped[bool] = mapped_column(default=False)
    reported_by_id: Mapped[int | None] = mapped_column(Id)
    reported_unit_id: Mapped[int | None] = mapped_column(Id)
    #: The person of the unit to whom the item was handed.
    person_id: Mapped[int | None] = mapped_column(Id)
    #: The unit it counts at; None: "Chưa rõ chủ trì".
    counted_unit_id: Mapped[int | None] = mapped_column(Id)
    is_evidence_waived: Mapped[bool] = mapped_column(default=False)
    #: The piece of an earlier year's plan that goes on as this one.
    carried_from_id: Mapped[int | None] = mapped_column(Id)
    #: Rises with everything a calendar shows of it; SEQUENCE of its event.
    calendar_sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    deliverable: Mapped[Deliverable] = relationship(back_populates="obligations")

    __table_args__ = (
        same_agency("plan_id", "plans"),
        same_agency("task_id", "tasks"),
        same_agency("deliverable_id", "deliverables"),
        same_agency("person_id", "people"),
        same_agency("counted_unit_id", "units"),
        same_agency("carried_from_id", "obligations"),
        referable(),
        Index("ix_obligations_agency_id_plan_id_task_id", "agency_id", "plan_id", "task_id"),
        Index("ix_obligations_deliverable_id", "deliverable_id"),
        Index("ix_obligations_agency_id_status", "agency_id", "status"),
        Index("ix_obligations_agency_id_due_on", "agency_id", "due_on"),
        Index("ix_obligations_agency_id_carried_from_id", "agency_id", "carried_from_id"),
        # The newest change of an agency is asked for with each fetch of a calendar.
        Index("ix_obligations_agency_id_changed_at", "agency_id", "changed_at"),
    )


class StagedImport(Base, OfAgency):
    """An uploaded plan that was read and waits for the office's yes; nothing of it is in the plan yet."""

    __tablename__ = "staged_imports"

    person_id: Mapped[int] = mapped_column(Id)
    file_name: Mapped[str] = mapped_column(String(300))
    sha256: Mapped[str] = mapped_column(String(64))
    reading: Mapped[dict[str, object]] = mapped_column(Json)
    #: Answers given so far, by question.
    answers: Mapped[dict[str, object]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    plan_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (same_agency("plan_id", "plans"), same_agency("person_id", "people"), referable())
