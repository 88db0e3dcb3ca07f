"""Registers that feed rows: documents issued and others; what counts, what is left out and why, what is added."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from wtforms import DateField, HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import HiddenInput

from cchc_tasks import wording
from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotFound, Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.figures import from_register
from cchc_tasks.services import registers
from cchc_tasks.services.ledger import known_now
from cchc_tasks.services.regimes import regime_of
from cchc_tasks.services.registers import RegisterLine
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.web import clock
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.updating import DATE_FORMATS, LONGEST
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.report_registers import REGISTERS

KEY, YEAR, OPEN = "so", "nam", "dong"


class EntryForm(BaseForm):
    """A line added by hand."""

    happened_on = DateField("Ngày", [InputRequired()], format=DATE_FORMATS)
    text = TextAreaField("Số, ký hiệu, trích yếu hoặc nội dung", [DataRequired(), Length(max=LONGEST)])
    amount = IntegerField("Số lượng", [InputRequired(), NumberRange(1, 100_000)], default=1)


class CountForm(BaseForm):
    """Whether a line counts, and why."""

    member = HiddenField(validators=[DataRequired(), Length(max=80)])
    counts = SelectField(
        "Tính vào số liệu",
        choices=[SelectChoice("1", "Tính"), SelectChoice("0", "Không tính")],
        validators=[InputRequired()],
    )
    reason = TextAreaField("Lý do", [DataRequired(), Length(max=LONGEST)])
    seen = IntegerField(widget=HiddenInput(), validators=[InputRequired()])


def asked_key() -> str:
    key = request.args.get(KEY, registers.DOCUMENTS)
    if key not in registers.REGISTER_KEYS:
        raise NotFound(what="register", id=key)
    return key


def asked_year() -> int:
    return request.args.get(YEAR, 0, type=int) or clock.today().year


def plan_ids() -> list[int]:
    return queries.plans_of_year(db.session, current_principal().agency_id, asked_year()).get("cchc", [])


@bp.get("/so-van-ban")
@requires(Action.READ_AGENCY)
def register() -> Any:
    return page()


@bp.post("/so-van-ban")
@requires(Action.PREPARE_REPORT)
def add_entry() -> Any:
    """Adds a line by hand."""
    form = EntryForm()
    if not form.validate():
        return page(entry_form=form), 422
    try:
        registers.add_entry(
            db.session,
            asked_key(),
            happened_on=form.happened_on.data,
            text=form.text.data or "",
            amount=form.amount.data or 1,
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except Refused as error:
        form.refuse("happened_on" if error.reason is RefusedReason.AFTER_TODAY else "", wording.explain(error))
        return page(entry_form=form), 422
    flash(words.ENTRY_ADDED, "done")
    return redirect(here(), code=303)


@bp.post("/so-van-ban/tinh")
@requires(Action.PREPARE_REPORT)
def set_counted() -> Any:
    """Leaves a line out with a reason, or takes it in again."""
    form = CountForm()
    if not form.validate():
        return page(count_form=form), 422
    try:
        registers.set_counted(
            db.session,
            asked_key(),
            form.member.data or "",
            ordinal=form.seen.data or 0,
            is_counted=form.counts.data == "1",
            reason=form.reason.data or "",
            plan_ids=plan_ids(),
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except StaleEdit as error:
        db.session.expire_all()
        form.refuse("", wording.explain(error))
        form.seen.raw_data = None
        form.seen.data = error.facts["current"]
        return page(count_form=form), 409
    flash(words.ENTRY_COUNTED, "done")
    return redirect(here(), code=303)


def here() -> str:
    return url_for("reports.register", so=asked_key(), nam=asked_year())


def page(*, entry_form: EntryForm | None = None, count_form: CountForm | None = None) -> str:
    principal, key, year = current_principal(), asked_key(), asked_year()
    known = known_now(db.session, principal.agency_id, now=clock.now())
    lines = registers.lines_of(db.session, principal.agency_id, key, plan_ids=plan_ids(), known_at=clock.now())
    said = queries.register_rows(db.session, principal.agency_id, known_at=max(known, clock.now()), keys=[key]).get(
        key, {}
    )
    opened = count_form.member.data if count_form else request.args.get(OPEN, "")
    if count_form is None:
        count_form = CountForm(formdata=None)
        count_form.seen.data = said[opened].ordinal if opened in said else 0
        count_form.member.data = opened
        count_form.counts.data = "0" if any(line.entry.id == opened and line.is_counted for line in lines) else "1"
    shown = [line for line in lines if line.entry.on.year in (year - 1, year)]
    return render_template(
        "reports/register.html",
        key=key,
        year=year,
        title=REGISTERS[key],
        registers=[
            (REGISTERS[each], url_for("reports.register", so=each, nam=year), each == key) for each in REGISTERS
        ],
        lines=shown,
        periods=period_counts(shown, year),
        opened=opened,
        entry_form=entry_form or EntryForm(formdata=None),
        count_form=count_form,
        may_prepare=permissions.may_anywhere(principal, Action.PREPARE_REPORT),
    )


def period_counts(lines: list[RegisterLine], year: int) -> list[tuple[str, str, str]]:
    """What the register gives for each period of the year: (period, window, number)."""
    regime = regime_of(db.session, current_principal().agency_id)
    counted = registers.counted(lines)
    return [
        (
            words.period_label(period.key, year),
            words.window(period.window_starts_on, period.cut_off),
            from_register("", counted, (period.window_starts_on, period.cut_off)).cell.printed,
        )
        for period in regime.periods(year)
    ]
