"""Counting as at a cut-off: the rule as data, the tally it gives, and the lists behind every number of it."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from cchc_tasks.domain.standing import DONE_STANDINGS, DUE_SOON_DAYS, Facts, Standing, standing
from cchc_tasks.domain.workflow import REMOVED_STATUSES, Status


class CountedThing(StrEnum):
    """What one unit of the count is."""

    AREA = "area"
    NUMBER = "number"
    TASK = "task"
    DELIVERABLE = "deliverable"
    OBLIGATION = "obligation"


class DoneWhen(StrEnum):
    """Whether the unit's word is enough or the confirmation is needed."""

    CONFIRMED = "confirmed"
    REPORTED = "reported"


class WholeDoneWhen(StrEnum):
    """When something made of several obligations is done."""

    ALL = "all"
    ALL_DUE = "all_due"


class StandingWork(StrEnum):
    """How undated continuous work ("thường xuyên") enters the count."""

    WHEN_CONFIRMED = "when_confirmed"
    AS_DONE = "as_done"
    LEFT_OUT = "left_out"


class Denominator(StrEnum):
    """Out of how many: everything in the plan at the cut-off, or only what was due by it."""

    ALL = "all"
    DUE = "due"


class JudgedBy(StrEnum):
    """By which deadline something is on time, late, overdue or due: the one in force, or the plan's own."""

    IN_FORCE = "in_force"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True)
class CountingRule:
    """The counting rule of a plan, printed with every number it gives. Source: DESIGN §2 (counting rule)."""

    counted: CountedThing = CountedThing.TASK
    done_when: DoneWhen = DoneWhen.CONFIRMED
    whole_done_when: WholeDoneWhen = WholeDoneWhen.ALL
    standing_work: StandingWork = StandingWork.WHEN_CONFIRMED
    denominator: Denominator = Denominator.ALL
    noun: str = "nhiệm vụ"
    judged_by: JudgedBy = JudgedBy.IN_FORCE


class ObligationState(NamedTuple):
    """One obligation as at (cut-off, known-at): where it belongs, what holds of it, and who answers for it.

    A plain tuple, like `CountedItem`, since a count may make a hundred thousand of them.
    `numbers` are the printed numbers of its task; `unit_id` the unit it counts at (None: "chưa rõ chủ trì").
    """

    obligation_id: int
    deliverable_id: int
    task_id: int
    area_id: int
    numbers: tuple[str, ...]
    status: Status
    status_on: date | None
    due_on: date | None
    is_standing: bool = False
    unit_id: int | None = None
    plan_id: int = 0
    #: The plan's own deadline without the extensions, where there were any; else the same as `due_on`.
    original_due_on: date | None = None
    extensions: int = 0

    @property
    def facts(self) -> Facts:
        return Facts(self.status, self.status_on, self.due_on)


#: Statuses of work that the unit calls finished, and those that count as done.
_SETTLED = frozenset({Status.DONE, Status.REPORTED})
_DONE_STATUSES = {DoneWhen.CONFIRMED: frozenset({Status.DONE}), DoneWhen.REPORTED: _SETTLED}


class OutReason(StrEnum):
    """Why something that the count set out is not in the number of done things."""

    OVERDUE = "overdue"
    AWAITING_CONFIRMATION = "awaiting_confirmation"
    NOT_YET_DUE = "not_yet_due"
    UNDATED = "undated"


class LeftOutReason(StrEnum):
    """Why something of the plan is not in the denominator at all."""

    REMOVED = "removed"
    STANDING_WORK = "standing_work"
    NOT_DUE = "not_due"


