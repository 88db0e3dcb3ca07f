"""The end of a plan's year: what becomes of each open piece; and next year's plan as a copy of chosen rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from markupsafe import Markup
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from cchc_tasks import wording
from cchc_tasks.domain.closing import Decided, Fate
from cchc_tasks.domain.errors import Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.text import one_line
from cchc_tasks.domain.workflow import OPEN_STATUSES, Status
from cchc_tasks.services import closing, next_year
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Plan
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries.obligations import WorkFilter, WorkRow, list_work
from cchc_tasks.web import clock, work_items
from cchc_tasks.web.base_form import BaseForm, VersionedForm
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.plans.blueprint import bp
from cchc_tasks.web.plans.forms import DATE_FORMATS, LONGEST
from cchc_tasks.web.work_items import WorkItem
from cchc_tasks.wording import closing as words

#: A plan of the year has tasks, areas and a year's work: how far a list of rows may grow before it is cut.
TASK = "nhiem-vu"
FIELDS = {
    RefusedReason.CLOSED_TOO_EARLY: "closed_on",
    RefusedReason.AFTER_TODAY: "closed_on",
    RefusedReason.NO_NEXT_PLAN: "target",
    RefusedReason.PLAN_EXISTS: "number",
}


class CloseForm(VersionedForm):
    """The day, and the plan in which unfinished work goes on."""

    closed_on = DateField("Khép kể từ ngày", [InputRequired()], format=DATE_FORMATS)
    target = SelectField("Kế hoạch nhận việc chuyển tiếp", coerce=int, default=0)
    fate = SelectField(
        "Việc chưa chọn riêng thì",
        choices=[SelectChoice("", "Chọn cho từng việc"), *(SelectChoice(*each) for each in words.FATES.items())],
        default="",
    )
    reason = StringField("Lý do chung", [Optional(), Length(max=LONGEST)])
    due_on = DateField("Hạn mới chung", [Optional()], format=DATE_FORMATS)


class NextYearForm(BaseForm):
    """The head of next year's plan."""

    number = StringField("Số, ký hiệu", [DataRequired(), Length(max=60)])
    issued_on = DateField("Ngày ban hành", [InputRequired()], format=DATE_FORMATS)
    title = TextAreaField("Trích yếu", [DataRequired(), Length(max=LONGEST)])


@dataclass(frozen=True, slots=True)
class Choice:
    """What was typed for one open piece."""

    fate: str = ""
    reason: str = ""
    due_on: str = ""


@dataclass(frozen=True, slots=True)
class OpenPiece:
    """One open piece with what was typed for it and what is wrong with that."""

    item: WorkItem
    due: Markup
    choice: Choice
    trouble: str


