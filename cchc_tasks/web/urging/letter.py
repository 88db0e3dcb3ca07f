"""The draft letter (công văn đôn đốc) that lists a unit's late work under one plan."""

from datetime import date
from typing import Any

from cchc_tasks import wording
from cchc_tasks.domain.errors import NotFound
from cchc_tasks.domain.units import UnitKind
from cchc_tasks.exports.letters import LateItem, Sender, UrgingLetter, urging_letter
from cchc_tasks.exports.official.model import IssueDay, OfficialDocument, Signature
from cchc_tasks.storage.db import db
from cchc_tasks.storage.models import Agency, Plan
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.obligations import WorkRow
from cchc_tasks.web.urging.late_work import LateUnit
from cchc_tasks.wording import urging as words
from cchc_tasks.wording import work as work_words


def letter_of(agency_id: int, unit: LateUnit, plan_id: int, today: date, answer_by: date | None) -> OfficialDocument:
    """Number and day of issue stay blank: the clerk gives them. Raises `NotFound` where nothing is late."""
    rows = [row for row in unit.rows if row.plan_id == plan_id]
    plan = db.session.get(Plan, plan_id)
    if not rows or plan is None:
        raise NotFound(what="letter", unit_id=unit.id, plan_id=plan_id)
    agency = db.session.get_one(Agency, agency_id)
    letter = UrgingLetter(
        unit=unit.name,
        plan=words.plan_name(plan.number, plan.issued_on, agency.name),
        plan_short=words.plan_short(plan.number),
        as_of=today,
        items=tuple(_items(agency_id, rows, today)),
        answer_by=answer_by,
        issued=IssueDay(None, today.month, today.year),
    )
    return urging_letter(_sender(agency, today), letter)


def _sender(agency: Agency, today: date) -> Sender:
    units = unit_queries.list_units(db.session, agency.id, today)
    office = next((unit.name for unit in units if unit.kind is UnitKind.OFFICE), words.OFFICE)
    return Sender(
        parent_name=agency.parent_name,
        name=agency.name,
        office=office,
        symbol=words.symbol(agency.code),
        place=agency.place,
        signature=Signature(words.SIGNER_TITLE, authority="TL. GIÁM ĐỐC"),
        recipients=words.RECIPIENTS,
    )


def _items(agency_id: int, rows: list[WorkRow], today: date) -> list[LateItem]:
    texts = task_queries.texts_of_tasks(db.session, agency_id, {row.task_id for row in rows})
    notes: dict[int, Any] = {}
    for note in task_queries.notes_of(db.session, agency_id, [row.id for row in rows]):
        if note.kind == "progress":
            notes.setdefault(note.obligation_id, note)
    return [
        LateItem(
            number=row.number_text,
            title=work_words.headline(texts[row.task_id]),
            product=work_words.title(row.text, row.period_label),
            due_on=row.due_on or today,
            days_late=(today - (row.due_on or today)).days,
            last_status=words.last_note(notes[row.id].text, notes[row.id].noted_on)
            if row.id in notes
            else wording.label(row.status),
        )
        for row in rows
    ]
