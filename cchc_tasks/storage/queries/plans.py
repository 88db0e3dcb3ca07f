"""Reads of plans: the list with its counts, one plan whole, what waits for review; a fixed number of queries each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, ScalarSelect, cast, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from cchc_tasks.domain.counting import CountedThing
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.units import LeadBasis
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status
from cchc_tasks.storage.models import (
    Area,
    Deliverable,
    Obligation,
    Person,
    Plan,
    PlanKind,
    PlanRule,
    StagedImport,
    Task,
)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan as the list shows it; obligations that left the plan are not counted.

    `noun` is what its counting rule calls an obligation, '' where it counts something else.
    """

    id: int
    kind: PlanKind
    number: str
    issued_on: date
    title: str
    year: int
    areas: int
    tasks: int
    deliverables: int
    obligations: int
    done: int
    open_leads: int
    noun: str


@dataclass(frozen=True, slots=True)
class StagedLine:
    """A reading that waits for the office's yes, as the list shows it."""

    id: int
    file_name: str
    created_at: datetime
    person_name: str
    number: str | None


def list_plans(session: Session, agency_id: int) -> list[PlanLine]:
    """The agency's plans, the newest first; four queries whatever their number."""
    plans = session.execute(
        select(Plan, newest_rule())
        .where(Plan.agency_id == agency_id)
        .order_by(Plan.year.desc(), Plan.issued_on.desc(), Plan.id.desc())
    ).all()
    areas = dict(_counts(session, select(Area.plan_id, func.count()).where(Area.agency_id == agency_id), Area.plan_id))
    tasks = _task_counts(session, agency_id)
    work = _work_counts(session, agency_id)
    return [
        PlanLine(
            id=plan.id,
            kind=plan.kind,
            number=plan.number,
            issued_on=plan.issued_on,
            title=plan.title,
            year=plan.year,
            areas=areas.get(plan.id, 0),
            tasks=tasks.get(plan.id, (0, 0))[0],
            open_leads=tasks.get(plan.id, (0, 0))[1],
            deliverables=work.get(plan.id, (0, 0, 0))[0],
            obligations=work.get(plan.id, (0, 0, 0))[1],
            done=work.get(plan.id, (0, 0, 0))[2],
            noun=noun_in(rule),
        )
        for plan, rule in plans
    ]


def newest_rule() -> ScalarSelect[Any]:
    """The counting rule of the plan in a query of plans, as a column of it."""
    found = select(PlanRule.rule).where(PlanRule.agency_id == Plan.agency_id, PlanRule.plan_id == Plan.id)
    return found.order_by(PlanRule.ordinal.desc()).limit(1).scalar_subquery()


def noun_in(rule: Mapping[str, object] | None) -> str:
    """What a stored counting rule calls one obligation; '' where it counts something else."""
    rule = rule or {}
    return str(rule["noun"]) if rule.get("counted") == CountedThing.OBLIGATION else ""


def noun_of_plan(session: Session, agency_id: int, plan_id: int) -> str:
    """The same for one plan."""
    return noun_in(session.scalar(select(newest_rule()).where(Plan.agency_id == agency_id, Plan.id == plan_id)))


def _counts(session: Session, query: object, column: object) -> Iterable[tuple[int, int]]:
    return ((row[0], row[1]) for row in session.execute(query.group_by(column)))  # type: ignore[attr-defined]


def _task_counts(session: Session, agency_id: int) -> dict[int, tuple[int, int]]:
    """Tasks of each plan that were not withdrawn whole, and those among them without a lead."""
    is_open = cast(Task.lead_basis == LeadBasis.UNRESOLVED, Integer)
    owed = Obligation.task_id == Task.id
    is_in = or_(~exists().where(owed), exists().where(owed, Obligation.status.not_in(REMOVED_STATUSES)))
    query = select(Task.plan_id, func.count(), func.sum(is_open)).where(Task.agency_id == agency_id, is_in)
    return {row[0]: (row[1], row[2] or 0) for row in session.execute(query.group_by(Task.plan_id))}


def _work_counts(session: Session, agency_id: int) -> dict[int, tuple[int, int, int]]:
    """Deliverables, obligations and done obligations of each plan."""
    is_done = cast(Obligation.status == Status.DONE, Integer)
    query = select(
        Obligation.plan_id, func.count(Obligation.deliverable_id.distinct()), func.count(), func.sum(is_done)
    ).where(Obligation.agency_id == agency_id, Obligation.status.not_in(REMOVED_STATUSES))
    return {row[0]: (row[1], row[2], row[3] or 0) for row in session.execute(query.group_by(Obligation.plan_id))}


def get_plan(session: Session, agency_id: int, plan_id: int) -> Plan:
    """The agency's plan; raises `NotFound`."""
    plan = session.scalars(select(Plan).where(Plan.agency_id == agency_id, Plan.id == plan_id)).one_or_none()
    if plan is None:
        raise NotFound(what="plan", id=plan_id)
    return plan


