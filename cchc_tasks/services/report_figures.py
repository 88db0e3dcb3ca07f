"""The figures of a report as at its cut-off: what feeds them, what they come to, what is wrong, what moved since."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from cchc_tasks.domain.counting import Tally, tally
from cchc_tasks.domain.errors import Refused, RefusedReason
from cchc_tasks.domain.permissions import Action, Principal, require
from cchc_tasks.domain.reports.cells import Cell, parse_cell
from cchc_tasks.domain.reports.checks import check
from cchc_tasks.domain.reports.figures import (
    DEFINITIONS,
    Figure,
    Inputs,
    Measure,
    Override,
    Proof,
    RegisterEntry,
    compute,
    shares_plans,
)
from cchc_tasks.domain.reports.findings import Checked, Finding, Statement
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.domain.reports.frozen import FigureDrift, Snapshot, drift, snapshot_from_bytes
from cchc_tasks.domain.reports.texts import bound_numbers, render, sentences
from cchc_tasks.services import registers
from cchc_tasks.services.counting import rule_of
from cchc_tasks.services.ledger import known_now
from cchc_tasks.services.report_forms import form_of
from cchc_tasks.storage.models import Report, ReportEntry
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.storage.queries.as_of import states_as_of
from cchc_tasks.storage.queries.boards import DocumentLine
from cchc_tasks.storage.queries.report_members import MemberFacts, members_of_plans
from cchc_tasks.storage.queries.report_places import ProofLine, proofs_of

#: How a thing that was counted is named to a reader: from its number, its words and the documents that prove it.
Describe = Callable[[MemberFacts], str]


@dataclass(frozen=True, slots=True)
class ReportFigures:
    """A report with its form and the figure of every row, as known at an instant.

    `tallies` are by kind of plan, in the order of the report's plans; `scoped` by row: plans of its own.
    """

    report: Report
    form: Form
    figures: Mapping[str, Figure]
    tallies: Mapping[str, tuple[Tally, ...]]
    known_at: datetime
    scoped: Mapping[str, tuple[Tally, ...]] = field(default_factory=dict)

    @property
    def by_plan(self) -> dict[int, Tally]:
        """The tally of each plan that feeds the report, by the plan's id."""
        report = self.report
        groups = ((report.plans, self.tallies), (report.scoped_plans, self.scoped))
        return {
            plan_id: tally
            for ids, told in groups
            for name, plan_ids in ids.items()
            for plan_id, tally in zip(plan_ids, told.get(name, ()), strict=False)
        }


def figures_of(
    session: Session,
    report_id: int,
    *,
    actor: Principal,
    now: datetime,
    describe: Describe,
    known_at: datetime | None = None,
) -> ReportFigures:
    """Every figure of a report, computed live as known now (or at `known_at`), whether it was submitted or not."""
    require(actor, Action.READ_AGENCY)
    report = queries.get_report(session, actor.agency_id, report_id)
    return compute_report(session, report, actor=actor, now=now, describe=describe, known_at=known_at)


def compute_report(
    session: Session,
    report: Report,
    *,
    actor: Principal,
    now: datetime,
    describe: Describe | None = None,
    known_at: datetime | None = None,
) -> ReportFigures:
    """The same of a report that is at hand. Without `describe` the members have no names, which spares the five
    queries of every document behind the plans: for whoever shows numbers and no lists."""
    require(actor, Action.READ_AGENCY)
    known = known_at or known_now(session, actor.agency_id, now=now)
    return compute_draft(session, report, known_at=known, describe=describe)


def compute_draft(
    session: Session, report: Report, *, known_at: datetime, describe: Describe | None = None
) -> ReportFigures:
    """The same for whoever acts for the agency itself: a round of reminders, or a service that has asked already."""
    form = form_of(queries.get_form(session, report.agency_id, report.form_id))
    tallies = {
        kind: tuple(_tally(session, plan_id, report, known_at) for plan_id in ids) for kind, ids in report.plans.items()
    }
    scoped = {
        key: tuple(_tally(session, plan_id, report, known_at) for plan_id in ids)
        for key, ids in report.scoped_plans.items()
    }
    entries = queries.entries_of(session, report)
    inputs = Inputs(
        window=(report.window_starts_on, report.cut_off),
        tallies=tallies,
        scoped=scoped,
        registers=_registers(session, report, form, known_at, describe),
        entered={key: _cell(form, key, entry.printed) for key, entry in entries.items()},
        notes={key: entry.note for key, entry in entries.items()},
        proofs=_proofs(session, report, entries),
        overrides=_overrides(session, report, form),
        labels={} if describe is None else _labels(session, report, describe, known_at),
    )
    return ReportFigures(report, form, compute(form, inputs), tallies, known_at, scoped)


def plans_behind(report: Report, form: Form, key: str) -> tuple[int, ...]:
    """The ids of the plans that `domain.reports.figures.compute` counts a row from, a quotient's those of its
    numerator; () for what no plan feeds."""
    row = form.by_key.get(key)
    if row is not None and row.ratio_of is not None:
        key = row.ratio_of.numerator
    definition = DEFINITIONS.get(key)
    if definition is None or definition.measure is Measure.REGISTER:
        return ()
    own = report.scoped_plans.get(key)
    if own is None and not (definition.is_scoped and shares_plans(form, key, definition)):
        own = report.plans.get(definition.plan_kind)
    return tuple(own or ())


