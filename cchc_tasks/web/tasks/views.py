"""The page of one task, and what can be done on it."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from wtforms.fields.choices import SelectChoice

from cchc_tasks import wording
from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotFound, Refused, StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.obligations import WorkRow
from cchc_tasks.web import clock, updating
from cchc_tasks.web.login import current_principal, requires
from cchc_tasks.web.security import accepts_upload
from cchc_tasks.web.tasks import acts
from cchc_tasks.web.tasks.acts import ACTS, Act
from cchc_tasks.web.tasks.brief import Brief, read_brief
from cchc_tasks.web.tasks.forms import ActForm, HandOverForm
from cchc_tasks.web.tasks.page import BY_DAY, Sheet, counting_of, header_of, products_of, read_sheet
from cchc_tasks.web.updating import Opened, UpdateForm, put_hidden
from cchc_tasks.wording import history
from cchc_tasks.wording import tasks as words

bp = Blueprint("tasks", __name__, url_prefix="/nhiem-vu")


@dataclass(frozen=True, slots=True)
class OpenAct:
    """An open form other than the quick update; `changes` is what others wrote meanwhile."""

    act: Act
    row: WorkRow
    form: ActForm
    changes: tuple[history.Entry, ...] = ()


@bp.get("/<int:task_id>")
@requires(Action.READ_AGENCY)
def show(task_id: int) -> Any:
    sheet = read_sheet(current_principal(), task_id, clock.today())
    row = sheet.row(request.args.get("muc", type=int))
    slug = request.args.get("viec", "")
    if row is None or slug not in acts.offered(sheet.principal, row, sheet.work(row)):
        return page(sheet, row.id if row else None)
    if slug == acts.UPDATE:
        opened = updating.open_row(row, sheet.names, is_office_work=sheet.is_office_work(row))
        return page(sheet, row.id, opened=opened)
    return page(sheet, row.id, open_act=fresh(ACTS[slug], row, sheet))


@bp.get("/muc/<int:obligation_id>/<slug>")
@requires(Action.READ_AGENCY)
def opened_act(obligation_id: int, slug: str) -> Any:
    """The address a refused form was shown at, asked for again: the task's page with that form open."""
    if slug != acts.UPDATE and slug not in ACTS:
        raise NotFound(what="act", id=slug)
    task_id = task_queries.task_of(db.session, current_principal().agency_id, obligation_id)
    there = url_for("tasks.show", task_id=task_id, muc=obligation_id, viec=slug, _anchor=f"muc-{obligation_id}")
    return redirect(there, code=303)


@bp.post("/muc/<int:obligation_id>/cap-nhat")
@accepts_upload
@requires(Action.REPORT_WORK)
def update(obligation_id: int) -> Any:
    """The quick update, from the page of the task."""
    brief = read_brief(current_principal(), obligation_id, clock.today())
    permissions.require(brief.principal, Action.REPORT_WORK, brief.work)
    form = UpdateForm()
    outcome = updating.send(form, brief.row, is_office_work=brief.is_office_work)
    if outcome is True:
        return back_to(brief.row)
    is_stale = isinstance(outcome, StaleEdit)
    sheet, row = sheet_of(obligation_id)
    opened = updating.open_again(row, form, sheet.names, is_office_work=sheet.is_office_work(row), is_stale=is_stale)
    return page(sheet, row.id, opened=opened), 409 if is_stale else 422


@bp.post("/muc/<int:obligation_id>/<slug>")
@accepts_upload
@requires(Action.COMMENT)
def act(obligation_id: int, slug: str) -> Any:
    """Anything else that can be done to one obligation; the service decides, whatever was offered."""
    wanted = ACTS.get(slug)
    if wanted is None:
        raise NotFound(what="act", id=slug)
    brief = read_brief(current_principal(), obligation_id, clock.today())
    permissions.require(brief.principal, wanted.action, brief.work)
    form = make_form(wanted, brief, brief.row)
    if not form.validate():
        return refused_page(wanted, form, obligation_id), 422
    try:
        said = wanted.run(form, brief.row)
    except StaleEdit as error:
        form.refuse("", wording.explain(error))
        return stale_page(wanted, form, obligation_id), 409
    except Refused as error:
        form.refuse(acts.field_of(wanted, error.reason), wording.explain(error))
        said = ""
    if not said:
        return refused_page(wanted, form, obligation_id), 422
    flash(said, "done")
    return back_to(brief.row)


