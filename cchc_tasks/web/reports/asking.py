"""Who answers which row: how far each unit is, rows given out many at once, and whoever is late reminded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from wtforms import IntegerField
from wtforms.widgets import HiddenInput

from cchc_tasks.domain.errors import NotFound, StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.answering import Progress
from cchc_tasks.domain.reports.forms import FormRow
from cchc_tasks.domain.text import fold
from cchc_tasks.services import report_reminders, reports
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.units import UnitRow
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import requires, who_and_when
from cchc_tasks.web.reports.annex import Section, sections
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.fields import KeyForm
from cchc_tasks.web.reports.opening import Opened, head_values, open_report, state_of
from cchc_tasks.wording import report_answers as words
from cchc_tasks.wording import report_pages as page_words

CHOSEN, WHOLE, UNIT, SUGGEST = "chon", "ca-muc", "don-vi", "goi-y"
#: What the address may show: rows of one unit (its id), of the office, those without a final answer; '': all.
SHOWN, OF_OFFICE, OPEN = "loc", "van-phong", "chua-xong"
OFFICE_ID = 0


class AsksForm(BaseForm):
    """The version that was seen; the rows are boxes named by their code."""

    version = IntegerField(widget=HiddenInput())


@dataclass(frozen=True, slots=True)
class UnitLine:
    """How far one unit is with its rows; `unit_id` None: the office with those it kept."""

    unit_id: int | None
    name: str
    progress: Progress
    late: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class AskRow:
    """One row with who answers it and how far it is; `given` names the unit it was given to where that is no more."""

    row: FormRow
    unit: str
    given: str
    state: str
    state_words: str
    is_computed: bool
    is_chosen: bool


@bp.get("/<int:report_id>/phan-cong")
@requires(Action.PREPARE_REPORT)
def asks(report_id: int) -> Any:
    return page(open_report(report_id))


@bp.post("/<int:report_id>/phan-cong")
@requires(Action.PREPARE_REPORT)
def assign(report_id: int) -> Any:
    """Gives the chosen rows to one unit, or each row that nobody has to the unit that the form names."""
    opened = open_report(report_id)
    form = AsksForm()
    units = living_units(opened)
    is_suggested = SUGGEST in request.form
    wanted = suggested(opened, units) if is_suggested else read_asks(opened, units)
    trouble = "" if is_suggested or wanted else words.NOTHING_CHOSEN if not chosen_rows(opened) else words.UNIT_MISSING
    if not form.validate() or form.version.data is None or trouble:
        return page(opened, trouble=trouble), 422
    changed = {key: unit_id for key, unit_id in wanted.items() if opened.asks.answering.get(key) != unit_id}
    try:
        give(report_id, changed, form)
    except StaleEdit:
        db.session.expire_all()
        return page(open_report(report_id), trouble=page_words.ASKS_MEANWHILE), 409
    name = {unit.id: unit.name for unit in units}.get(request.form.get(UNIT, OFFICE_ID, type=int), words.OFFICE)
    said = words.given_as_form(len(changed)) if is_suggested else words.given_out(len(changed), name)
    flash(said, "done" if changed else "note")
    shown = request.args.get(SHOWN) or None
    return redirect(url_for("reports.asks", report_id=report_id, loc=shown, _anchor="dong"), code=303)


def give(report_id: int, units: Mapping[str, int | None], form: AsksForm) -> None:
    if units:
        reports.assign_rows(
            db.session,
            report_id,
            units,
            version=form.version.data or 0,
            request_key=form.request_key.data,
            **who_and_when(),
        )


@bp.post("/<int:report_id>/nhac")
@requires(Action.PREPARE_REPORT)
def remind(report_id: int) -> Any:
    """Mails to the heads of units that have rows without a final answer; once a day each."""
    form = KeyForm()
    opened = open_report(report_id)
    if not form.validate():
        return page(opened), 422
    told = report_reminders.remind_units(
        db.session,
        report_id,
        request.form.getlist(UNIT, type=int),
        request_key=form.request_key.data,
        **who_and_when(),
    )
    flash(page_words.reminded(told.queued, told.before, told.without_head), "done" if told.queued else "note")
    return redirect(url_for("reports.asks", report_id=report_id), code=303)


def living_units(opened: Opened) -> list[UnitRow]:
    return unit_queries.list_units(db.session, opened.report.agency_id, opened.today)


def chosen_rows(opened: Opened) -> list[FormRow]:
    """The rows whose boxes were ticked, and those of whole sections; codes of other forms are passed over."""
    codes, whole = set(request.form.getlist(CHOSEN)), set(request.form.getlist(WHOLE))
    shown = {row.key for row in shown_rows(opened)}
    return [
        row
        for section in sections(opened.form)
        for row in section.rows
        if not row.is_heading and (row.code in codes or (section.code in whole and row.key in shown))
    ]


def read_asks(opened: Opened, units: list[UnitRow]) -> dict[str, int | None]:
    """The unit wanted for each chosen row; None is the office. Empty where no row or no unit was chosen.

    An id that the page did not offer goes to the service, which says that it is not there.
    """
    unit_id = request.form.get(UNIT, type=int)
    if unit_id is None:
        return {}
    return {row.key: unit_id or None for row in chosen_rows(opened)}


def suggested(opened: Opened, units: list[UnitRow]) -> dict[str, int | None]:
    """Rows that nobody is asked for, given to the unit that the form names as usual."""
    by_name = {fold(name): unit.id for unit in units for name in (unit.name, unit.short_name, *unit.aliases)}
    return {
        row.key: by_name[fold(row.responsible)]
        for row in opened.to_enter
        if row.key not in opened.asks.given and fold(row.responsible) in by_name
    }


# --- what is shown


def shown_rows(opened: Opened) -> list[FormRow]:
    """The rows that the address asks for; one that names nothing of this report is not found."""
    asked = request.args.get(SHOWN, "")
    answering = opened.asks.answering
    if asked == OPEN:
        return list(opened.waiting)
    if asked == OF_OFFICE:
        return [row for row in opened.to_enter if row.key not in answering]
    if asked:
        if not asked.isdigit() or int(asked) not in answering.values():
            raise NotFound(what="unit", id=asked)
        return [row for row in opened.to_enter if answering.get(row.key) == int(asked)]
    return list(opened.form.value_rows)


def unit_lines(opened: Opened) -> list[UnitLine]:
    """Every unit that answers rows, the one with most first, last the office."""
    asked, due_on = request.args.get(SHOWN, ""), opened.report.entries_due_on
    lines = []
    for unit_id, rows in opened.rows_by_unit().items():
        found, shown = opened.progress(rows), OF_OFFICE if unit_id is None else str(unit_id)
        is_late = found.waiting and opened.today > due_on
        lines.append(
            UnitLine(
                unit_id,
                words.OFFICE_ITSELF if unit_id is None else opened.units.get(unit_id, ""),
                found,
                page_words.late_by((opened.today - due_on).days) if is_late else "",
                url_for("reports.asks", report_id=opened.report.id, loc=shown, _anchor="dong"),
                asked == shown,
            )
        )
    return lines


def ask_row(opened: Opened, row: FormRow, chosen: set[str], living: set[int]) -> AskRow:
    given, answering = opened.asks.given.get(row.key), opened.asks.answering.get(row.key)
    name = opened.units.get(answering or 0, words.OFFICE)
    return AskRow(
        row,
        name if answering is None or answering in living else words.ended_unit(name),
        "" if given == answering else words.in_place_of(opened.units.get(given or 0, "")),
        *state_of(opened, row),
        is_computed=opened.figures[row.key].is_computed,
        is_chosen=row.code in chosen,
    )


def ask_sections(opened: Opened, units: list[UnitRow]) -> list[tuple[Section, list[AskRow]]]:
    """The sections with the rows that are shown; one without any is left out."""
    shown = {row.key for row in shown_rows(opened)}
    chosen, living = set(request.form.getlist(CHOSEN)), {unit.id for unit in units}
    found = [
        (section, [ask_row(opened, row, chosen, living) for row in section.rows if row.key in shown])
        for section in sections(opened.form)
    ]
    return [(section, rows) for section, rows in found if rows]


def views(opened: Opened, shown: int) -> list[dict[str, Any]]:
    """All rows, those still open, and where the address asks for one unit that one."""
    asked = request.args.get(SHOWN, "")
    found = [("", words.ALL_ROWS, len(opened.form.value_rows)), (OPEN, words.OPEN_ROWS, len(opened.waiting))]
    if asked not in ("", OPEN):
        name = words.OFFICE if asked == OF_OFFICE else opened.units.get(int(asked), "")
        found.append((asked, name, shown))
    return [
        {
            "words": words.choices_of(count, said),
            "href": url_for("reports.asks", report_id=opened.report.id, loc=value or None, _anchor="dong"),
            "is_current": asked == value,
        }
        for value, said, count in found
    ]


def page(opened: Opened, *, trouble: str = "") -> str:
    form = AsksForm(formdata=None)
    form.version.data = opened.report.version
    units = living_units(opened)
    lines = unit_lines(opened)
    given = [line for line in lines if line.unit_id is not None]
    found = ask_sections(opened, units)
    total = len(opened.form.value_rows)
    to_units = sum(line.progress.total for line in given)
    return render_template(
        "reports/asks.html",
        **head_values(opened, "asks"),
        asks_form=form,
        key_form=KeyForm(formdata=None),
        lines=lines,
        may_remind=any(line.progress.left for line in given),
        overview=words.overview(
            total, total - len(opened.to_enter), to_units, len(given), len(opened.to_enter) - to_units
        ),
        sections=found,
        views=views(opened, sum(len(rows) for _section, rows in found)),
        shown=request.args.get(SHOWN) or None,
        units=[(unit.id, unit.name) for unit in units],
        wanted=request.form.get(UNIT, type=int),
        suggestions=len(suggested(opened, units)),
        trouble=trouble,
    )
