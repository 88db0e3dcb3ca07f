"""A report as its pages show it: with its form, its figures (today's, or the frozen ones) and what stands around."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from flask import url_for

from cchc_tasks.domain import permissions
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.reports.answering import AnswerState, Progress, answer_state, asked_of, progress
from cchc_tasks.domain.reports.cells import Cell, parse_cell
from cchc_tasks.domain.reports.checks import open_findings
from cchc_tasks.domain.reports.findings import Finding
from cchc_tasks.domain.reports.forms import Form, FormRow, Severity
from cchc_tasks.domain.reports.frozen import FrozenFigure, Snapshot, freeze_figure
from cchc_tasks.services.report_asks import Asks, asks_of, names_day
from cchc_tasks.services.report_figures import ReportFigures, compute_report, findings_of, previous_cells
from cchc_tasks.services.report_forms import form_of
from cchc_tasks.services.report_submission import frozen_of
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Report, ReportEntry, ReportState
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.web import clock
from cchc_tasks.web.login import current_principal
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.report_members import member_words


@dataclass
class Opened:
    """A report on a page. `told` are today's figures; a submitted report shows its `frozen` ones instead.

    `with_names`: the page lists what was counted, so that each thing needs its words.
    """

    report: Report
    form: Form
    frozen: Snapshot | None
    principal: Principal
    today: date
    with_names: bool = False

    @property
    def is_draft(self) -> bool:
        return self.report.state is ReportState.DRAFT

    @cached_property
    def told(self) -> ReportFigures:
        """Today's figures; their members without names, unless the page was opened `with_names`."""
        describe = member_words if self.with_names else None
        return compute_report(db.session, self.report, actor=self.principal, now=clock.now(), describe=describe)

    @cached_property
    def figures(self) -> Mapping[str, FrozenFigure]:
        if self.frozen is not None:
            return {figure.key: figure for figure in self.frozen.figures}
        return {key: freeze_figure(figure) for key, figure in self.told.figures.items()}

    @cached_property
    def entries(self) -> dict[str, ReportEntry]:
        return queries.entries_of(db.session, self.report)

    @cached_property
    def asks(self) -> Asks:
        return asks_of(db.session, self.report)

    @cached_property
    def units(self) -> dict[int, str]:
        """What units are called: at the cut-off or today, as the report is set up."""
        day = names_day(self.report, self.today)
        return unit_queries.short_names_on(db.session, self.report.agency_id, day)

    def unit_name(self, unit_id: int | None, nobody: str = "") -> str:
        """The unit by whose name the report speaks of this one."""
        return self.units.get(self.asks.shown_as.get(unit_id or 0, unit_id or 0), nobody)

    def asked_name(self, row: FormRow) -> str:
        """Who answers a row, as the report speaks of units."""
        return self.units.get(self.asks.shown.get(row.key, 0), words.OFFICE)

    @cached_property
    def previous(self) -> Mapping[str, Cell]:
        """What the last submitted report of the form printed, by row."""
        cells, _is_same_year = previous_cells(db.session, self.report, self.form)
        return cells or {}

    @cached_property
    def previous_report(self) -> Report | None:
        return queries.previous_report(db.session, self.report, self.form.code)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return findings_of(db.session, self.told) if self.is_draft else ()

    @cached_property
    def accepted(self) -> dict[str, Any]:
        return queries.acceptances_of(db.session, self.report)

    @cached_property
    def open_findings(self) -> tuple[Finding, ...]:
        return open_findings(self.findings, self.accepted)

    @property
    def stops(self) -> int:
        return sum(finding.severity is Severity.STOPS for finding in self.open_findings)

    def may(self, action: Action) -> bool:
        return permissions.may_anywhere(self.principal, action)

    @property
    def is_editable(self) -> bool:
        return self.is_draft and self.may(Action.PREPARE_REPORT)

    def cell(self, row: FormRow) -> Cell:
        return parse_cell(self.figures[row.key].printed, row.value_type, row.choices)

    def state(self, row: FormRow) -> AnswerState:
        return answer_state(self.cell(row))

    def is_answered(self, row: FormRow) -> bool:
        """Whether somebody said something that may go out; "chưa có" is not yet that."""
        return self.state(row) is AnswerState.DONE

    @cached_property
    def to_enter(self) -> tuple[FormRow, ...]:
        return tuple(row for row in self.form.value_rows if not self.figures[row.key].is_computed)

    @cached_property
    def waiting(self) -> tuple[FormRow, ...]:
        """Rows that somebody has to answer and nobody did for good."""
        return tuple(row for row in self.to_enter if not self.is_answered(row))

    def progress(self, rows: Iterable[FormRow]) -> Progress:
        """How far those of these rows are that somebody has to answer."""
        return progress(self.cell(row) for row in rows if not self.figures[row.key].is_computed)

    def rows_by_unit(self) -> dict[int | None, list[FormRow]]:
        """The rows to answer by the unit that answers today (None: the office itself), the fullest list first."""
        found: dict[int | None, list[FormRow]] = {}
        for row in self.to_enter:
            found.setdefault(self.asks.answering.get(row.key), []).append(row)
        return dict(sorted(found.items(), key=lambda pair: (pair[0] is None, -len(pair[1]))))

    def rows_of(self, unit_ids: frozenset[int]) -> tuple[FormRow, ...]:
        """The rows that these units answer, in the form's order."""
        return asked_of(self.form.value_rows, self.asks.answering, unit_ids)