def sheet_of(obligation_id: int) -> tuple[Sheet, WorkRow]:
    """The sheet of the obligation's task, and its row; raises `NotFound`."""
    principal = current_principal()
    task_id = task_queries.task_of(db.session, principal.agency_id, obligation_id)
    sheet = read_sheet(principal, task_id, clock.today())
    row = sheet.row(obligation_id)
    if row is None:
        raise NotFound(what="obligation", id=obligation_id)
    return sheet, row


def back_to(row: WorkRow) -> Any:
    return redirect(url_for("tasks.show", task_id=row.task_id, muc=row.id, _anchor=f"muc-{row.id}"), code=303)


def make_form(wanted: Act, sheet: Sheet | Brief, row: WorkRow, **values: Any) -> ActForm:
    """The form as the browser sent it, or (with `values`) a fresh one; people to choose from included."""
    form = wanted.form(formdata=None, data=values) if values else wanted.form()
    if isinstance(form, HandOverForm):
        owing = sheet.assigned.owing(row.responsible_unit_id)
        people = task_queries.people_of_units(db.session, sheet.principal.agency_id, owing, sheet.today)
        form.person_id.choices = [SelectChoice(*each) for each in ((0, words.NOBODY), *people)]
    return form


def fresh(wanted: Act, row: WorkRow, sheet: Sheet) -> OpenAct:
    seen = task_queries.last_seq_of(db.session, sheet.principal.agency_id, row.id)
    form = make_form(wanted, sheet, row, version=row.version, seen=seen, **wanted.first_values(row))
    return OpenAct(wanted, row, form)


def refused_page(wanted: Act, form: ActForm, obligation_id: int) -> str:
    """The form with what was typed and what is wrong with it."""
    sheet, row = sheet_of(obligation_id)
    return page(sheet, row.id, open_act=OpenAct(wanted, row, form))


def stale_page(wanted: Act, form: ActForm, obligation_id: int) -> str:
    """The form with what was typed, beside what others wrote since it was opened; sent again it holds."""
    sheet, row = sheet_of(obligation_id)
    new = [each for each in sheet.ledger if each.obligation_id == row.id and each.seq > (form.seen.data or 0)]
    put_hidden(form, version=row.version, seen=max((each.seq for each in new), default=0))
    changes = tuple(history.tell(new, sheet.names, prefix="moi"))
    return page(sheet, row.id, open_act=OpenAct(wanted, row, form, changes))


def page(sheet: Sheet, chosen_id: int | None, *, opened: Opened | None = None, open_act: OpenAct | None = None) -> str:
    by_day = request.args.get("xep") == BY_DAY
    entries = history.tell(sheet.ledger, sheet.names, by_day=by_day)
    return render_template(
        "tasks/show.html",
        products=products_of(sheet, chosen_id),
        chosen_id=chosen_id,
        opened=opened,
        open_act=open_act,
        entries=entries,
        is_by_day=by_day,
        links=links(sheet),
        **header_of(sheet),
        **counting_of(sheet, clock.now()),
    )


def links(sheet: Sheet) -> dict[str, str]:
    """Addresses of other features, where they exist."""
    known = current_app.view_functions
    plan_id = sheet.task.plan_id
    return {
        "plan": url_for("plans.show", plan_id=plan_id) if "plans.show" in known else "",
        "indicator": url_for("indicators.show") if "indicators.show" in known else "",
    }