class CountedItem(NamedTuple):
    """One unit of the count with the obligations it is made of.

    `done_on` is the day its last part was done (None while open, or for standing work taken as done).
    `due_on` is the last due date of its parts (None if any part has none).
    """

    key: Hashable
    members: tuple[ObligationState, ...]
    is_done: bool
    is_late: bool
    is_overdue: bool
    is_reported: bool
    done_on: date | None
    due_on: date | None
    out_reason: OutReason | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A unit of the count that is not in the denominator, and why."""

    key: Hashable
    members: tuple[ObligationState, ...]
    reason: LeftOutReason


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of a period with the lists behind them: a list's length is its number."""

    rule: CountingRule
    cut_off: date
    window_starts_on: date | None
    items: tuple[CountedItem, ...]
    left_out: tuple[LeftOut, ...]

    def pick(self, wanted: Callable[[CountedItem], bool]) -> tuple[CountedItem, ...]:
        """The items for which `wanted` holds, in the plan's order."""
        return tuple(item for item in self.items if wanted(item))

    @property
    def done_items(self) -> tuple[CountedItem, ...]:
        return self.pick(lambda item: item.is_done)

    @property
    def open_items(self) -> tuple[CountedItem, ...]:
        return self.pick(lambda item: not item.is_done)

    @property
    def on_time_items(self) -> tuple[CountedItem, ...]:
        return self.pick(lambda item: item.is_done and not item.is_late)

    @property
    def late_items(self) -> tuple[CountedItem, ...]:
        return self.pick(lambda item: item.is_done and item.is_late)

    @property
    def overdue_items(self) -> tuple[CountedItem, ...]:
        return self.pick(lambda item: item.is_overdue)

    @property
    def reported_items(self) -> tuple[CountedItem, ...]:
        """Not confirmed yet, but every part of it is at least reported."""
        return self.pick(lambda item: item.is_reported)

    @property
    def due_items(self) -> tuple[CountedItem, ...]:
        """Due by the cut-off: every part of it had its due day by then."""
        return self.pick(lambda item: item.due_on is not None and item.due_on <= self.cut_off)

    @property
    def window_items(self) -> tuple[CountedItem, ...]:
        """Done within the window; both its days included. Empty without a window."""
        start = self.window_starts_on
        if start is None:
            return ()
        return self.pick(lambda item: item.is_done and item.done_on is not None and item.done_on >= start)

    @property
    def total(self) -> int:
        return len(self.items)

    @property
    def done(self) -> int:
        return len(self.done_items)


def tally(
    states: Iterable[ObligationState], rule: CountingRule, cut_off: date, *, window_starts_on: date | None = None
) -> Tally:
    """Counts `states` (each as at `cut_off`) by `rule`. The same states and rule give the same tally for ever."""
    items: list[CountedItem] = []
    left_out: list[LeftOut] = []
    if rule.judged_by is JudgedBy.ORIGINAL:
        # The members say so too: a list shows the deadline that its verdict goes by.
        states = [state._replace(due_on=state.original_due_on) if state.extensions else state for state in states]
    for key, members in _grouped(states, rule.counted):
        item = _count_one(key, members, rule, cut_off)
        (items if isinstance(item, CountedItem) else left_out).append(item)  # type: ignore[arg-type]
    return Tally(rule, cut_off, window_starts_on, tuple(items), tuple(left_out))


#: Where the key of one unit of the count stands in a state; a printed number has several.
_KEY_OF: dict[CountedThing, Callable[[ObligationState], Hashable]] = {
    CountedThing.AREA: attrgetter("area_id"),
    CountedThing.TASK: attrgetter("task_id"),
    CountedThing.DELIVERABLE: attrgetter("deliverable_id"),
    CountedThing.OBLIGATION: attrgetter("obligation_id"),
}


def _number_keys(state: ObligationState) -> tuple[Hashable, ...]:
    return tuple((state.plan_id, number) for number in state.numbers) or (("task", state.task_id),)


def _grouped(
    states: Iterable[ObligationState], counted: CountedThing
) -> Iterable[tuple[Hashable, Sequence[ObligationState]]]:
    """Groups in order of first appearance; a row with two numbers stands in both groups."""
    groups: dict[Hashable, list[ObligationState]] = defaultdict(list)
    if counted is CountedThing.NUMBER:
        for state in states:
            for key in _number_keys(state):
                groups[key].append(state)
    else:
        key_of = _KEY_OF[counted]
        for state in states:
            groups[key_of(state)].append(state)
    return groups.items()


def _count_one(
    key: Hashable, members: Sequence[ObligationState], rule: CountingRule, cut_off: date
) -> CountedItem | LeftOut:
    present = [state for state in members if state.status not in REMOVED_STATUSES]
    if not present:
        return LeftOut(key, tuple(members), LeftOutReason.REMOVED)
    if rule.standing_work is StandingWork.LEFT_OUT:
        present = [state for state in present if not state.is_standing]
        if not present:
            return LeftOut(key, tuple(members), LeftOutReason.STANDING_WORK)
    if rule.denominator is Denominator.DUE and not _is_due(present, rule, cut_off):
        return LeftOut(key, tuple(members), LeftOutReason.NOT_DUE)
    return _item(key, present, rule, cut_off)


