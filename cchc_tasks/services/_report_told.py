"""Telling the office and the leaders that a report was submitted, with the figures that the system counted for it."""

from sqlalchemy.orm import Session

from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Role
from cchc_tasks.domain.reports.forms import Form
from cchc_tasks.domain.reports.frozen import Snapshot
from cchc_tasks.services import outbox
from cchc_tasks.storage.models import Report
from cchc_tasks.storage.queries.report_people import people_with_roles

KIND = "report_submitted"
TOLD = (Role.OFFICE, Role.LEADER)


def tell_submitted(session: Session, report: Report, form: Form, frozen: Snapshot, sha256: str) -> int:
    """Queues one mail to each of them within the caller's unit of work; how many. The figures are the frozen ones."""
    payload: dict[str, object] = {
        "report_id": report.id,
        "period_key": frozen.period_key,
        "year": frozen.year,
        "edition": frozen.version,
        "submitted_by": frozen.submitted_by,
        "submitted_at": frozen.submitted_at.isoformat(),
        "cut_off": frozen.cut_off.isoformat(),
        "figures": _figures_told(form, frozen),
        "sha256": sha256,
    }
    people = people_with_roles(session, report.agency_id, TOLD, local_day(frozen.submitted_at))
    queued = [
        outbox.enqueue(
            session,
            agency_id=report.agency_id,
            kind=KIND,
            recipient_id=person_id,
            unique_key=str(report.id),
            payload=payload,
            now=frozen.submitted_at,
        )
        for person_id in people
    ]
    return sum(each is not None for each in queued)


def _figures_told(form: Form, frozen: Snapshot) -> list[list[str]]:
    """(code, label, what prints) of every computed row, in the form's order."""
    figures = {figure.key: figure for figure in frozen.figures}
    return [[row.code, row.label, figures[row.key].printed] for row in form.value_rows if figures[row.key].is_computed]
