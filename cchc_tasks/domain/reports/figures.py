"""Figures of a report: which rows are computed, by what rule, from which lists; and what prints in the end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from cchc_tasks.domain.counting import CountedItem, CountedThing, Tally
from cchc_tasks.domain.reports.cells import BLANK, Cell, CellState, count_cell, rate_cell
from cchc_tasks.domain.reports.forms import Form, FormRow, Source


class Measure(StrEnum):
    """What is taken of a tally or a register; worded with the figure as its rule."""

    TOTAL = "total"
    DONE = "done"
    ON_TIME = "on_time"
    LATE = "late"
    DUE_RATE = "due_rate"
    REGISTER = "register"
    SUM = "sum"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Definition:
    """How one indicator is computed. `plan_kind` is that of the plans whose tallies are asked ("" for a register).

    `is_scoped`: the same plans feed several rows (divisions, units under the department): a row that is not alone
    in its form is computed only from a tally given for its own key.
    """

    measure: Measure
    plan_kind: str = ""
    is_scoped: bool = False


_CCHC, _PROVINCE, _GOVERNMENT = "cchc", "assigned_by_province", "assigned_by_government"
_INSPECTION, _COMMUNICATION = "inspection", "communication"

#: By indicator. Plan kinds are those of `storage.models.plans.PlanKind`. Source: DESIGN §5 and the union catalogue.
DEFINITIONS: Mapping[str, Definition] = {
    "steer.plan.tasks_set": Definition(Measure.TOTAL, _CCHC),
    "steer.plan.tasks_done": Definition(Measure.DONE, _CCHC),
    "steer.assigned_province.total": Definition(Measure.TOTAL, _PROVINCE),
    "steer.assigned_province.on_time": Definition(Measure.ON_TIME, _PROVINCE),
    "steer.assigned_province.late": Definition(Measure.LATE, _PROVINCE),
    "steer.assigned_government.total": Definition(Measure.TOTAL, _GOVERNMENT),
    "steer.assigned_government.on_time": Definition(Measure.ON_TIME, _GOVERNMENT),
    "steer.assigned_government.late": Definition(Measure.LATE, _GOVERNMENT),
    "steer.comms.plan_rate": Definition(Measure.DUE_RATE, _COMMUNICATION),
    "steer.inspect.agencies_provincial": Definition(Measure.DONE, _INSPECTION, is_scoped=True),
    "steer.inspect.districts": Definition(Measure.DONE, _INSPECTION, is_scoped=True),
    "steer.inspect.divisions_and_units": Definition(Measure.DONE, _INSPECTION, is_scoped=True),
    "steer.inspect.units_under": Definition(Measure.DONE, _INSPECTION, is_scoped=True),
    "steer.inspect.divisions": Definition(Measure.DONE, _INSPECTION, is_scoped=True),
    "steer.inspect.findings": Definition(Measure.REGISTER),
    "steer.inspect.findings_resolved": Definition(Measure.REGISTER),
    "steer.docs_issued": Definition(Measure.REGISTER),
    "steer.comms.articles_portal": Definition(Measure.REGISTER),
    "steer.comms.articles_own": Definition(Measure.REGISTER),
    "law.issued": Definition(Measure.REGISTER),
}


@dataclass(frozen=True, slots=True)
class Member:
    """Something behind a figure. `id` is stable ("task:12", "document:7"), `text` says it to a reader."""

    id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves an answer: an issued document (`number` '' where there is none), a kept file ('' likewise)."""

    number: str = ""
    issued_on: date | None = None
    subject: str = ""
    file_name: str = ""
    file_sha256: str = ""


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One entry of a register that feeds a row: an issued document, an inspection, an article; `amount` it counts.

    `number` is that of a document, which its `text` begins with; '' for what was added by hand.
    """

    id: str
    text: str
    on: date
    amount: int = 1
    number: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of one report.

    `cell` is what prints. `computed` is what the system found (None where nothing is computed); the two differ where
    the office printed a blank or another value, with `override_reason`. `counted` are the members that make the
    number, `not_counted` those that were looked at and left out. `measure` is the rule, None for entered rows.
    """

    key: str
    cell: Cell = BLANK
    computed: Cell | None = None
    measure: Measure | None = None
    counted: tuple[Member, ...] = ()
    not_counted: tuple[Member, ...] = ()
    note: str = ""
    override_reason: str = ""
    proof: Proof | None = None

    @property
    def is_overridden(self) -> bool:
        return self.computed is not None and self.cell != self.computed

    @property
    def is_computed(self) -> bool:
        return self.computed is not None


