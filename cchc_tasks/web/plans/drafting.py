"""Soạn sửa đổi, bổ sung: the plan's table as a draft on the server, changed row by row; then its difference."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from cchc_tasks import wording
from cchc_tasks.domain.errors import NotFound, Refused, StaleEdit, UnreadableFile
from cchc_tasks.domain.held_plans import HeldPlan
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.plan_drafts import (
    DraftRow,
    Rows,
    RowWords,
    add_area,
    add_row,
    areas,
    changed_cells,
    edit_row,
    find_row,
    is_changed,
    join_rows,
    move_row,
    next_row,
    put_back_row,
    split_row,
    split_words,
    withdraw_row,
)
from cchc_tasks.domain.text import normalise
from cchc_tasks.exports.plan_rows import plan_rows
from cchc_tasks.exports.plans import COLUMNS
from cchc_tasks.services import drafting
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Plan, PlanDraft
from cchc_tasks.storage.queries import drafts as draft_queries
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.web.base_form import VersionedForm
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.plans.blueprint import bp
from cchc_tasks.web.plans.forms import LONGEST, KeyForm, VersionForm
from cchc_tasks.wording import drafts as words

HEAD = tuple(name for name, _width in COLUMNS)
CELLS = RowWords.__slots__


class RowForm(VersionedForm):
    """A row of the table, each cell as printed."""

    task = TextAreaField(words.FIELDS["task"], [DataRequired(words.TASK_MISSING), Length(max=LONGEST)])
    products = TextAreaField(words.FIELDS["products"], [Optional(), Length(max=LONGEST)])
    assignment = TextAreaField(words.FIELDS["assignment"], [Optional(), Length(max=LONGEST)])
    time = TextAreaField(words.FIELDS["time"], [Optional(), Length(max=LONGEST)])
    note = TextAreaField(words.FIELDS["note"], [Optional(), Length(max=LONGEST)])


class AreaForm(RowForm):
    """A new area with its first row."""

    area = StringField(words.AREA, [DataRequired(words.AREA_MISSING), Length(max=300)])


def _cell(pattern: str, name: str) -> TextAreaField:
    validator = DataRequired(words.TASK_MISSING) if name == "task" else Optional()
    label = pattern.format(field=words.FIELDS[name][:1].lower() + words.FIELDS[name][1:])
    return TextAreaField(label, [validator, Length(max=LONGEST)])


class SplitForm(VersionedForm):
    """Two rows out of one: the row that remains, and the one that is new."""

    first_task = _cell(words.FIRST, "task")
    first_products = _cell(words.FIRST, "products")
    second_task = _cell(words.SECOND, "task")
    second_products = _cell(words.SECOND, "products")
    second_assignment = _cell(words.SECOND, "assignment")
    second_time = _cell(words.SECOND, "time")
    second_note = _cell(words.SECOND, "note")


class MoveForm(VersionedForm):
    """The area to which a row goes."""

    area = SelectField("Nhóm nhiệm vụ", choices=[], validate_choice=True)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the draft as the page shows it; `may_join`: another row of the area follows."""

    row: DraftRow
    mark: str
    may_join: bool


@bp.post("/<int:plan_id>/soan")
@requires(Action.EDIT_PLAN)
def draft_open(plan_id: int) -> Any:
    """A draft made of the plan's rows; the one that is being written, where there is one."""
    form = KeyForm()
    plan = plan_queries.get_plan(db.session, current_principal().agency_id, plan_id)
    draft = drafting.open_draft(
        db.session,
        plan_id,
        head=HEAD,
        print_rows=_printed,
        name=words.name(plan.number),
        request_key=form.request_key.data,
        **who_and_when(),
    )
    return redirect(url_for("plans.draft", draft_id=draft.staged_import_id), code=303)


def _printed(held: HeldPlan) -> list[tuple[str, ...]]:
    return [row.cells for row in plan_rows(held)]


