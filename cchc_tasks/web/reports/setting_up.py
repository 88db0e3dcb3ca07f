"""How a report is set up: its window, the plans that feed it, its title, head and foot of the document."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from wtforms import DateField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from cchc_tasks import wording
from cchc_tasks.domain.errors import Invalid, Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.domain.reports.figures import DEFINITIONS
from cchc_tasks.domain.reports.forms import FormRow
from cchc_tasks.domain.reports.sheet import Frame, frame_from, frame_values
from cchc_tasks.services import reports
from cchc_tasks.services.report_sheets import default_frame
from cchc_tasks.services.reports import Period
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import plans as plan_queries
from cchc_tasks.storage.queries.plans import PlanLine
from cchc_tasks.web.base_form import VersionedForm
from cchc_tasks.web.login import requires, who_and_when
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.opening import Opened, head_values, open_report
from cchc_tasks.web.updating import DATE_FORMATS, LONGEST
from cchc_tasks.wording import plans as plan_words
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.boards import UNITS_NOW, UNITS_THEN

KIND = "BC"
SCOPED = "rieng"


class SetUpForm(VersionedForm):
    """Window and days of a report, its title, its plans; plans of single rows are fields of their own."""

    title = StringField("Tên báo cáo (trích yếu)", [DataRequired(), Length(max=1_000)])
    window_starts_on = DateField("Số liệu từ ngày", [InputRequired()], format=DATE_FORMATS)
    cut_off = DateField("Chốt đến ngày", [InputRequired()], format=DATE_FORMATS)
    window_reason = TextAreaField("Lý do kỳ số liệu khác quy định", [Optional(), Length(max=LONGEST)])
    entries_due_on = DateField("Đơn vị nhập trước ngày", [InputRequired()], format=DATE_FORMATS)
    send_by = DateField("Gửi trước ngày", [InputRequired()], format=DATE_FORMATS)
    plan_ids = SelectMultipleField(
        "Kế hoạch tính vào báo cáo",
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    units_asked = RadioField(
        "Đơn vị đã sáp nhập, đổi tên", choices=[SelectChoice("then", UNITS_THEN), SelectChoice("now", UNITS_NOW)]
    )


class FrameForm(VersionedForm):
    """Head and foot of the document; lines of bases and recipients stand one under the other."""

    place = StringField("Địa danh", [Optional(), Length(max=100)])
    symbol = StringField("Ký hiệu sau số", [Optional(), Length(max=60)])
    full_name = StringField("Tên cơ quan trong phụ lục", [Optional(), Length(max=300)])
    bases = TextAreaField("Căn cứ (mỗi dòng một căn cứ)", [Optional(), Length(max=20_000)])
    recipients = TextAreaField("Nơi nhận (mỗi dòng một nơi)", [Optional(), Length(max=20_000)])
    signer_authority = StringField("Thẩm quyền ký", [Optional(), Length(max=100)])
    signer_title = StringField("Chức vụ người ký", [Optional(), Length(max=100)])
    signer_name = StringField("Họ tên người ký", [Optional(), Length(max=100)])


@bp.get("/<int:report_id>/thiet-lap")
@requires(Action.PREPARE_REPORT)
def set_up(report_id: int) -> Any:
    return page(open_report(report_id))


@bp.post("/<int:report_id>/thiet-lap")
@requires(Action.PREPARE_REPORT)
def save_set_up(report_id: int) -> Any:
    """Sets window, plans and title."""
    opened = open_report(report_id)
    plans = plan_queries.list_plans(db.session, opened.report.agency_id)
    form = with_plans(SetUpForm(), plans)
    if not form.validate() or form.version.data is None:
        return page(opened, form=form), 422
    scoped = read_scoped(opened, plans)
    try:
        reports.set_up(
            db.session,
            report_id,
            version=form.version.data,
            period=period_from(opened, form),
            title=form.title.data,
            plans=by_kind(plans, form.plan_ids.data or []),
            scoped_plans=scoped,
            units_asked=UnitsAsked(form.units_asked.data),
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except (Refused, Invalid, StaleEdit) as error:
        return refused(report_id, form, error)
    flash(words.SET_UP_SAVED, "done")
    return redirect(url_for("reports.set_up", report_id=report_id), code=303)


def refused(report_id: int, form: SetUpForm, error: Any) -> Any:
    db.session.expire_all()
    if isinstance(error, StaleEdit):
        held = open_report(report_id)
        form.refuse_stale(error, {"title": held.report.title})
        return page(held, form=form), 409
    if isinstance(error, Invalid):
        form.refuse("cut_off", words.WINDOW_BACKWARDS)
    else:
        needs_reason = error.reason is RefusedReason.REASON_NEEDED
        form.refuse(
            "window_reason" if needs_reason else "", words.WINDOW_REASON if needs_reason else wording.explain(error)
        )
    return page(open_report(report_id), form=form), 422


def period_from(opened: Opened, form: SetUpForm) -> Period:
    return Period(
        opened.report.period_key,
        opened.report.year,
        form.window_starts_on.data,
        form.cut_off.data,
        form.entries_due_on.data,
        form.send_by.data,
        form.window_reason.data or "",
    )


def by_kind(plans: Sequence[PlanLine], ids: Sequence[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for plan in sorted(plans, key=lambda each: each.id):
        if plan.id in ids:
            found.setdefault(plan.kind.value, []).append(plan.id)
    return found


def scoped_rows(opened: Opened) -> list[FormRow]:
    """Rows that a plan feeds only where it is named for them: several rows of the form count the same kind."""
    scoped = [row for row in opened.form.value_rows if (found := DEFINITIONS.get(row.key)) and found.is_scoped]
    return scoped if len(scoped) > 1 else []


def read_scoped(opened: Opened, plans: Sequence[PlanLine]) -> dict[str, list[int]]:
    own = {plan.id for plan in plans}
    chosen = {row.key: request.form.get(f"{SCOPED}-{row.code}", 0, type=int) for row in scoped_rows(opened)}
    return {key: [plan_id] for key, plan_id in chosen.items() if plan_id in own}


def with_plans(form: SetUpForm, plans: Sequence[PlanLine]) -> SetUpForm:
    form.plan_ids.choices = [
        SelectChoice(plan.id, words.plan_choice(plan_words.plan_kind(plan.kind), plan.number, plan.year))
        for plan in plans
    ]
    return form


@bp.post("/<int:report_id>/the-thuc")
@requires(Action.PREPARE_REPORT)
def set_frame(report_id: int) -> Any:
    """Sets head and foot of the document."""
    opened = open_report(report_id)
    form = FrameForm()
    if not form.validate() or form.version.data is None:
        return page(opened, frame_form=form), 422
    values: dict[str, Any] = {name: getattr(form, name).data or "" for name in Frame.__slots__}
    lines = {name: tuple(line for line in values[name].splitlines() if line) for name in ("bases", "recipients")}
    try:
        reports.set_frame(
            db.session,
            report_id,
            version=form.version.data,
            frame=frame_values(Frame(**{**values, **lines})),
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except StaleEdit as error:
        db.session.expire_all()
        held = open_report(report_id)
        form.refuse_stale(error, {})
        return page(held, frame_form=form), 409
    flash(words.SET_UP_SAVED, "done")
    return redirect(url_for("reports.set_up", report_id=report_id, _anchor="the-thuc"), code=303)


def page(opened: Opened, *, form: SetUpForm | None = None, frame_form: FrameForm | None = None) -> str:
    report = opened.report
    plans = plan_queries.list_plans(db.session, report.agency_id)
    if form is None:
        form = with_plans(SetUpForm(formdata=None, obj=report), plans)
        form.plan_ids.data = [plan_id for ids in report.plans.values() for plan_id in ids]
        form.units_asked.data = report.units_asked.value
    if frame_form is None:
        frame = frame_from(report.frame) if report.frame else default_frame(db.session, report.agency_id, kind=KIND)
        values = frame_values(frame)
        lines = {name: "\n".join(getattr(frame, name)) for name in ("bases", "recipients")}
        frame_form = FrameForm(formdata=None, data={**values, **lines, "version": report.version})
    return render_template(
        "reports/set_up.html",
        **head_values(opened, "set_up"),
        set_up_form=form,
        frame_form=frame_form,
        scoped=[(row, (report.scoped_plans.get(row.key) or [0])[0]) for row in scoped_rows(opened)],
        plans=[(plan.id, f"{plan.number} ({plan.year})") for plan in plans],
    )