def open_report(report_id: int, *, with_names: bool = False) -> Opened:
    """The report of the reader's agency; raises `NotFound`."""
    principal = current_principal()
    report = queries.get_report(db.session, principal.agency_id, report_id)
    form = form_of(queries.get_form(db.session, principal.agency_id, report.form_id))
    return Opened(report, form, frozen_of(db.session, report), principal, clock.today(), with_names)


def tabs(opened: Opened, current: str) -> list[dict[str, Any]]:
    """The pages of one report; those of the preparation for the office alone."""
    report_id = opened.report.id
    pages = [
        ("show", words.TAB_FIGURES, "grid"),
        ("checks", words.tab_checks(len(opened.open_findings) if opened.is_draft else 0), "confirm"),
        ("text", words.TAB_TEXT, "rows"),
        ("submission", words.TAB_SUBMISSION if opened.is_draft else words.TAB_SUBMITTED, "send"),
    ]
    if opened.is_editable:
        pages += [("asks", words.TAB_ASKS, "unit"), ("set_up", words.TAB_SET_UP, "gear")]
    return [
        {
            "words": said,
            "href": url_for(f"reports.{endpoint}", report_id=report_id),
            "icon": icon,
            "is_current": endpoint == current,
        }
        for endpoint, said, icon in pages
    ]


def head_values(opened: Opened, current: str) -> dict[str, Any]:
    """What the head of every page of a report shows."""
    report = opened.report
    return {
        "opened": opened,
        "report": report,
        "form": opened.form,
        "tabs": tabs(opened, current),
        "head": words.heading(report.period_key, report.year, report.edition),
        "head_facts": words.facts(report, opened.today, is_draft=opened.is_draft),
        "own_rows": len(opened.rows_of(opened.principal.unit_ids)) if opened.is_draft else 0,
    }


#: How far an entered row is: the class of its mark and its words.
_STATES = {
    AnswerState.WAITING: ("todo", words.STATE_TODO),
    AnswerState.NOT_YET: ("check", words.STATE_NOT_YET),
    AnswerState.DONE: ("done", words.STATE_DONE),
}


def state_of(opened: Opened, row: FormRow) -> tuple[str, str]:
    """How far a row is: the class of its mark and its words."""
    if opened.figures[row.key].is_computed:
        return "auto", words.STATE_COMPUTED
    return _STATES[opened.state(row)]