def _is_due(present: Sequence[ObligationState], rule: CountingRule, cut_off: date) -> bool:
    """Whether something counts as due by the cut-off: any part where only due parts are asked, else all parts."""
    due = [state.due_on is not None and state.due_on <= cut_off for state in present]
    return any(due) if rule.whole_done_when is WholeDoneWhen.ALL_DUE else all(due)


def is_done(state: ObligationState, rule: CountingRule) -> bool:
    """Whether one obligation is done in the sense of `rule`."""
    if state.is_standing and rule.standing_work is StandingWork.AS_DONE:
        return True
    return state.status in _done_statuses(rule)


def _done_statuses(rule: CountingRule) -> frozenset[Status]:
    return _DONE_STATUSES[rule.done_when]


def _done_on(state: ObligationState, rule: CountingRule) -> date | None:
    """The day it was done; None for standing work that only the rule takes as done."""
    return state.status_on if state.status in _done_statuses(rule) else None


def _asked_parts(present: Sequence[ObligationState], rule: CountingRule, cut_off: date) -> Sequence[ObligationState]:
    """The parts that decide whether the whole is done: those due by the cut-off where the rule says so, else all."""
    if rule.whole_done_when is WholeDoneWhen.ALL_DUE:
        due = [state for state in present if state.due_on is not None and state.due_on <= cut_off]
        if due:
            return due
    return present


def _item(key: Hashable, present: Sequence[ObligationState], rule: CountingRule, cut_off: date) -> CountedItem:
    if len(present) == 1:
        return _item_of_one(key, present[0], rule, cut_off)
    asked = _asked_parts(present, rule, cut_off)
    open_parts = [state for state in present if not is_done(state, rule)]
    # Mostly everything is asked of a single part; what is open is then looked at once.
    done = not open_parts if asked is present else all(is_done(state, rule) for state in asked)
    verdicts = {standing(state.facts, cut_off, DUE_SOON_DAYS) for state in open_parts}
    days = [day for state in asked if (day := _done_on(state, rule)) is not None] if done else []
    dues = [state.due_on for state in present]
    return CountedItem(
        key=key,
        members=tuple(present),
        is_done=done,
        is_late=done and any(_is_late(state) for state in asked),
        is_overdue=not done and Standing.OVERDUE in verdicts,
        is_reported=not done and all(state.status in _SETTLED for state in asked),
        done_on=max(days, default=None),
        due_on=None if None in dues else max(due for due in dues if due is not None),
        out_reason=None if done else _out_reason(verdicts),
    )


def _item_of_one(key: Hashable, state: ObligationState, rule: CountingRule, cut_off: date) -> CountedItem:
    """The same for something that is one obligation: most of what is counted, and nothing is to be gathered."""
    if is_done(state, rule):
        late = _is_late(state)
        return CountedItem(key, (state,), True, late, False, False, _done_on(state, rule), state.due_on, None)
    verdict = standing(state.facts, cut_off, DUE_SOON_DAYS)
    is_overdue, is_reported = verdict is Standing.OVERDUE, state.status in _SETTLED
    reason = _REASON_OF_STANDING[verdict]
    return CountedItem(key, (state,), False, False, is_overdue, is_reported, None, state.due_on, reason)


def _is_late(state: ObligationState) -> bool:
    late = state.status_on is not None and state.due_on is not None and state.status_on > state.due_on
    return late and state.status in _SETTLED


#: The reason printed for something that is not done: the most pressing of its parts.
_REASON_OF_STANDING = {
    Standing.OVERDUE: OutReason.OVERDUE,
    Standing.AWAITING_CONFIRMATION: OutReason.AWAITING_CONFIRMATION,
    Standing.DUE_SOON: OutReason.NOT_YET_DUE,
    Standing.OPEN: OutReason.NOT_YET_DUE,
    Standing.UNDATED: OutReason.UNDATED,
}


def _out_reason(verdicts: Iterable[Standing]) -> OutReason:
    reasons = {_REASON_OF_STANDING[verdict] for verdict in verdicts if verdict not in DONE_STANDINGS}
    return next(reason for reason in OutReason if reason in reasons)
