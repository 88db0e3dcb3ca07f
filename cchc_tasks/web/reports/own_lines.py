"""What the reader's units still owe to reports in preparation, for the list of their work."""

from dataclasses import dataclass

from flask import url_for

from cchc_tasks.domain import permissions
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.reports.answering import Progress
from cchc_tasks.services.report_asks import owed
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import reports as queries
from cchc_tasks.web import clock
from cchc_tasks.wording import report_answers as words


@dataclass(frozen=True, slots=True)
class OwnLine:
    """ "Báo cáo quý I năm 2021: còn 7 dòng, hạn 14/3/2021", and where they are answered."""

    words: str
    href: str
    is_late: bool


def own_lines(principal: Principal) -> list[OwnLine]:
    """A line for each report that waits for answers of the reader's units; one query where there is none.

    What is owed is what the reminders ask for: `domain.reports.answering`.
    """
    if not principal.unit_ids or not permissions.may_anywhere(principal, Action.ANSWER_REPORT):
        return []
    left: dict[int, Progress] = {}
    for facts in owed(db.session, principal.agency_id, clock.today(), unit_ids=principal.unit_ids):
        before = left.get(facts.report_id, Progress())
        left[facts.report_id] = Progress(0, before.not_yet + facts.not_yet, before.waiting + facts.missing)
    return [_line(principal, report_id, found) for report_id, found in left.items()]


def _line(principal: Principal, report_id: int, found: Progress) -> OwnLine:
    report, today = queries.get_report(db.session, principal.agency_id, report_id), clock.today()
    said = words.unit_left(report.period_key, report.year, found, report.entries_due_on, today)
    return OwnLine(said, url_for("reports.unit", report_id=report_id), today > report.entries_due_on)