def _tally(session: Session, plan_id: int, report: Report, known_at: datetime) -> Tally:
    """The plan by its own rule, as `services.counting.count` gives it: plans of a report were looked at when chosen."""
    rule = rule_of(session, report.agency_id, plan_id, known_at=known_at)
    states = states_as_of(session, report.agency_id, [plan_id], cut_off=report.cut_off, known_at=known_at)
    return tally(states, rule, report.cut_off, window_starts_on=report.window_starts_on)


def _cell(form: Form, key: str, printed: str) -> Cell:
    row = form.by_key[key]
    return parse_cell(printed, row.value_type, row.choices)


def _proofs(session: Session, report: Report, entries: Mapping[str, ReportEntry]) -> dict[str, Proof]:
    """What proves each answer, by its row."""
    lines = proofs_of(session, report.agency_id, entries.values())
    return {key: _proof(lines[entry.id]) for key, entry in entries.items() if entry.id in lines}


def _proof(line: ProofLine) -> Proof:
    number, issued_on, subject = line.document or ("", None, "")
    name, sha256 = (line.file.name, line.file.sha256) if line.file else ("", "")
    return Proof(number, issued_on, subject, name, sha256)


def _registers(
    session: Session, report: Report, form: Form, known_at: datetime, describe: Describe | None
) -> dict[str, list[RegisterEntry]]:
    """A register that nobody ever wrote to gives no figure, so that its row can be entered."""
    said = queries.register_rows(session, report.agency_id, known_at=known_at, keys=registers.REGISTER_KEYS)
    plan_ids = register_plans(report)
    found = {}
    for key in registers.REGISTER_KEYS:
        if key in form.by_key and (key == registers.DOCUMENTS or key in said):
            lines = registers.lines_of(session, report.agency_id, key, plan_ids=plan_ids, known_at=known_at)
            found[key] = [_described(entry, describe) for entry in registers.counted(lines)]
    return found


def _described(entry: RegisterEntry, describe: Describe | None) -> RegisterEntry:
    """The entry named as what proves work is: its subject, then number and day of the document."""
    if describe is None or not entry.number:
        return entry
    subject = entry.text.removeprefix(f"{entry.number}: ")
    return replace(entry, text=describe(MemberFacts("", subject, "", (DocumentLine(entry.number, entry.on),))))


def register_plans(report: Report) -> tuple[int, ...]:
    """The plans whose documents stand in the register of documents: those of the reform itself."""
    return tuple(report.plans.get("cchc", ()))


def _overrides(session: Session, report: Report, form: Form) -> dict[str, Override]:
    return {
        key: Override(_cell(form, key, row.printed), row.reason)
        for key, row in queries.overrides_of(session, report).items()
        if row.printed is not None
    }


def _labels(session: Session, report: Report, describe: Describe, known_at: datetime) -> dict[str, str]:
    plan_ids = {plan_id for ids in (*report.plans.values(), *report.scoped_plans.values()) for plan_id in ids}
    facts = members_of_plans(session, report.agency_id, sorted(plan_ids), known_at=known_at)
    return {member: describe(each) for member, each in facts.items()}


def previous_cells(session: Session, report: Report, form: Form) -> tuple[dict[str, Cell] | None, bool]:
    """What the last submitted report of the same form printed, and whether it is of the same year; None: no such."""
    before = queries.previous_report(session, report, form.code)
    stored = None if before is None else queries.snapshot_of(session, before)
    if before is None or stored is None:
        return None, False
    frozen = snapshot_from_bytes(stored.content.encode())
    printed = {figure.key: figure.printed for figure in frozen.figures}
    cells = {key: _cell(form, key, text) for key, text in printed.items() if key in form.by_key}
    return cells, before.year == report.year


def findings_of(session: Session, told: ReportFigures) -> tuple[Finding, ...]:
    """Everything the checks find in a report as it would print now."""
    previous, is_same_year = previous_cells(session, told.report, told.form)
    before = queries.previous_report(session, told.report, told.form.code)
    texts = tuple(row.text for _place, row in sorted(queries.texts_of(session, told.report).items()))
    return check(
        Checked(
            form=told.form,
            cells={key: figure.cell for key, figure in told.figures.items()},
            window=(told.report.window_starts_on, told.report.cut_off),
            period_key=told.report.period_key,
            notes={key: figure.note for key, figure in told.figures.items() if figure.note},
            previous=previous,
            is_same_year=is_same_year,
            previous_starts_on=None if before is None else before.window_starts_on,
            statements=_statements(texts),
            plan_noun=_noun(told),
            computed={
                key: figure.computed
                for key, figure in told.figures.items()
                if figure.computed is not None and figure.is_overridden
            },
            texts=texts,
            figures=told.figures,
        )
    )


def _statements(texts: Sequence[str]) -> tuple[Statement, ...]:
    """The sentences of the text that name a row by a bound number."""
    return tuple(
        Statement(number.key, render(sentence))
        for text in texts
        for sentence in sentences(text)
        for number in bound_numbers(sentence)
    )


def _noun(told: ReportFigures) -> str:
    own = told.tallies.get("cchc", ())
    return own[0].rule.noun if own else ""


def drift_of(
    session: Session, report: Report, *, actor: Principal, now: datetime, describe: Describe
) -> tuple[Snapshot, tuple[FigureDrift, ...], ReportFigures]:
    """The submitted report, what would be otherwise today, and today's figures.

    Raises `Refused(REPORT_NOT_SUBMITTED)` for a draft.
    """
    stored = queries.snapshot_of(session, report)
    if stored is None:
        raise Refused(RefusedReason.REPORT_NOT_SUBMITTED)
    frozen = snapshot_from_bytes(stored.content.encode())
    told = compute_report(session, report, actor=actor, now=now, describe=describe)
    return frozen, drift(frozen, told.figures), told
