"""What made today's figures differ from a submitted report: the rows of the ledger behind each member that moved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from cchc_tasks.domain.ledger import LedgerRow, RowKind
from cchc_tasks.domain.reorganisations import Outcome
from cchc_tasks.domain.reports.causes import Cause, CauseKind, causes_of
from cchc_tasks.domain.reports.frozen import FigureDrift, Snapshot
from cchc_tasks.storage.models import Report
from cchc_tasks.storage.queries import report_drift as queries
from cchc_tasks.storage.queries.reorganisations import list_decisions
from cchc_tasks.storage.queries.tasks import names_of_people


@dataclass(frozen=True, slots=True)
class Explained:
    """`members`: why each member that entered or left did, oldest first. `events`: what befell the plans and units.

    Events are there also where no figure moved: amendments, closings, decisions about units, by when they were
    recorded.
    """

    members: Mapping[str, tuple[Cause, ...]]
    events: tuple[Cause, ...]


def explain(session: Session, report: Report, frozen: Snapshot, moved: Sequence[FigureDrift]) -> Explained:
    """The causes of a drift, from what was recorded after the ledger's head that the report names.

    `frozen` and `moved` are those of `report_figures.drift_of`. At most nine queries.
    """
    agency_id = report.agency_id
    plan_ids = [plan.plan_id for plan in frozen.plans]
    rows = queries.rows_since(session, agency_id, plan_ids, frozen.ledger_seq)
    wanted = {member.id for each in moved for member in (*each.entered, *each.left)}
    behind = queries.obligations_behind(session, agency_id, wanted)
    causes = causes_of(rows, cut_off=frozen.cut_off)
    of_plan = [*_of_plans(rows), *_of_units(session, report, frozen)]
    people = {each.actor_id for each in (*causes, *of_plan) if each.actor_id is not None}
    names = names_of_people(session, agency_id, people)

    def named(found: Iterable[Cause]) -> tuple[Cause, ...]:
        return tuple(replace(each, who=names.get(each.actor_id or 0, "")) for each in found)

    members = {
        member: named(each for each in causes if each.obligation_id in behind.get(member, ())) for member in wanted
    }
    # A document that amends a plan stands in the register of documents: what put it there is that it was recorded.
    for member, number in queries.amending_numbers(session, agency_id, wanted).items():
        members[member] = named(each for each in of_plan if each.kind is CauseKind.AMENDED and each.document == number)
    return Explained(members, named(sorted(of_plan, key=lambda each: (each.recorded_at, each.seq))))


def _of_plans(rows: Iterable[LedgerRow]) -> list[Cause]:
    """Amendments and closings: rows of a plan itself."""
    return [_of_plan(row) for row in rows if row.task_id is None and row.kind in (RowKind.AMENDMENT, RowKind.CLOSING)]


def _of_plan(row: LedgerRow) -> Cause:
    is_amendment = row.kind is RowKind.AMENDMENT
    return Cause(
        kind=CauseKind.AMENDED if is_amendment else CauseKind.CLOSED,
        seq=row.seq,
        effective_on=row.effective_on,
        recorded_at=row.recorded_at,
        actor_id=row.actor_id,
        document=str(row.payload.get("amendment") or ""),
        reason=str(row.payload.get("subject") or ""),
    )


def _of_units(session: Session, report: Report, frozen: Snapshot) -> list[Cause]:
    """Decisions about units that were carried out after the report was submitted."""
    return [
        Cause(
            kind=CauseKind.REORGANISED,
            seq=0,
            effective_on=each.row.effective_on,
            recorded_at=each.outcome.recorded_at,
            actor_id=each.row.actor_id,
            document=each.row.number,
            issued_on=each.row.issued_on,
            reason=each.row.subject,
        )
        for each in list_decisions(session, report.agency_id)
        if each.outcome is not None
        and each.outcome.outcome is Outcome.APPLIED
        and each.outcome.recorded_at > frozen.known_at
    ]