@dataclass(frozen=True, slots=True)
class Override:
    """What the office prints instead of a computed value; `cell` may be the blank one. The reason is never empty."""

    cell: Cell
    reason: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a report's figures come from.

    `tallies` are by plan kind (several plans of one kind add up), `scoped` by indicator where a plan feeds several
    rows, `registers` by indicator. `window` are the first and the last day of the data, both included.
    `labels` give a reader's text for member ids; a missing one stays ''.
    """

    window: tuple[date, date]
    tallies: Mapping[str, Sequence[Tally]] = field(default_factory=dict)
    scoped: Mapping[str, Sequence[Tally]] = field(default_factory=dict)
    registers: Mapping[str, Sequence[RegisterEntry]] = field(default_factory=dict)
    entered: Mapping[str, Cell] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    overrides: Mapping[str, Override] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def may_be_computed(row: FormRow) -> bool:
    """Whether some tally, register or formula could fill the row; of any other the answer alone is the figure."""
    return row.key in DEFINITIONS or bool(row.sum_of) or row.ratio_of is not None


def compute(form: Form, inputs: Inputs) -> dict[str, Figure]:
    """The figure of every row of `form`, headings included, in its order. The same inputs give the same for ever."""
    figures = {row.key: _first(form, row, inputs) for row in form.rows}
    for row in _formulas_inside_out(form):
        found = _by_formula(row, figures)
        if found is not None:
            figures[row.key] = _finish(found, row.key, inputs)
    return figures


def _first(form: Form, row: FormRow, inputs: Inputs) -> Figure:
    definition = DEFINITIONS.get(row.key)
    found = _tracked(form, row, definition, inputs) if definition else None
    if found is None:
        found = Figure(row.key, inputs.entered.get(row.key, BLANK))
    return _finish(found, row.key, inputs)


def _finish(figure: Figure, key: str, inputs: Inputs) -> Figure:
    """Puts note, proof, labels and the office's override on a figure."""
    counted = tuple(replace(each, text=each.text or inputs.labels.get(each.id, "")) for each in figure.counted)
    others = tuple(replace(each, text=each.text or inputs.labels.get(each.id, "")) for each in figure.not_counted)
    note, proof = inputs.notes.get(key, ""), inputs.proofs.get(key)
    figure = replace(figure, counted=counted, not_counted=others, note=note, proof=proof)
    override = inputs.overrides.get(key)
    if override is None or figure.computed is None:
        return figure
    return replace(figure, cell=override.cell, override_reason=override.reason)


def _tracked(form: Form, row: FormRow, definition: Definition, inputs: Inputs) -> Figure | None:
    if definition.measure is Measure.REGISTER:
        entries = inputs.registers.get(row.key)
        return None if entries is None else from_register(row.key, entries, inputs.window)
    tallies = inputs.scoped.get(row.key)
    if tallies is None and not (definition.is_scoped and shares_plans(form, row.key, definition)):
        tallies = inputs.tallies.get(definition.plan_kind)
    return None if tallies is None else from_tallies(row.key, definition.measure, tallies)


def shares_plans(form: Form, key: str, definition: Definition) -> bool:
    """Whether another row of the form counts the same measure of the same plans."""
    return any(other != key and DEFINITIONS.get(other) == definition for other in form.by_key)


def from_register(key: str, entries: Iterable[RegisterEntry], window: tuple[date, date]) -> Figure:
    """Counts the entries dated within `window`, both days included; the others are listed as not counted."""
    inside: list[RegisterEntry] = []
    outside: list[RegisterEntry] = []
    for entry in sorted(entries, key=lambda each: (each.on, each.id)):
        (inside if window[0] <= entry.on <= window[1] else outside).append(entry)
    cell = count_cell(sum(entry.amount for entry in inside))
    return Figure(
        key,
        cell,
        cell,
        Measure.REGISTER,
        tuple(Member(entry.id, entry.text) for entry in inside),
        tuple(Member(entry.id, entry.text) for entry in outside),
    )


