"""The reports of a year by the agency's periods: how far each is, what it will miss, and a new one begun."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from wtforms import BooleanField, IntegerField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional

from cchc_tasks import wording
from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Refused
from cchc_tasks.domain.periods import ReportingPeriod
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.domain.reports.regimes import AtRisk, Regime, Risk, at_risk, owed_period
from cchc_tasks.services import reports
from cchc_tasks.services.ledger import known_now
from cchc_tasks.services.regimes import regime_of
from cchc_tasks.services.report_forms import find_known, known_forms
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Report
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.storage.queries.as_of import states_as_of
from cchc_tasks.storage.queries.reports import ReportLine
from cchc_tasks.web import clock
from cchc_tasks.web.base_form import BaseForm
from cchc_tasks.web.login import current_principal, requires, who_and_when
from cchc_tasks.web.plans.forms import YEARS
from cchc_tasks.web.reports.blueprint import bp
from cchc_tasks.web.reports.opening import open_report
from cchc_tasks.wording import report_answers as answer_words
from cchc_tasks.wording import report_begin as begin_words
from cchc_tasks.wording import report_pages as words
from cchc_tasks.wording.report_members import report_title
from cchc_tasks.wording.reports import risk_sentence


class BeginForm(BaseForm):
    """A new report: its form, its period, its year."""

    form_code = SelectField("Biểu mẫu", [DataRequired()], validate_choice=True)
    period_key = SelectField("Kỳ báo cáo", [DataRequired()])
    year = IntegerField("Năm", [InputRequired(), YEARS])
    #: Asked for where the form is not in force on the cut-off.
    is_meant = BooleanField("Vẫn lập bằng biểu này, cấp trên yêu cầu như vậy", [Optional()])


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report of a period."""

    report: Report
    form_name: str
    state: str
    status: str
    href: str
    own_left: str
    own_href: str


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period of the year with its reports, days and warnings."""

    key: str
    name: str
    window: str
    send_by: date
    left: str
    kind: str
    reports: tuple[ReportRow, ...]
    risks: tuple[str, ...]
    risk_href: str


@bp.get("")
@requires(Action.READ_AGENCY)
def index() -> Any:
    return page(begin_form(asked_year()))


@bp.post("/lap")
@requires(Action.PREPARE_REPORT)
def begin() -> Any:
    """Begins the report of a period by the agency's regime."""
    form = begin_form(None)
    if not form.validate():
        return page(form), 422
    regime = regime_of(db.session, current_principal().agency_id)
    key, year = form.period_key.data, form.year.data
    period = regime.period(year, key)
    if period is None:
        form.refuse("period_key", words.NO_SUCH_PERIOD)
        return page(form), 422
    chosen = find_known(db.session, current_principal().agency_id, form.form_code.data)
    if not chosen.is_valid_on(period.cut_off) and not form.is_meant.data:
        refuse_form(form, chosen, period)
        return page(form), 422
    try:
        report = reports.begin(
            db.session,
            form.form_code.data,
            reports.usual_period(period),
            title=report_title(key, year),
            request_key=form.request_key.data,
            **who_and_when(),
        )
    except Refused as error:
        form.refuse("", wording.explain(error))
        return page(form), 409
    flash(words.begun(key, year), "done")
    return redirect(url_for("reports.asks", report_id=report.id), code=303)


def refuse_form(form: BeginForm, chosen: Form, period: ReportingPeriod) -> None:
    """Says that the form is not in force for the period, which ones are, and how to use it all the same."""
    known = known_forms(db.session, current_principal().agency_id)
    others = [each.name for each in known if each.is_valid_on(period.cut_off)]
    form.refuse("form_code", begin_words.not_in_force(chosen, period, others))
    form.is_meant.label.text = begin_words.meant(chosen.name)


def asked_year() -> int:
    return request.args.get("nam", 0, type=int) or clock.today().year


def begin_form(year: int | None) -> BeginForm:
    """Bound to the request where `year` is None, else an empty one that proposes the next period of that year."""
    agency_id, today = current_principal().agency_id, clock.today()
    form = BeginForm() if year is None else BeginForm(formdata=None)
    known = sorted(known_forms(db.session, agency_id), key=lambda each: not each.is_valid_on(today))
    last = next(iter(queries.list_reports(db.session, agency_id)), None)
    form.form_code.choices = [SelectChoice(each.code, begin_words.form_choice(each, today)) for each in known]
    regime = regime_of(db.session, agency_id)
    form.period_key.choices = [SelectChoice(rule.key, words.period_word(rule.key)) for rule in regime.rules]
    if year is not None:
        form.year.data = year
        form.form_code.data = proposed_form(known, last, today)
        begun = {(line.report.year, line.report.period_key) for line in queries.list_reports(db.session, agency_id)}
        ahead = [each for each in regime.periods(year) if (year, each.key) not in begun and each.send_by >= today]
        form.period_key.data = ahead[0].key if ahead else regime.rules[-1].key
    return form


