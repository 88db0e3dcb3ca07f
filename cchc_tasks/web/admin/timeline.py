"""What happened to a unit and its work, in sentences: when it took effect, and when it was recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template

from cchc_tasks.domain.ledger import LedgerRow
from cchc_tasks.domain.permissions import Action
from cchc_tasks.domain.reorganisations import Outcome
from cchc_tasks.storage.db import db
from cchc_tasks.storage.queries import reorganisations as queries
from cchc_tasks.storage.queries import tasks as task_queries
from cchc_tasks.storage.queries import units as unit_queries
from cchc_tasks.storage.queries.obligations import WorkFilter, list_work
from cchc_tasks.web import clock
from cchc_tasks.web.admin.decisions import sentence
from cchc_tasks.web.admin.views import bp
from cchc_tasks.web.login import current_principal, requires
from cchc_tasks.wording import format_date, history
from cchc_tasks.wording import units as words
from cchc_tasks.wording.work import title

#: Lines of the ledger shown at most.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the unit itself."""

    effective_on: date
    sentence: str
    document: str
    recorded: str


@bp.get("/don-vi/<int:unit_id>/dong-thoi-gian")
@requires(Action.READ_AGENCY)
def unit_timeline(unit_id: int) -> Any:
    agency_id, today = current_principal().agency_id, clock.today()
    unit = unit_queries.get_unit(db.session, agency_id, unit_id)
    names = unit_queries.names_on(db.session, agency_id, today)
    return render_template(
        "admin/unit_timeline.html",
        unit=unit,
        name=names.get(unit_id, unit.code),
        period=f"từ {format_date(unit.valid_from)}" + (f" đến {format_date(unit.valid_to)}" if unit.valid_to else ""),
        heir=_heir(agency_id, unit_id, names),
        events=sorted(_events(agency_id, unit), key=lambda each: each.effective_on, reverse=True),
        entries=_entries(agency_id, unit_id),
        shown=SHOWN,
    )


def _heir(agency_id: int, unit_id: int, names: dict[int, str]) -> tuple[int, str] | None:
    heir = queries.successors(db.session, agency_id).get(unit_id)
    return None if heir is None else (heir, names.get(heir, ""))


def _events(agency_id: int, unit: Any) -> Iterable[Event]:
    """Names in time, and every decision that names the unit."""
    decided = queries.list_decisions(db.session, agency_id, unit_id=unit.id)
    told = {each.row.effective_on for each in decided}
    for place, name in enumerate(unit.names):
        if name.valid_from not in told:
            said = f"Có đơn vị, tên là {name.name}" if place == 0 else f"Đổi tên thành {name.name}"
            yield Event(name.valid_from, f"{said}.", "", "")
    for each in decided:
        outcome = each.outcome
        moved = f" Đã chuyển {words.what_moved(outcome.facts)}." if outcome and outcome.facts.get("tasks") else ""
        state = (
            ""
            if outcome and outcome.outcome is Outcome.APPLIED
            else words.state(outcome.outcome if outcome else None, each.row.effective_on)
        )
        yield Event(
            each.row.effective_on,
            f"{sentence(each)}{f' ({state})' if state else ''}.{moved}",
            words.by_document(each.row.number, each.row.issued_on, each.row.subject),
            words.recorded_at(each.row.recorded_at),
        )


def unit_task_names(rows: Iterable[LedgerRow]) -> dict[int, str]:
    """The tasks of the lines, as their plan numbers them."""
    return task_queries.names_of_tasks(
        db.session, current_principal().agency_id, {row.task_id for row in rows if row.task_id is not None}
    )


def _entries(agency_id: int, unit_id: int) -> list[history.Entry]:
    """The last lines of the ledger about the unit's work, the newest first."""
    rows = list(reversed(queries.rows_of_unit(db.session, agency_id, unit_id, limit=SHOWN)))
    ids = {row.obligation_id for row in rows if row.obligation_id is not None}
    work = list_work(db.session, agency_id, WorkFilter(obligation_ids=tuple(ids))) if ids else []
    people = {row.actor_id for row in rows} | {row.payload.get("behalf_of") for row in rows}
    known = {each for each in people if isinstance(each, int)}
    named, workplaces = task_queries.people_in_time(db.session, agency_id, known)
    names = history.Names(
        people=named,
        units=unit_queries.short_names_on(db.session, agency_id, clock.today()),
        tasks=unit_task_names(rows),
        products={row.id: f"“{title(row.text, row.period_label)}” ({row.row_id})" for row in work},
        workplaces=workplaces,
    )
    return history.tell(rows, names)
