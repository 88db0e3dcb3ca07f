"""A report as it prints: the frozen one where it was submitted, today's figures and text where it was not."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.domain.counting import CountingRule
from cchc_tasks.domain.permissions import Action, Principal, require
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.domain.reports.frozen import Snapshot, freeze_figure, snapshot_from_bytes
from cchc_tasks.domain.reports.sheet import Frame, Sheet, frame_from
from cchc_tasks.services.counting import rule_from
from cchc_tasks.services.report_figures import Describe, ReportFigures, compute_report, plans_behind
from cchc_tasks.services.report_forms import form_of
from cchc_tasks.services.report_submission import frozen_texts
from cchc_tasks.storage.models import Agency, Plan, Report, ReportSnapshot
from cchc_tasks.storage.queries import reports as queries


def sheet_of(session: Session, report_id: int, *, actor: Principal, now: datetime, describe: Describe) -> Sheet:
    """Everything that prints of a report of the actor's agency; raises `NotFound`."""
    require(actor, Action.READ_AGENCY)
    report = queries.get_report(session, actor.agency_id, report_id)
    stored = queries.snapshot_of(session, report)
    if stored is not None:
        return _of_snapshot(session, report, stored)
    return sheet_of_draft(session, compute_report(session, report, actor=actor, now=now, describe=describe))


def sheet_of_draft(session: Session, told: ReportFigures) -> Sheet:
    """A draft as it would print with these figures."""
    rules = {plan_id: tally.rule for plan_id, tally in told.by_plan.items()}
    return _sheet(
        session,
        told.report,
        told.form,
        figures=tuple(freeze_figure(figure) for figure in told.figures.values()),
        texts=frozen_texts(session, told),
        rules=_rules_by_key(told.report, told.form, rules),
    )


def _of_snapshot(session: Session, report: Report, stored: ReportSnapshot) -> Sheet:
    frozen = snapshot_from_bytes(stored.content.encode())
    form = form_of(queries.get_form(session, report.agency_id, report.form_id))
    return _sheet(
        session,
        report,
        form,
        figures=frozen.figures,
        texts=frozen.texts,
        rules=_rules_by_key(report, form, _frozen_rules(frozen)),
        is_draft=False,
        sha256=stored.sha256,
        head=stored.ledger_hash,
        head_seq=stored.ledger_seq,
    )


def _frozen_rules(frozen: Snapshot) -> dict[int, CountingRule]:
    return {plan.plan_id: rule_from(dict(plan.rule)) for plan in frozen.plans}


def _rules_by_key(report: Report, form: Form, rules: Mapping[int, CountingRule]) -> dict[str, CountingRule]:
    """The counting rule behind each row that a plan feeds; of several plans the first one's."""
    behind = {key: plans_behind(report, form, key) for key in form.by_key}
    return {key: rules[ids[0]] for key, ids in behind.items() if ids and ids[0] in rules}


def _sheet(session: Session, report: Report, form: Form, **values: object) -> Sheet:
    agency = session.get_one(Agency, report.agency_id)
    return Sheet(
        issuer_parent=agency.parent_name,
        issuer=agency.name,
        number=report.number,
        issued_on=report.issued_on,
        title=report.title,
        frame=frame_from(report.frame),
        form=form,
        period_key=report.period_key,
        year=report.year,
        edition=report.edition,
        window=(report.window_starts_on, report.cut_off),
        **values,  # type: ignore[arg-type]
    )


def default_frame(session: Session, agency_id: int, *, kind: str) -> Frame:
    """The head and foot of an agency's first report: its place, and `kind` ("BC") before its own sign ("STTTT")."""
    agency = session.get_one(Agency, agency_id)
    number = session.scalar(select(Plan.number).where(Plan.agency_id == agency_id).order_by(Plan.id.desc()).limit(1))
    sign = "" if number is None or "-" not in number else number.rsplit("-", 1)[1]
    return Frame(place=agency.place, symbol=f"{kind}-{sign}" if sign else kind)
