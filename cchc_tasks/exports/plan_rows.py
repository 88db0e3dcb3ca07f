"""The rows of a plan's table: the print as it was issued, or, where that no longer says what holds, words that do.

Every cell is read back as an import would read it. A cell that was corrected, extended or made by hand is printed in
the words of `wording`, so that the exported file is the plan and not only its first print.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from cchc_tasks.domain.assignments import parse_assignment
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.deadlines import Deadline, Recurrence, parse_deadline
from cchc_tasks.domain.held_plans import HeldArea, HeldObligation, HeldPlan, HeldProduct, HeldTask
from cchc_tasks.domain.plan_reading import ObligationReading, obligations_of, period_label
from cchc_tasks.domain.plan_reading.matching import match_deadlines
from cchc_tasks.domain.plan_reading.numbers import read_task_cell
from cchc_tasks.domain.plan_reading.products import split_products
from cchc_tasks.domain.plan_units import plan_units
from cchc_tasks.domain.text import normalise
from cchc_tasks.domain.units import AssignedUnits
from cchc_tasks.exports.plans import PrintedRow, dashed_cell, products_cell, task_cell
from cchc_tasks.wording import printing as words
from cchc_tasks.wording.reading import UNSTATED, deadline_phrase


def plan_rows(plan: HeldPlan) -> tuple[PrintedRow, ...]:
    """All rows in printed order; the rows of one area, and those of one task, stand together."""
    printer = _Printer(plan)
    return tuple(row for area in plan.areas for row in printer.rows_of(area))


def obligations_in(products: Sequence[str], time_text: str, year: int) -> list[tuple[ObligationReading, ...]]:
    """What an import finds due for each product under this time cell."""
    matched = match_deadlines(list(products), parse_deadline(time_text, year), year)
    return [obligations_of(deadline) if deadline is not None else () for deadline in matched.deadlines]


@dataclass(slots=True)
class _Printer:
    """Prints the rows of one plan; which unit a printed name means is looked up once."""

    plan: HeldPlan
    _units: dict[str, int | None] = field(default_factory=dict)

    def rows_of(self, area: HeldArea) -> Iterator[PrintedRow]:
        above = ""
        for task in area.tasks:
            cell = _task_cell(area.ordinal, task)
            # A further row of the same task has no number: small letters could pass for the rest of the row above.
            is_continued = cell == above or not task.numbers
            time_text, products = self._time_and_products(task, is_continued=is_continued)
            assignment = self._assignment(task)
            yield PrintedRow(area.ordinal, area.name, cell, products, assignment, time_text, task.note)
            above = cell

    # --- products and their days

    def _time_and_products(self, task: HeldTask, *, is_continued: bool) -> tuple[str, str]:
        """The time cell that dates every product as the plan does, and a product cell that comes apart as they do."""
        cells = _product_cells(task.products, is_continued=is_continued)
        best, most = (task.time_text, cells[0]), -1
        for time_text in dict.fromkeys(self._times(task)):
            for products in cells:
                score = self._likeness(task, products, time_text)
                if score > most:
                    best, most = (time_text, products), score
                if score == _LIKE:
                    return best
        return best

    def _likeness(self, task: HeldTask, products: str, time_text: str) -> int:
        """0 where the cells come apart otherwise, up to `_LIKE` where they say all that the plan holds."""
        clauses = len(parse_deadline(time_text, self.plan.year).clauses)
        texts = [product.text for product in split_products(products, clauses).items]
        if texts != [normalise(product.text) for product in task.products]:
            return int(not task.products)
        found = obligations_in(texts, time_text, self.plan.year)
        kinds = zip(task.products, found, strict=True)
        pairs = [(each.obligations, read) for each, read in kinds]
        if not all([owed.due_on for owed in held] == [owed.due_on for owed in read] for held, read in pairs):
            return 1
        starts = all([owed.starts_on for owed in held] == [owed.starts_on for owed in read] for held, read in pairs)
        labels = all([owed.label for owed in held] == [owed.period_label for owed in read] for held, read in pairs)
        return 2 + starts + labels

    def _times(self, task: HeldTask) -> Iterator[str]:
        """Time cells to try, the print first."""
        yield task.time_text
        printed = [_printed_phrase(product) for product in task.products]
        yield printed[0] if len(set(printed)) == 1 else _by_number(printed)
        phrases = [self._phrase(product.obligations) for product in task.products]
        if len(set(phrases)) == 1:
            yield phrases[0]
        yield _by_number(phrases)

    def _phrase(self, owed: Sequence[HeldObligation]) -> str:
        """The words that make most of this due; of equal ones the plainest."""
        wanted = [(one.label, one.due_on, one.starts_on) for one in owed]
        phrase = ""
        for style in _Style:
            phrase = _phrase(owed, self.plan.year, style)
            found = obligations_of(parse_deadline(phrase, self.plan.year))
            if [(one.period_label, one.due_on, one.starts_on) for one in found] == wanted:
                break
        return phrase

    # --- units

    def _assignment(self, task: HeldTask) -> str:
        """The printed cell where it still names the units in their roles."""
        cells = dict.fromkeys((task.assignment_text, *self._assignments(task.assigned)))
        wanted = _comparable(task.assigned)
        return next((cell for cell in cells if self._read(cell) == wanted), task.assignment_text)

    def _assignments(self, assigned: AssignedUnits) -> Iterator[str]:
        names = {unit.id: unit.name for unit in self.plan.units}
        lead = names.get(assigned.lead or 0, "")
        together = [names[unit_id] for unit_id in assigned.co_leads if unit_id in names]
        coordinating = [names[unit_id] for unit_id in assigned.coordinating if unit_id in names]
        if lead and not together:
            yield words.led_by(lead, coordinating)
            yield words.helped_by(lead, coordinating)
        if together and not lead:
            yield words.listed_units(together, coordinating)
        yield words.units_by_role(lead, together, coordinating)

    def _read(self, cell: str) -> tuple[object, ...]:
        """The units of a cell as an import finds them."""
        read = parse_assignment(cell)
        lead = None if read.lead is None else self._unit(read.lead)
        co_leads = tuple(dict.fromkeys(map(self._unit, read.co_leads)))
        coordinating = tuple(dict.fromkeys(map(self._unit, read.coordinating)))
        beside = tuple(unit_id for unit_id in co_leads if unit_id != lead)
        others = tuple(unit_id for unit_id in coordinating if unit_id not in (lead, *beside))
        return lead, read.lead_basis, beside, others

    def _unit(self, printed: str) -> int | None:
        if printed not in self._units:
            self._units[printed] = plan_units([printed], self.plan.units)[0].unit_id
        return self._units[printed]


#: Days, starts and labels all as in the plan.
_LIKE = 4


def _comparable(assigned: AssignedUnits) -> tuple[object, ...]:
    return assigned.lead, assigned.basis, assigned.co_leads, assigned.coordinating


def _task_cell(ordinal: str, task: HeldTask) -> str:
    """The task with its numbers; each in full where the short form would be read as other numbers."""
    area = int(ordinal) if ordinal.isdecimal() else 0
    cells = (task_cell(ordinal, task.numbers, task.text), task_cell("", task.numbers, task.text))
    wanted = (tuple(task.numbers), task.text)
    for cell in cells:
        read = read_task_cell(normalise(cell), area, "")
        if (read.numbers, read.text) == wanted:
            return cell
    return cells[0]


def _product_cells(products: Sequence[HeldProduct], *, is_continued: bool) -> list[str]:
    """Product cells to try: as printed, with a dash for each, with a number for each."""
    pairs = [(product.ordinal, product.text) for product in products]
    dashed = dashed_cell([text for _, text in pairs])
    numbered = products_cell([(str(number), text) for number, (_, text) in enumerate(pairs, start=1)])
    printed = products_cell(pairs)
    return list(dict.fromkeys((dashed, numbered) if is_continued and printed[:1].islower() else
                              (printed, dashed, numbered)))  # fmt: skip


def _printed_phrase(product: HeldProduct) -> str:
    return next((owed.text for owed in product.obligations if owed.text), "")


def _by_number(phrases: Iterable[str]) -> str:
    lines = (words.of_product(number, " ".join(each.split())) for number, each in enumerate(phrases, start=1))
    return "\n".join(lines)


class _Style(StrEnum):
    """How a deadline is put into words."""

    OWN = "in the words of its kind"
    NAMED = "period by period"
    BARE = "by its days alone"


def _phrase(owed: Sequence[HeldObligation], year: int, style: _Style) -> str:
    """A phrase that makes these days due."""
    if len(owed) != 1 or (owed[0].label and style is _Style.NAMED):
        return _phrase_of_several(owed, year, style)
    one = owed[0]
    kind = one.kind
    is_bare = style is _Style.BARE
    if one.due_on is None:
        kind = DeadlineKind.UNSTATED if is_bare else kind
    elif one.starts_on is not None:
        kind = DeadlineKind.RANGE
    elif is_bare or kind not in _WITH_DAY:
        kind = DeadlineKind.BEFORE_DATE
    days = (one.due_on,) if one.due_on is not None else ()
    said = Deadline(one.text, kind, one.is_ongoing and not is_bare, one.starts_on, one.due_on, days)
    return deadline_phrase(said, year) or UNSTATED


def _phrase_of_several(owed: Sequence[HeldObligation], year: int, style: _Style) -> str:
    named = [(each.label, each.due_on) for each in owed if each.due_on is not None]
    if not named:
        return UNSTATED
    if style is _Style.NAMED:
        return words.listed_periods(named, is_ongoing=owed[0].is_ongoing)
    days = tuple(day for _label, day in named)
    recurrence = Recurrence.LISTED if style is _Style.BARE else _recurrence(owed)
    ongoing = owed[0].is_ongoing and style is _Style.OWN
    said = Deadline(owed[0].text, DeadlineKind.RECURRING, ongoing, None, days[-1], days, recurrence)
    return deadline_phrase(said, year)


def _recurrence(owed: Sequence[HeldObligation]) -> Recurrence:
    """How often it falls due, told by the names of its periods."""
    for recurrence in Recurrence:
        if all(
            each.due_on is not None and each.label == period_label(recurrence, index, each.due_on)
            for index, each in enumerate(owed, start=1)
        ):
            return recurrence
    return Recurrence.LISTED


_WITH_DAY = frozenset(
    {DeadlineKind.DATE, DeadlineKind.BEFORE_DATE, DeadlineKind.MONTH, DeadlineKind.QUARTER, DeadlineKind.WITHIN_YEAR}
)
