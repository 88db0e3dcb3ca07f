"""A newer reading of a plan against the plan as it stands: row by row, what is new, changed, moved or gone.

The print is compared, not the reading of it: a cell whose words did not change keeps what the office said of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.plan_matching import Answers, AskedMatch, match_periods, match_products, match_rows
from cchc_tasks.domain.plan_reading import AreaReading, DeliverableReading, ObligationReading, PlanReading, TaskReading
from cchc_tasks.domain.plan_sharing import Pairs, Shares, Sharing, share_products
from cchc_tasks.domain.text import one_line
from cchc_tasks.domain.workflow import Status


@dataclass(frozen=True, slots=True)
class StandingPeriod:
    """An obligation that is in the plan; `key` is its id, `status` and `status_on` what is held of it at present."""

    key: int
    label: str
    due_on: date | None
    kind: DeadlineKind
    starts_on: date | None = None
    is_ongoing: bool = False
    status: Status = Status.NOT_STARTED
    status_on: date | None = None


@dataclass(frozen=True, slots=True)
class StandingProduct:
    """A product with the time phrase printed for it."""

    key: int
    ordinal: str | None
    text: str
    deadline_text: str
    periods: tuple[StandingPeriod, ...]


@dataclass(frozen=True, slots=True)
class StandingTask:
    """A row of the plan as it stands; `lead` is the unit's name, None where nobody was named."""

    key: int
    area: str
    numbers: tuple[str, ...]
    text: str
    assignment_text: str
    time_text: str
    note: str
    lead: str | None
    products: tuple[StandingProduct, ...]


