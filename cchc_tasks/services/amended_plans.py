"""The story of a plan's amendments, read from the ledger: also of those recorded before this page was there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from cchc_tasks.domain.amended_plans import AmendmentLine, PlanStory, RowChange, RowPrint, RowStory
from cchc_tasks.domain.ledger import LedgerRow, RowKind
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status
from cchc_tasks.storage.models import Amendment, Area, Plan, Task
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries.amendments import list_amendments, rows_of_amendments


def plan_story(session: Session, agency_id: int, plan_id: int) -> PlanStory:
    """The plan with all that its amendments did; reads only, raises `NotFound`."""
    plan = plan_queries.get_whole_plan(session, agency_id, plan_id)
    amendments = list_amendments(session, agency_id, plan_id)
    told = _Told(plan)
    for amendment, rows in rows_of_amendments(session, agency_id, amendments):
        told.hear(amendment, rows)
    stories = (told.story(area, task) for area in plan.areas for task in area.tasks)
    return PlanStory(
        number=plan.number,
        issued_on=plan.issued_on,
        title=plan.title,
        year=plan.year,
        amendments=tuple(map(_line, amendments)),
        rows=tuple(story for story in stories if story is not None),
    )


def _line(amendment: Amendment) -> AmendmentLine:
    return AmendmentLine(
        amendment.ordinal,
        amendment.kind.value,
        amendment.number,
        amendment.issued_on,
        amendment.effective_on,
        amendment.subject,
    )


@dataclass(slots=True)
class _OfTask:
    """What the amendments told of one task, by the number of the amendment."""

    words: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    added: int = 0
    gone: dict[int, int] = field(default_factory=dict)  # obligation -> amendment
    kept: set[int] = field(default_factory=set)
    taken: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # amendment -> source tasks
    given: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # amendment -> products given away


class _Told:
    """Gathers the ledger's rows of every amendment, then tells row by row."""

    def __init__(self, plan: Plan) -> None:
        self.areas = {area.id: area.name for area in plan.areas}
        self.tasks = {task.id: task for area in plan.areas for task in area.tasks}
        self.products = {each.id: each for task in self.tasks.values() for each in task.deliverables}
        self.owner = {
            owed.id: task.id for task in self.tasks.values() for each in task.deliverables for owed in each.obligations
        }
        self.of: dict[int, _OfTask] = defaultdict(_OfTask)

    def hear(self, amendment: Amendment, rows: Iterable[LedgerRow]) -> None:
        ordinal = amendment.ordinal
        for row in rows:
            if row.task_id is None:
                continue
            own = self.of[row.task_id]
            if row.kind is RowKind.STATUS and row.status is Status.WITHDRAWN and row.obligation_id is not None:
                own.gone[row.obligation_id] = ordinal
            elif row.kind is RowKind.ASSIGNMENT and row.deliverable_id is None and "change" not in row.payload:
                own.added = ordinal
            elif row.kind is RowKind.AMENDMENT:
                self._hear_words(own, row, ordinal)
        for obligation_id in amendment.kept:
            own = self.of[self.owner[obligation_id]]
            own.gone[obligation_id] = ordinal
            own.kept.add(ordinal)

    def _hear_words(self, own: _OfTask, row: LedgerRow, ordinal: int) -> None:
        if row.deliverable_id is None:
            own.words[ordinal] = row.payload
            return
        before: Any = row.payload["before"]
        if before["task_id"] == row.task_id:
            own.given[ordinal].add(row.deliverable_id)
        else:
            own.taken[ordinal].add(before["task_id"])

    def story(self, area: Area, task: Task) -> RowStory | None:
        own = self.of[task.id]
        left_on = self._left_on(task, own)
        present = self._present(task, own, left_on)
        changes = list(self._changes(own, present))
        if left_on:
            changes = [change for change in changes if change.ordinal < left_on]
            sources = self._numbers(self._takers(task.id, left_on))
            is_kept = left_on in own.kept
            changes.append(RowChange(left_on, present, None, sources, is_joined=bool(sources), is_kept=is_kept))
        if not task.deliverables and not own.words and not left_on and task.place_version > 1:
            return None
        return RowStory(area.ordinal, area.name, present, tuple(changes))

    def _changes(self, own: _OfTask, present: RowPrint) -> Iterable[RowChange]:
        ordinals = sorted({*own.words, *([own.added] if own.added else [])})
        for place, ordinal in enumerate(ordinals):
            payload = own.words.get(ordinal, {})
            later = own.words.get(ordinals[place + 1]) if place + 1 < len(ordinals) else None
            after = self._print(payload.get("after")) or self._print((later or {}).get("before")) or present
            before = None if ordinal == own.added else self._print(payload.get("before"))
            sources = self._numbers(own.taken.get(ordinal, ()))
            yield RowChange(ordinal, before, after, sources, is_joined=payload.get("change") == "joined")

    def _left_on(self, task: Task, own: _OfTask) -> int:
        """The amendment that took the row out of the plan; 0 where it is in it."""
        if task.is_emptied:
            return max(own.given, default=0)
        owed = [each for product in task.deliverables for each in product.obligations]
        if not owed or not all(each.id in own.gone for each in owed):
            return 0
        return max(own.gone[each.id] for each in owed)

    def _present(self, task: Task, own: _OfTask, left_on: int) -> RowPrint:
        standing = [
            each.text
            for each in task.deliverables
            if left_on
            or any(owed.status not in REMOVED_STATUSES and owed.id not in own.gone for owed in each.obligations)
        ]
        given = [self.products[each].text for each in sorted(own.given.get(left_on, ())) if each in self.products]
        owed = [each for product in task.deliverables for each in product.obligations]
        return RowPrint(
            self.areas.get(task.area_id, ""),
            tuple(task.numbers),
            task.text,
            tuple(standing or given),
            task.assignment_text,
            task.time_text or (owed[0].deadline_text if owed else ""),
            task.note or "",
        )

    def _print(self, words: Any) -> RowPrint | None:
        if not words:
            return None
        return RowPrint(
            self.areas.get(words.get("area_id") or 0, ""),
            tuple(words["numbers"]),
            words["text"],
            tuple(words["products"]),
            words["assignment_text"],
            words["time_text"],
            words["note"],
        )

    def _takers(self, task_id: int, ordinal: int) -> set[int]:
        return {other for other, own in self.of.items() if task_id in own.taken.get(ordinal, ())}

    def _numbers(self, task_ids: Iterable[int]) -> tuple[str, ...]:
        found = (self.tasks[task_id] for task_id in sorted(task_ids) if task_id in self.tasks)
        return tuple(", ".join(task.numbers) for task in found)
