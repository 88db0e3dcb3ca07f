"""New work in a plan: a task with its assignment, a product with its deadlines, one more period."""

from typing import Any

from flask import request

from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.units import AssignedUnits, LeadBasis
from cchc_tasks.services import plan_editing
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Plan
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.web import clock
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.plans.blueprint import bp
from cchc_tasks.web.plans.forms import NewDeliverableForm, NewTaskForm, PeriodForm
from cchc_tasks.web.plans.saving import (
    Fields,
    Page,
    Pairs,
    first_day,
    periods_of,
    plan_back,
    preview_of,
    read_deadline,
    save,
    show,
    wants_preview,
)
from cchc_tasks.wording import plans as words

ENTERED_HINT = "Từ ngày này nhiệm vụ có trong kế hoạch"
PHRASE_HINT = "Ví dụ: Quý II/2021; trước ngày 25 hằng tháng; Theo quy định"
TASK_FIELDS: Fields = (
    ("numbers", "", "Hai số thì ghi 6.3, 6.4"),
    ("text", "full", ""),
    ("assignment_text", "full", "Bỏ trống nếu văn bản không ghi"),
    ("lead", "half", "Để “Chưa rõ” nếu văn bản không nói ai chủ trì"),
    ("co_leads", "full", "Khi chưa rõ chủ trì, các đơn vị này cùng thấy việc và cùng được báo cáo"),
    ("coordinating", "full", ""),
    ("time_text", "full", ""),
    ("note", "full", ""),
    ("entered_on", "half", ENTERED_HINT),
)
DELIVERABLE_FIELDS: Fields = (
    ("ordinal", "", "Bỏ trống nếu không đánh số"),
    ("text", "full", ""),
    ("deadline_text", "half", PHRASE_HINT),
    ("due_on", "half", "Có ngày thì dùng ngày này"),
    ("entered_on", "half", ENTERED_HINT),
)
PERIOD_FIELDS: Fields = (
    ("label", "half", "Ví dụ Tháng 2/2021; bỏ trống nếu chỉ phải nộp một lần"),
    ("deadline_text", "half", PHRASE_HINT),
    ("due_on", "half", "Có ngày thì dùng ngày này"),
    ("entered_on", "half", ENTERED_HINT),
)


def proposed_day(plan: Plan) -> dict[str, Any]:
    """First values of a form that adds work."""
    has_reports = plan_queries.has_reports(db.session, plan.agency_id, plan.id)
    return {"entered_on": first_day(plan, clock.today(), has_reports=has_reports)}


def assigned_of(form: Any) -> AssignedUnits | None:
    """The assignment of a form; None with a sentence on it where it is none. The lead is not named beside itself."""
    lead = next(iter(form.ids("lead")), None)
    co_leads = tuple(unit_id for unit_id in form.ids("co_leads") if unit_id != lead)
    coordinating = tuple(unit_id for unit_id in form.ids("coordinating") if unit_id != lead)
    if lead is None and not co_leads:
        form.refuse("co_leads", words.NO_UNIT)
        return None
    if set(co_leads) & set(coordinating):
        form.refuse("coordinating", words.LEAD_TWICE)
        return None
    basis = LeadBasis.UNRESOLVED if lead is None else LeadBasis.EXPLICIT
    return AssignedUnits(lead, basis, co_leads, coordinating)


