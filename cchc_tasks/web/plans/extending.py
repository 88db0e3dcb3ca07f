"""Extending many deadlines of a plan by one document: all or nothing, each against its own deadline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from cchc_tasks import wording
from cchc_tasks.domain.errors import Refused, RefusedReason, SomeRefused
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.workflow import OPEN_STATUSES
from cchc_tasks.services import extensions
from cchc_tasks.services.obligations import DocumentInput
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow, list_work
from cchc_tasks.web import clock, work_items
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.plans.blueprint import bp
from cchc_tasks.web.updating import DATE_FORMATS, LONGEST
from cchc_tasks.web.work_items import WorkItem
from cchc_tasks.wording import extensions as words

CHOSEN = "muc"
FIELDS = {RefusedReason.AFTER_TODAY: "issued_on", RefusedReason.NOTHING_NEW: ""}


class ExtendForm(BaseForm):
    """The document, and the date it gives to everything that is chosen."""

    number = StringField("Số, ký hiệu văn bản", [DataRequired(), Length(max=100)])
    issued_on = DateField("Ngày ban hành", [InputRequired()], format=DATE_FORMATS)
    subject = StringField("Trích yếu", [DataRequired(), Length(max=LONGEST)])
    due_on = DateField("Gia hạn đến ngày", [InputRequired()], format=DATE_FORMATS)
    words = TextAreaField("Lý do, ghi chú", [Optional(), Length(max=LONGEST)])


@dataclass(frozen=True, slots=True)
class Choosable:
    """One obligation that may be chosen; `trouble` says why it could not be extended."""

    item: WorkItem
    due: Markup
    is_chosen: bool
    trouble: str


@bp.route("/<int:plan_id>/gia-han", methods=["GET", "POST"])
@requires(Action.ANSWER_EXTENSION)
def extend(plan_id: int) -> Any:
    """The plan's open, dated work with boxes, and the document that gives what is chosen a later date."""
    plan_queries.get_plan(db.session, current_principal().agency_id, plan_id)
    if request.method == "GET":
        return page(plan_id, ExtendForm(formdata=None), request.args.getlist(CHOSEN, type=int))
    form = ExtendForm()
    chosen = request.form.getlist(CHOSEN, type=int)
    is_valid = form.validate()
    if not chosen:
        form.refuse("", words.NOTHING_CHOSEN)
    if not is_valid or not chosen:
        return page(plan_id, form, chosen), 422
    return send(plan_id, form, chosen)


def send(plan_id: int, form: ExtendForm, chosen: Sequence[int]) -> Any:
    own = {row.id for row in rows_of(plan_id)}
    try:
        done = extensions.extend_many(
            db.session,
            {each: version_seen(each) for each in chosen if each in own},
            due_on=form.due_on.data,
            document=DocumentInput(form.number.data, form.issued_on.data, form.subject.data),
            words=form.words.data or "",
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except SomeRefused as error:
        form.refuse("", wording.explain(error))
        db.session.expire_all()
        return page(plan_id, form, chosen, {each: wording.explain(why) for each, why in error.refusals}), 409
    except Refused as error:
        form.refuse(FIELDS.get(error.reason, ""), wording.explain(error))
        return page(plan_id, form, chosen), 422
    flash(words.extended_many(len(done), form.due_on.data), "done")
    return redirect(url_for("plans.show", plan_id=plan_id), code=303)


def version_seen(obligation_id: int) -> int:
    """The version the reader saw; 0, which none has, where the form says nothing."""
    return request.form.get(f"phien-{obligation_id}", 0, type=int)


def rows_of(plan_id: int) -> list[WorkRow]:
    """What can be extended of the plan at all: open and dated."""
    wanted = WorkFilter(plan_ids=[plan_id], statuses=OPEN_STATUSES)
    return [row for row in list_work(db.session, current_principal().agency_id, wanted) if row.due_on is not None]


def page(plan_id: int, form: ExtendForm, chosen: Sequence[int], troubles: Mapping[int, str] | None = None) -> str:
    agency_id, today = current_principal().agency_id, clock.today()
    rows = rows_of(plan_id)
    units = task_queries.units_by_id(db.session, agency_id, today)
    due_soon_days = int(current_app.config["CCHC_SETTINGS"].due_soon_days)
    marks = work_items.Marks()
    # What was marked before stands first.
    rows.sort(key=lambda row: row.id not in chosen)
    items = work_items.present(rows, today=today, units=units, due_soon_days=due_soon_days)
    return render_template(
        "plans/extend.html",
        plan=plan_queries.get_plan(db.session, agency_id, plan_id),
        form=form,
        items=[
            Choosable(item, marks.due(item.due), item.id in chosen, (troubles or {}).get(item.id, "")) for item in items
        ],
    )
