"""The figures of a report, a section at a time: the annex as the office fills it in and everybody reads it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.forms import Form, FormRow
from cchc_tasks.web.login import requires
from cchc_tasks.web.reports import fields
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.fields import KeyForm, Typed, row_fields
from cchc_tasks.web.reports.opening import Opened, head_values, open_report
from cchc_tasks.wording import report_answers as answer_words
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.reports import finding_sentence

SECTION, ALL = "muc", "tat-ca"
#: Findings shown beside the annex; the others stand on their own page.
FINDINGS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that are shown together: a heading of the first level with what is below it."""

    code: str
    title: str
    rows: tuple[FormRow, ...]


def sections(form: Form) -> tuple[Section, ...]:
    """The sections of a form in order; rows before the first heading make one of their own."""
    found: list[tuple[FormRow | None, list[FormRow]]] = []
    for row in form.rows:
        if (row.parent is None and row.is_heading) or not found:
            found.append((row if row.is_heading else None, []))
        found[-1][1].append(row)
    return tuple(_section(head, rows) for head, rows in found)


def _section(head: FormRow | None, rows: Iterable[FormRow]) -> Section:
    if head is None:
        return Section("dau", words.FIRST_SECTION, tuple(rows))
    return Section(head.code, words.section_title(head.printed_no or head.code, head.label), tuple(rows))


def chosen_section(form: Form) -> Section | None:
    """The section that the address names, the first one by default; None: all of them."""
    asked = request.args.get(SECTION, "")
    if asked == ALL:
        return None
    found = sections(form)
    section = next((each for each in found if each.code == asked), None)
    if asked and section is None:
        raise NotFound(what="report_section", id=asked)
    return section or found[0]


@bp.get("/<int:report_id>")
@requires(Action.READ_AGENCY)
def show(report_id: int) -> Any:
    """One section of the annex, or (`muc=tat-ca`) all of it to read and print."""
    opened = open_report(report_id)
    return page(opened, chosen_section(opened.form))


@bp.post("/<int:report_id>")
@requires(Action.PREPARE_REPORT)
def save(report_id: int) -> Any:
    """Writes what the office changed of a section."""
    opened = open_report(report_id)
    section = chosen_section(opened.form)
    form = KeyForm()
    rows = [row for row in (section.rows if section else opened.form.rows) if not row.is_heading]
    typed = fields.read_typed(rows)
    if not form.validate():
        return page(opened, section, typed), 422
    written = fields.save_rows(opened, rows, typed, request_key=form.request_key.data)
    if typed.troubles:
        return page(open_report(report_id), section, typed), 409
    flash(words.saved_rows(written), "done" if written else "note")
    return redirect(url_for("reports.show", report_id=report_id, muc=section.code if section else ALL), code=303)


def page(opened: Opened, section: Section | None, typed: Typed | None = None) -> str:
    found = sections(opened.form)
    rows = opened.form.rows if section is None else section.rows
    place = found.index(section) if section else len(found)
    return render_template(
        "reports/show.html",
        **head_values(opened, "show"),
        key_form=KeyForm(formdata=None),
        section=section,
        rows=row_fields(opened, rows, typed),
        troubles=len(typed.troubles) if typed else 0,
        contents=[contents_line(opened, each, is_current=each == section) for each in found],
        next_section=found[place + 1] if place + 1 < len(found) else None,
        findings=[finding_line(opened, each) for each in opened.open_findings[:FINDINGS_SHOWN]],
        findings_left=max(len(opened.open_findings) - FINDINGS_SHOWN, 0),
        missing=missing_units(opened),
        previous_head=words.short_period(opened.previous_report) if opened.previous_report else "",
        value_head=words.short_period(opened.report),
    )


def contents_line(opened: Opened, section: Section, *, is_current: bool) -> dict[str, Any]:
    asked = [row for row in section.rows if not row.is_heading]
    return {
        "title": section.title,
        "href": url_for("reports.show", report_id=opened.report.id, muc=section.code),
        "done": sum(opened.is_answered(row) for row in asked),
        "total": len(asked),
        "is_current": is_current,
    }


def finding_line(opened: Opened, finding: Any) -> dict[str, Any]:
    """A finding in words with the way to its first row."""
    row = opened.form.by_key.get(finding.keys[0]) if finding.keys else None
    return {
        "finding": finding,
        "sentence": finding_sentence(finding, opened.form),
        "code": row.code if row else "",
        "href": row_address(opened, row) if row else "",
    }


def row_address(opened: Opened, row: FormRow) -> str:
    """Where the row stands in the annex."""
    section = next((each for each in sections(opened.form) if row in each.rows), None)
    anchor = f"d-{row.code.replace('.', '-')}"
    code = section.code if section else None
    return url_for("reports.show", report_id=opened.report.id, muc=code, _anchor=anchor)


def missing_units(opened: Opened) -> list[dict[str, Any]]:
    """Who has not answered everything for good: units that answer today, last the office with the rows it kept."""
    if not opened.is_draft:
        return []
    due_on = opened.report.entries_due_on
    late = words.late_by((opened.today - due_on).days) if opened.today > due_on else ""
    return [
        {
            "unit_id": unit_id,
            "name": opened.units.get(unit_id or 0, words.OFFICE),
            "said": answer_words.left(found),
            "late": late if found.waiting else "",
        }
        for unit_id, rows in opened.rows_by_unit().items()
        if (found := opened.progress(rows)).left
    ]
