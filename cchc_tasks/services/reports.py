"""A report as it is prepared: begun for a period, its window, plans and frame set, its rows given to units."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, inspect
from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Invalid, NotFound, Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.periods import ReportingPeriod
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.reorganisations import UnitsAsked
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.services import _once
from cchc_tasks.services.report_asks import asks_of
from cchc_tasks.services.report_forms import find_known, form_of, take_up
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import (
    Agency,
    Report,
    ReportAcceptance,
    ReportAsk,
    ReportEntry,
    ReportFormVersion,
    ReportOverride,
    ReportState,
    ReportText,
    Unit,
)
from cchc_tasks.storage.queries import reports as queries

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Period:
    """What a report is about: days of the data, both included, and the days by which units answer and it is sent.

    `reason` says why the window is not the regime's; '' where it is.
    """

    key: str
    year: int
    window_starts_on: date
    cut_off: date
    entries_due_on: date
    send_by: date
    reason: str = ""


def begin(
    session: Session,
    form_code: str,
    period: Period,
    *,
    title: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Report:
    """Begins the report of a period by the newest version of a form, fed by the plans of its year.

    Whom the last report of the form asked, and its head and foot, are taken over. Raises `Refused(REPORT_EXISTS)`
    where the period has one, `Invalid(what="window")` for days in the wrong order.
    """
    permissions.require(actor, Action.PREPARE_REPORT)
    _check_period(period)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        form = find_known(session, actor.agency_id, form_code)
        # Who begins the same report at once queues up here.
        session.get(Agency, actor.agency_id, with_for_update={"key_share": True})
        stored = take_up(session, form, actor, now)
        if queries.find_report(session, actor.agency_id, form_code, period.key, period.year) is not None:
            raise Refused(RefusedReason.REPORT_EXISTS)
        before = queries.last_of_form(session, actor.agency_id, form_code)
        report = _new_report(stored, period, title, actor, now)
        report.plans = queries.plans_of_year(session, actor.agency_id, period.year)
        report.frame = {} if before is None else dict(before.frame)
        session.add(report)
        session.flush()
        if before is not None:
            # Whoever stands in the place of the unit asked then; what is given out anew names no unit of the past.
            _put_asks(session, report, _still_there(form, asks_of(session, before).answering))
    log.info("report %s begun for %s %s by %s", report.id, period.key, period.year, actor.person_id)
    return report


def _new_report(
    stored: ReportFormVersion, period: Period, title: str, actor: Principal, now: datetime, edition: int = 1
) -> Report:
    return Report(
        agency_id=actor.agency_id,
        form_id=stored.id,
        period_key=period.key,
        year=period.year,
        edition=edition,
        title=title,
        window_starts_on=period.window_starts_on,
        cut_off=period.cut_off,
        window_reason=period.reason,
        entries_due_on=period.entries_due_on,
        send_by=period.send_by,
        created_at=now,
        created_by_id=actor.person_id,
    )


def _check_period(period: Period) -> None:
    if not period.window_starts_on <= period.cut_off:
        raise Invalid(what="window")


def open_draft(session: Session, report_id: int, actor: Principal, version: int | None = None) -> Report:
    """The draft of that id, locked, inside the caller's unit of work.

    Raises `NotFound`, `Refused(REPORT_SUBMITTED)`, and `StaleEdit` where `version` is not its present one.
    """
    report = queries.get_report(session, actor.agency_id, report_id, is_locked=True)
    if report.state is ReportState.SUBMITTED:
        raise Refused(RefusedReason.REPORT_SUBMITTED)
    if version is not None and report.version != version:
        raise StaleEdit(what="reports", id=report.id, current=report.version, seen=version)
    return report


def set_up(
    session: Session,
    report_id: int,
    *,
    version: int,
    period: Period,
    title: str,
    plans: Mapping[str, list[int]],
    scoped_plans: Mapping[str, list[int]],
    units_asked: UnitsAsked,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Report:
    """Sets the window, the plans and the title of a draft. A window that is not the regime's needs `period.reason`.

    Raises `NotFound` for a plan of another agency, and as `open_draft`.
    """
    permissions.require(actor, Action.PREPARE_REPORT)
    _check_period(period)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        report = open_draft(session, report_id, actor, version)
        form = form_of(queries.get_form(session, actor.agency_id, report.form_id))
        _check_plans(session, actor, form, plans, scoped_plans)
        moved = (period.window_starts_on, period.cut_off) != (report.window_starts_on, report.cut_off)
        if moved and not period.reason:
            raise Refused(RefusedReason.REASON_NEEDED)
        report.title = title
        report.window_starts_on, report.cut_off = period.window_starts_on, period.cut_off
        report.window_reason = period.reason
        report.entries_due_on, report.send_by = period.entries_due_on, period.send_by
        report.plans = {kind: list(ids) for kind, ids in plans.items() if ids}
        report.scoped_plans = {key: list(ids) for key, ids in scoped_plans.items() if ids}
        report.units_asked = units_asked
        report.version += 1
    return report


def _check_plans(
    session: Session,
    actor: Principal,
    form: Form,
    plans: Mapping[str, list[int]],
    scoped_plans: Mapping[str, list[int]],
) -> None:
    own = queries.kinds_of_plans(session, actor.agency_id)
    for kind, ids in plans.items():
        for plan_id in ids:
            if own.get(plan_id) != kind:
                raise NotFound(what="plan", id=plan_id)
    for key, ids in scoped_plans.items():
        if key not in form.by_key:
            raise NotFound(what="report_row", id=key)
        for plan_id in ids:
            if plan_id not in own:
                raise NotFound(what="plan", id=plan_id)


def set_frame(
    session: Session,
    report_id: int,
    *,
    version: int,
    frame: Mapping[str, object],
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Report:
    """Sets head and foot of the document (place, bases, signature, recipients); plain JSON values."""
    permissions.require(actor, Action.PREPARE_REPORT)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        report = open_draft(session, report_id, actor, version)
        report.frame = dict(frame)
        report.version += 1
    return report


def assign_rows(
    session: Session,
    report_id: int,
    units: Mapping[str, int | None],
    *,
    version: int,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Report:
    """Gives rows to units (None: the office keeps it); rows not named stay. Raises `NotFound` for rows and units."""
    permissions.require(actor, Action.PREPARE_REPORT)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        report = open_draft(session, report_id, actor, version)
        form = form_of(queries.get_form(session, actor.agency_id, report.form_id))
        for key, unit_id in units.items():
            row = form.by_key.get(key)
            if row is None or row.is_heading:
                raise NotFound(what="report_row", id=key)
            unit = None if unit_id is None else session.get(Unit, unit_id)
            if unit_id is not None and (unit is None or unit.agency_id != actor.agency_id):
                raise NotFound(what="unit", id=unit_id)
        _put_asks(session, report, {**queries.asks_of(session, report), **units})
        report.version += 1
    return report


def _still_there(form: Form, asks: Mapping[str, int]) -> dict[str, int]:
    return {key: unit_id for key, unit_id in asks.items() if key in form.by_key}


def _put_asks(session: Session, report: Report, units: Mapping[str, int | None]) -> None:
    session.execute(delete(ReportAsk).where(ReportAsk.agency_id == report.agency_id, ReportAsk.report_id == report.id))
    session.add_all(
        ReportAsk(agency_id=report.agency_id, report_id=report.id, key=key, unit_id=unit_id)
        for key, unit_id in units.items()
        if unit_id is not None
    )
    session.flush()


def correct(
    session: Session, report_id: int, *, actor: Principal, now: datetime, request_key: str | None = None
) -> Report:
    """Begins the next edition of a submitted report, with its answers, text and frame; the first stays as it was.

    Raises `Refused(REPORT_NOT_SUBMITTED)` for a draft, `Refused(REPORT_EXISTS)` while another edition is prepared.
    """
    permissions.require(actor, Action.PREPARE_REPORT)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        first = queries.get_report(session, actor.agency_id, report_id, is_locked=True)
        if first.state is not ReportState.SUBMITTED:
            raise Refused(RefusedReason.REPORT_NOT_SUBMITTED)
        editions = queries.editions_of(session, first)
        if any(each.state is ReportState.DRAFT for each in editions):
            raise Refused(RefusedReason.REPORT_EXISTS)
        stored = queries.get_form(session, actor.agency_id, first.form_id)
        report = _new_report(stored, period_of(first), first.title, actor, now, edition=editions[-1].edition + 1)
        report.corrects_id = first.id
        report.plans, report.scoped_plans = dict(first.plans), dict(first.scoped_plans)
        report.units_asked, report.frame = first.units_asked, dict(first.frame)
        session.add(report)
        session.flush()
        _put_asks(session, report, queries.asks_of(session, first))
        _copy_rows(session, first, report, now)
    log.info("report %s begun to correct %s by %s", report.id, first.id, actor.person_id)
    return report


def _copy_rows(session: Session, source: Report, target: Report, now: datetime) -> None:
    """Puts what holds of one report's answers, overrides and text into another as its first rows; who said it stays.

    So does what was accepted of it."""
    held: tuple[tuple[Any, Iterable[Any]], ...] = (
        (ReportEntry, queries.entries_of(session, source).values()),
        (ReportOverride, queries.overrides_of(session, source).values()),
        (ReportText, queries.texts_of(session, source).values()),
    )
    for model, rows in held:
        names = [column.key for column in inspect(model).column_attrs if column.key != "id"]
        for row in rows:
            values = {name: getattr(row, name) for name in names}
            session.add(model(**{**values, "report_id": target.id, "ordinal": 1, "recorded_at": now}))
    # Each holds for exactly its finding, whoever finds it again: the day and the person stay too.
    names = [column.key for column in inspect(ReportAcceptance).column_attrs if column.key != "id"]
    for each in queries.acceptances_of(session, source).values():
        values = {name: getattr(each, name) for name in names}
        session.add(ReportAcceptance(**{**values, "report_id": target.id}))
    session.flush()


def period_of(report: Report) -> Period:
    """The period of a report as a value."""
    return Period(
        report.period_key,
        report.year,
        report.window_starts_on,
        report.cut_off,
        report.entries_due_on,
        report.send_by,
        report.window_reason,
    )


def usual_period(period: ReportingPeriod) -> Period:
    """A regime's period as a report takes it: units answer by the cut-off itself."""
    return Period(period.key, period.year, period.window_starts_on, period.cut_off, period.cut_off, period.send_by)