_ITEMS = {
    Measure.TOTAL: lambda tally: tally.items,
    Measure.DONE: lambda tally: tally.done_items,
    Measure.ON_TIME: lambda tally: tally.on_time_items,
    Measure.LATE: lambda tally: tally.late_items,
}


def from_tallies(key: str, measure: Measure, tallies: Sequence[Tally]) -> Figure:
    """A number of one or several plans with the members that make it; the rest of those plans as not counted."""
    if measure is Measure.DUE_RATE:
        return _due_rate(key, tallies)
    counted = [member for tally in tallies for member in _members(tally, _ITEMS[measure](tally))]
    names = {member.id for member in counted}
    rest = [member for tally in tallies for member in _members(tally, tally.items) if member.id not in names]
    left_out = [Member(member_id(tally.rule.counted, each.key)) for tally in tallies for each in tally.left_out]
    cell = count_cell(len(counted))
    return Figure(key, cell, cell, measure, tuple(counted), tuple(rest + left_out))


def _due_rate(key: str, tallies: Sequence[Tally]) -> Figure:
    """Done of those due by the cut-off. Source: "tỷ lệ thực hiện … theo kế hoạch" (Sóc Trăng 1.3.1)."""
    due = [(tally, item) for tally in tallies for item in tally.due_items]
    done = [member for tally, item in due if item.is_done for member in _members(tally, [item])]
    rest = [member for tally, item in due if not item.is_done for member in _members(tally, [item])]
    cell = rate_cell(len(done), len(due))
    return Figure(key, cell, cell, Measure.DUE_RATE, tuple(done), tuple(rest))


def _members(tally: Tally, items: Iterable[CountedItem]) -> list[Member]:
    return [Member(member_id(tally.rule.counted, item.key)) for item in items]


def member_id(counted: CountedThing, key: object) -> str:
    """ "task:12", "number:3/2.1": the same thing has the same id in every report."""
    if isinstance(key, tuple):
        # A task without a printed number stands for itself.
        kind = "task" if key[0] == "task" else f"{counted}:{key[0]}"
        return f"task:{key[1]}" if kind == "task" else f"{kind}/{key[1]}"
    return f"{counted}:{key}"


def _formulas_inside_out(form: Form) -> list[FormRow]:
    """Rows with a formula, deepest first, so that a total of totals finds its parts ready."""
    rows = [row for row in form.rows if row.sum_of or row.ratio_of]
    return sorted(rows, key=lambda row: -row.level)


def _by_formula(row: FormRow, figures: Mapping[str, Figure]) -> Figure | None:
    """The computed figure of a total or a quotient; None where its parts do not say enough."""
    if row.ratio_of is not None:
        return _quotient(row.key, figures[row.ratio_of.numerator], figures[row.ratio_of.denominator])
    if row.source is not Source.FORMULA:
        return None
    parts = [figures[key] for key in row.sum_of]
    values = [part.cell.value for part in parts if part.cell.value is not None]
    asked = [part for part in parts if part.cell.state is not CellState.NOT_APPLICABLE]
    if not values or any(part.cell.value is None for part in asked):
        return None
    cell = count_cell(int(sum(values)))
    members = tuple(Member(f"row:{part.key}") for part in parts if part.cell.value is not None)
    return Figure(row.key, cell, cell, Measure.SUM, members)


def _quotient(key: str, numerator: Figure, denominator: Figure) -> Figure | None:
    """From the computed counts where there are any, so that a blank printed there does not lose the quotient."""
    above = (numerator.computed or numerator.cell).value
    below = (denominator.computed or denominator.cell).value
    if above is None or below is None or below == 0:
        return None
    cell = rate_cell(int(above), int(below))
    if numerator.is_computed:
        names = {member.id for member in numerator.counted}
        rest = tuple(member for member in denominator.counted if member.id not in names)
        return Figure(key, cell, cell, Measure.RATIO, numerator.counted, rest)
    return Figure(key, cell, cell, Measure.RATIO, (Member(f"row:{numerator.key}"), Member(f"row:{denominator.key}")))


def has_open_standing_work(tallies: Iterable[Tally]) -> bool:
    """Whether something not done is so because it goes on all year: real reports explain their count with it."""
    return any(state.is_standing for tally in tallies for item in tally.open_items for state in item.members)