@bp.get("/soan/<int:draft_id>")
@requires(Action.EDIT_PLAN)
def draft(draft_id: int) -> Any:
    """The table being written; one that was recorded leads to its plan."""
    staged = plan_queries.get_staged(db.session, current_principal().agency_id, draft_id)
    if staged.plan_id is not None:
        return redirect(url_for("plans.show", plan_id=staged.plan_id), code=303)
    found, plan = _draft(draft_id)
    rows = drafting.rows_of(found)
    count = sum(is_changed(row) for row in rows)
    return render_template(
        "plans/draft.html",
        plan=plan,
        draft_id=draft_id,
        areas=[(first, [_line(rows, row) for row in group]) for first, group in areas(rows)],
        facts=words.changes(count),
        has_changes=count > 0,
        form=VersionForm(formdata=None, data={"version": found.version}),
        key=KeyForm(formdata=None),
        head=HEAD,
    )


def _draft(draft_id: int) -> tuple[PlanDraft, Plan]:
    agency_id = current_principal().agency_id
    found = draft_queries.get_draft(db.session, agency_id, draft_id)
    return found, plan_queries.get_plan(db.session, agency_id, found.plan_id)


def _line(rows: Rows, row: DraftRow) -> Line:
    return Line(row, _mark(row), not row.is_withdrawn and next_row(rows, row.id) is not None)


def _mark(row: DraftRow) -> str:
    """What was done to a row, in two or three words."""
    if row.is_withdrawn:
        return words.WITHDRAWN_ROW
    if row.key is None:
        return words.SPLIT_ROW if row.sources else words.NEW_ROW
    if row.is_joined:
        return words.JOINED_ROW
    cells = changed_cells(row)
    if "area" in cells:
        return words.MOVED_ROW
    return words.CHANGED_ROW if cells else ""


