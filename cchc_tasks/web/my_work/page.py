"""Puts the page Việc của tôi together: whose work, in which part of the agenda, with which words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import url_for
from markupsafe import Markup

from cchc_tasks.domain import permissions
from cchc_tasks.domain.agenda import Horizon, Next, end_of_week, place
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.periods import next_cut_off
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.reminders import WorkFacts, note_wanted_by
from cchc_tasks.domain.standing import standing
from cchc_tasks.domain.units import AssignedUnits
from cchc_tasks.domain.workflow import OPEN_STATUSES, Status
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import obligations as obligation_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow
from cchc_tasks.storage.queries.tasks import PlanCard, UnitCard
from cchc_tasks.web import work_items
from cchc_tasks.web.tasks import acts
from cchc_tasks.web.updating import Opened
from cchc_tasks.web.work_items import Due, Marks, WorkItem
from cchc_tasks.wording import core, history
from cchc_tasks.wording import updates as words

#: A group is cut only where that hides more than a few lines; what is late or due this week is never cut.
SHOWN = 8
SPARED = 3
CUT = frozenset({Horizon.THIS_MONTH, Horizon.LATER, Horizon.UNDATED})

MINE = "cua-toi"


@dataclass(frozen=True, slots=True)
class Ask:
    """What the address asks for: which row is open, whose work, which group in full."""

    open_id: int | None = None
    is_mine_only: bool = False
    full: str = ""

    def address(self, **changed: Any) -> str:
        asked = replace(self, **changed)
        return url_for(
            "my_work.show",
            mo=asked.open_id,
            xem=MINE if asked.is_mine_only else None,
            het=asked.full or None,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list, ready for the macro `work_row`."""

    item: WorkItem
    next: Next
    note: str
    due: Markup
    steps: Markup
    action: str
    action_href: str
    is_in_place: bool
    opened: Opened | None = None
    extend_href: str = ""
    #: Words and address of the further periods of the same product that stand behind this one.
    later: str = ""
    later_href: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the agenda; `more` words lead to the whole of it where some lines are left out."""

    slug: str
    title: str
    kind: str
    count: int
    meta: str
    lines: Sequence[Line]
    more: str = ""
    more_href: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the page is made of, read in a fixed number of queries."""

    principal: Principal
    today: date
    due_soon_days: int
    rows: Sequence[WorkRow]
    units: Mapping[int, UnitCard]
    plans: Mapping[int, PlanCard]
    assigned: Mapping[int, AssignedUnits]
    parts: work_items.Parts
    noted_on: Mapping[int, date]
    holders: Mapping[int, str]

    @property
    def names(self) -> history.Names:
        return history.Names(units={unit.id: unit.short_name for unit in self.units.values()})

    @property
    def offices(self) -> frozenset[int]:
        return task_queries.offices_of(self.units)

    def is_office_work(self, row: WorkRow) -> bool:
        """Whether a report of it, made now, would be the office's own."""
        return task_queries.is_office_work(row, self.principal, self.assigned[row.task_id], self.offices)

    def note_by(self, row: WorkRow) -> date | None:
        plan = self.plans[row.plan_id]
        facts = WorkFacts(
            obligation_id=row.id,
            status=row.status,
            due_on=row.due_on,
            deadline_version=0,
            plan_year=plan.year,
            is_recurring=row.deadline_kind is DeadlineKind.RECURRING,
            starts_on=row.starts_on,
            noted_on=self.noted_on.get(row.id),
        )
        return note_wanted_by(facts, self.today)


def read_desk(principal: Principal, today: date, due_soon_days: int, also: int | None = None) -> Desk:
    """What the principal's units owe and what was handed to them, and the row `also` whoever owes it."""
    agency_id = principal.agency_id
    rows = _owed(principal, also)
    task_ids = {row.task_id for row in rows}
    handed = {row.person_id for row in rows if row.person_id is not None}
    return Desk(
        principal=principal,
        today=today,
        due_soon_days=due_soon_days,
        rows=rows,
        units=task_queries.units_by_id(db.session, agency_id, today),
        plans=task_queries.plans_by_id(db.session, agency_id),
        assigned=task_queries.assigned_of_tasks(db.session, agency_id, task_ids),
        parts=task_queries.parts_of_tasks(db.session, agency_id, task_ids),
        noted_on=task_queries.last_noted_on(db.session, agency_id, [row.id for row in rows]),
        holders=task_queries.names_of_people(db.session, agency_id, handed),
    )


def _owed(principal: Principal, also: int | None) -> list[WorkRow]:
    wanted = [WorkFilter(person_id=principal.person_id, statuses=OPEN_STATUSES)]
    if principal.unit_ids:
        wanted.append(WorkFilter(responsible_ids=principal.unit_ids, statuses=OPEN_STATUSES))
    if also is not None:
        wanted.append(WorkFilter(obligation_ids=[also]))
    found = {
        row.id: row for each in wanted for row in obligation_queries.list_work(db.session, principal.agency_id, each)
    }
    return list(found.values())


def groups_of(desk: Desk, ask: Ask, opened: Opened | None) -> list[Group]:
    """The parts of the agenda that hold something, each with its nearest line first."""
    marks = Marks()
    rows = [row for row in desk.rows if not ask.is_mine_only or row.person_id == desk.principal.person_id]
    items = work_items.present(
        rows, today=desk.today, units=desk.units, due_soon_days=desk.due_soon_days, parts=desk.parts
    )
    by_horizon: dict[Horizon, list[Line]] = {horizon: [] for horizon in Horizon}
    for item in items:
        line = _line(item, desk, ask, marks, opened)
        by_horizon[line.next.horizon].append(line)
    return [_group(horizon, lines, desk, ask) for horizon, lines in by_horizon.items() if lines]


