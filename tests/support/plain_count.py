"""Counts as DESIGN §2 says them, in plain loops over what the ledger says: slow, and nobody else's code.

Pages, files and mails are held against this for random states; see `tests.support.outlets`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.counting import CountingRule
from cchc_tasks.storage.models import LedgerRow, Obligation, Task
from tests.support.plain_ledger import Expected

REMOVED = ("withdrawn", "lapsed", "carried_over")
SETTLED = ("reported", "done")


@dataclass(frozen=True)
class Standing:
    """How much stands how: the seven columns of the matrix, in its order."""

    overdue: int = 0
    due_soon: int = 0
    in_time: int = 0
    undated: int = 0
    waiting: int = 0
    on_time: int = 0
    late: int = 0

    @property
    def done(self) -> int:
        return self.on_time + self.late

    @property
    def open(self) -> int:
        return self.overdue + self.due_soon + self.in_time + self.undated + self.waiting

    @property
    def total(self) -> int:
        return self.open + self.done

    @property
    def columns(self) -> list[int]:
        """As the matrix prints them, the total last."""
        seven = [self.overdue, self.due_soon, self.in_time, self.undated, self.waiting, self.on_time, self.late]
        return [*seven, self.total]


def column_of(one: Expected, day: date, soon: int = 30) -> str:
    """The column of the matrix in which a piece of work stands; '' for one that left the plan."""
    if one.status in REMOVED:
        return ""
    told_late = one.status_on is not None and one.due_on is not None and one.status_on > one.due_on
    if one.status == "done":
        return "late" if told_late else "on_time"
    if one.status == "reported" and not told_late:
        return "waiting"
    if one.due_on is None:
        return "undated"
    if one.due_on < day:
        return "overdue"
    return "due_soon" if (one.due_on - day).days <= soon else "in_time"


def standing_of(works: Iterable[Expected], day: date) -> Standing:
    """Pieces of work by their column; what left the plan is in none."""
    found: dict[str, int] = defaultdict(int)
    for one in works:
        if name := column_of(one, day):
            found[name] += 1
    return Standing(**found)


def standing_by_unit(works: Iterable[Expected], day: date) -> dict[int | None, Standing]:
    """The same at each unit where something counts."""
    groups: dict[int | None, list[Expected]] = defaultdict(list)
    for one in works:
        groups[one.unit_id].append(one)
    found = {unit_id: standing_of(own, day) for unit_id, own in groups.items()}
    return {unit_id: each for unit_id, each in found.items() if each.total}


@dataclass(frozen=True)
class Counted:
    """What a plan's rule counts: the keys of the things behind each number."""

    total: frozenset[object] = frozenset()
    done: frozenset[object] = frozenset()
    late: frozenset[object] = frozenset()
    overdue: frozenset[object] = frozenset()
    due: frozenset[object] = frozenset()
    waiting: frozenset[object] = frozenset()
    in_window: frozenset[object] = frozenset()

    @property
    def on_time(self) -> frozenset[object]:
        return self.done - self.late

    @property
    def shown(self) -> list[int]:
        """The numbers of indicator 1.1 in the order of its page."""
        lists = (self.total, self.done, self.in_window, self.on_time, self.late, self.due, self.overdue, self.waiting)
        return [len(each) for each in lists]


@dataclass(frozen=True)
class Part:
    """One obligation with what decides in which thing it counts."""

    id: int
    deliverable_id: int
    area_id: int
    numbers: tuple[str, ...]
    said: Expected

    def keys(self, counted: str) -> list[object]:
        plan_id, task_id = self.said.plan_id, self.said.task_id
        by_number = [f"number:{plan_id}/{each}" for each in dict.fromkeys(self.numbers)] or [f"task:{task_id}"]
        return {
            "area": [f"area:{self.area_id}"],
            "number": by_number,
            "task": [f"task:{task_id}"],
            "deliverable": [f"deliverable:{self.deliverable_id}"],
            "obligation": [f"obligation:{self.id}"],
        }[counted]


def parts_of(
    session: Session, agency_id: int, told: Mapping[int, Expected], day: date, known_at: datetime
) -> list[Part]:
    """Everything that was in a plan, under the area and the numbers that its row had then."""
    places = _places(session, agency_id, day, known_at)
    query = select(Obligation.id, Obligation.deliverable_id).where(Obligation.agency_id == agency_id)
    products = dict(session.execute(query).all())
    return [Part(id_, products[id_], *places[one.task_id], one) for id_, one in told.items()]


