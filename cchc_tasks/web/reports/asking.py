"""Who answers which row: rows given to units, one by one or a section at a time; who did not answer is reminded."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from wtforms import IntegerField
from wtforms.widgets import HiddenInput

from cchc_tasks.domain.errors import StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.text import fold
from cchc_tasks.services import report_reminders, reports
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.units import UnitRow
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import requires, who_and_when
from cchc_tasks.web.reports.annex import missing_units, sections
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.fields import KeyForm
from cchc_tasks.web.reports.opening import Opened, head_values, open_report
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.report_members import member_words

ROW, SECTION, SUGGEST, UNIT = "dv", "ca-muc", "goi-y", "don-vi"


class AsksForm(BaseForm):
    """The version that was seen; the rows are fields named by their code."""

    version = IntegerField(widget=HiddenInput())


@bp.get("/<int:report_id>/phan-cong")
@requires(Action.PREPARE_REPORT)
def asks(report_id: int) -> Any:
    return page(open_report(report_id))


@bp.post("/<int:report_id>/phan-cong")
@requires(Action.PREPARE_REPORT)
def assign(report_id: int) -> Any:
    """Gives rows to units: each row as chosen, whole sections, or as the form suggests."""
    opened = open_report(report_id)
    form = AsksForm()
    units = living_units(opened)
    wanted = read_asks(opened, units)
    if not form.validate() or form.version.data is None:
        return page(opened, wanted=wanted), 422
    changed = {key: unit_id for key, unit_id in wanted.items() if opened.asks.get(key) != unit_id}
    try:
        if changed:
            reports.assign_rows(
                db.session,
                report_id,
                changed,
                version=form.version.data,
                request_key=form.request_key.data,
                **who_and_when(),
            )
    except StaleEdit:
        db.session.expire_all()
        return page(open_report(report_id), wanted=wanted, trouble=words.ASKS_MEANWHILE), 409
    flash(words.assigned(len(changed)), "done" if changed else "note")
    return redirect(url_for("reports.asks", report_id=report_id), code=303)


@bp.post("/<int:report_id>/nhac")
@requires(Action.PREPARE_REPORT)
def remind(report_id: int) -> Any:
    """Mails to the heads of units that have rows without an answer; once a day each."""
    form = KeyForm()
    opened = open_report(report_id)
    if not form.validate():
        return page(opened), 422
    told = report_reminders.remind_units(
        db.session,
        report_id,
        request.form.getlist(UNIT, type=int),
        describe=member_words,
        request_key=form.request_key.data,
        **who_and_when(),
    )
    flash(words.reminded(told.queued, told.before, told.without_head), "done" if told.queued else "note")
    return redirect(url_for("reports.asks", report_id=report_id), code=303)


def living_units(opened: Opened) -> list[UnitRow]:
    return unit_queries.list_units(db.session, opened.report.agency_id, opened.today)


def read_asks(opened: Opened, units: list[UnitRow]) -> dict[str, int | None]:
    """The unit wanted for each row that the form names; 0 is the office. A section given as a whole goes over rows."""
    if SUGGEST in request.form:
        return suggested(opened, units)
    known = {unit.id for unit in units}
    found: dict[str, int | None] = {}
    for section in sections(opened.form):
        whole = request.form.get(f"{SECTION}-{section.code}", "")
        for row in section.rows:
            chosen = whole or request.form.get(f"{ROW}-{row.code}", "")
            if not row.is_heading and chosen.isdigit():
                unit_id = int(chosen)
                # An id that the page did not offer goes to the service, which says that it is not there.
                found[row.key] = unit_id if unit_id in known or unit_id else None
    return found


def suggested(opened: Opened, units: list[UnitRow]) -> dict[str, int | None]:
    """Rows that nobody is asked for, given to the unit that the form names as usual."""
    by_name = {fold(name): unit.id for unit in units for name in (unit.name, unit.short_name, *unit.aliases)}
    return {
        row.key: by_name[fold(row.responsible)]
        for row in opened.to_enter
        if row.key not in opened.asks and fold(row.responsible) in by_name
    }


def page(opened: Opened, *, wanted: dict[str, int | None] | None = None, trouble: str = "") -> str:
    form = AsksForm(formdata=None)
    form.version.data = opened.report.version
    held = {**opened.asks, **(wanted or {})}
    return render_template(
        "reports/asks.html",
        **head_values(opened, "asks"),
        asks_form=form,
        key_form=KeyForm(formdata=None),
        sections=sections(opened.form),
        held=held,
        units=[(unit.id, unit.name) for unit in living_units(opened)],
        missing=[each for each in missing_units(opened) if each["unit_id"]],
        office_missing=sum(each["count"] for each in missing_units(opened) if not each["unit_id"]),
        trouble=trouble,
        answered={row.key for row in opened.form.value_rows if opened.is_answered(row)},
        computed={row.key for row in opened.form.value_rows if opened.figures[row.key].is_computed},
        suggestions=len(suggested(opened, living_units(opened))),
    )
