"""Putting right what was written wrongly: a status, a misread deadline or assignment. New rows, no edits."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from cchc_tasks.domain import permissions
from cchc_tasks.domain.errors import NotFound, Refused, RefusedReason
from cchc_tasks.domain.extensions import REVOKED, Deadlines, deadlines_of
from cchc_tasks.domain.ledger import LedgerRow, holding_row
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Action, Principal
from cchc_tasks.domain.units import AssignedUnits, UnitKind
from cchc_tasks.domain.workflow import Status, check_effective_on
from cchc_tasks.services import _once
from cchc_tasks.services._deadlines import refresh_deadline, values_of
from cchc_tasks.services._entry import DeadlineValues, assignment_row, deadline_row, put_assignment, responsible_row
from cchc_tasks.services._record import NewRow, append
from cchc_tasks.services._succession import lock_task_of, pass_to_heir
from cchc_tasks.services._work import (
    Item,
    check_open,
    check_version,
    get_item,
    get_task,
    given_away,
    kinds_of_units,
    of_kind,
    recount_finished,
    recount_unit,
    status_row,
    write_status,
)
from cchc_tasks.storage.db import transaction
from cchc_tasks.storage.models import Deliverable, Obligation, Task, Unit
from cchc_tasks.storage.queries import ledger as ledger_queries


def correct_status(
    session: Session,
    obligation_id: int,
    *,
    version: int,
    effective_on: date | None,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Obligation:
    """Moves the day of the status that holds to `effective_on`, or (None) takes that status back as never said.

    A confirmed report moves with its confirmation. Where the true day is later, the wrong days get a row that says
    what held before, so that a count between the two days is right as well (DESIGN rule 1).
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        lock_task_of(session, obligation_id, actor)
        item = get_item(session, obligation_id, actor)
        permissions.require(actor, Action.CORRECT_LEDGER, item.work())
        check_version(item.obligation, version)
        _need_reason(reason)
        rows = ledger_queries.list_status_rows(session, actor.agency_id, obligation_id)
        wrong = _wrong_rows(rows, now)
        if effective_on is None:
            # What was said before left the work open.
            check_open(session, item.plan)
        else:
            if effective_on == wrong[0].effective_on:
                raise Refused(RefusedReason.NOTHING_NEW)
            check_effective_on(effective_on, today=local_day(now), plan_issued_on=item.plan.issued_on, reason=reason)
        new_rows = _correcting_rows(item, rows, wrong, effective_on, reason, actor, request_key)
        write_status(session, item, new_rows, now=now)
        pass_to_heir(session, item.obligation, now=now)
    return item.obligation


def _need_reason(reason: str) -> None:
    if not reason:
        raise Refused(RefusedReason.REASON_NEEDED)


def _held(rows: list[LedgerRow], now: datetime) -> LedgerRow | None:
    """The row that holds at present; a clock that stepped back hides nothing that is already written."""
    known_at = max([now, *(row.recorded_at for row in rows)])
    return holding_row(rows, cut_off=date.max, known_at=known_at)


def _wrong_rows(rows: list[LedgerRow], now: datetime) -> list[LedgerRow]:
    """The rows that say what holds: the holding one, and of its day the reports that it answers or repeats.

    A report that overtook several rows was written once for each of them; they are put right as one.
    """
    held = _held(rows, now)
    if held is None:
        raise Refused(RefusedReason.NOT_CORRECTABLE)
    answers_report = _first_said(rows, held).answers_seq is not None
    return [
        row
        for row in _uncorrected(rows)
        if row.effective_on == held.effective_on
        and row.seq <= held.seq
        and (
            (row.status, row.recorded_at) == (held.status, held.recorded_at)
            or (answers_report and row.status is Status.REPORTED)
        )
    ]


def _uncorrected(rows: list[LedgerRow]) -> list[LedgerRow]:
    corrected = {row.corrects_seq for row in rows}
    return [row for row in rows if row.seq not in corrected]


def _first_said(rows: list[LedgerRow], row: LedgerRow) -> LedgerRow:
    """The row that `row`, however often corrected, says again."""
    by_seq: dict[object, LedgerRow] = {each.seq: each for each in rows}
    while (earlier := by_seq.get(row.payload.get("restates_seq"))) is not None:
        row = earlier
    return row


