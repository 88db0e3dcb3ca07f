"""A report of quý I/2021 over the small year of `tests.support.year`, prepared by services."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.reports.answering import rows_to_enter
from cchc_tasks.domain.reports.forms import Severity
from cchc_tasks.services import report_answers, report_submission, reports
from cchc_tasks.services.report_answers import Answer
from cchc_tasks.services.report_figures import ReportFigures, figures_of, findings_of
from cchc_tasks.services.reports import Period
from cchc_tasks.storage.models import Report
from cchc_tasks.storage.queries.report_members import MemberFacts
from tests.factories import at, principal_of
from tests.support.prepared import prepared
from tests.support.year import Year, make_year

FORM = "tuyen-quang-so-nganh"
Q1 = Period("q1", 2021, date(2020, 12, 15), date(2021, 3, 14), date(2021, 3, 12), date(2021, 3, 20))
#: When the report is prepared: two days before the cut-off.
NOW = at(date(2021, 3, 12))


def describe(facts: MemberFacts) -> str:
    documents = "; ".join(f"{line.number} ({line.issued_on.isoformat()})" for line in facts.documents)
    return f"{facts.number} {facts.text} {facts.period} {documents}".strip()


@dataclass
class Prepared:
    """A report with the year behind it and the people who write it."""

    session: Session
    year: Year
    report: Report

    def who(self, role: str) -> Principal:
        return principal_of(self.session, self.year.office.people[role])

    def told(self, now: datetime = NOW) -> ReportFigures:
        return figures_of(self.session, self.report.id, actor=self.who("office"), now=now, describe=describe)

    def answer(self, role: str, *answers: Answer, now: datetime = NOW) -> tuple[Any, ...]:
        return report_answers.answer(self.session, self.report.id, answers, actor=self.who(role), now=now)

    def fill(self, printed: str = "không áp dụng") -> None:
        """Answers every row that waits, by the office."""
        told = self.told()
        waiting = [row for row in rows_to_enter(told.form, told.figures) if not told.figures[row.key].cell.printed]
        self.answer("office", *(Answer(row.key, printed) for row in waiting))

    def accept_warnings(self) -> None:
        warnings = [each for each in findings_of(self.session, self.told()) if each.severity is Severity.WARNS]
        report_answers.accept_findings(
            self.session,
            self.report.id,
            [each.identity for each in warnings],
            reason="Đã đối chiếu với hồ sơ.",
            actor=self.who("office"),
            now=NOW,
            describe=describe,
        )

    def submit(self, now: datetime = NOW) -> Any:
        self.session.refresh(self.report)
        return report_submission.submit(
            self.session,
            self.report.id,
            version=self.report.version,
            actor=self.who("leader"),
            now=now,
            describe=describe,
        )


def prepare(session: Session, form: str = FORM, period: Period = Q1) -> Prepared:
    """The report of a period, begun by the office."""

    def begin() -> tuple[Year, Report]:
        year = make_year(session)
        actor = principal_of(session, year.office.people["office"])
        title = "Báo cáo cải cách hành chính quý I"
        return year, reports.begin(session, form, period, title=title, actor=actor, now=NOW)

    return Prepared(session, *prepared(session, f"report {form} {period}", begin))