@bp.route("/linh-vuc/<int:area_id>/nhiem-vu/them", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def add_task(area_id: int) -> Any:
    """A further task of an area; its products come after it."""
    agency_id = current_principal().agency_id
    area = plan_queries.get_area(db.session, agency_id, area_id)
    plan = plan_queries.get_plan(db.session, agency_id, area.plan_id)
    form = NewTaskForm(data=proposed_day(plan))
    form.offer(unit_queries.list_units(db.session, agency_id, clock.today()))
    page = Page(words.ADD_TASK, plan, TASK_FIELDS, plan_back(plan.id), about=area.name)
    if request.method == "GET" or not form.validate():
        return show(page, form)
    assigned = assigned_of(form)
    if not form.number_list():
        form.refuse("numbers", words.NUMBERS_MISSING)
    if assigned is None or not form.number_list():
        return show(page, form)

    def do() -> None:
        plan_editing.add_task(
            db.session,
            area_id,
            numbers=form.number_list(),
            text=form.text.data,
            note=form.note.data or "",
            assignment_text=form.assignment_text.data or "",
            time_text=form.time_text.data or "",
            assigned=assigned,
            entered_on=form.entered_on.data,
            request_key=form.request_key.data,
            **who_and_when(),
        )

    return save(form, page, do)


@bp.route("/nhiem-vu/<int:task_id>/san-pham/them", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def add_deliverable(task_id: int) -> Any:
    """A further product; a recurring deadline makes all its periods."""
    agency_id = current_principal().agency_id
    task = plan_queries.get_task(db.session, agency_id, task_id)
    plan = plan_queries.get_plan(db.session, agency_id, task.plan_id)
    form = NewDeliverableForm(data={**proposed_day(plan), "deadline_text": task.time_text})
    page = Page(
        words.ADD_DELIVERABLE,
        plan,
        DELIVERABLE_FIELDS,
        plan_back(plan.id, task_id),
        about=task.text,
        printed=[("Thời gian", task.time_text)] if task.time_text else (),
        can_preview=True,
    )
    if wants_preview():
        return show(page, form, preview=preview_of(form, plan.year))
    if request.method == "GET" or not form.validate():
        return show(page, form)
    deadline = read_deadline(form, plan.year)
    if deadline is None:
        return show(page, form)

    def do() -> None:
        plan_editing.add_deliverable(
            db.session,
            task_id,
            ordinal=form.ordinal.data or "",
            text=form.text.data,
            deadline_text=deadline.text,
            periods=periods_of(deadline),
            entered_on=form.entered_on.data,
            request_key=form.request_key.data,
            **who_and_when(),
        )

    return save(form, page, do)


@bp.route("/san-pham/<int:deliverable_id>/ky/them", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def add_period(deliverable_id: int) -> Any:
    """One more obligation of a product."""
    agency_id = current_principal().agency_id
    deliverable = plan_queries.get_deliverable(db.session, agency_id, deliverable_id)
    task = plan_queries.get_task(db.session, agency_id, deliverable.task_id)
    plan = plan_queries.get_plan(db.session, agency_id, task.plan_id)
    form = PeriodForm(data={**proposed_day(plan), "version": deliverable.version})
    back = plan_back(plan.id, task.id)
    page = Page(words.ADD_PERIOD, plan, PERIOD_FIELDS, back, about=deliverable.text, can_preview=True)
    if wants_preview():
        return show(page, form, preview=preview_of(form, plan.year))
    if request.method == "GET" or not form.validate():
        return show(page, form)
    deadline = read_deadline(form, plan.year)
    periods = periods_of(deadline) if deadline else ()
    if len(periods) > 1:
        form.refuse("deadline_text", words.ONE_PERIOD_ONLY)
    if deadline is None or len(periods) != 1:
        return show(page, form)

    def do() -> None:
        plan_editing.add_period(
            db.session,
            deliverable_id,
            version=form.version.data,
            period=plan_editing.PeriodInput(form.label.data or "", periods[0].values),
            deadline_text=deadline.text,
            entered_on=form.entered_on.data,
            request_key=form.request_key.data,
            **who_and_when(),
        )

    def now() -> tuple[int, Pairs]:
        new = plan_queries.get_deliverable(db.session, agency_id, deliverable_id)
        return new.version, [
            (each.period_label or words.ONCE, words.dates_words([each.due_on])) for each in new.obligations
        ]

    return save(form, page, do, now)
