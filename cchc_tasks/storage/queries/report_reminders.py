"""Reads behind reminders about reports: which unit still owes how many entries."""

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from cchc_tasks.domain.report_reminders import ReportFacts
from cchc_tasks.storage.models import Report, ReportAsk, ReportEntry, ReportState


def list_missing(session: Session, agency_id: int) -> list[ReportFacts]:
    """Of every report in preparation each unit that was asked and has not answered all; one query."""
    is_answered = exists().where(
        and_(
            ReportEntry.agency_id == agency_id,
            ReportEntry.report_id == ReportAsk.report_id,
            ReportEntry.key == ReportAsk.key,
        )
    )
    rows = session.execute(
        select(
            Report.id,
            Report.title,
            Report.entries_due_on,
            Report.send_by,
            ReportAsk.unit_id,
            func.count().label("missing"),
        )
        .join(ReportAsk, and_(ReportAsk.agency_id == agency_id, ReportAsk.report_id == Report.id))
        .where(Report.agency_id == agency_id, Report.state == ReportState.DRAFT, ~is_answered)
        .group_by(Report.id, Report.title, Report.entries_due_on, Report.send_by, ReportAsk.unit_id)
        .order_by(Report.id, ReportAsk.unit_id)
    )
    return [
        ReportFacts(
            report_id=row.id,
            unit_id=row.unit_id,
            title=row.title,
            missing=row.missing,
            entries_due_on=row.entries_due_on,
            send_by=row.send_by,
        )
        for row in rows
    ]
