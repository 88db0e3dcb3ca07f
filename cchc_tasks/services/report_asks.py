"""Who is asked for which row of a report: as the office gave rows out, who answers today, by whom it is shown.

Units change while a report is prepared. A row stays given to the unit that the office named; whoever took its place
answers it and is reminded, and the report speaks of the units of its cut-off or of today's, as it is set up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from cchc_tasks.domain.periods import last_instant
from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.domain.report_reminders import ReportFacts
from cchc_tasks.domain.reports.answering import AnswerState, answer_state, progress, rows_to_enter
from cchc_tasks.domain.reports.cells import BLANK, Cell, parse_cell
from cchc_tasks.domain.reports.figures import Figure, may_be_computed
from cchc_tasks.domain.reports.forms import Form, FormRow
from cchc_tasks.services.report_figures import compute_draft
from cchc_tasks.services.report_forms import form_of
from cchc_tasks.storage.models import Report, ReportEntry
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.storage.queries.reorganisations import successors


@dataclass(frozen=True, slots=True)
class Asks:
    """The unit of each row, by key: as `given` out, who is `answering` now, and by whom the report is `shown`."""

    given: Mapping[str, int]
    answering: Mapping[str, int]
    shown: Mapping[str, int]
    #: The unit in the place of one that is no more, for whatever else is told by unit; empty where units are asked
    #: as they were at the cut-off.
    shown_as: Mapping[int, int]


def asks_of(session: Session, report: Report) -> Asks:
    """Who is asked for which row of a report; at most three queries."""
    given = queries.asks_of(session, report)
    today = successors(session, report.agency_id)
    then = today
    if today and report.units_asked is UnitsAsked.THEN:
        then = successors(session, report.agency_id, by=report.cut_off)
    return Asks(
        given,
        answering=_passed(given, today),
        shown=_passed(given, then),
        shown_as=today if report.units_asked is UnitsAsked.NOW else {},
    )


def _passed(given: Mapping[str, int], heir_of: Mapping[int, int]) -> dict[str, int]:
    return {key: heir_of.get(unit_id, unit_id) for key, unit_id in given.items()}


def names_day(report: Report, today: date) -> date:
    """The day whose names units are called by: the cut-off's, which may lie ahead, or today's."""
    return today if report.units_asked is UnitsAsked.NOW else min(report.cut_off, today)


# --- what is still owed


def owed(session: Session, agency_id: int, today: date, *, unit_ids: frozenset[int] | None = None) -> list[ReportFacts]:
    """Of every report in preparation each unit (of `unit_ids`) that has something left to answer on `today`.

    One query where no report is prepared; figures are counted only where a row without an answer could be one.
    """
    return [
        ReportFacts(
            report_id=report.id,
            unit_id=unit_id,
            title=report.title,
            missing=found.waiting,
            not_yet=found.not_yet,
            entries_due_on=report.entries_due_on,
            send_by=report.send_by,
        )
        for report in queries.list_drafts(session, agency_id)
        for unit_id, cells in sorted(_cells_by_unit(session, report, today, unit_ids).items())
        if (found := progress(cells)).is_owed(today, report.entries_due_on)
    ]


def _cells_by_unit(
    session: Session, report: Report, today: date, unit_ids: frozenset[int] | None
) -> dict[int, list[Cell]]:
    answering = asks_of(session, report).answering
    asked = {key: unit_id for key, unit_id in answering.items() if unit_ids is None or unit_id in unit_ids}
    if not asked:
        return {}
    form = form_of(queries.get_form(session, report.agency_id, report.form_id))
    entries = queries.entries_of(session, report)
    rows = [row for row in form.value_rows if row.key in asked]
    cells = {row.key: cell_of(row, entries.get(row.key)) for row in rows}
    computed = _computed(session, report, form, _unsettled(rows, cells), today)
    found: dict[int, list[Cell]] = defaultdict(list)
    for row in rows:
        if row.key not in computed:
            found[asked[row.key]].append(cells[row.key])
    return found


def cell_of(row: FormRow, entry: ReportEntry | None) -> Cell:
    """What was answered for a row."""
    return BLANK if entry is None else parse_cell(entry.printed, row.value_type, row.choices)


def _unsettled(rows: Iterable[FormRow], cells: Mapping[str, Cell]) -> list[FormRow]:
    """Rows that nobody answered for good, and that may need no answer."""
    return [row for row in rows if may_be_computed(row) and answer_state(cells[row.key]) is not AnswerState.DONE]


def _computed(session: Session, report: Report, form: Form, unsettled: list[FormRow], today: date) -> frozenset[str]:
    """The keys of rows that the figures fill by themselves; counted only if one of the `unsettled` could be one."""
    if not unsettled:
        return frozenset()
    figures: Mapping[str, Figure] = compute_draft(session, report, known_at=last_instant(today)).figures
    return frozenset(figures) - {row.key for row in rows_to_enter(form, figures)}
