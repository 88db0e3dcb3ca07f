"""What the reader's units still owe to reports in preparation, for the list of their work."""

from dataclasses import dataclass

from flask import url_for

from cchc_tasks.domain import permissions
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.storage.queries.report_reminders import list_missing
from cchc_tasks.web import clock
from cchc_tasks.wording import report_pages as words


@dataclass(frozen=True, slots=True)
class OwnLine:
    """ "Báo cáo quý I năm 2021: còn 7 dòng, hạn 14/3/2021", and where they are answered."""

    words: str
    href: str
    is_late: bool


def own_lines(principal: Principal) -> list[OwnLine]:
    """A line for each report that waits for answers of the reader's units; one query where there is none."""
    if not principal.unit_ids or not permissions.may_anywhere(principal, Action.ANSWER_REPORT):
        return []
    left: dict[int, int] = {}
    for facts in list_missing(db.session, principal.agency_id):
        if facts.unit_id in principal.unit_ids:
            left[facts.report_id] = left.get(facts.report_id, 0) + facts.missing
    return [_line(principal, report_id, count) for report_id, count in left.items()]


def _line(principal: Principal, report_id: int, count: int) -> OwnLine:
    report, today = queries.get_report(db.session, principal.agency_id, report_id), clock.today()
    said = words.unit_left(report.period_key, report.year, count, report.entries_due_on, today)
    return OwnLine(said, url_for("reports.unit", report_id=report_id), today > report.entries_due_on)