def get_whole_plan(session: Session, agency_id: int, plan_id: int) -> Plan:
    """The plan with areas, tasks, units, deliverables and obligations loaded; six queries whatever its size."""
    tasks = selectinload(Plan.areas).selectinload(Area.tasks)
    query = (
        select(Plan)
        .where(Plan.agency_id == agency_id, Plan.id == plan_id)
        .options(
            tasks.selectinload(Task.units),
            tasks.selectinload(Task.deliverables).selectinload(Deliverable.obligations),
        )
    )
    plan = session.scalars(query).one_or_none()
    if plan is None:
        raise NotFound(what="plan", id=plan_id)
    return plan


def find_plan(session: Session, agency_id: int, number: str, issued_on: date) -> Plan | None:
    """The agency's plan of that number and date of issue, or None."""
    return session.scalars(
        select(Plan).where(Plan.agency_id == agency_id, Plan.number == number, Plan.issued_on == issued_on)
    ).one_or_none()


def find_plans_of_number(session: Session, agency_id: int, number: str) -> list[Plan]:
    """Plans of that number, the newest first; numbers begin again each year."""
    query = select(Plan).where(Plan.agency_id == agency_id, Plan.number == number).order_by(Plan.issued_on.desc())
    return list(session.scalars(query))


def find_plan_of_content(session: Session, agency_id: int, sha256: str) -> Plan | None:
    """The plan that was imported from exactly this content, or None."""
    query = select(Plan).where(Plan.agency_id == agency_id, Plan.source_sha256 == sha256).order_by(Plan.id).limit(1)
    return session.scalars(query).one_or_none()


def get_area(session: Session, agency_id: int, area_id: int) -> Area:
    """The agency's area; raises `NotFound`."""
    area = session.scalars(select(Area).where(Area.agency_id == agency_id, Area.id == area_id)).one_or_none()
    if area is None:
        raise NotFound(what="area", id=area_id)
    return area


def count_tasks(session: Session, agency_id: int, area_id: int) -> int:
    """How many tasks stand in the area."""
    query = select(func.count()).where(Task.agency_id == agency_id, Task.area_id == area_id)
    return session.scalar(query) or 0


def has_reports(session: Session, agency_id: int, plan_id: int) -> bool:
    """Whether anything was ever said of the plan's work: then it is no longer young."""
    query = select(Obligation.id).where(
        Obligation.agency_id == agency_id, Obligation.plan_id == plan_id, Obligation.status_seq.is_not(None)
    )
    return session.scalars(query.limit(1)).first() is not None


def get_task(session: Session, agency_id: int, task_id: int) -> Task:
    """The agency's task with units, deliverables and obligations; raises `NotFound`."""
    query = (
        select(Task)
        .where(Task.agency_id == agency_id, Task.id == task_id)
        .options(selectinload(Task.units), selectinload(Task.deliverables).selectinload(Deliverable.obligations))
    )
    task = session.scalars(query).one_or_none()
    if task is None:
        raise NotFound(what="task", id=task_id)
    return task


def get_deliverable(session: Session, agency_id: int, deliverable_id: int) -> Deliverable:
    """The agency's deliverable with its obligations; raises `NotFound`."""
    query = (
        select(Deliverable)
        .where(Deliverable.agency_id == agency_id, Deliverable.id == deliverable_id)
        .options(selectinload(Deliverable.obligations))
    )
    deliverable = session.scalars(query).one_or_none()
    if deliverable is None:
        raise NotFound(what="deliverable", id=deliverable_id)
    return deliverable


def get_obligation(session: Session, agency_id: int, obligation_id: int) -> Obligation:
    """The agency's obligation; raises `NotFound`."""
    query = select(Obligation).where(Obligation.agency_id == agency_id, Obligation.id == obligation_id)
    obligation = session.scalars(query).one_or_none()
    if obligation is None:
        raise NotFound(what="obligation", id=obligation_id)
    return obligation


def list_staged(session: Session, agency_id: int) -> list[StagedLine]:
    """Readings that were not accepted yet, the newest first."""
    query = (
        select(
            StagedImport.id,
            StagedImport.file_name,
            StagedImport.created_at,
            Person.name,
            StagedImport.reading["heading"]["number"].as_string(),
        )
        .join(Person, Person.id == StagedImport.person_id)
        .where(StagedImport.agency_id == agency_id, StagedImport.plan_id.is_(None))
        .order_by(StagedImport.created_at.desc(), StagedImport.id.desc())
    )
    return [StagedLine(*row) for row in session.execute(query)]


def get_staged(session: Session, agency_id: int, staged_id: int) -> StagedImport:
    """A staged import of the agency, accepted or not; raises `NotFound`."""
    query = select(StagedImport).where(StagedImport.agency_id == agency_id, StagedImport.id == staged_id)
    staged = session.scalars(query).one_or_none()
    if staged is None:
        raise NotFound(what="staged_import", id=staged_id)
    return staged


def find_staged_content(session: Session, agency_id: int, sha256: str) -> StagedImport | None:
    """The staged import of exactly this content that still waits, or None."""
    query = (
        select(StagedImport)
        .where(StagedImport.agency_id == agency_id, StagedImport.sha256 == sha256, StagedImport.plan_id.is_(None))
        .order_by(StagedImport.id)
        .limit(1)
    )
    return session.scalars(query).one_or_none()
