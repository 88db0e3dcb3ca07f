"""What the office's own list said of its work becomes ledger rows, marked as taken over; nothing here commits.

Each completion is a report and its confirmation, both on the day of completion, written down now: counts as at an
earlier day see it by that day, counts as known earlier do not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from cchc_tasks.domain.grid import Place
from cchc_tasks.domain.ledger import RowKind
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.plan_progress import taken_over
from cchc_tasks.domain.plan_reading import DeliverableReading, Progress, Stage
from cchc_tasks.domain.text import one_line
from cchc_tasks.domain.workflow import Move, check_effective_on, check_move
from cchc_tasks.services._evidence import DocumentInput, add_evidence, evidence_facts
from cchc_tasks.services._record import NewRow, append, next_seq
from cchc_tasks.services._work import Item, refresh_status, status_row
from cchc_tasks.storage.models import Deliverable, Obligation, Plan, Task

#: The mark of such rows in their payload.
TAKEN_OVER = "taken_over"


@dataclass(frozen=True, slots=True)
class BroughtProduct:
    """A product that came in with what was printed of its progress, and where."""

    task: Task
    deliverable: Deliverable
    reading: DeliverableReading
    source: Place


@dataclass(frozen=True, slots=True)
class _Proof:
    """What comes with a completion, to be kept once its rows are there."""

    obligation: Obligation
    document: DocumentInput | None
    seq: int


def take_over(
    session: Session, plan: Plan, products: Iterable[BroughtProduct], *, actor: Principal, now: datetime
) -> None:
    """Writes the rows of every progress that is whole; raises `Refused(AFTER_TODAY)` for a completion to come."""
    rows: list[NewRow] = []
    touched: list[_Proof] = []
    first = next_seq(session, plan.agency_id)
    for product in products:
        found = taken_over(product.reading)
        if found is None:
            continue
        period, progress = found
        obligation = product.deliverable.obligations[period]
        item = Item(obligation, product.deliverable, product.task, plan)
        if progress.stage is Stage.DOING:
            rows.append(_begun(item, product, progress, actor, local_day(now)))
            touched.append(_Proof(obligation, None, 0))
            continue
        document = _document(product, progress)
        check_effective_on(_day(progress), today=local_day(now), plan_issued_on=plan.issued_on, reason=TAKEN_OVER)
        rows += _finished(item, product, progress, document, actor, first + len(rows))
        touched.append(_Proof(obligation, document, first + len(rows) - 2))
    append(session, plan.agency_id, rows, now=now)
    for each in touched:
        refresh_status(session, each.obligation, now=now)
        add_evidence(session, each.obligation, each.document, (), seq=each.seq, actor=actor, now=now)


def _begun(item: Item, product: BroughtProduct, progress: Progress, actor: Principal, today: date) -> NewRow:
    """Under way on the day of taking over: the list does not say since when."""
    status = check_move(item.obligation.status, Move.START, reason=None, has_evidence=False)
    day = max(today, item.obligation.entered_on)
    return status_row(item, actor, status=status, effective_on=day, payload=_payload(Move.START, product, progress))


def _finished(
    item: Item,
    product: BroughtProduct,
    progress: Progress,
    document: DocumentInput | None,
    actor: Principal,
    seq: int,
) -> list[NewRow]:
    """The waiver where there is no document, the report, its confirmation; `seq` is that of the first of them."""
    rows = [] if document is not None else [_waiver(item, product, progress, actor)]
    has_evidence = document is not None or progress.is_waived
    reported = check_move(item.obligation.status, Move.REPORT, reason=None, has_evidence=has_evidence)
    done = check_move(reported, Move.CONFIRM, reason=None, has_evidence=has_evidence)
    item.obligation.reported_unit_id = item.obligation.counted_unit_id
    payload = _payload(Move.REPORT, product, progress) | evidence_facts(document, ())
    unit_id, day = item.obligation.counted_unit_id, _day(progress)
    rows.append(status_row(item, actor, status=reported, effective_on=day, unit_id=unit_id, payload=payload))
    answers = seq + len(rows) - 1
    payload = _payload(Move.CONFIRM, product, progress)
    rows.append(status_row(item, actor, status=done, effective_on=day, answers_seq=answers, payload=payload))
    return rows


def _waiver(item: Item, product: BroughtProduct, progress: Progress, actor: Principal) -> NewRow:
    """The office chose to take the work over as done without a document."""
    item.obligation.is_evidence_waived = True
    return NewRow(
        kind=RowKind.WAIVER,
        plan_id=item.plan.id,
        task_id=item.task.id,
        deliverable_id=item.deliverable.id,
        obligation_id=item.obligation.id,
        effective_on=_day(progress),
        actor_id=actor.person_id,
        payload={TAKEN_OVER: True, "source": _source(product, progress)},
    )


def _payload(move: Move, product: BroughtProduct, progress: Progress) -> dict[str, object]:
    return {"move": move.value, TAKEN_OVER: True, "source": _source(product, progress)}


def _source(product: BroughtProduct, progress: Progress) -> dict[str, object]:
    """Where it was printed, and the words."""
    return {"table": product.source.table, "row": product.source.row, "text": progress.text}


def _document(product: BroughtProduct, progress: Progress) -> DocumentInput | None:
    paper = progress.paper
    if paper is None or paper.issued_on is None:
        return None
    return DocumentInput(paper.number[:100], paper.issued_on, one_line(product.deliverable.text))


def _day(progress: Progress) -> date:
    if progress.done_on is None:
        raise ValueError("a completion that is taken over has its day")
    return progress.done_on
