"""Reads of present work for lists and boards: light rows, a fixed number of queries whatever their count."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, String, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.explanations import ExplanationState
from cchc_tasks.domain.extensions import SETTLED_STATUSES, ExtensionState
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.standing import Facts
from cchc_tasks.domain.text import fold
from cchc_tasks.domain.units import LeadBasis
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.models import (
    Area,
    AssignedRole,
    Deliverable,
    Document,
    Evidence,
    ExplanationRequest,
    ExtensionRequest,
    LedgerRow,
    Obligation,
    Task,
    TaskUnit,
)
from cchc_tasks.storage.queries.stored import Known, driver_rows, known_days, read_json


class WorkRow(NamedTuple):
    """One obligation as a list shows it; units are ids, to be named from one dictionary.

    `due_on` is the deadline it is judged by: the one in force, for reported and finished work that of its day.
    """

    id: int
    version: int
    plan_id: int
    area_id: int
    task_id: int
    row_id: str
    numbers: list[str]
    deliverable_id: int
    ordinal: str | None
    text: str
    period_label: str
    deadline_kind: DeadlineKind
    deadline_text: str
    is_ongoing: bool
    starts_on: date | None
    due_on: date | None
    original_due_on: date | None
    status: Status
    status_on: date | None
    is_returned: bool
    counted_unit_id: int | None
    lead_unit_id: int | None
    lead_basis: LeadBasis
    responsible_unit_id: int | None
    person_id: int | None
    reported_by_id: int | None
    reported_unit_id: int | None
    #: Extensions that hold for what is judged, and the date of a request that waits for its answer.
    extensions: int = 0
    asked_due_on: date | None = None
    #: The day by which an explanation is asked for, while none was given.
    explain_by: date | None = None

    @property
    def facts(self) -> Facts:
        return Facts(self.status, self.status_on, self.due_on)

    @property
    def number_text(self) -> str:
        """The printed numbers as one: "6.3, 6.4"."""
        return ", ".join(self.numbers)


#: Extensions granted by the day of completion, or at all while the work is open; those taken back left out.
EXTENSIONS = case(
    (Obligation.deadline_version == 1, 0),
    else_=select(func.count())
    .where(
        ExtensionRequest.obligation_id == Obligation.id,
        ExtensionRequest.state == ExtensionState.GRANTED,
        # Of this obligation and request; left to itself the inner statement would ask about every obligation.
        ~exists()
        .where(
            LedgerRow.obligation_id == Obligation.id,
            LedgerRow.kind == RowKind.DEADLINE,
            LedgerRow.answers_seq == ExtensionRequest.deadline_seq,
        )
        .correlate(Obligation, ExtensionRequest),
        or_(
            Obligation.status.not_in(SETTLED_STATUSES),
            ExtensionRequest.granted_from <= Obligation.status_on,
            ExtensionRequest.granted_from <= Obligation.entered_on,
        ),
    )
    .correlate(Obligation)
    .scalar_subquery(),
)
_ASKED = (
    select(ExtensionRequest.asked_due_on)
    .where(
        ExtensionRequest.agency_id == Obligation.agency_id,
        ExtensionRequest.obligation_id == Obligation.id,
        ExtensionRequest.state == ExtensionState.ASKED,
    )
    .correlate(Obligation)
    .scalar_subquery()
)
_EXPLAIN_BY = (
    select(ExplanationRequest.answer_by)
    .where(
        ExplanationRequest.agency_id == Obligation.agency_id,
        ExplanationRequest.obligation_id == Obligation.id,
        ExplanationRequest.state == ExplanationState.ASKED,
    )
    .correlate(Obligation)
    .scalar_subquery()
)
_COLUMNS = (
    Obligation.id,
    Obligation.version,
    Obligation.plan_id,
    Task.area_id,
    Obligation.task_id,
    Task.row_id,
    Task.numbers,
    Obligation.deliverable_id,
    Deliverable.ordinal,
    Deliverable.text,
    Obligation.period_label,
    Obligation.deadline_kind,
    Obligation.deadline_text,
    Obligation.is_ongoing,
    Obligation.starts_on,
    Obligation.judged_due_on.label("due_on"),
    Obligation.original_due_on,
    Obligation.status,
    Obligation.status_on,
    Obligation.is_returned,
    Obligation.counted_unit_id,
    Task.lead_unit_id,
    Task.lead_basis,
    Deliverable.responsible_unit_id,
    Obligation.person_id,
    Obligation.reported_by_id,
    Obligation.reported_unit_id,
    EXTENSIONS.label("extensions"),
    _ASKED.label("asked_due_on"),
    _EXPLAIN_BY.label("explain_by"),
)


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What a list is narrowed to; None or empty means no narrowing. Standings are judged afterwards by the domain.

    `unit_ids`: counted at one of them; `responsible_ids`: owed by one of them (lead, co-leads, the product's own unit);
    `involved_ids`: named on the task in any role; both take groups expanded by the caller. Days are inclusive.
    """

    plan_ids: Collection[int] | None = None
    area_id: int | None = None
    unit_ids: Collection[int | None] = ()
    responsible_ids: Collection[int] | None = None
    involved_ids: Collection[int] | None = None
    person_id: int | None = None
    statuses: Collection[Status] = ()
    obligation_ids: Collection[int] | None = None
    task_id: int | None = None
    due_from: date | None = None
    due_to: date | None = None
    words: str = ""