def _places(session: Session, agency_id: int, day: date, known_at: datetime) -> dict[int, tuple[int, tuple[str, ...]]]:
    """Area and numbers of each row: what amendments say was there before them is undone, the last one first."""
    places = {
        id_: (area_id, tuple(numbers))
        for id_, area_id, numbers in session.execute(
            select(Task.id, Task.area_id, Task.numbers).where(Task.agency_id == agency_id)
        )
    }
    amended = select(LedgerRow).where(LedgerRow.agency_id == agency_id, LedgerRow.kind == "amendment")
    for row in session.scalars(amended.order_by(LedgerRow.seq.desc())):
        holds = row.recorded_at <= known_at and row.effective_on <= day
        if row.task_id is not None and row.deliverable_id is None and row.payload.get("before") and not holds:
            area_id, numbers = places[row.task_id]
            before = row.payload["before"]
            places[row.task_id] = (before.get("area_id") or area_id, tuple(before.get("numbers") or numbers))
    return places


def count(parts: Iterable[Part], rule: CountingRule, cut_off: date, window_starts_on: date | None = None) -> Counted:
    """The parts of one plan by its rule as at the cut-off."""
    groups: dict[object, list[Part]] = defaultdict(list)
    for part in parts:
        for key in part.keys(rule.counted.value):
            groups[key].append(part)
    found: dict[str, set[object]] = defaultdict(set)
    for key, members in groups.items():
        for name in _lists(members, rule, cut_off, window_starts_on):
            found[name].add(key)
    return Counted(**{name: frozenset(keys) for name, keys in found.items()})


@dataclass(frozen=True)
class Judged:
    """A part of a thing under the plan's rule."""

    part: Part
    rule: CountingRule
    cut_off: date

    @property
    def due_on(self) -> date | None:
        said = self.part.said
        return said.original_due_on if self.rule.judged_by.value == "original" and said.extensions else said.due_on

    @property
    def is_due(self) -> bool:
        return self.due_on is not None and self.due_on <= self.cut_off

    @property
    def is_settled(self) -> bool:
        return self.part.said.status in SETTLED

    @property
    def says_done(self) -> bool:
        accepted = SETTLED if self.rule.done_when.value == "reported" else ("done",)
        return self.part.said.status in accepted

    @property
    def is_done(self) -> bool:
        return self.says_done or (self.part.said.is_standing and self.rule.standing_work.value == "as_done")

    @property
    def is_late(self) -> bool:
        """The unit says that it was finished after its day."""
        return self.is_settled and self.due_on is not None and self.part.said.status_on > self.due_on

    @property
    def is_overdue(self) -> bool:
        """Past its day and not finished in time by what the unit says."""
        if self.is_done or self.due_on is None or self.due_on >= self.cut_off:
            return False
        return self.part.said.status != "reported" or self.is_late


def _lists(members: list[Part], rule: CountingRule, cut_off: date, window_starts_on: date | None) -> list[str]:
    """In which lists one thing stands."""
    present = [Judged(each, rule, cut_off) for each in members if each.said.status not in REMOVED]
    if rule.standing_work.value == "left_out":
        present = [each for each in present if not each.part.said.is_standing]
    only_due = rule.whole_done_when.value == "all_due"
    due = [each for each in present if each.is_due]
    is_left_out = rule.denominator.value == "due" and (not due if only_due else len(due) < len(present))
    if not present or is_left_out:
        return []
    asked = due if only_due and due else present
    names = ["total"] + (["due"] if len(due) == len(present) else [])
    if all(each.is_done for each in asked):
        return names + _lists_of_done(asked, window_starts_on)
    if any(each.is_overdue for each in present):
        names.append("overdue")
    if all(each.is_settled for each in asked):
        names.append("waiting")
    return names


def _lists_of_done(asked: list[Judged], window_starts_on: date | None) -> list[str]:
    days = [each.part.said.status_on for each in asked if each.says_done]
    names = ["done"]
    if any(each.is_late for each in asked):
        names.append("late")
    if window_starts_on is not None and days and max(days) >= window_starts_on:
        names.append("in_window")
    return names
