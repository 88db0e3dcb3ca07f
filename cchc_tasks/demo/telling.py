"""Tells the steps of the demo's year through the services that the pages use, each at its own time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from cchc_tasks.demo.pdf import one_page
from cchc_tasks.demo.settlement import Settled, person_on
from cchc_tasks.demo.story import Deed, Step
from cchc_tasks.domain.deadline_kinds import DeadlineKind
from cchc_tasks.domain.errors import DuplicateRequest, NotFound
from cchc_tasks.domain.evidence import MEDIA_TYPES, KeptFile
from cchc_tasks.domain.periods import local_day
from cchc_tasks.domain.permissions import Principal
from cchc_tasks.domain.units import AssignedUnits, LeadBasis
from cchc_tasks.services import corrections, extensions, obligations, teamwork
from cchc_tasks.services._entry import DeadlineValues
from cchc_tasks.services.obligations import DocumentInput, FileInput
from cchc_tasks.services.teamwork import NoteKind
from cchc_tasks.storage.models import Deliverable, Obligation, Task
from cchc_tasks.storage.queries.extensions import open_request

Keep = Callable[[BinaryIO, str], KeptFile]


@dataclass(slots=True)
class Teller:
    """Does what the steps say. `keep` puts a file where evidence lies."""

    session: Session
    settled: Settled
    plan_id: int
    keep: Keep

    def tell(self, step: Step) -> None:
        """One step; one that was told before changes nothing."""
        try:
            _DEEDS[step.deed](self, step)
        except DuplicateRequest:
            self.session.rollback()

    def who(self, key: str, day: date) -> Principal:
        """The person as they are on `day`, with the rights that the services ask for."""
        return person_on(self.session, self.settled, key, day)

    def common(self, step: Step) -> dict[str, Any]:
        return {"actor": self.who(step.by, local_day(step.at)), "now": step.at, "request_key": step.key}

    def obligation(self, step: Step) -> Obligation:
        """The obligation of a step, as it stands now."""
        query = (
            select(Obligation)
            .join(Deliverable, Deliverable.id == Obligation.deliverable_id)
            .where(Deliverable.task_id == self.task(step.item).id, Deliverable.position == step.product - 1)
            .order_by(Obligation.position)
            .execution_options(populate_existing=True)
        )
        found = self.session.scalars(query).all()
        if len(found) < step.period:
            raise NotFound(what="obligation", item=step.item, product=step.product, period=step.period)
        return found[step.period - 1]

    def task(self, row_id: str) -> Task:
        query = select(Task).where(Task.plan_id == self.plan_id, Task.row_id == row_id)
        task = self.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
        if task is None:
            raise NotFound(what="task", row_id=row_id)
        return task

    def paper(self, step: Step) -> tuple[DocumentInput | None, tuple[FileInput, ...]]:
        """The document that a step names, and its file, which is made and kept."""
        raw = step.details.get("document")
        if raw is None:
            return None, ()
        document = DocumentInput(raw["number"], raw["issued_on"], raw["subject"])
        page = one_page(document.number, document.issued_on, document.subject)
        kept = self.keep(BytesIO(page), f"{document.number.replace('/', '-')}.pdf")
        return document, (FileInput(kept.sha256, kept.name, kept.size, MEDIA_TYPES[kept.kind]),)


def _start(teller: Teller, step: Step) -> None:
    item = teller.obligation(step)
    note = step.details.get("note")
    obligations.start(teller.session, item.id, version=item.version, note=note, **teller.common(step))


def _report(teller: Teller, step: Step) -> None:
    item = teller.obligation(step)
    document, files = teller.paper(step)
    obligations.report(
        teller.session,
        item.id,
        version=item.version,
        effective_on=step.details["effective_on"],
        document=document,
        files=files,
        waiver_reason=step.details.get("waiver"),
        **teller.common(step),
    )


def _confirm(teller: Teller, step: Step) -> None:
    item = teller.obligation(step)
    obligations.confirm(teller.session, item.id, version=item.version, **teller.common(step))


def _return(teller: Teller, step: Step) -> None:
    item, reason = teller.obligation(step), step.details["reason"]
    obligations.return_report(teller.session, item.id, version=item.version, reason=reason, **teller.common(step))


def _take_back(teller: Teller, step: Step) -> None:
    item, reason = teller.obligation(step), step.details["reason"]
    obligations.take_back(teller.session, item.id, version=item.version, reason=reason, **teller.common(step))


def _note(teller: Teller, step: Step) -> None:
    kind = NoteKind.PROGRESS if step.deed is Deed.NOTE else NoteKind.COMMENT
    item, text = teller.obligation(step), step.details["note"]
    teamwork.add_note(teller.session, item.id, kind=kind, text=text, **teller.common(step))


def _attach(teller: Teller, step: Step) -> None:
    item = teller.obligation(step)
    document, files = teller.paper(step)
    teamwork.attach(teller.session, item.id, document=document, files=files, **teller.common(step))


def _hand_over(teller: Teller, step: Step) -> None:
    item, person_id = teller.obligation(step), teller.settled.people_ids[step.details["to"]]
    teamwork.hand_over(teller.session, item.id, version=item.version, person_id=person_id, **teller.common(step))


def _name_lead(teller: Teller, step: Step) -> None:
    task, unit_ids = teller.task(step.item), teller.settled.unit_ids
    coordinating = tuple(unit_ids[code] for code in step.details["coordinating"])
    assigned = AssignedUnits(unit_ids[step.details["lead"]], LeadBasis.EXPLICIT, (), coordinating)
    corrections.correct_assignment(
        teller.session,
        task.id,
        version=task.version,
        assigned=assigned,
        reason=step.details["reason"],
        **teller.common(step),
    )


def _correct_status(teller: Teller, step: Step) -> None:
    item = teller.obligation(step)
    corrections.correct_status(
        teller.session,
        item.id,
        version=item.version,
        effective_on=step.details["effective_on"],
        reason=step.details["reason"],
        **teller.common(step),
    )


def _correct_deadline(teller: Teller, step: Step) -> None:
    item = teller.obligation(step)
    corrections.correct_deadline(
        teller.session,
        item.id,
        version=item.version,
        values=DeadlineValues(DeadlineKind.DATE, step.details["due_on"]),
        reason=step.details["reason"],
        **teller.common(step),
    )


def _ask_extension(teller: Teller, step: Step) -> None:
    item = teller.obligation(step)
    extensions.ask(
        teller.session,
        item.id,
        version=item.version,
        due_on=step.details["due_on"],
        reason=step.details["reason"],
        **teller.common(step),
    )


def _grant_extension(teller: Teller, step: Step) -> None:
    item = teller.obligation(step)
    request = open_request(teller.session, item.agency_id, item.id)
    if request is None:
        raise NotFound(what="extension", item=step.item)
    extensions.grant(
        teller.session,
        request.id,
        version=request.version,
        deadline_version=item.deadline_version,
        due_on=step.details["due_on"],
        words=step.details["reason"],
        **teller.common(step),
    )


_DEEDS: dict[Deed, Callable[[Teller, Step], None]] = {
    Deed.START: _start,
    Deed.REPORT: _report,
    Deed.CONFIRM: _confirm,
    Deed.RETURN: _return,
    Deed.TAKE_BACK: _take_back,
    Deed.NOTE: _note,
    Deed.COMMENT: _note,
    Deed.ATTACH: _attach,
    Deed.HAND_OVER: _hand_over,
    Deed.NAME_LEAD: _name_lead,
    Deed.CORRECT_STATUS: _correct_status,
    Deed.CORRECT_DEADLINE: _correct_deadline,
    Deed.ASK_EXTENSION: _ask_extension,
    Deed.GRANT_EXTENSION: _grant_extension,
}
