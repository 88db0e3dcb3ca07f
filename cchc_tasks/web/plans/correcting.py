"""Đính chính: what was misread is put right beside the print, with a reason; what is owed does not move."""

from typing import Any

from flask import redirect, render_template, request, url_for

from cchc_tasks.domain.extensions import deadlines_of
from cchc_tasks.domain.permissions import Action
from cchc_tasks.services import corrections
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Obligation, Task
from cchc_tasks.storage.queries import ledger as ledger_queries
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.web import clock
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.plans.adding import PHRASE_HINT, assigned_of
from cchc_tasks.web.plans.blueprint import bp
from cchc_tasks.web.plans.forms import AssignmentForm, DeadlineForm, ExtendedDeadlineForm, ResponsibleForm
from cchc_tasks.web.plans.plan_page import units_text
from cchc_tasks.web.plans.saving import (
    Fields,
    Page,
    Pairs,
    periods_of,
    plan_back,
    preview_of,
    read_deadline,
    save,
    show,
    wants_preview,
)
from cchc_tasks.wording import plans as words

DEADLINE_FIELDS: Fields = (
    ("deadline_text", "half", PHRASE_HINT),
    ("due_on", "half", "Có ngày thì dùng ngày này"),
    ("reason", "full", ""),
)
#: Asked first where an extension is in force.
WHICH = ("which", "full", "")
ASSIGNMENT_FIELDS: Fields = (
    ("lead", "half", ""),
    ("co_leads", "full", ""),
    ("coordinating", "full", ""),
    ("reason", "full", ""),
)
RESPONSIBLE_FIELDS: Fields = (("unit", "half", "“Chưa rõ”: theo phân công của cả dòng"), ("reason", "full", ""))


@bp.get("/san-pham/<int:deliverable_id>/han")
@requires(Action.EDIT_PLAN)
def deadlines(deliverable_id: int) -> Any:
    """The deadlines of a product, to choose the one that was misread; a single one is opened at once."""
    agency_id = current_principal().agency_id
    deliverable = plan_queries.get_deliverable(db.session, agency_id, deliverable_id)
    if len(deliverable.obligations) == 1:
        only = deliverable.obligations[0]
        return redirect(url_for("plans.correct_deadline", obligation_id=only.id), code=303)
    task = plan_queries.get_task(db.session, agency_id, deliverable.task_id)
    plan = plan_queries.get_plan(db.session, agency_id, task.plan_id)
    return render_template("plans/deadlines.html", plan=plan, task=task, deliverable=deliverable)


