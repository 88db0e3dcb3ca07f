"""Submitting a report: everything frozen with its hash and the ledger's head; the document's number comes later."""

import logging
from datetime import date, datetime

from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import Invalid, Refused, RefusedReason, StaleEdit
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.reports.checks import open_findings
from cchc_tasks.domain.reports.frozen import (
    FrozenPlan,
    FrozenText,
    Snapshot,
    canonical_bytes,
    digest,
    freeze_figure,
    snapshot_from_bytes,
)
from cchc_tasks.domain.reports.outline import headings
from cchc_tasks.domain.reports.texts import render
from cchc_tasks.services import _once
from cchc_tasks.services._record import recording_time
from cchc_tasks.services._report_told import tell_submitted
from cchc_tasks.services.counting import rule_of, rule_values
from cchc_tasks.services.ledger import head
from cchc_tasks.services.report_figures import Describe, ReportFigures, compute_report, findings_of
from cchc_tasks.services.reports import open_draft
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Agency, Plan, PublishedHead, Report, ReportSnapshot, ReportState
from cchc_tasks.storage.queries import reports as queries

log = logging.getLogger(__name__)


def submit(
    session: Session,
    report_id: int,
    *,
    version: int,
    actor: Principal,
    now: datetime,
    describe: Describe,
    request_key: str | None = None,
) -> Snapshot:
    """The leader submits: values, lists, rules, form version and the ledger's head are frozen, once and for all.

    What is frozen is what the ledger knew at that moment: nobody can write between the count and the freeze. Raises
    `Refused(FINDINGS_OPEN)` while something stops the report or a warning was not accepted, `StaleEdit` where the
    office changed its set-up since the page was opened. The office and the leaders are told by mail.
    """
    permissions.require(actor, Action.SUBMIT_REPORT)
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        report = open_draft(session, report_id, actor, version)
        # Holds the ledger's head until the end: no entry comes between.
        known_at = recording_time(session, actor.agency_id, now=now)
        told = compute_report(session, report, actor=actor, now=known_at, describe=describe, known_at=known_at)
        found = findings_of(session, told)
        held = queries.acceptances_of(session, report)
        still_open = open_findings(found, held)
        if still_open:
            raise Refused(RefusedReason.FINDINGS_OPEN, count=len(still_open))
        # What was accepted and then mended goes out with no warning.
        accepted = {each.identity: held[each.identity].reason for each in found if each.identity in held}
        frozen = _snapshot(session, told, accepted, actor, known_at)
        sha256 = _keep(session, report, frozen, known_at, actor)
        tell_submitted(session, report, told.form, frozen, sha256)
    log.info("report %s submitted by %s, ledger at %s", report.id, actor.person_id, frozen.ledger_seq)
    return frozen


def _snapshot(
    session: Session, told: ReportFigures, accepted: dict[str, str], actor: Principal, known_at: datetime
) -> Snapshot:
    report, present = told.report, head(session, actor.agency_id)
    return Snapshot(
        agency_code=session.get_one(Agency, actor.agency_id).code,
        report_id=report.id,
        version=report.edition,
        form=told.form.reference,
        form_sha256=queries.get_form(session, actor.agency_id, report.form_id).sha256,
        period_key=report.period_key,
        year=report.year,
        window_starts_on=report.window_starts_on,
        cut_off=report.cut_off,
        known_at=known_at,
        ledger_seq=present.seq,
        ledger_hash=present.hash,
        submitted_at=known_at,
        submitted_by=actor.name,
        title=report.title,
        plans=_plans(session, report, known_at),
        figures=tuple(freeze_figure(figure) for figure in told.figures.values()),
        texts=frozen_texts(session, told),
        accepted=accepted,
    )


def _plans(session: Session, report: Report, known_at: datetime) -> tuple[FrozenPlan, ...]:
    ids = {plan_id for group in (*report.plans.values(), *report.scoped_plans.values()) for plan_id in group}
    plans = [session.get_one(Plan, plan_id) for plan_id in sorted(ids)]
    return tuple(FrozenPlan(plan.id, plan.kind.value, plan.number, _rule(session, plan, known_at)) for plan in plans)


def _rule(session: Session, plan: Plan, known_at: datetime) -> dict[str, str]:
    rule = rule_of(session, plan.agency_id, plan.id, known_at=known_at)
    return {name: str(value) for name, value in rule_values(rule).items()}


def frozen_texts(session: Session, told: ReportFigures) -> tuple[FrozenText, ...]:
    """Every section of the outline with its text as it prints; one that nobody wrote is empty."""
    written = queries.texts_of(session, told.report)
    return tuple(
        FrozenText(
            heading.place, heading.title, render(written[heading.place].text) if heading.place in written else ""
        )
        for heading in headings(told.form)
    )


def _keep(session: Session, report: Report, frozen: Snapshot, now: datetime, actor: Principal) -> str:
    """Writes the frozen report down; its hash."""
    data = canonical_bytes(frozen)
    sha256 = digest(data)
    session.add(
        ReportSnapshot(
            agency_id=report.agency_id,
            report_id=report.id,
            content=data.decode(),
            sha256=sha256,
            ledger_seq=frozen.ledger_seq,
            ledger_hash=frozen.ledger_hash,
            recorded_at=now,
        )
    )
    session.add(
        PublishedHead(
            agency_id=report.agency_id,
            seq=frozen.ledger_seq,
            hash=frozen.ledger_hash,
            published_at=now,
            where=f"báo cáo {report.id}",
        )
    )
    report.state = ReportState.SUBMITTED
    report.submitted_at, report.submitted_by_id = now, actor.person_id
    report.version += 1
    return sha256


def frozen_of(session: Session, report: Report) -> Snapshot | None:
    """The submitted report, or None for a draft."""
    stored = queries.snapshot_of(session, report)
    return None if stored is None else snapshot_from_bytes(stored.content.encode())


def issue(
    session: Session,
    report_id: int,
    *,
    version: int,
    number: str,
    issued_on: date | None,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Report:
    """Fills in number and date of a submitted report when the document is issued; nothing else of it changes.

    Raises `Refused(REPORT_NOT_SUBMITTED)`, `Refused(AFTER_TODAY)` for a day to come, `StaleEdit`.
    """
    permissions.require(actor, Action.PREPARE_REPORT)
    today = local_day(now)
    if issued_on is not None and issued_on > today:
        raise Refused(RefusedReason.AFTER_TODAY, effective_on=issued_on, today=today)
    if issued_on is not None and not number:
        raise Invalid(what="report_number")
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        report = queries.get_report(session, actor.agency_id, report_id, is_locked=True)
        if report.state is not ReportState.SUBMITTED:
            raise Refused(RefusedReason.REPORT_NOT_SUBMITTED)
        if report.version != version:
            raise StaleEdit(what="reports", id=report.id, current=report.version, seen=version)
        report.number, report.issued_on = number, issued_on
        report.version += 1
    return report