@bp.route("/<int:plan_id>/khep-nam", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def close(plan_id: int) -> Any:
    """The plan's open work, each piece with its fate and reason; nothing is written before all of it is decided."""
    plan = plan_queries.get_plan(db.session, current_principal().agency_id, plan_id)
    form = CloseForm(formdata=None if request.method == "GET" else request.form)
    targets = _targets(plan)
    form.target.choices = [SelectChoice(0, "Không chuyển tiếp"), *(SelectChoice(*each) for each in targets)]
    rows = _open_rows(plan)
    if request.method == "GET":
        form.version.data, form.closed_on.data = plan.version, date(plan.year, 12, 31)
        form.target.data = targets[0][0] if targets else 0
        form.due_on.data = date(plan.year + 1, 12, 31)
        return _page(plan, form, rows, {}, {})
    choices = {row.id: _choice(row.id) for row in rows}
    is_valid = form.validate()
    decided = {row.id: _in_full(choices[row.id], form, row) for row in rows}
    troubles = {key: trouble for key, each in decided.items() if (trouble := _trouble(each))}
    if not is_valid or troubles:
        return _page(plan, form, rows, choices, troubles), 422
    try:
        done = closing.close_plan(
            db.session,
            plan_id,
            version=form.version.data,
            decided=[_decided(key, each) for key, each in decided.items()],
            target_id=form.target.data or None,
            closed_on=form.closed_on.data,
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except Refused as error:
        form.refuse(FIELDS.get(error.reason, ""), wording.explain(error))
        return _page(plan, form, rows, choices, {}), 422
    except StaleEdit as error:
        form.refuse_stale(error, {})
        db.session.expire_all()
        return _page(plan, form, _open_rows(plan), choices, {}), 409
    flash(words.closed(plan.number, len(done.carried), len(done.lapsed)), "done")
    return redirect(url_for("plans.show", plan_id=plan_id), code=303)


def _targets(plan: Plan) -> list[tuple[int, str]]:
    """Plans of the same kind of later years that are not closed, the next year's first."""
    lines = plan_queries.list_plans(db.session, plan.agency_id)
    later = [line for line in lines if line.year > plan.year and line.kind is plan.kind]
    return [(line.id, f"{line.number} ({line.year})") for line in sorted(later, key=lambda line: line.year)]


def _open_rows(plan: Plan) -> list[WorkRow]:
    wanted = WorkFilter(plan_ids=[plan.id], statuses=OPEN_STATUSES)
    return list_work(db.session, plan.agency_id, wanted)


def _choice(key: int) -> Choice:
    typed = {name: one_line(request.form.get(f"{name}-{key}", "")) for name in ("so-phan", "ly-do", "han")}
    return Choice(typed["so-phan"], typed["ly-do"][:LONGEST], typed["han"])


def _in_full(choice: Choice, form: CloseForm, row: WorkRow) -> Choice:
    """What was chosen for a piece, and for all where nothing was chosen for it; undated work gets no common day."""
    due_on = choice.due_on
    if not due_on and row.due_on is not None and form.due_on.data is not None:
        due_on = form.due_on.data.isoformat()
    return Choice(choice.fate or form.fate.data or "", choice.reason or form.reason.data or "", due_on)


def _trouble(choice: Choice) -> str:
    if choice.fate not in {fate.value for fate in Fate}:
        return words.UNDECIDED
    if not choice.reason:
        return words.NO_REASON
    return "" if not choice.due_on or _day(choice.due_on) else "Nhập ngày theo dạng ngày/tháng/năm."


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _decided(key: int, choice: Choice) -> Decided:
    return Decided(key, Fate(choice.fate), choice.reason, _day(choice.due_on))


def _page(
    plan: Plan, form: CloseForm, rows: Sequence[WorkRow], choices: Mapping[int, Choice], troubles: Mapping[int, str]
) -> str:
    today = clock.today()
    units = task_queries.units_by_id(db.session, plan.agency_id, today)
    due_soon_days = int(current_app.config["CCHC_SETTINGS"].due_soon_days)
    items = work_items.present(list(rows), today=today, units=units, due_soon_days=due_soon_days)
    marks = work_items.Marks()
    waiting = sum(row.status is Status.REPORTED for row in rows)
    return render_template(
        "plans/close.html",
        plan=plan,
        form=form,
        fates=words.FATES,
        waiting=waiting,
        items=[
            OpenPiece(item, marks.due(item.due), choices.get(item.id, Choice()), troubles.get(item.id, ""))
            for item in items
        ],
    )


@bp.route("/<int:plan_id>/nam-sau", methods=["GET", "POST"])
@requires(Action.EDIT_PLAN)
def begin_next(plan_id: int) -> Any:
    """Next year's plan from chosen rows of this one; work without a day or with the year's end is chosen beforehand."""
    plan = plan_queries.get_whole_plan(db.session, current_principal().agency_id, plan_id)
    form = NextYearForm(formdata=None if request.method == "GET" else request.form)
    if request.method == "GET":
        form.title.data = words.next_title(plan.title, plan.year)
        return _next_page(plan, form, _standing(plan))
    chosen = set(request.form.getlist(TASK, type=int)) & {task.id for area in plan.areas for task in area.tasks}
    is_valid = form.validate()
    if not chosen:
        form.refuse("", words.NOTHING_CHOSEN)
    if not is_valid or not chosen:
        return _next_page(plan, form, chosen), 422
    try:
        made = next_year.begin_from(db.session, plan_id, chosen, **form.values(), **who_and_when())
    except Refused as error:
        form.refuse(FIELDS.get(error.reason, ""), wording.explain(error))
        return _next_page(plan_queries.get_whole_plan(db.session, plan.agency_id, plan_id), form, chosen), 422
    flash(words.begun(made.number, len(chosen)), "done")
    return redirect(url_for("plans.show", plan_id=made.id), code=303)


def _standing(plan: Plan) -> set[int]:
    """Rows of work that comes back every year: without a day, recurring, or due at the year's end only."""
    year_end = date(plan.year, 12, 31)
    return {
        task.id
        for area in plan.areas
        for task in area.tasks
        if (owed := [each for product in task.deliverables for each in product.obligations])
        and all(each.due_on is None or each.period_label or each.due_on == year_end for each in owed)
    }


def _next_page(plan: Plan, form: NextYearForm, chosen: set[int]) -> str:
    return render_template("plans/next_year.html", plan=plan, form=form, chosen=chosen)