class ChangeKind(StrEnum):
    """What differs in a row."""

    ADDED = "added"
    SPLIT = "split"
    JOINED = "joined"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    REWORDED = "reworded"
    NOTE = "note"
    LEAD = "lead"
    ASSIGNMENT = "assignment"
    TIME_WORDS = "time_words"
    PRODUCT_ADDED = "product_added"
    PRODUCT_TAKEN = "product_taken"
    PRODUCT_WITHDRAWN = "product_withdrawn"
    PRODUCT_REWORDED = "product_reworded"
    PERIOD_ADDED = "period_added"
    PERIOD_WITHDRAWN = "period_withdrawn"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: the words before and after; for dates ISO text, "" where none is owed."""

    kind: ChangeKind
    before: str = ""
    after: str = ""
    product: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class PeriodPair:
    """An obligation and what the newer print makes of it; one side is None where it is new or gone."""

    old: StandingPeriod | None
    new: ObligationReading | None


@dataclass(frozen=True, slots=True)
class ProductPair:
    """A product and its newer print; `periods` only where the time phrase changed."""

    old: StandingProduct | None
    new: DeliverableReading | None
    periods: tuple[PeriodPair, ...] = ()
    #: The row (its key) where it stood, if that is another one.
    source: int | None = None


@dataclass(frozen=True, slots=True)
class TaskPair:
    """A row and its newer print, with all that differs; `area` is where it is printed now."""

    old: StandingTask | None
    new: TaskReading | None
    area: AreaReading | None
    products: tuple[ProductPair, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """Every row in printed order, those that are gone last; `asked` are rows that could be one of several."""

    rows: tuple[TaskPair, ...]
    asked: tuple[AskedMatch, ...] = field(default=())

    @property
    def changed(self) -> tuple[TaskPair, ...]:
        """Rows that are not the same as before."""
        return tuple(row for row in self.rows if row.changes)

    def of_kind(self, kind: ChangeKind) -> tuple[TaskPair, ...]:
        """Rows with a change of this kind."""
        return tuple(row for row in self.rows if any(change.kind is kind for change in row.changes))


def difference(
    standing: Sequence[StandingTask],
    reading: PlanReading,
    *,
    unit_names: Mapping[str, str],
    is_whole: bool = True,
    answers: Answers | None = None,
    shares: Shares | None = None,
) -> PlanDifference:
    """What `reading` changes in the plan. `unit_names` gives the unit's name for each printed spelling.

    `is_whole`: the document restates the whole plan, so that a row it lacks is withdrawn; a supplement is not whole.
    `answers` says by row_id which row an asked one is (its key, or None for a new one), `shares` which rows it was
    split from or joined with.
    """
    matching = match_rows(standing, tuple(reading.tasks()), answers or {})
    by_key = {task.key: task for task in standing}
    open_rows = {asked.row_id for asked in matching.asked}
    open_keys = {key for asked in matching.asked for key in asked.candidates}
    printed = [(area, new) for area in reading.areas for new in area.tasks if new.row_id not in open_rows]
    gone = {key: task for key, task in by_key.items() if key not in {*matching.pairs.values(), *open_keys}}
    own: dict[str, Pairs] = {
        new.row_id: match_products(_products(by_key, matching.pairs.get(new.row_id)), new.deliverables)
        for _area, new in printed
    }
    shares = shares or {}
    dropped = {key: task.products for key, task in gone.items()}
    moved = share_products(own, matching.pairs, dropped, shares)
    rows = []
    for area, new in printed:
        key = matching.pairs.get(new.row_id)
        products = tuple(_product_pair(*pair, moved) for pair in own[new.row_id])
        told = _sharing_changes(shares.get(new.row_id), by_key, new, is_new=key is None)
        row = _added(area, new, products, told) if key is None else _compared(by_key[key], area, new, unit_names)
        rows.append(row if key is None else _with_products(row, products, told))
    if is_whole:
        into = {source: row_id for row_id, share in shares.items() if share.is_joined for source in share.sources}
        rows += [_withdrawn(task, moved, is_joined=key in into) for key, task in gone.items()]
    return PlanDifference(tuple(rows), matching.asked)


def _products(by_key: Mapping[int, StandingTask], key: int | None) -> tuple[StandingProduct, ...]:
    return () if key is None else by_key[key].products


def _sharing_changes(
    sharing: Sharing | None, by_key: Mapping[int, StandingTask], new: TaskReading, *, is_new: bool
) -> tuple[Change, ...]:
    """That a row was split from others or joined with them; the others' words come before."""
    if sharing is None or not (sharing.is_joined or is_new):
        return ()
    kind = ChangeKind.JOINED if sharing.is_joined else ChangeKind.SPLIT
    before = "\n".join(by_key[key].text for key in sharing.sources if key in by_key)
    return (Change(kind, before, new.text),)


def _added(
    area: AreaReading, new: TaskReading, products: tuple[ProductPair, ...], told: tuple[Change, ...]
) -> TaskPair:
    return TaskPair(None, new, area, products, told or (Change(ChangeKind.ADDED, after=new.text),))


def _withdrawn(old: StandingTask, moved: Mapping[int, int], *, is_joined: bool) -> TaskPair:
    products = tuple(ProductPair(each, None) for each in old.products if each.key not in moved)
    kind = ChangeKind.JOINED if is_joined else ChangeKind.WITHDRAWN
    return TaskPair(old, None, None, products, (Change(kind, before=old.text),))


def _compared(old: StandingTask, area: AreaReading, new: TaskReading, unit_names: Mapping[str, str]) -> TaskPair:
    changes = [*_place_changes(old, area, new), *_word_changes(old, new), *_unit_changes(old, new, unit_names)]
    return TaskPair(old, new, area, (), tuple(changes))


def _with_products(row: TaskPair, products: tuple[ProductPair, ...], shared: tuple[Change, ...]) -> TaskPair:
    """A compared row with what differs in its products."""
    told = [change for pair in products for change in _product_changes(pair)]
    if row.old is not None and row.new is not None and not told:
        before, after = row.old.time_text, row.new.time_text
        told = [] if is_same(before, after) else [Change(ChangeKind.TIME_WORDS, before, after)]
    return replace(row, products=products, changes=(*shared, *row.changes, *told))


