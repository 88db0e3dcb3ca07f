"""The head of a plan and the words of its parts, made and changed by hand."""

from typing import Any

from flask import flash, redirect, request, url_for

from cchc_tasks.domain.permissions import Action
from cchc_tasks.services import plan_editing, plans
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import PlanKind
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.plans.blueprint import bp
from cchc_tasks.web.plans.forms import (
    AreaForm,
    DeliverableForm,
    EditAreaForm,
    EditPlanForm,
    PlanForm,
    TaskForm,
    VersionForm,
)
from cchc_tasks.web.plans.saving import Fields, Page, Pairs, plan_back, save, show
from cchc_tasks.wording import format_date
from cchc_tasks.wording import plans as words

HEAD_FIELDS: Fields = (
    ("kind", "half", ""),
    ("number", "half", "Ví dụ 163/KH-STTTT"),
    ("issued_on", "half", ""),
    ("year", "half", ""),
    ("title", "full", ""),
)
AREA_FIELDS: Fields = (("ordinal", "", ""), ("name", "full", ""))
TASK_FIELDS: Fields = (("numbers", "", "Hai số thì ghi 6.3, 6.4"), ("text", "full", ""), ("note", "full", ""))
DELIVERABLE_FIELDS: Fields = (("ordinal", "", "Bỏ trống nếu văn bản không đánh số"), ("text", "full", ""))


@bp.route("/lap", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def create() -> Any:
    """An empty plan, to be filled by hand."""
    form = PlanForm()
    page = Page(words.CREATE_PLAN, None, HEAD_FIELDS, url_for("plans.index"))
    if request.method == "GET" or not form.validate():
        return show(page, form)
    made: list[int] = []

    def do() -> None:
        made.append(plans.create_plan(db.session, **head_values(form), **who_and_when()).id)

    answer = save(form, page, do)
    return redirect(plan_back(made[0]), code=303) if made else answer


def head_values(form: PlanForm) -> dict[str, Any]:
    return {**form.values(), "kind": PlanKind(form.kind.data)}


@bp.route("/<int:plan_id>/sua", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def edit(plan_id: int) -> Any:
    """The head of a plan."""
    plan = plan_queries.get_plan(db.session, current_principal().agency_id, plan_id)
    form = EditPlanForm(obj=plan)
    page = Page(words.EDIT_PLAN, plan, HEAD_FIELDS, plan_back(plan_id))
    if request.method == "GET" or not form.validate():
        return show(page, form)

    def now() -> tuple[int, Pairs]:
        new = plan_queries.get_plan(db.session, current_principal().agency_id, plan_id)
        return new.version, [
            ("Số, ký hiệu", new.number),
            ("Ngày ban hành", format_date(new.issued_on)),
            ("Trích yếu", new.title),
        ]

    return save(
        form,
        page,
        lambda: plan_editing.edit_plan(db.session, plan_id, **head_values(form), **who_and_when()),
        now,
    )


@bp.route("/<int:plan_id>/linh-vuc/them", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def add_area(plan_id: int) -> Any:
    """A further area."""
    plan = plan_queries.get_plan(db.session, current_principal().agency_id, plan_id)
    form = AreaForm()
    page = Page(words.ADD_AREA, plan, AREA_FIELDS, plan_back(plan_id))
    if request.method == "GET" or not form.validate():
        return show(page, form)
    return save(form, page, lambda: plan_editing.add_area(db.session, plan_id, **form.values(), **who_and_when()))


@bp.route("/linh-vuc/<int:area_id>/sua", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def edit_area(area_id: int) -> Any:
    """An area's number and name; one without tasks can be taken away."""
    agency_id = current_principal().agency_id
    area = plan_queries.get_area(db.session, agency_id, area_id)
    plan = plan_queries.get_plan(db.session, agency_id, area.plan_id)
    form = EditAreaForm(obj=area)
    is_empty = not plan_queries.count_tasks(db.session, agency_id, area_id)
    page = Page(
        words.EDIT_AREA,
        plan,
        AREA_FIELDS,
        plan_back(plan.id),
        delete_href=url_for("plans.delete_area", area_id=area_id) if is_empty else "",
        delete_form=VersionForm(formdata=None, data={"version": area.version}),
    )
    if request.method == "GET" or not form.validate():
        return show(page, form)

    def now() -> tuple[int, Pairs]:
        new = plan_queries.get_area(db.session, agency_id, area_id)
        return new.version, [("Số thứ tự", new.ordinal), ("Tên nhiệm vụ chung", new.name)]

    return save(
        form,
        page,
        lambda: plan_editing.edit_area(db.session, area_id, **form.values(), **who_and_when()),
        now,
    )


@bp.post("/linh-vuc/<int:area_id>/xoa")
@requires(Action.EDIT_PLAN)
def delete_area(area_id: int) -> Any:
    """Takes an area without tasks away."""
    form = VersionForm()
    area = plan_queries.get_area(db.session, current_principal().agency_id, area_id)
    plan_id = area.plan_id
    plan_editing.delete_area(
        db.session, area_id, version=form.version.data, request_key=form.request_key.data, **who_and_when()
    )
    flash(words.DELETED, "done")
    return redirect(plan_back(plan_id), code=303)


@bp.route("/nhiem-vu/<int:task_id>/sua", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def edit_task(task_id: int) -> Any:
    """The numbers, the words and the note of a task."""
    agency_id = current_principal().agency_id
    task = plan_queries.get_task(db.session, agency_id, task_id)
    plan = plan_queries.get_plan(db.session, agency_id, task.plan_id)
    first = {"numbers": ", ".join(task.numbers), "text": task.text, "note": task.note, "version": task.version}
    form = TaskForm(data=first)
    page = Page(words.EDIT_TASK, plan, TASK_FIELDS, plan_back(plan.id, task_id))
    if request.method == "GET" or not form.validate():
        return show(page, form)
    if not form.number_list():
        form.refuse("numbers", words.NUMBERS_MISSING)
        return show(page, form)

    def now() -> tuple[int, Pairs]:
        new = plan_queries.get_task(db.session, agency_id, task_id)
        pairs = [("Số thứ tự", ", ".join(new.numbers)), ("Nhiệm vụ cụ thể", new.text), ("Ghi chú", new.note or "")]
        return new.version, pairs

    values = {**form.values(), "numbers": form.number_list(), "note": form.note.data or ""}
    return save(form, page, lambda: plan_editing.edit_task(db.session, task_id, **values, **who_and_when()), now)


@bp.route("/san-pham/<int:deliverable_id>/sua", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def edit_deliverable(deliverable_id: int) -> Any:
    """The number and the words of a product."""
    agency_id = current_principal().agency_id
    deliverable = plan_queries.get_deliverable(db.session, agency_id, deliverable_id)
    task = plan_queries.get_task(db.session, agency_id, deliverable.task_id)
    plan = plan_queries.get_plan(db.session, agency_id, task.plan_id)
    form = DeliverableForm(obj=deliverable)
    page = Page(words.EDIT_DELIVERABLE, plan, DELIVERABLE_FIELDS, plan_back(plan.id, task.id))
    if request.method == "GET" or not form.validate():
        return show(page, form)

    def now() -> tuple[int, Pairs]:
        new = plan_queries.get_deliverable(db.session, agency_id, deliverable_id)
        return new.version, [("Số thứ tự", new.ordinal or ""), ("Sản phẩm", new.text)]

    values = {**form.values(), "ordinal": form.ordinal.data or ""}
    return save(
        form,
        page,
        lambda: plan_editing.edit_deliverable(db.session, deliverable_id, **values, **who_and_when()),
        now,
    )