@bp.route("/soan/<int:draft_id>/<int:place>/<any(sua, them, tach, chuyen):act>", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def draft_row(draft_id: int, place: int, act: str) -> Any:
    """One row changed, added behind, split or moved; what was typed stays where somebody else was faster."""
    found, plan = _draft(draft_id)
    rows = drafting.rows_of(found)
    row = find_row(rows, place)
    form = _FORMS[act](rows, row, found.version)
    if request.method == "GET" or not form.validate():
        return _row_page(plan, draft_id, row, act, form), 200 if request.method == "GET" else 422
    try:
        _save(draft_id, form, _change(act, row, form))
    except StaleEdit as error:
        db.session.rollback()
        newest = next((each for each in drafting.rows_of(_draft(draft_id)[0]) if each.id == place), row)
        form.refuse_stale(error, _present(newest) if act == "sua" else {})
        return _row_page(plan, draft_id, newest, act, form), 409
    except (Refused, UnreadableFile, NotFound) as error:
        db.session.rollback()
        form.refuse("", wording.explain(error))
        return _row_page(plan, draft_id, row, act, form), 409
    flash(words.SAVED, "done")
    return redirect(url_for("plans.draft", draft_id=draft_id, _anchor=f"dong-{place}"), code=303)


def _save(draft_id: int, form: Any, change: Callable[[Rows], Rows]) -> None:
    """The change written into the draft that the form's reader saw."""
    drafting.change_draft(
        db.session,
        draft_id,
        version=form.version.data,
        change=change,
        head=HEAD,
        request_key=form.request_key.data,
        **who_and_when(),
    )


@bp.route("/soan/<int:draft_id>/nhom-moi", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def draft_area(draft_id: int) -> Any:
    """A new area behind the last one; what was typed stays where somebody else was faster."""
    found, plan = _draft(draft_id)
    form = AreaForm(data={"version": found.version})
    if request.method == "GET" or not form.validate():
        return _area_page(plan, draft_id, form), 200 if request.method == "GET" else 422
    new = RowWords(**{name: form[name].data or "" for name in CELLS})
    try:
        _save(draft_id, form, lambda rows: add_area(rows, form.area.data, new))
    except StaleEdit as error:
        db.session.rollback()
        form.refuse_stale(error, {})
        return _area_page(plan, draft_id, form), 409
    except (Refused, UnreadableFile) as error:
        db.session.rollback()
        form.refuse("area", wording.explain(error))
        return _area_page(plan, draft_id, form), 409
    flash(words.SAVED, "done")
    last = drafting.rows_of(_draft(draft_id)[0])[-1]
    return redirect(url_for("plans.draft", draft_id=draft_id, _anchor=f"dong-{last.id}"), code=303)


def _area_page(plan: Plan, draft_id: int, form: AreaForm) -> str:
    return render_template(
        "plans/draft_row.html",
        plan=plan,
        draft_id=draft_id,
        row=None,
        heading=words.HEADINGS["nhom-moi"],
        form=form,
        names=["area", *CELLS],
        is_beside=False,
        area_note=words.AREA_LAST,
    )


def _present(row: DraftRow) -> dict[str, str]:
    return {name: normalise(getattr(row.words, name)) for name in CELLS}


def _row_page(plan: Plan, draft_id: int, row: DraftRow, act: str, form: Any) -> str:
    names = [name for name in form._fields if name not in ("csrf_token", "request_key", "version")]
    return render_template(
        "plans/draft_row.html",
        plan=plan,
        draft_id=draft_id,
        row=row,
        heading=words.HEADINGS[act],
        form=form,
        names=names,
        is_beside=act in ("them", "tach", "chuyen"),
    )


def _edit_form(_rows: Rows, row: DraftRow, version: int) -> VersionedForm:
    return RowForm(data={**_present(row), "version": version})


def _add_form(_rows: Rows, _row: DraftRow, version: int) -> VersionedForm:
    return RowForm(data={"version": version})


def _split_form(_rows: Rows, row: DraftRow, version: int) -> VersionedForm:
    first, second = split_words(row)
    proposed = {f"first_{name}": getattr(first, name) for name in CELLS}
    proposed |= {f"second_{name}": getattr(second, name) for name in CELLS}
    return SplitForm(data={**proposed, "version": version})


def _move_form(rows: Rows, row: DraftRow, version: int) -> VersionedForm:
    others = [first for first, _group in areas(rows) if (first.ordinal, first.area) != (row.ordinal, row.area)]
    form = MoveForm(data={"version": version})
    form.area.choices = [SelectChoice(str(each.id), f"{each.ordinal}. {each.area}") for each in others]
    return form


_FORMS: dict[str, Callable[[Rows, DraftRow, int], Any]] = {
    "sua": _edit_form,
    "them": _add_form,
    "tach": _split_form,
    "chuyen": _move_form,
}


def _change(act: str, row: DraftRow, form: Any) -> Callable[[Rows], Rows]:
    if act == "chuyen":
        return lambda rows: move_row(rows, row.id, int(form.area.data))
    if act == "tach":
        kept = {name: form[f"first_{name}"].data for name in ("task", "products")}
        first = _typed(row.words, {**_present(row), **kept})
        second = RowWords(**{name: form[f"second_{name}"].data or "" for name in CELLS})
        return lambda rows: split_row(rows, row.id, first, second)
    typed = {name: form[name].data or "" for name in CELLS}
    if act == "them":
        return lambda rows: add_row(rows, row.id, RowWords(**typed))
    return lambda rows: edit_row(rows, row.id, _typed(row.words, typed))


def _typed(before: RowWords, typed: dict[str, str]) -> RowWords:
    """What was typed; a cell that says what it said keeps its print to the letter."""
    cells = {name: getattr(before, name) for name in CELLS}
    return RowWords(**{name: cells[name] if normalise(cells[name]) == typed[name] else typed[name] for name in CELLS})


_ACTS: dict[str, Callable[[Rows, int], Rows]] = {"rut": withdraw_row, "tra-lai": put_back_row, "gop": join_rows}


@bp.post("/soan/<int:draft_id>/viec")
@requires(Action.EDIT_PLAN)
def draft_act(draft_id: int) -> Any:
    """A row withdrawn, put back, or joined with the next: the button that was pressed names the act and the row."""
    form = VersionForm()
    act, row_id = next(((act, request.form[act]) for act in _ACTS if act in request.form), ("", ""))
    if not act or not row_id.isdecimal() or not form.validate():
        return redirect(url_for("plans.draft", draft_id=draft_id), code=303)
    try:
        _save(draft_id, form, lambda rows: _ACTS[act](rows, int(row_id)))
    except StaleEdit:
        flash(words.CHANGED_MEANWHILE, "bad")
    except Refused:
        flash(words.LAST_OF_AREA, "bad")
    except UnreadableFile as error:
        flash(wording.explain(error), "bad")
    else:
        flash(words.SAVED, "done")
    db.session.rollback()
    return redirect(url_for("plans.draft", draft_id=draft_id, _anchor=f"dong-{row_id}"), code=303)
