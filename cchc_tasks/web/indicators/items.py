"""Counted things as lines of a list: what they are called, where they lead, what they are made of."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from flask import url_for

from cchc_tasks.domain.counting import CountedItem, CountedThing, CountingRule, LeftOut, ObligationState, is_done
from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.domain.workflow import Status
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import boards as board_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.boards import AreaChoice, DocumentLine, TaskText
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow, list_work
from cchc_tasks.storage.queries.reorganisations import units_as_asked
from cchc_tasks.wording import boards as board_words
from cchc_tasks.wording import extensions as extension_words
from cchc_tasks.wording import indicators as words
from cchc_tasks.wording import label
from cchc_tasks.wording.work import row_name, title


class Line(NamedTuple):
    """One counted thing as a list prints it. `state` says why it is in or out; `parts` is empty for a single one."""

    code: str
    title: str
    href: str
    unit: str
    due_on: date | None
    done_on: date | None
    state: str
    parts: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Names:
    """Everything a line needs besides the tally; six queries for a plan of any size."""

    work: dict[int, WorkRow]
    tasks: dict[int, TaskText]
    areas: dict[int, AreaChoice]
    units: dict[int, str]
    documents: dict[int, list[DocumentLine]]
    #: By which unit an ended one is shown, where units are asked as they are now.
    heirs: Mapping[int, int] = field(default_factory=dict)

    @staticmethod
    def load(
        agency_id: int,
        plan_id: int,
        *,
        day: date,
        known_at: datetime,
        obligation_ids: Collection[int] | None = None,
        units: UnitsAsked = UnitsAsked.THEN,
    ) -> "Names":
        """For the whole plan, or for lines made of these obligations alone."""
        session, plans = db.session, [plan_id]
        wanted = WorkFilter(plan_ids=plans, obligation_ids=obligation_ids)
        return Names(
            {row.id: row for row in list_work(session, agency_id, wanted)},
            board_queries.task_texts(session, agency_id, plans),
            {area.id: area for area in board_queries.area_choices(session, agency_id, plans)},
            unit_queries.names_on(session, agency_id, day),
            board_queries.documents_of(session, agency_id, plans, known_at=known_at),
            units_as_asked(session, agency_id, units, known_at=known_at),
        )

    def code_and_title(
        self, members: tuple[ObligationState, ...], counted: CountedThing, key: object
    ) -> tuple[str, str]:
        """The printed number and the words of one counted thing."""
        first = members[0]
        task, row = self.tasks[first.task_id], self.work[first.obligation_id]
        match counted:
            case CountedThing.AREA:
                return self.areas[first.area_id].ordinal, self.areas[first.area_id].name
            case CountedThing.NUMBER:
                others = len({each.task_id for each in members}) - 1
                code = (
                    str(key[1]) if isinstance(key, tuple) and key[0] != "task" else row_name(task.numbers, task.row_id)
                )
                return code, f"{task.text} ({words.more_rows(others)})" if others else task.text
            case CountedThing.TASK:
                return row_name(task.numbers, task.row_id), task.text
            case CountedThing.DELIVERABLE:
                return row.number_text, row.text
            case CountedThing.OBLIGATION:
                return row.number_text, title(row.text, row.period_label)

    def href(self, members: tuple[ObligationState, ...], counted: CountedThing) -> str:
        """The task's page; for an area its list."""
        first = members[0]
        if counted is CountedThing.AREA:
            return url_for("boards.table", kh=first.plan_id, lv=first.area_id)
        return url_for("tasks.show", task_id=first.task_id)

    def unit(self, members: Iterable[ObligationState]) -> str:
        found = dict.fromkeys(self.heirs.get(each.unit_id or 0, each.unit_id) for each in members)
        return ", ".join(self.units.get(each or 0, board_words.UNKNOWN_LEAD) for each in found)

    def evidence(self, members: Iterable[ObligationState]) -> str:
        """The documents behind what is done or reported."""
        lines = [line for each in members if _is_settled(each) for line in self.documents.get(each.obligation_id, ())]
        return ", ".join(dict.fromkeys(line.number for line in lines))

    def line(self, item: CountedItem | LeftOut, rule: CountingRule) -> Line:
        code, said = self.code_and_title(item.members, rule.counted, item.key)
        done = sum(is_done(each, rule) for each in item.members)
        return Line(
            code=code,
            title=said,
            href=self.href(item.members, rule.counted),
            unit=self.unit(item.members),
            due_on=item.due_on if isinstance(item, CountedItem) else _last_due(item.members),
            done_on=item.done_on if isinstance(item, CountedItem) else None,
            state=f"{state_words(item)}{extended(item.members)}",
            parts=words.parts_done(done, len(item.members)) if len(item.members) > 1 else "",
            evidence=self.evidence(item.members),
        )


def state_words(item: CountedItem | LeftOut) -> str:
    """Done on time or late, or the reason why it is not in."""
    if isinstance(item, LeftOut):
        return label(item.reason)
    if item.out_reason is not None:
        return label(item.out_reason)
    return words.DONE_LATE if item.is_late else words.DONE_ON_TIME


def extended(members: tuple[ObligationState, ...]) -> str:
    """What stands behind the verdict where a deadline was extended: the first one, or in how many parts."""
    if len(members) == 1:
        [only] = members
        # By a rule that goes by the original deadline that one stands in the column of its own.
        said = extension_words.beside(only.original_due_on, only.due_on, only.extensions)
    else:
        said = extension_words.of_several(each.extensions for each in members)
    return f" ({said})" if said else ""


def _is_settled(state: ObligationState) -> bool:
    return state.status in (Status.DONE, Status.REPORTED)


def _last_due(members: tuple[ObligationState, ...]) -> date | None:
    return max((each.due_on for each in members if each.due_on), default=None)