def proposed_form(known: list[Form], last: ReportLine | None, today: date) -> str:
    """The form of the last report while it is in force; otherwise the first one that is."""
    held = next((each for each in known if last is not None and each.code == last.form_code), None)
    return held.code if held is not None and held.is_valid_on(today) else known[0].code


def page(form: BeginForm) -> str:
    principal = current_principal()
    year = asked_year() if form.year.data is None else int(form.year.data)
    regime = regime_of(db.session, principal.agency_id)
    every = queries.list_reports(db.session, principal.agency_id)
    lines = [line for line in every if line.report.year == year]
    years = {line.report.year for line in every} | {clock.today().year}
    owed = owed_last_year(regime, every)
    years |= {owed.year} if owed else set()
    known, today = known_forms(db.session, principal.agency_id), clock.today()
    return render_template(
        "reports/index.html",
        form=form,
        none_in_force="" if any(each.is_valid_on(today) for each in known) else begin_words.none_in_force(today),
        year=year,
        years=[(each, url_for("reports.index", nam=each)) for each in sorted(years | {year})],
        regime=regime,
        owed=begin_words.owed(owed) if owed and owed.year != year else "",
        owed_href=url_for("reports.index", nam=owed.year) if owed else "",
        periods=period_rows(regime, year, lines),
        may_prepare=permissions.may_anywhere(principal, Action.PREPARE_REPORT),
    )


def owed_last_year(regime: Regime, every: list[ReportLine]) -> ReportingPeriod | None:
    """The report of the year before that was not submitted; None for an agency that had nothing to report then."""
    today = clock.today()
    last = today.year - 1
    before = [line.report for line in every if line.report.year == last]
    if not before and not queries.plans_of_year(db.session, current_principal().agency_id, last):
        return None
    submitted = {report.period_key for report in before if report.submitted_at is not None}
    return owed_period(regime, last, submitted, today)


def period_rows(regime: Regime, year: int, lines: list[ReportLine]) -> list[PeriodRow]:
    """The regime's periods of the year, then any report of another period."""
    today = clock.today()
    risks = risks_of(regime, year, today)
    periods = list(regime.periods(year))
    known = {period.key for period in periods}
    rows = [
        period_row(period, [line for line in lines if line.report.period_key == period.key], risks, today)
        for period in periods
    ]
    for key in dict.fromkeys(line.report.period_key for line in lines if line.report.period_key not in known):
        own = [line for line in lines if line.report.period_key == key]
        first = own[0].report
        period = ReportingPeriod(key, year, first.window_starts_on, first.cut_off, first.send_by)
        rows.append(period_row(period, own, {}, today))
    return rows


def period_row(
    period: ReportingPeriod, lines: list[ReportLine], risks: dict[str, tuple[AtRisk, ...]], today: date
) -> PeriodRow:
    is_sent = any(line.report.submitted_at is not None for line in lines)
    days = (period.cut_off - today).days
    return PeriodRow(
        key=period.key,
        name=words.period_label(period.key, period.year),
        window=words.window(period.window_starts_on, period.cut_off),
        send_by=period.send_by,
        left="" if is_sent else words.to_cut_off(days),
        kind="late" if not is_sent and period.send_by < today else "soon" if 0 <= days <= 14 and not is_sent else "",
        reports=tuple(report_row(line) for line in lines),
        risks=() if is_sent else tuple(risk_sentence(each) for each in risks.get(period.key, ())),
        risk_href=url_for("boards.table", han="qua-han"),
    )


def report_row(line: ReportLine) -> ReportRow:
    report = line.report
    own_left, own_href = "", ""
    if report.submitted_at is not None:
        state, status = words.submitted_state(report), "done"
    else:
        opened = open_report(report.id)
        total, left = len(opened.to_enter), len(opened.waiting)
        state, status = words.draft_state(total - left, total), "in_progress"
        own = opened.rows_of(opened.principal.unit_ids)
        if own:
            own_left = answer_words.own_rows(opened.progress(own))
            own_href = url_for("reports.unit", report_id=report.id)
    return ReportRow(
        report,
        line.form_name,
        state,
        status,
        url_for("reports.show", report_id=report.id),
        own_left,
        own_href,
    )


def risks_of(regime: Regime, year: int, today: date) -> dict[str, tuple[AtRisk, ...]]:
    """What the report of each coming period will not count: all of it for the next one, for later ones only what is
    due on the wrong side of their cut-off, so that it can still be moved."""
    agency_id = current_principal().agency_id
    plan_ids = [each for ids in queries.plans_of_year(db.session, agency_id, year).values() for each in ids]
    ahead = [period for period in regime.periods(year) if period.cut_off >= today]
    if not plan_ids or not ahead:
        return {}
    known = known_now(db.session, agency_id, now=clock.now())
    states = states_as_of(db.session, agency_id, plan_ids, cut_off=today, known_at=known)
    found = {period.key: at_risk(states, period) for period in ahead}
    for period in ahead[1:]:
        found[period.key] = tuple(each for each in found[period.key] if each.risk is Risk.DUE_AFTER_CUT_OFF)
    return found