@bp.route("/moc/<int:obligation_id>/dinh-chinh", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def correct_deadline(obligation_id: int) -> Any:
    """A deadline that was misread; the printed phrase stays."""
    agency_id = current_principal().agency_id
    obligation = plan_queries.get_obligation(db.session, agency_id, obligation_id)
    task = plan_queries.get_task(db.session, agency_id, obligation.task_id)
    plan = plan_queries.get_plan(db.session, agency_id, task.plan_id)
    rows = ledger_queries.list_deadline_rows(db.session, agency_id, obligation_id)
    extended = deadlines_of(rows).in_force()
    given = {"version": obligation.version, "due_on": obligation.due_on}
    form = DeadlineForm(data=given) if extended is None else ExtendedDeadlineForm(data=given)
    original = [] if extended is None else [(words.ORIGINAL_DEADLINE, words.dates_words([extended.before.due_on]))]
    page = Page(
        words.CORRECT_DEADLINE,
        plan,
        DEADLINE_FIELDS if extended is None else (WHICH, *DEADLINE_FIELDS),
        plan_back(plan.id, task.id),
        about=task.text,
        printed=[*deadline_print(task, obligation), *original],
        can_preview=True,
    )
    if wants_preview():
        return show(page, form, preview=preview_of(form, plan.year))
    if request.method == "GET" or not form.validate():
        return show(page, form)
    deadline = read_deadline(form, plan.year)
    periods = periods_of(deadline) if deadline else ()
    if len(periods) > 1:
        form.refuse("deadline_text", words.ONE_PERIOD_ONLY)
    if len(periods) != 1:
        return show(page, form)

    def do() -> None:
        corrections.correct_deadline(
            db.session,
            obligation_id,
            version=form.version.data,
            values=periods[0].values,
            reason=form.reason.data,
            is_original=isinstance(form, ExtendedDeadlineForm) and form.which.data == "original",
            request_key=form.request_key.data,
            **who_and_when(),
        )

    def now() -> tuple[int, Pairs]:
        new = plan_queries.get_obligation(db.session, agency_id, obligation_id)
        return new.version, [("Hạn đang ghi", words.dates_words([new.due_on]))]

    return save(form, page, do, now)


def deadline_print(task: Task, obligation: Obligation) -> Pairs:
    """What the plan prints of the deadline, and how it was read."""
    product = next(each for each in task.deliverables if each.id == obligation.deliverable_id)
    printed = obligation.deadline_text or task.time_text
    read = words.dates_words([obligation.due_on])
    product_text = f"{obligation.period_label}: {product.text}" if obligation.period_label else product.text
    return [("Sản phẩm", product_text), ("Thời gian", printed), ("Đang đọc là", read)]


@bp.route("/nhiem-vu/<int:task_id>/phan-cong", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def correct_assignment(task_id: int) -> Any:
    """Names the lead of a task, or puts a misread assignment right."""
    agency_id = current_principal().agency_id
    task = plan_queries.get_task(db.session, agency_id, task_id)
    plan = plan_queries.get_plan(db.session, agency_id, task.plan_id)
    form = AssignmentForm(data=assignment_values(task))
    form.offer(unit_queries.list_units(db.session, agency_id, clock.today()))
    page = Page(
        words.CORRECT_ASSIGNMENT,
        plan,
        ASSIGNMENT_FIELDS,
        plan_back(plan.id, task_id),
        about=task.text,
        printed=[("Phân công", task.assignment_text)],
    )
    if request.method == "GET" or not form.validate():
        return show(page, form)
    assigned = assigned_of(form)
    if assigned is None:
        return show(page, form)

    def now() -> tuple[int, Pairs]:
        new = plan_queries.get_task(db.session, agency_id, task_id)
        units = task_queries.units_by_id(db.session, agency_id, clock.today())
        return new.version, [("Phân công đang ghi", units_text(new, units))]

    def do() -> None:
        corrections.correct_assignment(
            db.session,
            task_id,
            version=form.version.data,
            assigned=assigned,
            reason=form.reason.data,
            request_key=form.request_key.data,
            **who_and_when(),
        )

    return save(form, page, do, now)


def assignment_values(task: Task) -> dict[str, Any]:
    assigned = task.assigned()
    return {
        "version": task.version,
        "lead": str(assigned.lead or ""),
        "co_leads": [str(unit_id) for unit_id in assigned.co_leads],
        "coordinating": [str(unit_id) for unit_id in assigned.coordinating],
    }


@bp.route("/san-pham/<int:deliverable_id>/don-vi", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def name_responsible(deliverable_id: int) -> Any:
    """Which of several units answers for a product."""
    agency_id = current_principal().agency_id
    deliverable = plan_queries.get_deliverable(db.session, agency_id, deliverable_id)
    task = plan_queries.get_task(db.session, agency_id, deliverable.task_id)
    plan = plan_queries.get_plan(db.session, agency_id, task.plan_id)
    form = ResponsibleForm(data={"version": deliverable.version, "unit": str(deliverable.responsible_unit_id or "")})
    form.offer(unit_queries.list_units(db.session, agency_id, clock.today()))
    printed = [("Sản phẩm", deliverable.text), ("Phân công", task.assignment_text)]
    back = plan_back(plan.id, task.id)
    page = Page(words.NAME_RESPONSIBLE, plan, RESPONSIBLE_FIELDS, back, about=task.text, printed=printed)
    if request.method == "GET" or not form.validate():
        return show(page, form)

    def now() -> tuple[int, Pairs]:
        new = plan_queries.get_deliverable(db.session, agency_id, deliverable_id)
        names = unit_queries.names_on(db.session, agency_id, clock.today())
        return new.version, [("Đơn vị đang ghi", names.get(new.responsible_unit_id or 0, words.NOBODY_YET))]

    def do() -> None:
        corrections.name_responsible(
            db.session,
            deliverable_id,
            version=form.version.data,
            unit_id=next(iter(form.ids("unit")), None),
            reason=form.reason.data,
            request_key=form.request_key.data,
            **who_and_when(),
        )

    return save(form, page, do, now)