def list_work(session: Session, agency_id: int, wanted: WorkFilter | None = None) -> list[WorkRow]:
    """The agency's obligations in printed order, narrowed by `wanted`; one query."""
    values = _values(agency_id, wanted or WorkFilter())
    return _work_rows(driver_rows(session.connection().execute(_list_query(tuple(values)), values)))


def _work_rows(rows: list[Any]) -> list[WorkRow]:
    """The driver's tuples as rows. Ten thousand come in half the time that SQLAlchemy's types take for each value."""
    days = known_days()
    known: list[tuple[int, Mapping[Any, Any]]] = [(place, days) for place in _DAYS]
    known += _MEMBERS.items()
    if rows and isinstance(rows[0][_NUMBERS], str):
        known.append((_NUMBERS, Known(read_json)))
    found = []
    for row in rows:
        values = list(row)
        for place, meaning in known:
            values[place] = meaning[values[place]]
        found.append(WorkRow._make(values))
    return found


def _place(name: str) -> int:
    return WorkRow._fields.index(name)


_NUMBERS = _place("numbers")
_DAYS = [_place(name) for name in ("starts_on", "due_on", "original_due_on", "status_on", "asked_due_on", "explain_by")]
_YES_OR_NO = {0: False, 1: True}
#: What the values of these columns mean, by the place of the column.
_MEMBERS: dict[int, Mapping[Any, Any]] = {
    _place("deadline_kind"): {each.value: each for each in DeadlineKind},
    _place("status"): {each.value: each for each in Status},
    _place("lead_basis"): {each.value: each for each in LeadBasis},
    _place("is_ongoing"): _YES_OR_NO,
    _place("is_returned"): _YES_OR_NO,
}


def plain_rows(
    session: Session, agency_id: int, wanted: WorkFilter, columns: tuple[Any, ...], order: tuple[Any, ...]
) -> list[Any]:
    """Rows of other columns under the same conditions; `columns` and `order` are one tuple for ever. One query."""
    values = _values(agency_id, wanted)
    return driver_rows(session.connection().execute(_plain_query(tuple(values), columns, order), values))


def count_by_status(session: Session, agency_id: int, wanted: WorkFilter | None = None) -> dict[Status, int]:
    """How many obligations are in each status; one query."""
    values = _values(agency_id, wanted or WorkFilter())
    rows = session.connection().execute(_counts_query(tuple(values)), values)
    return {Status(status): number for status, number in rows}


def count_facts(session: Session, agency_id: int, wanted: WorkFilter) -> list[tuple[Facts, int]]:
    """What is narrowed to, as the facts that a standing is judged by, and how often each; one query."""
    values = _values(agency_id, wanted)
    rows = session.connection().execute(_facts_query(tuple(values)), values)
    return [(Facts(status, status_on, due_on), number) for status, status_on, due_on, number in rows]


# A statement is made once for each set of things narrowed by: making one costs more than running it for a few rows.


@lru_cache(maxsize=256)
def _list_query(names: tuple[str, ...]) -> Select[Any]:
    order = Obligation.plan_id, Area.position, Task.position, Deliverable.position, Obligation.position
    return _narrowed(names, *_COLUMNS).order_by(*order)


@lru_cache(maxsize=256)
def _plain_query(names: tuple[str, ...], columns: tuple[Any, ...], order: tuple[Any, ...]) -> Select[Any]:
    return _narrowed(names, *columns).order_by(*order)


@lru_cache(maxsize=256)
def _counts_query(names: tuple[str, ...]) -> Select[Any]:
    return _narrowed(names, Obligation.status, func.count()).group_by(Obligation.status)


@lru_cache(maxsize=256)
def _facts_query(names: tuple[str, ...]) -> Select[Any]:
    facts = Obligation.status, Obligation.status_on, Obligation.judged_due_on
    return _narrowed(names, *facts, func.count()).group_by(*facts)