def _correcting_rows(
    item: Item,
    rows: list[LedgerRow],
    wrong: list[LedgerRow],
    effective_on: date | None,
    reason: str,
    actor: Principal,
    request_key: str | None,
) -> list[NewRow]:
    def again(row: LedgerRow, status: Status | None, day: date, corrects: int | None) -> NewRow:
        payload = {**row.payload, "move": "correct", "reason": reason, "restates_seq": row.seq}
        return status_row(
            item,
            actor,
            status=status,
            effective_on=day,
            unit_id=row.unit_id,
            corrects_seq=corrects,
            request_key=request_key,
            payload=payload,
        )

    if effective_on is not None and effective_on < wrong[0].effective_on:
        # What was said of the days between (begun, returned) no longer holds: the true day came before it.
        overtaken = [row for row in _uncorrected(rows) if row.effective_on > effective_on and row not in wrong]
        return [
            *(again(wrong[0], wrong[0].status, effective_on, row.seq) for row in overtaken),
            *(again(row, row.status, effective_on, row.seq) for row in wrong),
        ]
    before = _status_before(rows, wrong)
    voids = [again(row, before, row.effective_on, row.seq) for row in wrong]
    if effective_on is None:
        return voids
    return [*voids, *(again(row, row.status, effective_on, None) for row in wrong)]


def _status_before(rows: list[LedgerRow], wrong: list[LedgerRow]) -> Status:
    wrong_seqs = {row.seq for row in wrong}
    others = [row for row in rows if row.seq not in wrong_seqs]
    held = holding_row(others, cut_off=wrong[0].effective_on, known_at=max(row.recorded_at for row in rows))
    return Status.NOT_STARTED if held is None or held.status is None else held.status


def correct_deadline(
    session: Session,
    obligation_id: int,
    *,
    version: int,
    values: DeadlineValues,
    reason: str,
    actor: Principal,
    now: datetime,
    is_original: bool = False,
    request_key: str | None = None,
) -> Obligation:
    """Đính chính: what was read changes, the printed phrase stays. Not an extension: nothing that is owed moves.

    Of work with an extension in force its date is meant, unless `is_original`: then the plan's own deadline beside it.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        item = get_item(session, obligation_id, actor)
        permissions.require(actor, Action.EDIT_PLAN, item.work())
        check_version(item.obligation, version)
        _need_reason(reason)
        found = deadlines_of(ledger_queries.list_deadline_rows(session, actor.agency_id, obligation_id))
        extended, own = found.in_force(), found.own()
        wrong = extended.held if extended is not None and not is_original else own
        if wrong is None or values_of(wrong) == values:
            raise Refused(RefusedReason.NOTHING_NEW)
        of_original = {"of": "original"} if extended is not None and wrong is own else {}
        told = [_corrected_deadline(item, wrong, values, actor, reason, request_key, **of_original)]
        if extended is not None and wrong is own and extended.held.effective_on <= wrong.effective_on:
            # The extension stays the last word of its day.
            again = values_of(extended.held)
            told.append(_corrected_deadline(item, extended.held, again, actor, reason, request_key, restates=True))
        told += _above(item, found, {wrong.seq: values}, (), actor, reason, request_key)
        append(session, actor.agency_id, told, now=now)
        if item.obligation.original_due_on == wrong.due_on and wrong is own:
            item.obligation.original_due_on = values.due_on
        refresh_deadline(session, item.obligation, now=now)
    return item.obligation


def _corrected_deadline(
    item: Item,
    wrong: LedgerRow,
    values: DeadlineValues,
    actor: Principal,
    reason: str,
    request_key: str | None,
    **payload: object,
) -> NewRow:
    new = deadline_row(item.obligation, values, actor_id=actor.person_id, change="correction", reason=reason)
    return _correcting(replace(new, payload={**new.payload, **payload}), wrong, request_key)


def _above(
    item: Item,
    found: Deadlines,
    changed: Mapping[int, DeadlineValues],
    without: Collection[int],
    actor: Principal,
    reason: str,
    request_key: str | None,
) -> list[NewRow]:
    """Rows that stand for extensions taken back say what holds below them, as it is from now on."""
    told = []
    for row in found.above:
        below = found.held_on(row.effective_on, without)
        values = None if below is None else changed.get(below.seq, values_of(below))
        if values is not None and values != values_of(row):
            told.append(_corrected_deadline(item, row, values, actor, reason, request_key, restates=True))
    return told


def revoke_extension(
    session: Session,
    obligation_id: int,
    *,
    version: int,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Obligation:
    """Hủy gia hạn: the extension in force was granted by mistake; the deadline before it holds as if it never had been.

    It counts as none from then on; what was known earlier stays. Raises `Refused(NOT_EXTENDED)` without one.
    """
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        item = get_item(session, obligation_id, actor)
        permissions.require(actor, Action.EDIT_PLAN, item.work())
        check_version(item.obligation, version)
        _need_reason(reason)
        found = deadlines_of(ledger_queries.list_deadline_rows(session, actor.agency_id, obligation_id))
        wrong = found.in_force()
        if wrong is None:
            raise Refused(RefusedReason.NOT_EXTENDED)
        values, actor_id = values_of(wrong.before), actor.person_id
        row = deadline_row(item.obligation, values, actor_id=actor_id, change=REVOKED, reason=reason)
        told = [replace(_correcting(row, wrong.held, request_key), answers_seq=wrong.granted.seq)]
        told += _above(item, found, {}, found.chain(wrong.granted), actor, reason, request_key)
        append(session, actor.agency_id, told, now=now)
        refresh_deadline(session, item.obligation, now=now)
    return item.obligation


def _correcting(row: NewRow, held: LedgerRow | None, request_key: str | None) -> NewRow:
    values = {name: getattr(row, name) for name in NewRow.__slots__}
    values["request_key"] = request_key
    if held is not None:
        values |= {"corrects_seq": held.seq, "effective_on": held.effective_on}
    return NewRow(**values)


def correct_assignment(
    session: Session,
    task_id: int,
    *,
    version: int,
    assigned: AssignedUnits,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Task:
    """Names the lead of a task, or puts a misread assignment right; the printed cell stays beside it."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        task = get_task(session, task_id, actor)
        permissions.require(actor, Action.EDIT_PLAN)
        check_version(task, version)
        _need_reason(reason)
        if task.assigned() == assigned:
            raise Refused(RefusedReason.NOTHING_NEW)
        kinds = kinds_of_units(session, actor.agency_id)
        _check_known(assigned, kinds)
        _append_assignment(session, task, assigned, reason=reason, actor=actor, now=now, request_key=request_key)
        put_assignment(session, task, assigned)
        task.assignment_version += 1
        task.version += 1
        for deliverable in task.deliverables:
            recount_unit(task, deliverable, of_kind(kinds, UnitKind.GROUP))
            for obligation in deliverable.obligations:
                obligation.calendar_sequence += 1
                obligation.changed_at = now
            recount_finished(session, deliverable.obligations)
        recount_finished(session, given_away(session, task))
    return task