def _line(item: WorkItem, desk: Desk, ask: Ask, marks: Marks, opened: Opened | None) -> Line:
    row = item.row
    spot = place(standing(row.facts, desk.today, desk.due_soon_days), row.due_on, desk.note_by(row), desk.today)
    own = opened if opened is not None and opened.row.id == row.id else None
    due = item.due if spot.note_by is None else _note_due(spot.note_by, desk.today)
    action, href = _action(row, desk, ask, spot, is_open=own is not None)
    return Line(
        item=item,
        next=spot,
        note=" · ".join(_relations(row, desk)),
        due=marks.due(due),
        steps=marks.steps(item.steps),
        action=action,
        action_href=href or item.href.partition("#")[0],
        is_in_place=bool(href),
        opened=own,
        extend_href=_extend_href(row, desk) if own is not None else "",
    )


def _extend_href(row: WorkRow, desk: Desk) -> str:
    """Where more time is asked for, for those who may; '' where nothing is to be extended."""
    work = task_queries.work_of(row, desk.principal.agency_id, desk.assigned[row.task_id], desk.offices)
    if acts.ASK_EXTENSION not in acts.offered(desk.principal, row, work):
        return ""
    return url_for("tasks.show", task_id=row.task_id, muc=row.id, viec=acts.ASK_EXTENSION, _anchor=f"muc-{row.id}")


def _note_due(day: date, today: date) -> Due:
    return Due("soon", core.deadline_words((day - today).days), day, words.note_by(day))


def _action(row: WorkRow, desk: Desk, ask: Ask, spot: Next, *, is_open: bool) -> tuple[str, str]:
    """The one thing to do and, where it is done on this page, its address."""
    if is_open:
        return "Đóng", ask.address(open_id=None)
    work = task_queries.work_of(row, desk.principal.agency_id, desk.assigned[row.task_id], desk.offices)
    if row.status is Status.REPORTED or not permissions.may(desk.principal, Action.REPORT_WORK, work):
        return "Xem", ""
    return "Ghi tiến độ" if spot.note_by else "Cập nhật", ask.address(open_id=row.id)


def _relations(row: WorkRow, desk: Desk) -> list[str]:
    """How the work came to me: as lead, as one of several, through a group, for one product, handed to me."""
    mine = desk.principal.unit_ids
    assigned = desk.assigned[row.task_id]
    said = []
    if row.responsible_unit_id is not None and row.responsible_unit_id in mine:
        said.append(words.OWN_PRODUCT)
    elif row.lead_unit_id is not None and row.lead_unit_id in mine:
        said.append(words.LEADS if row.lead_unit_id in desk.principal.own_unit_ids else _group_words(row, desk))
    elif row.lead_unit_id is None and not mine.isdisjoint(assigned.co_leads):
        others = [_short(unit_id, desk) for unit_id in assigned.co_leads if unit_id not in desk.principal.own_unit_ids]
        said.append(words.co_leads(others))
    if row.person_id is not None:
        is_mine = row.person_id == desk.principal.person_id
        said.append(words.HANDED if is_mine else words.handed_to(desk.holders.get(row.person_id, "")))
    return said


def _group_words(row: WorkRow, desk: Desk) -> str:
    return words.through_group(_short(row.lead_unit_id, desk))


def _short(unit_id: int | None, desk: Desk) -> str:
    unit = desk.units.get(unit_id) if unit_id is not None else None
    return unit.short_name if unit else ""


def _group(horizon: Horizon, lines: Collection[Line], desk: Desk, ask: Ask) -> Group:
    ordered = sorted(lines, key=lambda line: line.next.on or date.max)
    slug = words.SLUGS[horizon]
    whole_href = f"{ask.address(full=slug)}#{slug}"
    is_short = horizon in CUT and ask.full != slug
    seen = _fold(ordered, whole_href) if is_short else ordered
    is_open_beyond = any(line.opened for line in seen[SHOWN:])
    is_cut = is_short and len(seen) > SHOWN + SPARED and not is_open_beyond
    return Group(
        slug=slug,
        title=words.HORIZONS[horizon],
        kind="late" if horizon is Horizon.OVERDUE else "",
        count=len(ordered),
        meta=_meta(horizon, ordered, desk.today),
        lines=seen[:SHOWN] if is_cut else seen,
        more=words.more(len(seen) - SHOWN) if is_cut else "",
        more_href=whole_href if is_cut else "",
    )


def _fold(ordered: Sequence[Line], whole_href: str) -> list[Line]:
    """Further periods of one product stand behind its nearest; a row opened for an update stays in sight."""
    first: dict[int, int] = {}
    behind: dict[int, int] = {}
    seen: list[Line] = []
    for line in ordered:
        product = line.item.row.deliverable_id
        if product not in first:
            first[product] = len(seen)
        elif line.opened is None:
            behind[product] = behind.get(product, 0) + 1
            continue
        seen.append(line)
    for product, count in behind.items():
        at = first[product]
        seen[at] = replace(seen[at], later=words.later_periods(count), later_href=whole_href)
    return seen


def _meta(horizon: Horizon, lines: Collection[Line], today: date) -> str:
    if horizon is Horizon.UNDATED:
        return words.UNDATED_META
    if horizon is Horizon.OVERDUE:
        return words.overdue_meta(sum(line.item.row.status is Status.REPORTED for line in lines))
    if horizon is not Horizon.THIS_WEEK:
        return ""
    period = next_cut_off(today) if any(line.next.note_by for line in lines) else None
    return words.week_meta(end_of_week(today), period)