def is_same(before: str, after: str) -> bool:
    """Whether two prints say the same; blanks and line breaks say nothing."""
    return one_line(before) == one_line(after)


def _place_changes(old: StandingTask, area: AreaReading, new: TaskReading) -> list[Change]:
    if old.numbers == new.numbers and is_same(old.area, area.name):
        return []
    before, after = ", ".join(old.numbers), ", ".join(new.numbers)
    if not is_same(old.area, area.name):
        before, after = f"{before} {old.area}".strip(), f"{after} {area.name}".strip()
    return [Change(ChangeKind.MOVED, before, after)]


def _word_changes(old: StandingTask, new: TaskReading) -> list[Change]:
    pairs = ((ChangeKind.REWORDED, old.text, new.text), (ChangeKind.NOTE, old.note, new.note))
    return [Change(kind, before, after) for kind, before, after in pairs if not is_same(before, after)]


def _unit_changes(old: StandingTask, new: TaskReading, unit_names: Mapping[str, str]) -> list[Change]:
    if is_same(old.assignment_text, new.assignment_text):
        return []
    printed = new.assignment.lead
    lead = None if printed is None else unit_names.get(printed, printed)
    if lead != old.lead:
        return [Change(ChangeKind.LEAD, old.lead or "", lead or "")]
    return [Change(ChangeKind.ASSIGNMENT, old.assignment_text, new.assignment_text)]


def _product_pair(old: StandingProduct | None, new: DeliverableReading | None, moved: Mapping[int, int]) -> ProductPair:
    source = None if old is None else moved.get(old.key)
    if old is None or new is None or is_same(old.deadline_text, new.deadline.text):
        return ProductPair(old, new, source=source)
    pairs = match_periods(old.periods, new.obligations)
    return ProductPair(old, new, tuple(PeriodPair(*pair) for pair in pairs), source)


def _product_changes(pair: ProductPair) -> list[Change]:
    old, new = pair.old, pair.new
    if old is None or new is None:
        if new is not None:
            return [Change(ChangeKind.PRODUCT_ADDED, after=new.text)]
        return [Change(ChangeKind.PRODUCT_WITHDRAWN, before=old.text)] if old is not None else []
    changes = [] if pair.source is None else [Change(ChangeKind.PRODUCT_TAKEN, after=new.text)]
    if not is_same(old.text, new.text) or (old.ordinal or "") != (new.ordinal or ""):
        changes.append(Change(ChangeKind.PRODUCT_REWORDED, old.text, new.text))
    dates = [change for each in pair.periods if (change := _period_change(each, new)) is not None]
    if pair.periods and not dates:
        dates = [Change(ChangeKind.TIME_WORDS, old.deadline_text, new.deadline.text, new.text)]
    return [*changes, *dates]


def _period_change(pair: PeriodPair, product: DeliverableReading) -> Change | None:
    old, new = pair.old, pair.new
    label = (new.period_label if new is not None else "") or (old.label if old is not None else "")
    before, after = _iso(old.due_on if old else None), _iso(new.due_on if new else None)
    if old is None or new is None:
        kind = ChangeKind.PERIOD_ADDED if old is None else ChangeKind.PERIOD_WITHDRAWN
        return Change(kind, before, after, product.text, label)
    if not is_moved(old, new, product):
        return None
    return Change(ChangeKind.DEADLINE, before, after, product.text, label)


def is_moved(old: StandingPeriod, new: ObligationReading, product: DeliverableReading) -> bool:
    """Whether something else is owed: another day, or, without one, another sort of work."""
    if (old.due_on, old.starts_on, old.is_ongoing) != (new.due_on, new.starts_on, product.deadline.is_ongoing):
        return True
    return old.due_on is None and old.kind is not product.deadline.kind


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()