def _check_known(assigned: AssignedUnits, kinds: dict[int, UnitKind]) -> None:
    for unit_id in (*assigned.responsible, *assigned.coordinating):
        if unit_id not in kinds:
            raise NotFound(what="unit", id=unit_id)


def _append_assignment(
    session: Session,
    task: Task,
    assigned: AssignedUnits,
    *,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None,
) -> None:
    rows = ledger_queries.list_assignment_rows(session, actor.agency_id, task.id)
    held = _held([row for row in rows if row.deliverable_id is None], now)
    effective_on = local_day(now) if held is None else held.effective_on
    row = assignment_row(task, assigned, effective_on=effective_on, actor_id=actor.person_id, reason=reason)
    append(session, actor.agency_id, [_correcting(row, held, request_key)], now=now)


def name_responsible(
    session: Session,
    deliverable_id: int,
    *,
    version: int,
    unit_id: int | None,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None = None,
) -> Deliverable:
    """Says which of several units answers for one deliverable (None: the task's own assignment holds again)."""
    with transaction(session):
        _once.check(session, actor=actor, key=request_key, now=now)
        permissions.require(actor, Action.EDIT_PLAN)
        deliverable = session.get(Deliverable, deliverable_id)
        if deliverable is None or deliverable.agency_id != actor.agency_id:
            raise NotFound(what="deliverable", id=deliverable_id)
        task = get_task(session, deliverable.task_id, actor)
        check_version(deliverable, version)
        _need_reason(reason)
        if deliverable.responsible_unit_id == unit_id:
            raise Refused(RefusedReason.NOTHING_NEW)
        unit = None if unit_id is None else session.get(Unit, unit_id)
        if unit_id is not None and (unit is None or unit.agency_id != actor.agency_id):
            raise NotFound(what="unit", id=unit_id)
        _put_responsible(session, task, deliverable, unit_id, reason, actor, now, request_key)
    return deliverable


def _put_responsible(
    session: Session,
    task: Task,
    deliverable: Deliverable,
    unit_id: int | None,
    reason: str,
    actor: Principal,
    now: datetime,
    request_key: str | None,
) -> None:
    rows = ledger_queries.list_assignment_rows(session, actor.agency_id, task.id)
    own = [row for row in rows if row.deliverable_id == deliverable.id]
    held = _held(own, now)
    deliverable.responsible_unit_id = unit_id
    entered_on = min(obligation.entered_on for obligation in deliverable.obligations)
    row = responsible_row(deliverable, task, effective_on=entered_on, actor_id=actor.person_id, reason=reason)
    append(session, actor.agency_id, [_correcting(row, held, request_key)], now=now)
    task.assignment_version += 1
    deliverable.version += 1
    groups = of_kind(kinds_of_units(session, actor.agency_id), UnitKind.GROUP)
    recount_unit(task, deliverable, groups)
    recount_finished(session, deliverable.obligations)
