"""Reads of reports: forms, what holds of each row, the text, the frozen whole, and the registers that feed rows."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.evidence import proves
from cchc_tasks.domain.reports.figures import RegisterEntry as RegisterValue
from cchc_tasks.storage.models import (
    Amendment,
    Document,
    Evidence,
    Obligation,
    Plan,
    RegisterEntry,
    Report,
    ReportAcceptance,
    ReportAsk,
    ReportEntry,
    ReportFormVersion,
    ReportOverride,
    ReportSnapshot,
    ReportState,
    ReportText,
)
from cchc_tasks.storage.queries.evidence import withdrawn_of_plans


class ReportLine(NamedTuple):
    """A report in a list, with its form's name."""

    report: Report
    form_name: str
    form_code: str


def list_reports(session: Session, agency_id: int) -> list[ReportLine]:
    """The agency's reports, the latest cut-off first and a correction before what it corrects; one query."""
    query = (
        select(Report, ReportFormVersion.name, ReportFormVersion.code)
        .join(ReportFormVersion, ReportFormVersion.id == Report.form_id)
        .where(Report.agency_id == agency_id)
        .order_by(Report.cut_off.desc(), Report.id.desc())
    )
    return [ReportLine(*row) for row in session.execute(query)]


def find_report(session: Session, agency_id: int, form_code: str, period_key: str, year: int) -> Report | None:
    """The period's report by any version of a form: its latest edition, or None before it is begun."""
    query = (
        select(Report)
        .join(ReportFormVersion, ReportFormVersion.id == Report.form_id)
        .where(
            Report.agency_id == agency_id,
            ReportFormVersion.code == form_code,
            Report.period_key == period_key,
            Report.year == year,
        )
        .order_by(Report.edition.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def get_report(session: Session, agency_id: int, report_id: int, *, is_locked: bool = False) -> Report:
    """The report within the agency; raises `NotFound`. Locked where something is about to be written to it."""
    query = select(Report).where(Report.agency_id == agency_id, Report.id == report_id)
    if is_locked:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    report = session.scalars(query).one_or_none()
    if report is None:
        raise NotFound(what="report", id=report_id)
    return report


def list_forms(session: Session, agency_id: int) -> list[ReportFormVersion]:
    """Every version of every form of the agency, by name, the newest version first."""
    query = select(ReportFormVersion).where(ReportFormVersion.agency_id == agency_id)
    return list(session.scalars(query.order_by(ReportFormVersion.name, ReportFormVersion.form_version.desc())))


def get_form(session: Session, agency_id: int, form_id: int) -> ReportFormVersion:
    """A version of a form within the agency; raises `NotFound`."""
    query = select(ReportFormVersion).where(ReportFormVersion.agency_id == agency_id, ReportFormVersion.id == form_id)
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFound(what="report_form", id=form_id)
    return row


def find_form(session: Session, agency_id: int, code: str, form_version: int) -> ReportFormVersion | None:
    """One version of a form by its own name and number, or None while the agency has not taken it up."""
    query = select(ReportFormVersion).where(
        ReportFormVersion.agency_id == agency_id,
        ReportFormVersion.code == code,
        ReportFormVersion.form_version == form_version,
    )
    return session.scalars(query).one_or_none()


def last_form_version(session: Session, agency_id: int, code: str) -> int:
    """The highest version of a form that the agency holds; 0 where it holds none."""
    query = select(func.max(ReportFormVersion.form_version)).where(
        ReportFormVersion.agency_id == agency_id, ReportFormVersion.code == code
    )
    return session.scalar(query) or 0


def editions_of(session: Session, report: Report) -> list[Report]:
    """All reports of the same form, year and period, the first edition first."""
    query = select(Report).where(
        Report.agency_id == report.agency_id,
        Report.form_id == report.form_id,
        Report.year == report.year,
        Report.period_key == report.period_key,
    )
    return list(session.scalars(query.order_by(Report.edition)))


def previous_report(session: Session, report: Report, code: str) -> Report | None:
    """The last report by any version of the same form whose cut-off lies before this one's; submitted ones only.

    Of several editions of one period the last submitted one.
    """
    query = (
        select(Report)
        .join(ReportFormVersion, ReportFormVersion.id == Report.form_id)
        .where(
            Report.agency_id == report.agency_id,
            ReportFormVersion.code == code,
            Report.cut_off < report.cut_off,
            Report.submitted_at.is_not(None),
        )
        .order_by(Report.cut_off.desc(), Report.edition.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def last_of_form(session: Session, agency_id: int, code: str) -> Report | None:
    """The agency's newest report by any version of a form: whom it asked is whom the next one asks."""
    query = (
        select(Report)
        .join(ReportFormVersion, ReportFormVersion.id == Report.form_id)
        .where(Report.agency_id == agency_id, ReportFormVersion.code == code)
        .order_by(Report.id.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def list_drafts(session: Session, agency_id: int) -> list[Report]:
    """The agency's reports in preparation, the first begun first; one query."""
    query = select(Report).where(Report.agency_id == agency_id, Report.state == ReportState.DRAFT)
    return list(session.scalars(query.order_by(Report.id)))


def asks_of(session: Session, report: Report) -> dict[str, int]:
    """The unit that the office gave each row to (by key); who stands in its place today: `services.report_asks`."""
    query = select(ReportAsk.key, ReportAsk.unit_id).where(
        ReportAsk.agency_id == report.agency_id, ReportAsk.report_id == report.id
    )
    return {row.key: row.unit_id for row in session.execute(query)}


def entries_of(session: Session, report: Report) -> dict[str, ReportEntry]:
    """The answer that holds for each row."""
    return _last(session, ReportEntry, ReportEntry.key, report)


def overrides_of(session: Session, report: Report) -> dict[str, ReportOverride]:
    """The last override of each row; one whose `printed` is None was lifted."""
    return _last(session, ReportOverride, ReportOverride.key, report)


def texts_of(session: Session, report: Report) -> dict[str, ReportText]:
    """Each section of the text as last written, by its place in the outline."""
    return _last(session, ReportText, ReportText.place, report)


def _last(session: Session, model: Any, name: Any, report: Report) -> dict[str, Any]:
    newest = (
        select(name.label("name"), func.max(model.ordinal).label("ordinal"))
        .where(model.agency_id == report.agency_id, model.report_id == report.id)
        .group_by(name)
        .subquery()
    )
    query = (
        select(model)
        .join(newest, and_(newest.c.name == name, newest.c.ordinal == model.ordinal))
        .where(model.agency_id == report.agency_id, model.report_id == report.id)
    )
    return {getattr(row, name.key): row for row in session.scalars(query)}


def entry_history(session: Session, report: Report, key: str) -> list[ReportEntry]:
    """Every answer to a row, the first one first."""
    query = select(ReportEntry).where(
        ReportEntry.agency_id == report.agency_id, ReportEntry.report_id == report.id, ReportEntry.key == key
    )
    return list(session.scalars(query.order_by(ReportEntry.ordinal)))


def override_history(session: Session, report: Report, key: str) -> list[ReportOverride]:
    """Everything the office printed in place of a row's computed value, the first one first."""
    query = select(ReportOverride).where(
        ReportOverride.agency_id == report.agency_id, ReportOverride.report_id == report.id, ReportOverride.key == key
    )
    return list(session.scalars(query.order_by(ReportOverride.ordinal)))


def acceptances_of(session: Session, report: Report) -> dict[str, ReportAcceptance]:
    """What was accepted, by the finding's identity."""
    query = select(ReportAcceptance).where(
        ReportAcceptance.agency_id == report.agency_id, ReportAcceptance.report_id == report.id
    )
    return {row.identity: row for row in session.scalars(query)}


def snapshot_of(session: Session, report: Report) -> ReportSnapshot | None:
    """The frozen report, or None before it was submitted."""
    query = select(ReportSnapshot).where(
        ReportSnapshot.agency_id == report.agency_id, ReportSnapshot.report_id == report.id
    )
    return session.scalars(query).one_or_none()


def plans_of_year(session: Session, agency_id: int, year: int) -> dict[str, list[int]]:
    """Ids of the agency's plans of a year, by kind."""
    query = select(Plan.kind, Plan.id).where(Plan.agency_id == agency_id, Plan.year == year).order_by(Plan.id)
    found: dict[str, list[int]] = defaultdict(list)
    for kind, plan_id in session.execute(query):
        found[kind.value].append(plan_id)
    return dict(found)


def issued_documents(
    session: Session, agency_id: int, plan_ids: Collection[int], *, known_at: datetime
) -> list[RegisterValue]:
    """Documents that stand in the register by themselves, as known at an instant: the plans, what amended them, and
    what proves their work. A document met twice (by number and date) stands once, as the first one met."""
    sources = [
        *_plan_documents(session, agency_id, plan_ids, known_at),
        *_amending_documents(session, agency_id, plan_ids, known_at),
        *_proving_documents(session, agency_id, plan_ids, known_at),
    ]
    found: dict[tuple[str, Any], RegisterValue] = {}
    for number, entry in sources:
        found.setdefault((number, entry.on), entry)
    return list(found.values())


def _value(member: str, number: str, subject: str, issued_on: date) -> RegisterValue:
    return RegisterValue(member, f"{number}: {subject}", issued_on, number=number)


def _plan_documents(
    session: Session, agency_id: int, plan_ids: Collection[int], known_at: datetime
) -> list[tuple[str, RegisterValue]]:
    query = select(Plan.id, Plan.number, Plan.issued_on, Plan.title).where(
        Plan.agency_id == agency_id, Plan.id.in_(plan_ids), Plan.created_at <= known_at
    )
    return [
        (row.number, _value(f"plan:{row.id}", row.number, row.title, row.issued_on))
        for row in session.execute(query.order_by(Plan.id))
    ]


def _amending_documents(
    session: Session, agency_id: int, plan_ids: Collection[int], known_at: datetime
) -> list[tuple[str, RegisterValue]]:
    query = select(Amendment.id, Amendment.number, Amendment.issued_on, Amendment.subject).where(
        Amendment.agency_id == agency_id, Amendment.plan_id.in_(plan_ids), Amendment.recorded_at <= known_at
    )
    return [
        (row.number, _value(f"amendment:{row.id}", row.number, row.subject, row.issued_on))
        for row in session.execute(query.order_by(Amendment.id))
    ]


def _proving_documents(
    session: Session, agency_id: int, plan_ids: Collection[int], known_at: datetime
) -> list[tuple[str, RegisterValue]]:
    withdrawn = withdrawn_of_plans(session, agency_id, plan_ids, known_at=known_at)
    query = (
        select(Document.id, Document.number, Document.issued_on, Document.subject, Evidence.seq)
        .join(Evidence, Evidence.document_id == Document.id)
        .join(Obligation, Obligation.id == Evidence.obligation_id)
        .where(
            Evidence.agency_id == agency_id,
            Document.agency_id == agency_id,
            Obligation.plan_id.in_(plan_ids),
            Evidence.recorded_at <= known_at,
        )
        .order_by(Document.id, Evidence.id)
    )
    return [
        (row.number, _value(f"document:{row.id}", row.number, row.subject, row.issued_on))
        for row in session.execute(query)
        if proves(row.seq, withdrawn)
    ]


def register_rows(
    session: Session, agency_id: int, *, known_at: datetime, keys: Collection[str] | None = None
) -> dict[str, dict[str, RegisterEntry]]:
    """The entry that holds for each member of each register (by key), as known at an instant."""
    query = select(RegisterEntry).where(RegisterEntry.agency_id == agency_id, RegisterEntry.recorded_at <= known_at)
    if keys is not None:
        query = query.where(RegisterEntry.key.in_(keys))
    found: dict[str, dict[str, RegisterEntry]] = defaultdict(dict)
    for row in session.scalars(query.order_by(RegisterEntry.ordinal)):
        found[row.key][row.member] = row
    return dict(found)


def kinds_of_plans(session: Session, agency_id: int) -> dict[int, str]:
    """The kind of each of the agency's plans, by id."""
    rows = session.execute(select(Plan.id, Plan.kind).where(Plan.agency_id == agency_id))
    return {row.id: row.kind.value for row in rows}