def _narrowed(names: tuple[str, ...], *columns: Any) -> Select[Any]:
    """The agency's work under the conditions of these names; their values come with each execution."""
    query: Any = select(*columns)
    joined: Select[Any] = (
        query.join(Deliverable, Deliverable.id == Obligation.deliverable_id)
        .join(Task, Task.id == Obligation.task_id)
        .join(Area, Area.id == Task.area_id)
    )
    conditions = _CONDITIONS | _BESIDE_IDS if "obligation_ids" in names else _CONDITIONS
    return joined.where(*(_says(name) if name.startswith(_WORD) else conditions[name] for name in names))


def _values(agency_id: int, wanted: WorkFilter) -> dict[str, Any]:
    """What is narrowed by, by name: the values of the statement, and its shape."""
    unit_ids = [unit_id for unit_id in wanted.unit_ids if unit_id is not None]
    given = {
        "agency_id": agency_id,
        "plan_ids": wanted.plan_ids,
        "area_id": wanted.area_id,
        "task_id": wanted.task_id,
        "person_id": wanted.person_id,
        "unit_ids": unit_ids if wanted.unit_ids and None not in wanted.unit_ids else None,
        "unit_ids_or_none": unit_ids if None in wanted.unit_ids else None,
        "responsible_ids": wanted.responsible_ids,
        "involved_ids": wanted.involved_ids,
        "statuses": wanted.statuses or None,
        "obligation_ids": wanted.obligation_ids,
        "due_from": wanted.due_from,
        "due_to": wanted.due_to,
        **{f"{_WORD}{place}": _pattern(word) for place, word in enumerate(fold(wanted.words).split())},
    }
    return {
        name: list(value) if isinstance(value, Collection) and not isinstance(value, str) else value
        for name, value in given.items()
        if value is not None
    }


def _several(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


def _owed_by(unit_ids: BindParameter[Any]) -> Any:
    """Named for the product, lead of the task, or one of its co-leads while nobody leads."""
    owing = (AssignedRole.LEAD, AssignedRole.CO_LEAD)
    co_lead = and_(Task.lead_unit_id.is_(None), _names(unit_ids, owing))
    return or_(Deliverable.responsible_unit_id.in_(unit_ids), Task.lead_unit_id.in_(unit_ids), co_lead)


def _names(unit_ids: BindParameter[Any], roles: Collection[AssignedRole]) -> Any:
    return exists().where(TaskUnit.task_id == Task.id, TaskUnit.unit_id.in_(unit_ids), TaskUnit.role.in_(roles))


#: Words are narrowed by one at a time: "word0", "word1" and so on.
_WORD = "word"


def _pattern(word: str) -> str:
    return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


def _says(name: str) -> Any:
    """The folded word stands in the task, or in the number or subject of a document behind the obligation."""
    pattern = bindparam(name, type_=String)
    documented = exists().where(
        Evidence.obligation_id == Obligation.id,
        Document.id == Evidence.document_id,
        Document.agency_id == bindparam("agency_id"),
        Document.search_text.like(pattern, escape="\\"),
    )
    return or_(Task.search_text.like(pattern, escape="\\"), documented)


#: What each thing narrowed by means; "word0" and so on are not in it.
_CONDITIONS: dict[str, Any] = {
    "agency_id": Obligation.agency_id == bindparam("agency_id"),
    "plan_ids": Obligation.plan_id.in_(_several("plan_ids")),
    "area_id": Task.area_id == bindparam("area_id"),
    # With the plan, so that the index (agency, plan, task) serves: by the agency alone all its work is looked through.
    "task_id": and_(Obligation.task_id == bindparam("task_id"), Obligation.plan_id == Task.plan_id),
    "person_id": Obligation.person_id == bindparam("person_id"),
    "unit_ids": Obligation.counted_unit_id.in_(_several("unit_ids")),
    "unit_ids_or_none": or_(
        Obligation.counted_unit_id.in_(_several("unit_ids_or_none")), Obligation.counted_unit_id.is_(None)
    ),
    "responsible_ids": _owed_by(_several("responsible_ids")),
    "involved_ids": _names(_several("involved_ids"), tuple(AssignedRole)),
    "statuses": Obligation.status.in_(_several("statuses")),
    "obligation_ids": Obligation.id.in_(_several("obligation_ids")),
    "due_from": Obligation.judged_due_on >= bindparam("due_from"),
    "due_to": Obligation.judged_due_on <= bindparam("due_to"),
}
#: Of single pieces the agency is compared in a form that no index serves: else SQLite looks through all its work.
_BESIDE_IDS: dict[str, Any] = {"agency_id": Obligation.agency_id + 0 == bindparam("agency_id")}
